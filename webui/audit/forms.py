"""The auditor's filters, kept in the address, and the few forms that record something."""

from typing import Any

from flask_babel import gettext, lazy_gettext as _l
from wtforms import BooleanField, DateField, SelectField, StringField, TextAreaField, TimeField
from wtforms.validators import Length, Optional, ValidationError

from webui.audit.words import event_name, listed_types
from webui.forms import FilterForm, Form, choices
from webui.texts import CASE_STATES
from webui.words import said
from workflow.services.casework.inbox import Choices

_TIMES = ["%H:%M", "%H:%M:%S"]
EARLIEST, LATEST = 1900, 2199


def a_day_of_our_time(_form: Any, field: DateField) -> None:
    """Refuse what a slip of the keyboard makes of a year."""
    if field.data is not None and not EARLIEST <= field.data.year <= LATEST:
        raise ValidationError(gettext("Not a valid date value."))


class PeriodForm(FilterForm):
    """A form with a period: both days are included."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Also refuse a period that ends before it begins."""
        if not super().validate(extra_validators):
            return False
        if self.since.data and self.until.data and self.until.data < self.since.data:
            self.until.errors = [*self.until.errors, gettext("The period ends before it begins.")]
            return False
        return True


class CaseFilterForm(PeriodForm):
    """What cases are sought by."""

    text = StringField(_l("Case number or name of the unit"), [Optional(), Length(max=100)])
    procedure = SelectField(_l("Procedure"), validate_choice=False)
    year = SelectField(_l("Year"), validate_choice=False)
    state = SelectField(_l("State"), validate_choice=False)
    stage = SelectField(_l("Stage"), validate_choice=False)
    since = DateField(_l("Opened from"), [Optional(), a_day_of_our_time])
    until = DateField(_l("Opened until"), [Optional(), a_day_of_our_time])
    stuck = BooleanField(_l("Only cases that are stuck"))

    def offer(self, found: Choices) -> None:
        """Fill the lists."""
        everything = ("", _l("All"))
        self.procedure.choices = choices([everything, *((key, said(one)) for key, one in found.procedures.items())])
        self.year.choices = choices([everything, *((str(year), str(year)) for year in found.years)])
        self.state.choices = choices([everything, *((key, label) for key, (label, _) in CASE_STATES.items())])
        self.stage.choices = choices([everything, *((key, said(one)) for key, one in found.stages.items())])


class EventFilterForm(PeriodForm):
    """What events are sought by."""

    actor = StringField(_l("Who"), [Optional(), Length(max=100)], description=_l("Part of a name or login."))
    unit = StringField(_l("Unit that is judged"), [Optional(), Length(max=200)], description=_l("Part of its name."))
    organisation = StringField(
        _l("Organisation that acted"), [Optional(), Length(max=200)], description=_l("Part of its name.")
    )
    since = DateField(_l("From"), [Optional(), a_day_of_our_time])
    until = DateField(_l("Until"), [Optional(), a_day_of_our_time])
    type = SelectField(_l("Event"), validate_choice=False)
    criterion = StringField(_l("Criterion"), [Optional(), Length(max=60)], description=_l("Its number, such as I.18."))
    text = StringField(
        _l("Text"),
        [Optional(), Length(max=200)],
        description=_l("Anything that was recorded: a reason, a file, a value."),
    )

    def offer(self) -> None:
        """Fill the list of events."""
        named = sorted(((key, event_name(key)) for key in listed_types()), key=lambda item: item[1].casefold())
        self.type.choices = choices([("", _l("All")), *named])


class MomentForm(FilterForm):
    """A local date and time; a time without seconds means the whole minute."""

    date = DateField(_l("Date"), [Optional(), a_day_of_our_time])
    time = TimeField(
        _l("Time"),
        [Optional()],
        format=_TIMES,
        description=_l("Everything up to the end of that minute or second counts."),
    )


class VerifyForm(Form):
    """Verification; hashes that were noted elsewhere can be given along."""

    anchors = TextAreaField(
        _l("Hashes of checkpoints that you noted elsewhere"),
        [Optional(), Length(max=20_000)],
        description=_l("Optional, one a line. Verification then also finds that such a checkpoint is gone."),
    )
