"""One task: taken, begun, what it asks for entered, put back, handed over. The draft is kept all the while."""

from collections.abc import Iterable
from uuid import UUID

from flask import Response as FlaskResponse, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.validators import DataRequired, InputRequired

from webui.casework.answers import (
    differences,
    draft_command,
    show_problems,
    task_form,
    typed_texts,
    with_offices,
)
from webui.casework.area import blueprint
from webui.casework.pages import (
    REASON_LENGTH,
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
from webui.forms import CommandForm, Length, choices
from webui.guard import current_actor
from webui.pages import Attempt, done, status
from workflow.errors import Conflict, TransitionRefused
from workflow.services.casework.task_view import TaskView
from workflow.services.casework.tasks import ClaimTask, DelegateTask, ReassignTask, ReleaseTask, StartTask, TakeTask
from workflow.spelling import fits, sought


class HandOverForm(ReasonForm):
    """Who is to get the task."""

    user_id = RadioField(_l("Who is to get the task"), [InputRequired(_l("Say who is to get the task."))])
    confirmed = HiddenField()

    def offer(self, people: Iterable[tuple[str, str]]) -> None:
        """Fill the list; nobody is chosen beforehand."""
        self.user_id.choices = choices(people)


class GiveForm(HandOverForm):
    """Who is to get the task from somebody else, and why: asked before the choice is shown once more."""

    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Give a reason.")), Length(max=REASON_LENGTH)],
        description=_l("It becomes part of the case's record."),
    )


@blueprint.get("/nhiem-vu/<uuid:task_id>")
def task(task_id: UUID) -> ResponseReturnValue:
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
def claim(task_id: UUID) -> ResponseReturnValue:
    """Take the task."""
    command = ClaimTask(task_id=str(task_id), command_id=button_command())
    with Attempt() as attempt:
        container().tasks.claim(current_actor(), command)
        return done(url_for(".task", task_id=task_id), _("You have claimed this task."))
    return refused_task_page(task_id, attempt.refusal)


@blueprint.post("/nhiem-vu/<uuid:task_id>/lam")
def take(task_id: UUID) -> ResponseReturnValue:
    """Take the task and begin: one act, from the list or from its page."""
    command = TakeTask(task_id=str(task_id), command_id=button_command())
    with Attempt() as attempt:
        container().tasks.take(current_actor(), command)
        criteria = (
            read_task(task_id).sheet is not None
        )  # where there is work: criteria are judged before a form is filled in
        return done(url_for(".criteria" if criteria else ".task", task_id=task_id))
    return refused_task_page(task_id, attempt.refusal)


@blueprint.post("/nhiem-vu/<uuid:task_id>/bat-dau")
def start(task_id: UUID) -> ResponseReturnValue:
    """Begin working."""
    command = StartTask(task_id=str(task_id), command_id=button_command())
    with Attempt() as attempt:
        container().tasks.start(current_actor(), command)
        return done(url_for(".task", task_id=task_id))
    return refused_task_page(task_id, attempt.refusal)


@blueprint.post("/nhiem-vu/<uuid:task_id>")
def work(task_id: UUID) -> ResponseReturnValue:
    """Keep the draft; with `then=check` go on to the check before submitting, unless an entry is wrong."""
    view = read_task(task_id)
    form = task_form(view)
    if not form.validate():
        return task_page(view, form=form, status=422)
    command = draft_command(view, form)
    with Attempt() as attempt:
        container().tasks.save_draft(current_actor(), command)
    match attempt.refusal:
        case None:
            return _saved(task_id)
        case TransitionRefused() as refusal:
            return refused_task_page(task_id, refusal, typed_texts(view, command))
        case Conflict():
            return _conflict(task_id)
        case refusal:
            return task_page(view, form=form, refusal=refusal, status=422)


def _saved(task_id: UUID) -> ResponseReturnValue:
    if request.form.get("then") != "check":
        return done(url_for(".task", task_id=task_id), _("Draft saved."))
    _view, _answers, findings = container().task_views.check(current_actor(), str(task_id))
    if findings.problems:  # shown by GET: to load that page again sends nothing
        return done(f"{url_for('.task', task_id=task_id)}?kiem-tra=1")
    return done(url_for(".check", task_id=task_id))


@blueprint.post("/nhiem-vu/<uuid:task_id>/luu-nhap")
def autosave(task_id: UUID) -> ResponseReturnValue:
    """Keep the draft while somebody types; the answer has no page, only the status and the new revision."""
    view = read_task(task_id)
    form = task_form(view)
    if not form.validate():
        return FlaskResponse(status=422)
    with Attempt() as attempt:
        revision = container().tasks.save_draft(current_actor(), draft_command(view, form))
        return FlaskResponse(status=204, headers={"X-Revision": str(revision)})
    return FlaskResponse(status=attempt.status)


def _conflict(task_id: UUID) -> ResponseReturnValue:
    """Another window saved in between: show what, and keep what was typed here."""
    fresh = read_task(task_id)
    form = task_form(fresh)
    mine = draft_command(fresh, form)
    form.revision.data = str(fresh.task.revision)
    compared = differences(fresh, mine)
    return task_page(fresh, form=form, compared=compared, status=409)


# Putting a task back, handing one's own over, and a manager's giving it to somebody else.


@blueprint.route("/nhiem-vu/<uuid:task_id>/tra-lai", methods=["GET", "POST"])
def release(task_id: UUID) -> ResponseReturnValue:
    """Ask once more, then put the task back for the whole group."""
    view = read_task(task_id)
    form = CommandForm()
    if (refused := _refused_step(view, "release")) is not None:
        return refused
    if not form.validate_on_submit():
        return _page("casework/release.html", view, form)
    command = ReleaseTask(task_id=view.task.id, command_id=form.command)
    with Attempt() as attempt:
        container().tasks.release(current_actor(), command)
        return done(url_for(".inbox"), _("The task waits for its group again. The draft is kept."))
    return refused_task_page(task_id, attempt.refusal)


@blueprint.route("/nhiem-vu/<uuid:task_id>/chuyen-giao", methods=["GET", "POST"])
def delegate(task_id: UUID) -> ResponseReturnValue:
    """Hand one's own task over to another candidate."""
    return _hand_over(task_id, "delegate", HandOverForm())


@blueprint.route("/nhiem-vu/<uuid:task_id>/giao-lai", methods=["GET", "POST"])
def reassign(task_id: UUID) -> ResponseReturnValue:
    """As a manager, give the task to a candidate."""
    return _hand_over(task_id, "reassign", GiveForm())


def _hand_over(task_id: UUID, trigger: str, form: HandOverForm) -> ResponseReturnValue:
    view = read_task(task_id, receivers=True)
    people = with_offices(view, view.receivers)
    wanted = request.args.get("tim", "").strip()
    words = sought(wanted)
    form.offer(one for one in people if not wanted or fits(words, one[1]))
    if (refused := _refused_step(view, trigger)) is not None:
        return refused
    if form.validate_on_submit():
        receiver, reason = form.user_id.data, form.reason.data or ""
        if form.confirmed.data != "yes":
            form.confirmed.data = "yes"
            return _page("casework/hand_over_confirm.html", view, form, trigger=trigger, chosen=dict(people)[receiver])
        with Attempt(form):
            if trigger == "delegate":
                handed = DelegateTask(task_id=view.task.id, user_id=receiver, reason=reason, command_id=form.command)
                container().tasks.delegate(current_actor(), handed)
            else:
                given = ReassignTask(task_id=view.task.id, user_id=receiver, reason=reason, command_id=form.command)
                container().tasks.reassign(current_actor(), given)
            text = _("%(person)s has the task now.", person=dict(view.receivers).get(receiver, ""))
            return done(url_for(".task", task_id=task_id), text)
    return _page("casework/hand_over.html", view, form, trigger=trigger, wanted=wanted)


def _refused_step(view: TaskView, trigger: str) -> ResponseReturnValue | None:
    """The task's page with the refusal where the step is not possible as things stand."""
    option = view.option(trigger)
    if option is not None and option.refusal is not None:
        return refused_task_page(UUID(view.task.id), option.refusal)
    return done(url_for(".task", task_id=view.task.id)) if option is None else None


def _page(template: str, view: TaskView, form: CommandForm, **more: str) -> ResponseReturnValue:
    demonstration = shows_demonstration(view.case)
    page = render_template(template, view=view, case=view.case, form=form, demonstration=demonstration, **more)
    return page, status(form)
