"""The criteria of a task: one a page, or all on one; each is saved by itself."""

import re
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from flask import Response as FlaskResponse, abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import Regexp

from webui.casework.area import blueprint
from webui.casework.pages import CommentForm, UploadForm, is_working, read_task, remarks_on, shows_demonstration
from webui.container import container
from webui.errors import refusal_text
from webui.forms import RevisionForm, choices
from webui.guard import current_actor
from webui.pages import Attempt, done
from webui.words import RESULTS, plain_number, said, sentence
from workflow.errors import Conflict, WorkflowError
from workflow.ids import new_id
from workflow.services.casework.assessments import LONGEST, SaveResult
from workflow.services.casework.criteria.judgements import LookAtCriterion
from workflow.services.casework.fields import FieldProblem, FormRefused
from workflow.services.casework.task_view import CriterionView, SheetView, TaskView

FIGURE = "figure-"


class CriterionForm(RevisionForm):
    """What every criterion asks for; `criterion_form` adds its figures. No revision: nothing has been saved yet."""

    revision = HiddenField(validators=[Regexp(r"[0-9]{0,9}", matcher=re.fullmatch)])  # type: ignore[call-arg] # its stubs are of 3.2
    result = RadioField(_l("Result"), validate_choice=False)
    statement = TextAreaField(_l("What was done, what was found"), render_kw={"maxlength": LONGEST})
    reason = TextAreaField(_l("Reason"), render_kw={"maxlength": LONGEST})


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
        revision=form.seen,
        command_id=form.command,
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


# The criteria of a task: one a page, or all on one; each is saved by itself.


@blueprint.get("/nhiem-vu/<uuid:task_id>/tieu-chi")
def criteria(task_id: UUID) -> ResponseReturnValue:
    """All criteria on one page."""
    view = read_task(task_id)
    sheet = _sheet(view)
    forms = {key: _form(view, one) for key, one in sheet.criteria.items()} if is_working(view) else {}
    return render_template("casework/criteria.html", view=view, case=view.case, forms=forms, **_common(view))


@blueprint.get("/nhiem-vu/<uuid:task_id>/tieu-chi/<criterion_id>")
def criterion(task_id: UUID, criterion_id: str) -> ResponseReturnValue:
    """One criterion: this level's entries, earlier levels beside them, evidence, comments."""
    view = look_at(read_task(task_id), criterion_id)
    return criterion_page(view, _criterion(view, criterion_id))


def look_at(view: TaskView, criterion_id: str, evidence_id: str | None = None) -> TaskView:
    """Put down that whoever has the task has opened this row, or this file of it, and return the task as it then stands.

    What a browser fetches beforehand or for another site nobody has looked at.
    """
    one = _criterion(view, criterion_id)
    known = one.mine.state != "unseen" and (evidence_id is None or evidence_id in one.mine.opened)
    fetched = request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none")
    if known or fetched or "prefetch" in request.headers.get("Sec-Purpose", "") or not is_working(view):
        return view
    look = LookAtCriterion(task_id=view.task.id, criterion_id=criterion_id, evidence_id=evidence_id)
    container().judgements.look(current_actor(), look)
    return container().task_views.view(current_actor(), view.task.id)


@blueprint.post("/nhiem-vu/<uuid:task_id>/tieu-chi/<criterion_id>")
def save_criterion(task_id: UUID, criterion_id: str) -> ResponseReturnValue:
    """Save one criterion; then stay, go to the next one, or back to the page with all of them."""
    view = read_task(task_id)
    one = _criterion(view, criterion_id)
    form = _form(view, one)
    if not form.validate():
        return criterion_page(view, one, form=form, status=422)
    with Attempt() as attempt:
        container().assessments.save_result(current_actor(), save_command(str(task_id), one, form))
    match attempt.refusal:
        case None:
            return done(_next_address(task_id, criterion_id))
        case FormRefused() as refused:
            show_problems(form, refused.problems)
            return criterion_page(view, one, form=form, status=422)
        case Conflict():
            return _conflict(task_id, criterion_id)
        case refusal:
            return criterion_page(view, one, form=form, refusal=refusal, status=attempt.status)


@blueprint.post("/nhiem-vu/<uuid:task_id>/tieu-chi/<criterion_id>/luu-nhap")
def autosave_criterion(task_id: UUID, criterion_id: str) -> ResponseReturnValue:
    """Save one criterion while somebody types: the new revision, and the parts of the page that the save changes."""
    view = read_task(task_id)
    one = _criterion(view, criterion_id)
    form = _form(view, one)
    if not form.validate():
        return FlaskResponse(status=422)
    with Attempt() as attempt:
        saved = container().assessments.save_result(current_actor(), save_command(str(task_id), one, form))
        fresh = read_task(task_id)
        parts = render_template("casework/_autosaved.html", view=fresh, one=_criterion(fresh, criterion_id))
        return FlaskResponse(parts, headers={"X-Revision": str(saved.revision)})
    return FlaskResponse(status=attempt.status)


def criterion_page(
    view: TaskView,
    one: CriterionView,
    *,
    form: CriterionForm | None = None,
    upload: UploadForm | None = None,
    refusal: WorkflowError | None = None,
    theirs: CriterionView | None = None,
    status: int = 200,
) -> tuple[str, int]:
    """Return the page of one criterion. `theirs`: what another window saved in between."""
    keys = list(_sheet(view).criteria)
    at = keys.index(one.criterion.id)
    page = render_template(
        "casework/criterion.html",
        view=view,
        case=view.case,
        one=one,
        group=next(group for group, views in _sheet(view).groups if _holds(views, one)),
        form=form or _form(view, one, sent=False),
        upload=upload or UploadForm(formdata=None),
        comment=CommentForm(formdata=None),
        **remarks_on(view.case.id, one.criterion.id),
        refusal=refusal_text(refusal) if refusal else None,
        theirs=theirs,
        theirs_is_mine=bool(theirs and theirs.row and theirs.row.changed_by == current_actor().user_id),
        typed=typed_texts(one, form) if form is not None and refusal is not None else (),
        position=(at + 1, len(keys)),
        before=keys[at - 1] if at else None,
        after=keys[at + 1] if at + 1 < len(keys) else None,
        **_common(view),
    )
    return page, status


def _conflict(task_id: UUID, criterion_id: str) -> ResponseReturnValue:
    """Somebody saved this criterion in between: show what, keep what was typed, save over it only when asked again."""
    fresh = read_task(task_id)
    one = _criterion(fresh, criterion_id)
    form = _form(fresh, one)
    form.revision.data = str(one.row.revision if one.row else "")
    return criterion_page(fresh, one, form=form, theirs=one, status=409)


def _next_address(task_id: UUID, criterion_id: str) -> str:
    """Where to go on: an entry that must be corrected or explained keeps the person on its page."""
    then = request.form.get("then", "")
    here = url_for("casework.criterion", task_id=task_id, criterion_id=criterion_id)
    if then == "all":
        return url_for("casework.criteria", task_id=task_id, _anchor=f"criterion-{criterion_id}")
    view = read_task(task_id)
    one = _criterion(view, criterion_id)
    if one.standing in ("faulty", "unexplained"):
        flash(_("Saved. Something still needs your attention below."), "warning")
        return here
    if one.standing == "incomplete":
        missing = _(
            "Criterion %(number)s has been saved; figures, a statement or a file of evidence are still missing.",
            number=criterion_id,
        )
        flash(missing, "warning")
    else:
        flash(_("Criterion %(number)s has been saved.", number=criterion_id))
    if then != "next":
        return here
    keys = list(_sheet(view).criteria)
    following = keys[keys.index(criterion_id) + 1 :]
    if not following:
        return url_for("casework.task", task_id=task_id)
    return url_for("casework.criterion", task_id=task_id, criterion_id=following[0])


def _common(view: TaskView) -> dict[str, Any]:
    return {
        "working": is_working(view),
        "command_id": new_id,
        "demonstration": shows_demonstration(view.case),
    }


def _form(view: TaskView, one: CriterionView, *, sent: bool = True) -> CriterionForm:
    return criterion_form(one, evaluates=bool(one.earlier), sent=sent)


def _sheet(view: TaskView) -> SheetView:
    if view.sheet is None:
        abort(404)
    return view.sheet


def _criterion(view: TaskView, criterion_id: str) -> CriterionView:
    found = _sheet(view).criteria.get(criterion_id)
    if found is None:
        abort(404)
    return found


def _holds(views: Iterable[CriterionView], one: CriterionView) -> bool:
    return any(other.criterion.id == one.criterion.id for other in views)
