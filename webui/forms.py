"""The base of all forms: the house's translations, errors in one list for the summary at the top of a page, the id of a form's command."""

import re
from collections.abc import Iterable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any, TypeVar

from flask import Flask, request
from flask_babel import gettext
from flask_wtf import FlaskForm
from flask_wtf.csrf import _FlaskFormCSRF
from flask_wtf.file import FileField as _FileField
from markupsafe import Markup, escape
from werkzeug.datastructures import MultiDict
from wtforms import (
    DateField,
    Field,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectMultipleField,
    widgets,
)
from wtforms.csrf.core import CSRFTokenField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # its stubs are of 3.2
from wtforms.form import BaseForm
from wtforms.validators import DataRequired, Length as _Length, Regexp, ValidationError

from webui.drawing import remembered
from workflow.errors import N_, Doubt, InvalidInput, Unconfirmed, WorkflowError
from workflow.ids import new_id
from workflow.spelling import length, visible

# WTForms has no Vietnamese catalogue, so its messages are translated in ours: all of them, whatever field a form comes to have.
WTFORMS_MESSAGES = (
    N_("This field is required."),
    N_("This field cannot be edited."),
    N_("This field is disabled and cannot have a value."),
    N_("Not a valid integer value."),
    N_("Not a valid decimal value."),
    N_("Not a valid float value."),
    N_("Not a valid date value."),
    N_("Not a valid time value."),
    N_("Not a valid datetime value."),
    N_("Not a valid week value."),
    N_("Not a valid choice."),
    N_("'%(value)s' is not a valid choice for this field."),
    N_("'%(value)s' are not valid choices for this field."),
    N_("Invalid Choice: could not coerce."),
    N_("Invalid choice(s): one or more data inputs could not be coerced."),
    N_("Invalid input."),
    N_("Invalid email address."),
    N_("Invalid IP address."),
    N_("Invalid Mac address."),
    N_("Invalid URL."),
    N_("Invalid UUID."),
    N_("Invalid value, must be one of: %(values)s."),
    N_("Invalid value, can't be any of: %(values)s."),
    N_("Date must be at least %(min)s."),
    N_("Date must be at most %(max)s."),
    N_("Date must be between %(min)s and %(max)s."),
    N_("Field must be equal to %(other_name)s."),
    N_("Number must be at least %(min)s."),
    N_("Number must be at most %(max)s."),
    N_("Number must be between %(min)s and %(max)s."),
    N_("Field cannot be longer than %(max)d character."),
    N_("Field cannot be longer than %(max)d characters."),
    N_("Field must be at least %(min)d character long."),
    N_("Field must be at least %(min)d characters long."),
    N_("Field must be exactly %(max)d character long."),
    N_("Field must be exactly %(max)d characters long."),
    N_("Field must be between %(min)d and %(max)d characters long."),
    N_("File does not have an approved extension."),
    N_("File does not have an approved extension: {extensions}"),
)


class Length(_Length):
    """Counts a text as services and browsers do (`workflow.spelling.length`)."""

    def __call__(self, form: Any, field: Any) -> None:
        super().__call__(form, SimpleNamespace(data="." * length(field.data or ""), ngettext=field.ngettext))  # type: ignore[arg-type] # it asks a field for no more


NAME = [DataRequired(), Length(max=400)]
SHORT_TEXT = [Length(max=400)]
REASON = [DataRequired(), Length(max=2000)]
EARLIEST, LATEST = 1900, 2199
_UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"

T = TypeVar("T")


def init_app(app: Flask) -> None:
    """Offer to templates what the form macros need."""
    app.jinja_env.globals.update(
        flat_errors=flat_errors,
        first_input_id=first_input_id,
        facts_of_form=facts_of_form,
        facts_of_field=facts_of_field,
        field_kind=kind_of,
        most_signs=most_signs,
    )


class _Translations:
    def gettext(self, string: str) -> str:
        return str(gettext(string))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return str(gettext(singular if n == 1 else plural))


class FileField(_FileField):  # type: ignore[misc] # Flask-WTF has no types
    """A file; whatever else is sent under its name is none."""


class WholeNumberField(IntegerField):
    """A whole number that a database and a comparison take: of at most eighteen digits."""

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist and len(valuelist[0].strip()) > 18:
            self.data = None
            raise ValueError(self.gettext("Not a valid integer value."))
        super().process_formdata(valuelist)


class Select(widgets.Select):
    """A list whose options are written without sorting the attributes of each."""

    @classmethod
    def render_option(cls, choice: Any, **more: Any) -> str:  # type: ignore[override] # its stubs are of 3.2
        if more or choice.render_kw or not isinstance(choice.value, str):
            return str(super().render_option(choice, **more))
        chosen = "selected " if choice.selected else ""
        return f'<option {chosen}value="{escape(choice.value)}">{escape(choice.label or choice.value)}</option>'


class _TokenField(CSRFTokenField):
    def _value(self) -> str:
        return remembered.gap_for_token() or str(super()._value())  # type: ignore[misc] # as above


class _Protection(_FlaskFormCSRF):  # type: ignore[misc] # Flask-WTF has no types
    field_class = _TokenField


class Form(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """A form that changes something: protected against forgery, sent by POST.

    `refusal` is what a service said to it; `webui.pages` puts it there and among the errors.
    """

    refusal: WorkflowError | None = None

    def hidden_tag(self) -> Markup:
        """The fields that nobody sees. Every form has two or three, whose attributes need no sorting."""
        return Markup("\n").join(
            Markup('<input id="{}" name="{}" type="hidden" value="{}">').format(field.id, field.name, field._value())
            for field in self
            if isinstance(field.widget, widgets.HiddenInput)
        )

    @property
    def doubts_confirmed(self) -> tuple[str, ...]:
        """The keys of what the person was asked (`Doubt.key`) and confirmed."""
        return tuple(request.form.getlist("doubt"))

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """What the person is asked to confirm."""
        return self.refusal.doubts if isinstance(self.refusal, Unconfirmed) else ()

    class Meta(FlaskForm.Meta):  # type: ignore[misc] # Flask-WTF has no types
        csrf_class = _Protection

        def get_translations(self, form: BaseForm) -> _Translations:
            return _Translations()

        def render_field(self, field: Field, render_kw: Any) -> Markup:
            """As WTForms does, but for lists to choose from, of which some are long."""
            widget: Any = field.widget
            if type(widget) is widgets.Select and not widget.multiple:
                field.widget = Select()  # type: ignore[assignment] # of a list to choose from
            found: Markup = super().render_field(field, render_kw)
            return found

        def wrap_formdata(self, form: BaseForm, formdata: Any) -> Any:
            """What was sent as a form: text for fields of text, none where nobody would see anything, files for those of files, and nothing
            from a body of another kind."""
            if isinstance(formdata, MultiDict) or formdata is None:
                return formdata
            if not form.is_submitted():  # type: ignore[attr-defined] # of FlaskForm
                return None
            files = {field.name for field in form if isinstance(field, FileField)}
            secrets = {field.name for field in form if isinstance(field, PasswordField)}
            sent: MultiDict[str, Any] = MultiDict(
                (name, text if name in secrets or visible(text) else "")
                for name, text in request.form.items(multi=True)
                if name not in files
            )
            for name in files:
                sent.setlist(name, request.files.getlist(name))
            return sent


class _CommandField(HiddenField):
    """Another one in each page, also where the form around it was drawn before."""

    def _value(self) -> str:
        return remembered.gap_for_command() or str(super()._value())  # type: ignore[misc] # its stubs leave it out


class CommandForm(Form):
    """A form with the id of its command, made when the page is: a second click is the same command."""

    command_id = _CommandField(default=new_id, validators=[Regexp(_UUID, matcher=re.fullmatch)])  # type: ignore[call-arg] # its stubs are of 3.2

    @property
    def command(self) -> str:
        """The id of the command that was sent."""
        return self.command_id.data or ""


def _text(value: Any) -> Any:
    """A record's revision is a number; what a form sends is text."""
    return value if value is None else str(value)


class RevisionForm(CommandForm):
    """A command on something that others may change meanwhile."""

    revision = HiddenField(filters=[_text], validators=[Regexp(r"[0-9]{1,9}", matcher=re.fullmatch)])  # type: ignore[call-arg] # its stubs are of 3.2

    @property
    def seen(self) -> int:
        """The revision that the page showed, on which the command was decided."""
        return int(self.revision.data or 0)

    def begin(self, revision: int) -> None:
        """Fill in the revision that the page shows; what was sent stays as it is."""
        if not self.is_submitted():
            self.revision.data = str(revision)


class FilterForm(Form):
    """A form whose fields are the parameters of the address: sent by GET, changes nothing. Make it with `request.args`."""

    class Meta(Form.Meta):
        csrf = False


def facts_of_form(form: BaseForm) -> tuple[Any, ...]:
    """All that a form shows but the gaps of a remembered piece (`webui.drawing.remembered`)."""
    return tuple([facts_of_field(field) for field in form if not isinstance(field, _TokenField | _CommandField)])


def facts_of_field(field: Field, **more: Any) -> tuple[Any, ...]:
    """All that a field shows: what it is called, what stands in it, what can be chosen, what is wrong. `more`: its attributes in the page."""
    chosen = [(str(one.value), str(one.label)) for one in getattr(field, "choices", None) or ()]
    value = (field._value() if hasattr(field, "_value") else "", str(field.data))
    said = (str(field.label.text), str(field.description), *map(str, field.errors))
    rules = (*vars(field.flags).items(), *(field.render_kw or {}).items(), *more.items())
    return (type(field), type(field.widget), field.name, field.id, value, said, tuple(chosen), rules)


def given(value: T | None) -> T:
    """Return what was entered in a compulsory field of a form that has been validated."""
    if value is None:
        raise InvalidInput()
    return value


def a_day_of_our_time(_form: Any, field: DateField) -> None:
    """Refuse what a slip of the keyboard makes of a year."""
    if field.data is not None and not EARLIEST <= field.data.year <= LATEST:
        raise ValidationError(gettext("Not a valid date value."))


def flat_errors(form: BaseForm) -> Iterator[tuple[str, str]]:
    """Yield (id of the element to go to, message) for every error, forms within forms included."""
    for message in getattr(form, "form_errors", ()):
        yield "main", str(message)
    for field in form:
        yield from _errors_of(field)


def _errors_of(field: Field) -> Iterator[tuple[str, str]]:
    if isinstance(field, FormField):
        yield from flat_errors(field.form)
        return
    if isinstance(field, FieldList):
        for entry in field:
            yield from _errors_of(entry)
    for message in field.errors:
        if isinstance(message, Mapping | list | tuple):
            continue  # an entry's own errors, already given
        yield first_input_id(field), str(message)


def choices(pairs: Iterable[tuple[Any, Any]]) -> list[Any]:
    """Return (value, label) pairs as the choices of a select, radio or checkbox list; labels may be lazily translated."""
    return [SelectChoice(value=value, label=label) for value, label in pairs]


def first_input_id(field: Field) -> str:
    """Return the id of the element that takes the keyboard for this field: of the first choice where there are several."""
    several = isinstance(field, RadioField | SelectMultipleField) and not _is_select(field)
    return f"{field.id}-0" if several else str(field.id)


def most_signs(field: Field) -> int | None:
    """How many signs the field takes, as the browser is told."""
    return getattr(field.flags, "maxlength", None) or (field.render_kw or {}).get("maxlength")


def kind_of(field: Field) -> str:
    """Say how a field is drawn: choices, checkbox, select, textarea, file, hidden or input."""
    kinds: dict[str, str] = {
        "CheckboxInput": "checkbox",
        "TextArea": "textarea",
        "FileInput": "file",
        "HiddenInput": "hidden",
    }
    if isinstance(field, RadioField | SelectMultipleField) and not _is_select(field):
        return "choices"
    if _is_select(field):
        return "select"
    return kinds.get(type(field.widget).__name__, "input")


def _is_select(field: Any) -> bool:
    return type(field.widget).__name__ == "Select"
