"""The form of one criterion: a result, its figures, a statement, a reason."""

import re
from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import Regexp

from webui.commands import CommandForm
from webui.forms import choices
from webui.texts import RESULTS, plain_number, sentence
from webui.words import said
from workflow.services.casework.assessments import SaveResult
from workflow.services.casework.fields import FieldProblem
from workflow.services.casework.task_view import CriterionView

FIGURE = "figure-"


class CriterionForm(CommandForm):
    """What every criterion asks for; `criterion_form` adds its figures. No revision: nothing has been saved yet."""

    revision = HiddenField(validators=[Regexp(r"[0-9]{0,9}", matcher=re.fullmatch)])  # type: ignore[call-arg] # its stubs are of 3.2
    result = RadioField(_l("Result"), validate_choice=False)
    statement = TextAreaField(_l("What was done, what was found"))
    reason = TextAreaField(_l("Reason"))


def criterion_form(view: CriterionView, *, evaluates: bool, sent: bool = True) -> CriterionForm:
    """Return the form as it was sent, or filled with what is stored.

    `evaluates`: there are earlier levels to compare with. `sent` false: what this request sent is another form's.
    """
    criterion, row = view.criterion, view.row
    made: dict[str, Any] = {
        FIGURE + figure.id: StringField(
            said(figure.label),
            description=_("Unit: %(unit)s", unit=said(figure.unit)),
            render_kw={"inputmode": "decimal", "autocomplete": "off"},
        )
        for figure in criterion.figures
    }
    form_class: Callable[..., CriterionForm] = type("OneCriterionForm", (CriterionForm,), made)
    others = {} if sent else {"formdata": None}
    form = form_class(
        **others,
        prefix=f"{criterion.id}-",
        data={
            "revision": str(row.revision) if row is not None and row.revision else "",
            "result": row.result if row else None,
            "statement": row.statement if row else "",
            "reason": row.reason if row else "",
            **{FIGURE + key: plain_number(text) for key, text in (row.figures if row else {}).items()},
        },
    )
    allowed = [key for key in RESULTS if key != "not_applicable" or criterion.not_applicable_allowed]
    form.result.choices = choices((key, RESULTS[key][0]) for key in allowed)
    form.reason.description = _reason_hint(evaluates, judged=bool(criterion.figures))
    if not evaluates and not criterion.figures and not form.reason.data:
        del form.reason  # nothing to differ from, no figures to explain
    return form


def _reason_hint(evaluates: bool, *, judged: bool) -> Any:
    if evaluates and judged:
        return _l(
            "Needed where your result differs from the former level's, or where the figures leave it to your judgement."
        )
    if evaluates:
        return _l("Needed only where your result differs from the former level's.")
    return _l("Needed where the figures leave it to your judgement.")


def save_command(task_id: str, view: CriterionView, form: CriterionForm) -> SaveResult:
    """Return the entries as the service takes them."""
    return SaveResult(
        task_id=task_id,
        criterion_id=view.criterion.id,
        result=form.result.data or None,
        figures={figure.id: form[FIGURE + figure.id].data or "" for figure in view.criterion.figures},
        statement=form.statement.data or "",
        reason=(form.reason.data or "") if "reason" in form else "",
        revision=int(form.revision.data or 0),
        command_id=form.command_id.data or "",
    )


def show_problems(form: CriterionForm, problems: tuple[FieldProblem, ...]) -> None:
    """Put every problem at its field."""
    for problem in problems:
        name = problem.field_id if problem.field_id in form.data else FIGURE + problem.field_id
        text = sentence(problem.template, problem.params)
        form[name].errors = [*form[name].errors, text]


def typed_texts(view: CriterionView, form: CriterionForm) -> list[tuple[str, str]]:
    """What somebody has typed, in words: shown where it can no longer be saved, so that nothing is lost."""
    chosen = RESULTS.get(form.result.data or "")
    texts = [(said(figure.label), form[FIGURE + figure.id].data) for figure in view.criterion.figures]
    texts += [(form.result.label.text, str(chosen[0]) if chosen else "")]
    texts += [(field.label.text, field.data) for field in form if field.short_name in ("statement", "reason")]
    return [(str(label), text) for label, text in texts if text]
