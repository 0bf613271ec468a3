"""Several tasks of the list at once: claimed, handed over, decided. A page names each first, another says what became of each."""

from dataclasses import replace
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l, ngettext
from wtforms import HiddenField, RadioField
from wtforms.validators import InputRequired

from webui.casework.answers import AnswerForm, draft_command, show_problems, shown_entry, task_form
from webui.casework.area import blueprint
from webui.casework.inbox import next_task
from webui.casework.pages import ReasonForm
from webui.container import container
from webui.errors import refusal_text
from webui.forms import CommandForm, choices
from webui.guard import current_actor
from webui.links import safe_path
from webui.pages import done, status
from webui.words import said, sentence
from workflow.services.casework.completion import Answers
from workflow.services.casework.fields import FormRefused
from workflow.services.casework.queue.several import (
    Batch,
    ClaimTasks,
    DecideTasks,
    HandOverTasks,
    Line,
    Seen,
)
from workflow.services.casework.task_view import TaskView

OURS = {"csrf_token", "command_id", "task", "back", "confirmed", "revision"}
"""What the pages carry themselves, beside what somebody entered."""


class ReceiverForm(ReasonForm):
    """Who is to get the tasks; nobody is chosen beforehand."""

    user_id = RadioField(_l("Who is to get the tasks"), [InputRequired(_l("Say who is to get the task."))])
    confirmed = HiddenField()


@blueprint.route("/nhiem-vu/nhieu/nhan", methods=["GET", "POST"])
def claim_several() -> ResponseReturnValue:
    """Name the tasks; then claim those that were named."""
    tasks = _chosen()
    if not tasks:
        return _none()
    form = CommandForm()
    batch = container().several.claiming(current_actor(), [one.task_id for one in tasks])
    if not form.validate_on_submit():
        return _page("casework/several_claim.html", batch, form)
    command = ClaimTasks(tasks=tasks, command_id=form.command)
    found = container().several.claim(current_actor(), command)
    number = len(found.able)
    text = ngettext("You have claimed %(num)d task", "You have claimed %(num)d tasks", number)
    return _result(found, text, _("claimed"))


@blueprint.route("/nhiem-vu/nhieu/chuyen-giao", methods=["GET", "POST"])
def hand_over_several() -> ResponseReturnValue:
    """Ask to whom and why; name what each of the tasks becomes; then hand over those that were named."""
    tasks = _chosen()
    if not tasks:
        return _none()
    ids = [one.task_id for one in tasks]
    found = container().several.receivers(current_actor(), ids)
    form = ReceiverForm()
    form.user_id.choices = choices(
        (
            user,
            f"{name}{f' – {said(office)}' if office else ''}"
            + ("" if number == len(found.batch.able) else f" ({_('%(number)s of them', number=number)})"),
        )
        for user, name, office, number in found.people
    )
    valid = form.validate_on_submit() if found.batch.able else False
    if valid and found.needs_reason and not form.reason.data:
        form.reason.errors = [_("Give a reason.")]
        valid = False
    if not valid:
        return _page("casework/several_hand_over.html", found.batch, form, found=found)
    who, reason = str(form.user_id.data), form.reason.data or ""
    name = next(name for user, name, _office, _number in found.people if user == who)
    if form.confirmed.data != "yes":
        batch = container().several.handing_over(current_actor(), ids, who, reason)
        return _page("casework/several_hand_over_confirm.html", batch, form, name=name, entered=_entered())
    command = HandOverTasks(tasks=tasks, user_id=who, reason=reason, command_id=form.command)
    given = container().several.hand_over(current_actor(), command)
    text = ngettext(
        "%(person)s has %(num)d task of these now",
        "%(person)s has %(num)d tasks of these now",
        len(given.able),
        person=name,
    )
    return _result(given, text, _("handed over"))


@blueprint.route("/nhiem-vu/nhieu/xu-ly", methods=["GET", "POST"])
def decide_several() -> ResponseReturnValue:
    """Ask once for the outcome of tasks of one kind; name what each becomes; then decide those that were named."""
    tasks = _chosen()
    if not tasks:
        return _none()
    ids = [one.task_id for one in tasks]
    batch = container().several.deciding(current_actor(), ids)
    kinds = {kind: lines for kind, lines in batch.kinds.items() if any(one.refusal is None for one in lines)}
    if len(batch.kinds) > 1 or not kinds:
        return _page("casework/several_kinds.html", batch, CommandForm(), kinds=kinds)
    view = container().task_views.view(current_actor(), batch.able[0].task.id, whole=False)
    view, form = _empty_form(view)
    if not form.validate_on_submit():
        return _page("casework/several_decide.html", batch, form, view=view)
    entered = draft_command(view, form)
    answers = Answers(outcome=entered.outcome, fields=entered.fields, reason=entered.reason)
    checked = container().several.deciding(current_actor(), ids, answers)
    if not checked.able:
        _show_refusals(view, form, checked)
        return _page("casework/several_decide.html", batch, form, view=view)
    outcome = next(one.outcome for one in view.outcomes if one.outcome.id == answers.outcome)
    if request.form.get("confirmed") != "yes":
        return _page(
            "casework/several_decide_confirm.html",
            checked,
            form,
            view=view,
            outcome=outcome,
            entered=_entered(),
            shown_entry=shown_entry,
        )
    command = DecideTasks(
        tasks=tasks,
        outcome=answers.outcome,
        fields=answers.fields,
        reason=answers.reason,
        command_id=form.command,
    )
    decided = container().several.decide(current_actor(), command)
    number = len(decided.able)
    text = ngettext("%(outcome)s: %(num)d task", "%(outcome)s: %(num)d tasks", number, outcome=said(outcome.label))
    return _result(decided, text, said(outcome.label))


def _empty_form(view: TaskView) -> tuple[TaskView, AnswerForm]:
    """What the kind of task asks for; what is drafted in one of them counts for none."""
    fields = [replace(one, entry=None) for one in view.fields]
    outcomes = [replace(one, refusal=None) for one in view.outcomes]
    bare = replace(view, task=replace(view.task, draft=None), fields=fields, outcomes=outcomes)
    return bare, task_form(bare)


def _show_refusals(view: TaskView, form: AnswerForm, checked: Batch) -> None:
    """Say why none of them can be decided so: what is wrong in the entries at its field."""
    for refusal in {why(one): one.refusal for one in checked.lines}.values():
        if isinstance(refusal, FormRefused):
            show_problems(view, form, refusal.problems)
            return
    form.form_errors.extend(dict.fromkeys(why(one) for one in checked.lines))


def why(line: Line) -> str:
    """Why nothing can be done to the task, or nothing was."""
    refusal = line.refusal
    if isinstance(refusal, FormRefused):
        return " ".join(sentence(one.template, dict(one.params)) for one in refusal.problems)
    return refusal_text(refusal) if refusal is not None else ""


def _chosen() -> list[Seen]:
    """The tasks that were ticked in the list, or that a page has named: with the revision that it named."""
    found = []
    for text in request.values.getlist("task"):
        task_id, _colon, revision = text.partition(":")
        is_number = revision.isdecimal() and len(revision) <= len("999999999")
        found.append(Seen(task_id=task_id, revision=int(revision) if is_number else 0))
    return found


def _none() -> ResponseReturnValue:
    return done(back(), _("Tick at least one task first."), "warning")


def back() -> str:
    """The list from which one came, as it was."""
    return safe_path(request.values.get("back"), url_for("casework.inbox"))


def _entered() -> list[tuple[str, str]]:
    """What was entered, to be carried from page to page."""
    return [(name, text) for name, text in request.form.items(multi=True) if name not in OURS]


def _page(template: str, batch: Batch, form: CommandForm, **more: Any) -> ResponseReturnValue:
    page = render_template(template, batch=batch, form=form, back=back(), why=why, here=request.path, **more)
    return page, status(form) if batch.able or request.method == "GET" else 409


def _result(batch: Batch, text: str, became: str) -> ResponseReturnValue:
    """What became of each, what was refused first, and what is next. `became`: the word for it in a row."""
    page = render_template(
        "casework/several_done.html",
        batch=batch,
        text=text,
        became=became,
        why=why,
        back=back(),
        ahead=next_task(),
        me=current_actor().user_id,
    )
    return page, 200 if batch.able else 409
