"""The last look before submitting, the submission itself, and the page that confirms it."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import RadioField, TextAreaField

from webui.casework.answers import shown_entry, target_of
from webui.casework.area import blueprint
from webui.casework.inbox import next_task
from webui.casework.pages import basis_of, is_working, read_task, refused_task_page, shows_demonstration
from webui.container import container
from webui.errors import refusal_text
from webui.forms import RevisionForm, choices
from webui.guard import current_actor
from webui.pages import Attempt, refuse
from webui.words import said, sentence
from workflow.errors import Conflict, NotFound, WorkflowError
from workflow.services.casework.completion import LONGEST_REASON, Answers, Findings
from workflow.services.casework.queue.taking_back import seems_untouched
from workflow.services.casework.task_view import TaskView
from workflow.services.casework.tasks import CompleteTask

OPEN_TASKS_SHOWN = 10


class SubmissionForm(RevisionForm):
    """What is submitted besides what was entered before: which result, where there are several, and why."""

    outcome = RadioField(_l("Result of this task"), validate_choice=False)
    reason = TextAreaField(_l("Reason"), render_kw={"maxlength": LONGEST_REASON})

    @classmethod
    def of(cls, view: TaskView, answers: Answers, *, sent: bool = True) -> "SubmissionForm":
        """As it was sent, or as the draft has it; nothing is chosen that nobody chose."""
        others = {} if sent else {"formdata": None}
        form = cls(**others, data={"outcome": answers.outcome or None, "reason": answers.reason})
        form.outcome.choices = choices((one.outcome.id, said(one.outcome.label)) for one in view.outcomes)
        return form


@blueprint.get("/nhiem-vu/<uuid:task_id>/kiem-tra")
def check(task_id: UUID) -> ResponseReturnValue:
    """Everything that will be submitted, and what is missing with a link to where it is entered."""
    view, answers, findings = container().task_views.check(current_actor(), str(task_id))
    if not is_working(view):
        return redirect(_after(view), 303)
    return _check_page(view, answers, findings, SubmissionForm.of(view, answers, sent=False), 200)


@blueprint.post("/nhiem-vu/<uuid:task_id>/gui")
def complete(task_id: UUID) -> ResponseReturnValue:
    """Submit what was checked; what another window changed since must be looked at again."""
    actor = current_actor()
    view, answers, findings = container().task_views.check(actor, str(task_id))
    form = SubmissionForm.of(view, answers)
    if view.task.ended_at is not None:
        return redirect(_after(view), 303)
    working = is_working(view)  # to anybody else the answers are not shown: the service says who could act
    if working and not form.validate():
        return _check_page(view, answers, findings, form, 422)
    if working and form.seen != view.task.revision:
        form.form_errors.append(
            _("The entries have changed in another window. Look at what stands here now, then submit again.")
        )
        return _check_page(view, answers, findings, form, 409)
    if len(view.outcomes) > 1 and "outcome" in request.form:
        answers = replace(answers, outcome=form.outcome.data or "", reason=form.reason.data or "")
    command = CompleteTask(
        task_id=view.task.id,
        command_id=form.command,
        outcome=answers.outcome,
        fields=answers.fields,
        reason=answers.reason,
        criterion_reasons=answers.criterion_reasons,
    )
    with Attempt() as attempt:
        container().tasks.complete(actor, command)
        return redirect(url_for(".done", task_id=task_id), 303)
    return _refused(task_id, form, attempt)


@blueprint.get("/nhiem-vu/<uuid:task_id>/xong")
def done(task_id: UUID) -> ResponseReturnValue:
    """Confirm the submission: the reference, and who has the case now."""
    view = read_task(task_id)
    if view.task.state != "completed":
        return redirect(url_for("casework.task", task_id=task_id), 303)
    try:
        case = container().case_views.view(current_actor(), view.case.id)
    except NotFound:
        case = None
    outcome = next((one.outcome for one in view.outcomes if one.outcome.id == view.task.outcome), None)
    mine = view.task.completed_by == current_actor().user_id
    return render_template(
        "casework/done.html",
        takeable=mine and case is not None and seems_untouched(view.task, [one.task for one in case.open_tasks]),
        view=view,
        case=case,
        outcome=outcome,
        open_tasks=case.open_tasks[:OPEN_TASKS_SHOWN] if case else (),
        ahead=next_task(),
        me=current_actor().user_id,
        demonstration=shows_demonstration(view.case),
    )


def _refused(task_id: UUID, form: SubmissionForm, attempt: Attempt) -> ResponseReturnValue:
    """Say on the check page what refused; a task that somebody else has finished or taken is shown as it stands."""
    view, answers, findings = container().task_views.check(current_actor(), str(task_id))
    if view.task.ended_at is not None and view.task.completed_by == current_actor().user_id:
        return redirect(_after(view), 303)
    if not is_working(view):
        return refused_task_page(task_id, attempt.refusal)
    match attempt.refusal:
        case Conflict():
            changed = _("The case has changed meanwhile. Look at what stands here now, then submit again.")
            form.form_errors.append(changed)
        case WorkflowError() as refusal:
            refuse(form, refusal)
    return _check_page(view, answers, findings, form, attempt.status)


def _check_page(
    view: TaskView, answers: Answers, findings: Findings, form: SubmissionForm, status: int
) -> tuple[str, int]:
    form.revision.data = str(view.task.revision)
    lacking = _lacking(view, findings)
    page = render_template(
        "casework/check.html",
        view=view,
        case=view.case,
        basis=basis_of(view),
        form=form,
        answers=answers,
        outcome=findings.outcome,
        lacking=lacking,
        refusal=refusal_text(findings.refusal) if findings.refusal else None,
        ready=findings.refusal is None and (not lacking or _chooses(view, findings)),
        chooses=_chooses(view, findings),
        shown_entry=partial(shown_entry, view),
        demonstration=shows_demonstration(view.case),
    )
    return page, status


def _lacking(view: TaskView, findings: Findings) -> Sequence[tuple[str, str]]:
    """(text, address) of everything that keeps the task from being submitted with this outcome."""
    task_url = url_for("casework.task", task_id=view.task.id)
    labels = {item.field.id: item.field.label for item in view.fields}
    found: list[tuple[str, str]] = []
    for problem in findings.problems:
        if problem.field_id == "outcome" and _chooses(view, findings):
            continue  # it is chosen on this page
        params: dict[str, Any] = dict(problem.params)
        if "label" in params and problem.field_id in labels:
            params["label"] = labels[problem.field_id]
        text = sentence(problem.template, params)
        name = said(labels[problem.field_id]) if problem.field_id in labels else ""
        found.append(
            (f"{name}: {text}" if name and "label" not in params else text, f"{task_url}#{target_of(problem)}")
        )
    if findings.outcome is None and not _chooses(view, findings):
        return found
    if findings.outcome is not None and not findings.outcome.complete:
        return found
    if view.sheet is not None:
        found += [
            (
                _("Criterion %(number)s", number=key),
                url_for("casework.criterion", task_id=view.task.id, criterion_id=key),
            )
            for key in view.sheet.missing
        ]
    for paper in view.papers:
        if paper.paper.required and not paper.files:
            found.append((said(paper.paper.label), f"{task_url}#paper-{paper.paper.id}"))
    return found


def _chooses(view: TaskView, findings: Findings) -> bool:
    """Whether the result is chosen on this page: there are several, and nobody has chosen yet."""
    return findings.outcome is None and len(view.outcomes) > 1


def _after(view: TaskView) -> str:
    """Where to go when there is nothing to check any more."""
    return url_for("casework.done" if view.task.state == "completed" else "casework.task", task_id=view.task.id)
