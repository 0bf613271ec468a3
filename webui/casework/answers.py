"""The form of a user task, made from what its definition asks for, and its entries as the services take them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import Field, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.widgets import CheckboxInput, ListWidget

from webui.forms import RevisionForm, choices
from webui.words import plain_number, said, sentence
from workflow.services.casework.completion import LONGEST_REASON
from workflow.services.casework.fields import LONGEST, Entry, FieldProblem
from workflow.services.casework.task_view import FieldView, TaskView
from workflow.services.casework.tasks import SaveDraft
from workflow.spelling import by_name

FIELD = "field-"
CRITERION = "criterion-"
YES_NO = (("true", _l("Yes")), ("false", _l("No")))


class AnswerForm(RevisionForm):
    """What every task asks for; `task_form` adds the definition's fields and the criteria to correct."""

    outcome = RadioField(_l("Result of this task"), validate_choice=False)
    reason = TextAreaField(_l("Reason"), render_kw={"maxlength": LONGEST_REASON})


def with_offices(view: TaskView, people: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The people with what they are, so that nobody takes one for another of the same name; by name."""
    ordered = sorted(people, key=lambda one: by_name(one[1], one[0]))
    return [(user, f"{name} – {said(view.offices[user])}" if user in view.offices else name) for user, name in ordered]


def task_form(view: TaskView, *, sent: bool = True) -> AnswerForm:
    """Return the form as it was sent, or filled with the draft. `sent` false: what this request sent is another form's."""
    fields = [replace(item, people=with_offices(view, item.people)) for item in view.fields]
    made: dict[str, Any] = {FIELD + item.field.id: made_of(item) for item in fields}
    if view.sheet is not None and any(one.outcome.reason_per_criterion for one in view.outcomes):
        made |= {
            CRITERION + key: TextAreaField(_criterion_label(key), render_kw={"maxlength": LONGEST_REASON})
            for key in view.sheet.criteria
        }
    form_class: Callable[..., AnswerForm] = type("TaskForm", (AnswerForm,), made)
    form = form_class(data=_drafted(view)) if sent else form_class(formdata=None, data=_drafted(view))
    form.outcome.choices = choices((one.outcome.id, said(one.outcome.label)) for one in view.outcomes)
    return form


def draft_command(view: TaskView, form: AnswerForm) -> SaveDraft:
    """Return the entries as a draft to be kept."""
    return SaveDraft(
        task_id=view.task.id,
        command_id=form.command,
        outcome=form.outcome.data or (view.outcomes[0].outcome.id if len(view.outcomes) == 1 else ""),
        fields={item.field.id: entry_of(form[FIELD + item.field.id]) for item in view.fields},
        reason=form.reason.data or "",
        criterion_reasons={
            name.removeprefix(CRITERION): form[name].data
            for name in form.data
            if name.startswith(CRITERION) and form[name].data
        },
        revision=form.seen,
    )


def show_problems(view: TaskView, form: AnswerForm, problems: Sequence[FieldProblem]) -> None:
    """Put every problem at its field, in the language of the session."""
    labels = {item.field.id: item.field.label for item in view.fields}
    for problem in problems:
        params = dict(problem.params)
        if "label" in params and problem.field_id in labels:
            params["label"] = labels[problem.field_id]
        text = sentence(problem.template, params)
        name = problem.field_id if problem.field_id in form.data else FIELD + problem.field_id
        if name in form.data:
            form[name].errors = [*form[name].errors, text]
        else:
            form.form_errors.append(text)


def target_of(problem: FieldProblem) -> str:
    """The id of the element on the task's page at which the problem can be mended."""
    return problem.field_id if problem.field_id in ("outcome", "reason") else FIELD + problem.field_id


def shown_entry(view: TaskView, item: FieldView, entry: Entry) -> str:
    """An entry in words, for the page before submitting and for comparing two drafts."""
    if entry in (None, "", []):
        return ""
    if item.field.kind == "boolean":
        return str(dict(YES_NO).get(str(entry), entry))
    if item.field.kind == "choice":
        return next((said(label) for key, label in item.field.choices if key == entry), str(entry))
    if item.field.kind == "users":
        people = dict(with_offices(view, item.people))
        chosen = [entry] if isinstance(entry, str) else entry or []
        return ", ".join(people.get(user, user) for user in chosen)
    return str(entry)


def typed_texts(view: TaskView, command: SaveDraft) -> list[tuple[str, str]]:
    """What somebody has typed, in words: shown where it can no longer be saved, so that nothing is lost."""
    texts = [
        (said(item.field.label), shown_entry(view, item, command.fields.get(item.field.id))) for item in view.fields
    ]
    texts.append((_("Reason"), command.reason))
    texts += [(_criterion_label(key), text) for key, text in command.criterion_reasons.items()]
    return [(label, text) for label, text in texts if text]


def differences(view: TaskView, mine: SaveDraft) -> list[tuple[str, str, str]]:
    """(label, what another window saved, what is typed here) for every entry in which the two differ."""
    theirs: Mapping[str, Any] = view.task.draft or {}
    outcomes = {one.outcome.id: said(one.outcome.label) for one in view.outcomes}
    lines = [(_("Result of this task"), outcomes.get(theirs.get("outcome", ""), ""), outcomes.get(mine.outcome, ""))]
    stored = theirs.get("fields", {})
    for item in view.fields:
        key = item.field.id
        lines.append(
            (
                said(item.field.label),
                shown_entry(view, item, stored.get(key)),
                shown_entry(view, item, mine.fields.get(key)),
            )
        )
    lines.append((_("Reason"), theirs.get("reason", ""), mine.reason))
    reasons = theirs.get("criterion_reasons", {})
    for key in dict.fromkeys([*reasons, *mine.criterion_reasons]):
        lines.append((_criterion_label(key), reasons.get(key, ""), mine.criterion_reasons.get(key, "")))
    return [line for line in lines if line[1] != line[2]]


def _criterion_label(key: str) -> str:
    return str(_("Criterion %(number)s", number=key))


def _drafted(view: TaskView) -> dict[str, Any]:
    draft = view.task.draft or {}
    data: dict[str, Any] = {
        "revision": view.task.revision,
        "outcome": draft.get("outcome") or (view.outcomes[0].outcome.id if len(view.outcomes) == 1 else None),
        "reason": draft.get("reason", ""),
    }
    for item in view.fields:
        single = item.field.kind == "users" and is_single(item)
        entry = item.entry
        if single and isinstance(entry, Sequence) and not isinstance(entry, str):
            entry = next(iter(entry), None)
        data[FIELD + item.field.id] = entry
    reasons = draft.get("criterion_reasons") or {}
    return data | {CRITERION + key: text for key, text in reasons.items()}


def is_single(item: FieldView) -> bool:
    """Whether one person is to be chosen, not several."""
    return item.field.maximum is not None and item.field.maximum.text.strip() == "1"


def entry_of(field: Field) -> Entry:
    """What was entered, as the services take it."""
    data: Any = field.data
    return list(data) if isinstance(data, list | tuple) else data


def made_of(item: FieldView) -> Any:
    """The field of a form that asks for it."""
    return MAKERS[item.field.kind](item, _label(item), said(item.field.hint))


def _text(_item: FieldView, label: str, hint: str) -> StringField:
    return StringField(label, description=hint, render_kw={"maxlength": LONGEST["text"]})


def _long_text(_item: FieldView, label: str, hint: str) -> TextAreaField:
    return TextAreaField(label, description=hint, render_kw={"maxlength": LONGEST["longtext"]})


def _date(_item: FieldView, label: str, hint: str) -> StringField:
    hint = hint or _("For example %(example)s", example="31/12/2023")
    return StringField(label, description=hint, render_kw={"inputmode": "numeric", "autocomplete": "off"})


def _number(_item: FieldView, label: str, hint: str) -> StringField:
    return StringField(label, description=hint, render_kw={"inputmode": "decimal"}, filters=[_number_text])


def _yes_or_no(item: FieldView, label: str, hint: str) -> RadioField:
    return _one_of(item, label, hint, YES_NO, _("No answer"))


def _choice(item: FieldView, label: str, hint: str) -> RadioField:
    offered = [(key, said(one)) for key, one in item.field.choices]
    return _one_of(item, label, hint, offered, _("None of these"))


def _one_of(item: FieldView, label: str, hint: str, offered: Sequence[tuple[str, Any]], none: str) -> RadioField:
    """One may be chosen; what need not be chosen can be unchosen again. Nothing is chosen beforehand."""
    unchosen = [] if item.field.required else [("", none)]
    return RadioField(label, description=hint, choices=choices([*offered, *unchosen]), validate_choice=False)


def _users(item: FieldView, label: str, hint: str) -> RadioField | SelectMultipleField:
    if is_single(item):
        return _one_of(item, label, hint, item.people, _("Nobody"))
    return SelectMultipleField(
        label,
        description=hint or _("Choose all who apply."),
        choices=choices(item.people),
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


MAKERS: Mapping[str, Callable[[FieldView, str, str], Field]] = {
    "text": _text,
    "longtext": _long_text,
    "date": _date,
    "integer": _number,
    "decimal": _number,
    "boolean": _yes_or_no,
    "choice": _choice,
    "users": _users,
}
"""Kind of field → how it is drawn."""


def _label(item: FieldView) -> str:
    label = said(item.field.label)
    return label if item.field.required else _("%(label)s (optional)", label=label)


def _number_text(value: Any) -> Any:
    return plain_number(value) if value is not None and not isinstance(value, str) else value
