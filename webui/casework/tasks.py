"""One task: taken, begun, what it asks for entered, put back, handed over. The draft is kept all the while."""

from typing import Any
from uuid import UUID

from flask import Response as FlaskResponse, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import InputRequired

from webui.casework.answers import differences, draft_command, show_problems, task_form, typed_texts
from webui.casework.area import blueprint
from webui.casework.pages import (
    Answer,
    ReasonForm,
    button_command,
    is_working,
    note_reading,
    read_task,
    refused_task_page,
    shows_demonstration,
    task_page,
)
from webui.container import container
from webui.errors import refusal_text
from webui.forms import CommandForm, choices
from webui.guard import current_actor
from workflow.errors import Conflict, InvalidInput, TransitionRefused
from workflow.services.casework.task_view import TaskView
from workflow.services.casework.tasks import ClaimTask, DelegateTask, ReassignTask, ReleaseTask, StartTask


class HandOverForm(ReasonForm):
    """Who is to get the task."""

    user_id = RadioField(_l("Who is to get the task"), [InputRequired(_l("Say who is to get the task."))])

    def offer(self, people: "list[tuple[str, str]] | tuple[tuple[str, str], ...]") -> None:
        """Fill the list."""
        self.user_id.choices = choices(people)


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
    return redirect(url_for("casework.task", task_id=task_id), 303)


@blueprint.post("/nhiem-vu/<uuid:task_id>/bat-dau")
def start(task_id: UUID) -> Answer:
    """Begin working."""
    try:
        container().tasks.start(current_actor(), StartTask(task_id=str(task_id), command_id=button_command()))
    except TransitionRefused as error:
        return refused_task_page(task_id, error)
    return redirect(url_for("casework.task", task_id=task_id), 303)


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
        return redirect(url_for("casework.task", task_id=task_id), 303)
    _view, _answers, findings = container().task_views.check(actor, str(task_id))
    if findings.problems:  # shown by GET: to load that page again sends nothing
        return redirect(f"{url_for('casework.task', task_id=task_id)}?kiem-tra=1", 303)
    return redirect(url_for("casework.check", task_id=task_id), 303)


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


# Putting a task back, handing one's own over, and a manager's giving it to somebody else.


@blueprint.route("/nhiem-vu/<uuid:task_id>/tra-lai", methods=["GET", "POST"])
def release(task_id: UUID) -> Answer:
    """Ask once more, then put the task back for the whole group."""
    view = read_task(task_id)
    form = CommandForm()
    if (refused := _refused_step(view, "release")) is not None:
        return refused
    if not form.validate_on_submit():
        return _page("casework/release.html", view, form)
    try:
        container().tasks.release(
            current_actor(), ReleaseTask(task_id=view.task.id, command_id=form.command_id.data or "")
        )
    except TransitionRefused as error:
        return refused_task_page(task_id, error)
    flash(_("The task waits for its group again. The draft is kept."))
    return redirect(url_for("casework.inbox"), 303)


@blueprint.route("/nhiem-vu/<uuid:task_id>/chuyen-giao", methods=["GET", "POST"])
def delegate(task_id: UUID) -> Answer:
    """Hand one's own task over to another candidate."""
    return _hand_over(task_id, "delegate")


@blueprint.route("/nhiem-vu/<uuid:task_id>/giao-lai", methods=["GET", "POST"])
def reassign(task_id: UUID) -> Answer:
    """As a manager, give the task to a candidate."""
    return _hand_over(task_id, "reassign")


def _hand_over(task_id: UUID, trigger: str) -> Answer:
    view = read_task(task_id)
    form = HandOverForm()
    form.offer(list(view.receivers))
    if (refused := _refused_step(view, trigger)) is not None:
        return refused
    if not form.validate_on_submit():
        return _page("casework/hand_over.html", view, form, trigger=trigger)
    kind = DelegateTask if trigger == "delegate" else ReassignTask
    command = kind(
        task_id=view.task.id,
        user_id=form.user_id.data,
        reason=form.reason.data or "",
        command_id=form.command_id.data or "",
    )
    try:
        getattr(container().tasks, trigger)(current_actor(), command)
    except (TransitionRefused, InvalidInput) as error:
        form.form_errors.append(refusal_text(error))
        return _page("casework/hand_over.html", view, form, trigger=trigger)
    flash(_("%(person)s has the task now.", person=dict(view.receivers).get(form.user_id.data, "")))
    return redirect(url_for("casework.task", task_id=task_id), 303)


def _refused_step(view: TaskView, trigger: str) -> Answer | None:
    """The task's page with the refusal where the step is not possible as things stand."""
    option = view.option(trigger)
    if option is not None and option.refusal is not None:
        return refused_task_page(UUID(view.task.id), option.refusal)
    return redirect(url_for("casework.task", task_id=view.task.id), 303) if option is None else None


def _page(template: str, view: TaskView, form: Any, **more: Any) -> tuple[str, int]:
    demonstration = shows_demonstration(view.case)
    page = render_template(template, view=view, case=view.case, form=form, demonstration=demonstration, **more)
    return page, 422 if form.errors else 200
