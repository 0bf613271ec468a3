"""The agenda of a sitting, and one of its cases beside it: opened, its documents looked at, voted on."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webui.casework.pages import button_command, note_reading
from webui.casework.viewer import asked_view
from webui.container import container
from webui.errors import refusal_text
from webui.guard import current_actor
from webui.pages import Attempt, done
from webui.sittings.area import blueprint
from webui.words import said, sentence
from workflow.errors import NotFound, WorkflowError
from workflow.services.casework.completion import LONGEST_REASON
from workflow.services.casework.fields import FormRefused
from workflow.services.sittings.agenda import Agenda, Line
from workflow.services.sittings.sittings import CastVote, LookAtCase


def day_of(text: str) -> date:
    """The day in an address. Raises `NotFound` for what is none."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NotFound() from error


def why(refusal: WorkflowError) -> str:
    """Why something was refused; what is wrong in the entries, entry by entry."""
    if isinstance(refusal, FormRefused):
        return " ".join(sentence(one.template, _labelled(one.params)) for one in refusal.problems)
    return refusal_text(refusal)


def _labelled(params: Any) -> dict[str, Any]:
    return {name: said(value) if hasattr(value, "vi") else value for name, value in params.items()}


def address(endpoint: str, agenda: Agenda, line: Line | None = None, **more: Any) -> str:
    """The address of a page of the sitting, or of one of its cases."""
    if line is not None:
        more["case_id"] = line.case_id
    return url_for(f"sittings.{endpoint}", body=agenda.body.id, day=agenda.on.isoformat(), **more)


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """The sittings that the person has to do with."""
    return render_template("sittings/index.html", sittings=container().sittings.overview(current_actor()))


@blueprint.get("/nhiem-vu/<uuid:task_id>")
def of_task(task_id: UUID) -> ResponseReturnValue:
    """On to the case of the sitting in which the task lies; where it lies in none, to the task itself."""
    try:
        place = container().sittings.place(current_actor(), str(task_id))
    except NotFound:
        container().task_views.view(current_actor(), str(task_id))  # a task that one may not see is not there
        return redirect(url_for("casework.task", task_id=task_id), 303)
    return redirect(url_for(".case", body=place.body, day=place.on.isoformat(), case_id=place.case_id), 303)


@blueprint.get("/<body>/<day>/")
def agenda(body: str, day: str) -> ResponseReturnValue:
    """The agenda by itself."""
    found = container().sittings.agenda(current_actor(), body, day_of(day))
    return _page(found)


@blueprint.get("/<body>/<day>/ho-so/<uuid:case_id>")
def case(body: str, day: str, case_id: UUID) -> ResponseReturnValue:
    """The agenda with one of its cases beside it."""
    return _case_page(body, day, case_id)


@blueprint.post("/<body>/<day>/ho-so/<uuid:case_id>/mo")
def look(body: str, day: str, case_id: UUID) -> ResponseReturnValue:
    """Open the case: from now on it counts as opened by whoever votes on it."""
    command = LookAtCase(body=body, on=day_of(day), case_id=str(case_id), command_id=button_command())
    with Attempt() as attempt:
        container().sittings.look(current_actor(), command)
        return done(url_for(".case", body=body, day=day, case_id=case_id))
    return _case_page(body, day, case_id, refusal=attempt.refusal)


@blueprint.post("/<body>/<day>/ho-so/<uuid:case_id>/tai-lieu/<uuid:evidence_id>")
def document(body: str, day: str, case_id: UUID, evidence_id: UUID) -> ResponseReturnValue:
    """Open a document of the case beside the agenda; it counts as opened, and what is entered of the vote so far is kept."""
    command = LookAtCase(
        body=body,
        on=day_of(day),
        case_id=str(case_id),
        document=str(evidence_id),
        outcome=request.form.get("outcome", ""),
        reason=request.form.get("reason", "")[:LONGEST_REASON],
        command_id=button_command(),
    )
    with Attempt() as attempt:
        container().sittings.look(current_actor(), command)
        return done(url_for(".case", body=body, day=day, case_id=case_id, document=evidence_id))
    return _case_page(body, day, case_id, refusal=attempt.refusal)


@blueprint.post("/<body>/<day>/ho-so/<uuid:case_id>")
def vote(body: str, day: str, case_id: UUID) -> ResponseReturnValue:
    """Cast the vote and go on to the next case that waits for one, which is opened with it."""
    command = CastVote(
        body=body,
        on=day_of(day),
        case_id=str(case_id),
        outcome=request.form.get("outcome", ""),
        reason=request.form.get("reason", ""),
        command_id=button_command(),
    )
    service, actor = container().sittings, current_actor()
    with Attempt() as attempt:
        service.vote(actor, command)
        found = service.agenda(actor, body, command.on)
        line = found.line(command.case_id)
        following = found.after(line)
        if following is None:
            text = _("You have voted on case %(number)s; no other waits for your vote.", number=line.number)
            return done(address("agenda", found), text)
        if following.mine == "unopened":
            service.look(actor, LookAtCase(body=body, on=command.on, case_id=following.case_id))
        return done(address("case", found, following))
    return _case_page(body, day, case_id, refusal=attempt.refusal)


def _case_page(body: str, day: str, case_id: UUID, refusal: WorkflowError | None = None) -> ResponseReturnValue:
    pane = container().sittings.pane(current_actor(), body, day_of(day), str(case_id))
    note_reading(str(case_id))
    wanted = request.args.get("document")
    shown = next((one for one in pane.documents if one.id == wanted), None)
    typed = request.form if request.method == "POST" else {}
    page = _page(
        pane.agenda,
        pane=pane,
        document=shown,
        file=asked_view(shown.id) if shown else None,
        refusal=why(refusal) if refusal else None,
        chosen=typed.get("outcome", pane.chosen),
        reason=typed.get("reason", pane.reason),
    )
    return page, 200 if refusal is None else 422


def _page(agenda: Agenda, **more: Any) -> str:
    unvoted = next((one for one in agenda.lines if one.mine in ("unopened", "opened")), None)
    empty = {"pane": None, "document": None, "file": None, "refusal": None, "chosen": "", "reason": ""}
    return render_template(
        "sittings/agenda.html",
        **(empty | more),
        agenda=agenda,
        unvoted=unvoted,
        address=address,
        demonstration=agenda.demonstration,
        longest=LONGEST_REASON,
    )
