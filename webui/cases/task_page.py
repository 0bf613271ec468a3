"""One task: taking it, beginning, entering what it asks for; the draft is kept all the while."""

from uuid import UUID

from flask import Response as FlaskResponse, flash, redirect, request, url_for
from flask_babel import gettext as _

from webui.auth.guard import current_actor
from webui.cases.answers import differences, draft_command, show_problems, task_form, typed_texts
from webui.cases.blueprint import blueprint
from webui.cases.pages import Answer, button_command, is_working, note_reading, read_task, refused_task_page, task_page
from webui.container import container
from workflow.errors import Conflict, InvalidInput, TransitionRefused
from workflow.services.casework.tasks import ClaimTask, StartTask


@blueprint.get("/nhiem-vu/<uuid:task_id>")
def task(task_id: UUID) -> Answer:
    """The task's page; with `kiem-tra` in the address, what is wrong in the saved draft stands at its fields."""
    if "kiem-tra" not in request.args:
        return task_page(read_task(task_id))
    view, _answers, findings = container().task_views.check(current_actor(), str(task_id))
    note_reading(view.case.id)
    form = task_form(view, sent=False)
    if is_working(view):
        show_problems(view, form, findings.problems)
    return task_page(view, form=form)


@blueprint.post("/nhiem-vu/<uuid:task_id>/nhan")
def claim(task_id: UUID) -> Answer:
    """Take the task."""
    try:
        container().tasks.claim(current_actor(), ClaimTask(task_id=str(task_id), command_id=button_command()))
    except TransitionRefused as error:
        return refused_task_page(task_id, error)
    flash(_("You have claimed this task."))
    return redirect(url_for("cases.task", task_id=task_id), 303)


@blueprint.post("/nhiem-vu/<uuid:task_id>/bat-dau")
def start(task_id: UUID) -> Answer:
    """Begin working."""
    try:
        container().tasks.start(current_actor(), StartTask(task_id=str(task_id), command_id=button_command()))
    except TransitionRefused as error:
        return refused_task_page(task_id, error)
    return redirect(url_for("cases.task", task_id=task_id), 303)


@blueprint.post("/nhiem-vu/<uuid:task_id>")
def work(task_id: UUID) -> Answer:
    """Keep the draft; with `then=check` go on to the check before submitting, unless an entry is wrong."""
    view = read_task(task_id)
    form = task_form(view)
    if not form.validate():
        return task_page(view, form=form, status=422)
    command = draft_command(view, form)
    actor = current_actor()
    try:
        container().tasks.save_draft(actor, command)
    except TransitionRefused as error:
        return refused_task_page(task_id, error, typed_texts(view, command))
    except InvalidInput as error:
        return task_page(view, form=form, refusal=error, status=422)
    except Conflict:
        return _conflict(task_id)
    if form_then() != "check":
        flash(_("Draft saved."))
        return redirect(url_for("cases.task", task_id=task_id), 303)
    _view, _answers, findings = container().task_views.check(actor, str(task_id))
    if findings.problems:  # shown by GET: to load that page again sends nothing
        return redirect(f"{url_for('cases.task', task_id=task_id)}?kiem-tra=1", 303)
    return redirect(url_for("cases.check", task_id=task_id), 303)


@blueprint.post("/nhiem-vu/<uuid:task_id>/luu-nhap")
def autosave(task_id: UUID) -> Answer:
    """Keep the draft while somebody types; the answer has no page, only the status and the new revision."""
    view = read_task(task_id)
    form = task_form(view)
    if not form.validate():
        return FlaskResponse(status=422)
    try:
        revision = container().tasks.save_draft(current_actor(), draft_command(view, form))
    except (Conflict, TransitionRefused):
        return FlaskResponse(status=409)
    except InvalidInput:
        return FlaskResponse(status=422)
    return FlaskResponse(status=204, headers={"X-Revision": str(revision)})


def form_then() -> str:
    """Return which of the form's buttons was pressed."""
    return request.form.get("then", "")


def _conflict(task_id: UUID) -> Answer:
    """Another window saved in between: show what, and keep what was typed here."""
    fresh = read_task(task_id)
    form = task_form(fresh)
    mine = draft_command(fresh, form)
    form.revision.data = str(fresh.task.revision)
    compared = differences(fresh, mine)
    return task_page(fresh, form=form, compared=compared, status=409)
