"""The criteria of a task: one a page, or all on one; each is saved by itself."""

from typing import Any
from uuid import UUID

from flask import Response as FlaskResponse, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from webui.auth.guard import current_actor
from webui.cases.blueprint import blueprint
from webui.cases.criterion_form import CriterionForm, criterion_form, save_command, show_problems, typed_texts
from webui.cases.forms import CommentForm, UploadForm
from webui.cases.pages import Answer, is_working, read_task, shows_demonstration
from webui.container import container
from webui.texts import refusal_text
from workflow.errors import Conflict, TransitionRefused, WorkflowError
from workflow.ids import new_id
from workflow.services.casework.fields import FormRefused
from workflow.services.casework.task_view import CriterionView, SheetView, TaskView


@blueprint.get("/nhiem-vu/<uuid:task_id>/tieu-chi")
def criteria(task_id: UUID) -> Answer:
    """All criteria on one page."""
    view = read_task(task_id)
    sheet = _sheet(view)
    forms = {key: _form(view, one) for key, one in sheet.criteria.items()} if is_working(view) else {}
    return render_template("cases/criteria.html", view=view, case=view.case, forms=forms, **_common(view))


@blueprint.get("/nhiem-vu/<uuid:task_id>/tieu-chi/<criterion_id>")
def criterion(task_id: UUID, criterion_id: str) -> Answer:
    """One criterion: this level's entries, earlier levels beside them, evidence, comments."""
    view = read_task(task_id)
    return criterion_page(view, _criterion(view, criterion_id))


@blueprint.post("/nhiem-vu/<uuid:task_id>/tieu-chi/<criterion_id>")
def save_criterion(task_id: UUID, criterion_id: str) -> Answer:
    """Save one criterion; then stay, go to the next one, or back to the page with all of them."""
    view = read_task(task_id)
    one = _criterion(view, criterion_id)
    form = _form(view, one)
    if not form.validate():
        return criterion_page(view, one, form=form, status=422)
    try:
        container().assessments.save_result(current_actor(), save_command(str(task_id), one, form))
    except FormRefused as error:
        show_problems(form, error.problems)
        return criterion_page(view, one, form=form, status=422)
    except TransitionRefused as error:
        return criterion_page(view, one, form=form, refusal=error, status=409)
    except Conflict:
        return _conflict(task_id, criterion_id)
    return redirect(_next_address(task_id, criterion_id), 303)


@blueprint.post("/nhiem-vu/<uuid:task_id>/tieu-chi/<criterion_id>/luu-nhap")
def autosave_criterion(task_id: UUID, criterion_id: str) -> Answer:
    """Save one criterion while somebody types: no page, only the status and the new revision."""
    view = read_task(task_id)
    one = _criterion(view, criterion_id)
    form = _form(view, one)
    if not form.validate():
        return FlaskResponse(status=422)
    try:
        saved = container().assessments.save_result(current_actor(), save_command(str(task_id), one, form))
    except FormRefused:
        return FlaskResponse(status=422)
    except (Conflict, TransitionRefused):
        return FlaskResponse(status=409)
    return FlaskResponse(status=204, headers={"X-Revision": str(saved.revision)})


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
    remarks = [remark for remark in view.comments if remark.criterion_id == one.criterion.id]
    page = render_template(
        "cases/criterion.html",
        view=view,
        case=view.case,
        one=one,
        group=next(group for group, views in _sheet(view).groups if _holds(views, one)),
        form=form or _form(view, one, sent=False),
        upload=upload or UploadForm(formdata=None),
        comment=CommentForm(formdata=None),
        remarks=remarks,
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


def _conflict(task_id: UUID, criterion_id: str) -> Answer:
    """Somebody saved this criterion in between: show what, keep what was typed, save over it only when asked again."""
    fresh = read_task(task_id)
    one = _criterion(fresh, criterion_id)
    form = _form(fresh, one)
    form.revision.data = str(one.row.revision if one.row else "")
    return criterion_page(fresh, one, form=form, theirs=one, status=409)


def _next_address(task_id: UUID, criterion_id: str) -> str:
    """Where to go on: an entry that still lacks something keeps the person on its page."""
    then = request.form.get("then", "")
    here = url_for("cases.criterion", task_id=task_id, criterion_id=criterion_id)
    if then == "all":
        return url_for("cases.criteria", task_id=task_id, _anchor=f"criterion-{criterion_id}")
    view = read_task(task_id)
    one = _criterion(view, criterion_id)
    if one.problems or one.needs_reason:
        flash(_("Saved. Something still needs your attention below."), "warning")
        return here
    flash(_("Criterion %(number)s has been saved.", number=criterion_id))
    if then != "next":
        return here
    keys = list(_sheet(view).criteria)
    following = keys[keys.index(criterion_id) + 1 :]
    if not following:
        return url_for("cases.task", task_id=task_id)
    return url_for("cases.criterion", task_id=task_id, criterion_id=following[0])


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


def _holds(views: Any, one: CriterionView) -> bool:
    return any(other.criterion.id == one.criterion.id for other in views)
