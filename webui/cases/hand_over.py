"""Putting a task back, handing one's own over, and a manager's giving it to somebody else."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from webui.auth.guard import current_actor
from webui.cases.blueprint import blueprint
from webui.cases.forms import HandOverForm
from webui.cases.pages import Answer, read_task, refused_task_page, shows_demonstration
from webui.commands import CommandForm
from webui.container import container
from webui.texts import refusal_text
from workflow.errors import InvalidInput, TransitionRefused
from workflow.services.casework.task_view import TaskView
from workflow.services.casework.tasks import DelegateTask, ReassignTask, ReleaseTask


@blueprint.route("/nhiem-vu/<uuid:task_id>/tra-lai", methods=["GET", "POST"])
def release(task_id: UUID) -> Answer:
    """Ask once more, then put the task back for the whole group."""
    view = read_task(task_id)
    form = CommandForm()
    if (refused := _refused_step(view, "release")) is not None:
        return refused
    if not form.validate_on_submit():
        return _page("cases/release.html", view, form)
    try:
        container().tasks.release(
            current_actor(), ReleaseTask(task_id=view.task.id, command_id=form.command_id.data or "")
        )
    except TransitionRefused as error:
        return refused_task_page(task_id, error)
    flash(_("The task waits for its group again. The draft is kept."))
    return redirect(url_for("inbox.index"), 303)


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
        return _page("cases/hand_over.html", view, form, trigger=trigger)
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
        return _page("cases/hand_over.html", view, form, trigger=trigger)
    flash(_("%(person)s has the task now.", person=dict(view.receivers).get(form.user_id.data, "")))
    return redirect(url_for("cases.task", task_id=task_id), 303)


def _refused_step(view: TaskView, trigger: str) -> Answer | None:
    """The task's page with the refusal where the step is not possible as things stand."""
    option = view.option(trigger)
    if option is not None and option.refusal is not None:
        return refused_task_page(UUID(view.task.id), option.refusal)
    return redirect(url_for("cases.task", task_id=view.task.id), 303) if option is None else None


def _page(template: str, view: TaskView, form: Any, **more: Any) -> tuple[str, int]:
    demonstration = shows_demonstration(view.case)
    page = render_template(template, view=view, case=view.case, form=form, demonstration=demonstration, **more)
    return page, 422 if form.errors else 200
