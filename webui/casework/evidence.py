"""Evidence and papers: sent in, taken back, given out; never shown inside a page."""

from contextlib import suppress
from typing import Any
from uuid import UUID, uuid5

from flask import Response as FlaskResponse, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webui.bodies import takes
from webui.casework.area import blueprint
from webui.casework.criteria import look_at, matrix_page
from webui.casework.pages import (
    UploadForm,
    button_command,
    note_reading,
    read_task,
    shows_demonstration,
    task_page,
)
from webui.container import container
from webui.guard import current_actor
from webui.links import safe_path
from webui.pages import Attempt, attachment, done, status
from webui.words import said
from workflow.errors import InvalidInput, NotFound, WorkflowError
from workflow.services.casework.evidence import (
    MAX_FILES_A_PLACE,
    MAX_SIZE,
    AddEvidence,
    FileUsedAlready,
    WithdrawEvidence,
)
from workflow.services.casework.task_view import TaskView
from workflow.services.views import EvidenceRecord


@blueprint.post("/nhiem-vu/<uuid:task_id>/tieu-chi/<criterion_id>/minh-chung")
@takes(file=MAX_SIZE)
def add_evidence(task_id: UUID, criterion_id: str) -> ResponseReturnValue:
    """A file for a criterion."""
    view = read_task(task_id)
    form = UploadForm()
    if view.sheet is None or criterion_id not in view.sheet.criteria:
        raise NotFound()
    back = url_for("casework.criterion", task_id=task_id, criterion_id=criterion_id, _anchor="evidence")
    if "X-Rows" in request.headers:  # a script names the rows that it wants back, and draws no file for them
        back = url_for("casework.criteria", task_id=task_id)
    refused = _add(view, form, criterion_id=criterion_id)
    if questions := _questions(refused):
        return redirect(_ask(view, questions, criterion=criterion_id), 303)
    if not refused:
        return redirect(back, 303)
    if "X-Rows" in request.headers:
        return _said_at_row(form)
    return matrix_page(read_task(task_id), criterion_id, upload=form, code=status(form))


@blueprint.post("/nhiem-vu/<uuid:task_id>/tieu-chi/<criterion_id>/nam-truoc")
def take_over(task_id: UUID, criterion_id: str) -> ResponseReturnValue:
    """A file that the unit sent for the same criterion in an earlier year, once more."""
    view = read_task(task_id)
    if view.sheet is None or criterion_id not in view.sheet.criteria:
        raise NotFound()
    command = AddEvidence(
        task_id=str(task_id),
        filename="",
        criterion_id=criterion_id,
        taken_over=request.form.get("file", ""),
        command_id=button_command(),
    )
    stored = container().evidence.add(current_actor(), command)
    back = url_for("casework.criterion", task_id=task_id, criterion_id=criterion_id, _anchor="evidence")
    return done(back, _("%(filename)s has been added.", filename=stored.filename))


@blueprint.post("/nhiem-vu/<uuid:task_id>/van-ban/<paper_id>")
@takes(file=MAX_SIZE)
def add_paper(task_id: UUID, paper_id: str) -> ResponseReturnValue:
    """A paper of the dossier."""
    view = read_task(task_id)
    form = UploadForm(prefix=f"{paper_id}-")
    back = url_for("casework.task", task_id=task_id, _anchor=f"paper-{paper_id}")
    if "X-Rows" in request.headers:
        back = url_for("casework.criteria", task_id=task_id)
    refused = _add(view, form, paper_id=paper_id)
    if questions := _questions(refused):
        return redirect(_ask(view, questions, paper=paper_id), 303)
    if not refused:
        return redirect(back, 303)
    if "X-Rows" in request.headers:
        return _said_at_row(form)
    return task_page(view, uploads={paper_id: form}, status=status(form))


def _said_at_row(form: UploadForm) -> ResponseReturnValue:
    """Why a file was not taken, and no page: a script shows it at the row and leaves the rest as it is."""
    return render_template("casework/_refused_file.html", form=form), status(form)


@blueprint.get("/minh-chung/<uuid:evidence_id>")
def download(evidence_id: UUID) -> FlaskResponse:
    """Give a file out as an attachment: whatever it holds, no browser shows it as a page of ours."""
    found = container().evidence.download(current_actor(), str(evidence_id))
    note_reading(found.record.case_id, found.record)
    _note_opening(found.record)
    answer = attachment(found.content, found.record.media_type, found.record.filename)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def _note_opening(record: EvidenceRecord) -> None:
    """The original opened at the work on a task counts there as looked at; for whoever else it says nothing."""
    with suppress(ValueError, NotFound):
        task_id = UUID(request.args.get("task", ""))
        view = container().task_views.view(current_actor(), str(task_id))
        if record.criterion_id and view.sheet is not None and record.criterion_id in view.sheet.criteria:
            look_at(view, record.criterion_id, record.id)


@blueprint.post("/minh-chung/<uuid:evidence_id>/rut")
def withdraw_evidence(evidence_id: UUID) -> ResponseReturnValue:
    """Take a file out of the case; it stays in the record."""
    record = container().evidence.withdraw(
        current_actor(), WithdrawEvidence(evidence_id=str(evidence_id), command_id=button_command())
    )
    text = _("%(filename)s has been withdrawn. If you need it after all, upload it again.", filename=record.filename)
    return done(safe_path(request.form.get("back")), text, "warning")


def _add(
    view: TaskView, form: UploadForm, *, criterion_id: str | None = None, paper_id: str | None = None
) -> list[WorkflowError]:
    """Send the files in and return what speaks against some, which then stands at the form's field; nothing where all are in.

    A file that is to be asked about holds up none of the others; after one that is not taken nothing more is sent in.
    """
    same_as = request.form.get("same_as")
    if not form.validate():
        return [InvalidInput()]
    sent = [one for one in request.files.getlist(form.file.name) if one.filename]
    if not same_as and not sent:
        form.file.errors = [_("Choose a file.")]
        return [InvalidInput()]
    chosen = [(request.form.get("filename", ""), b"")] if same_as else [(str(one.filename), one.read()) for one in sent]
    refused: list[WorkflowError] = []
    for number, (filename, content) in enumerate(chosen):
        command = AddEvidence(
            task_id=view.task.id,
            filename=filename,
            content=content,
            criterion_id=criterion_id,
            paper_id=paper_id,
            same_as=same_as,
            command_id=str(uuid5(UUID(form.command), str(number))) if number else form.command,
        )
        with Attempt(form, at=form.file) as attempt:
            stored = container().evidence.add(current_actor(), command)
            if "X-Rows" not in request.headers:
                flash(_("%(filename)s has been added.", filename=stored.filename))
        if attempt.refusal is not None:
            refused.append(attempt.refusal)
            if not isinstance(attempt.refusal, FileUsedAlready):
                break
    return refused


Question = tuple[str, str]
"""The id of a file that the case has, and the name under which the same was sent in once more."""
THEN = "then"
"""In addresses and forms: each further file that is asked about after the present one, its id and its name."""


def _questions(refused: list[WorkflowError]) -> list[Question]:
    """What is to be asked about files, and what is left of it after an answer; nothing where a file is not taken at all."""
    used = [(one.files[-1].id, one.filename) for one in refused if isinstance(one, FileUsedAlready)]
    return [*used, *_asked_then(request.form.getlist(THEN))] if len(used) == len(refused) else []


def _asked_then(said: list[str]) -> list[Question]:
    found: list[Question] = []
    for key, _blank, name in (one.partition(" ") for one in said[:MAX_FILES_A_PLACE]):
        with suppress(ValueError):
            found.append((str(UUID(key)), name))
    return found


def _ask(view: TaskView, questions: list[Question], **place: str) -> str:
    """Where it is asked whether a file is to be used here too: it need not be sent again, since the case has it."""
    (evidence_id, name), *others = questions
    about: dict[str, Any] = {"name": name, THEN: [f"{key} {called}" for key, called in others], **place}
    return url_for("casework.same_file", task_id=view.task.id, evidence_id=evidence_id, **about)


@blueprint.get("/nhiem-vu/<uuid:task_id>/cung-tep/<uuid:evidence_id>")
def same_file(task_id: UUID, evidence_id: UUID) -> ResponseReturnValue:
    """The question whether a file that the case has or had is to be used for one more criterion or paper."""
    view = read_task(task_id)
    criterion_id, paper_id = request.args.get("criterion", ""), request.args.get("paper", "")
    others = _asked_then(request.args.getlist(THEN))
    if view.sheet is not None and criterion_id in view.sheet.criteria:
        place = _("Criterion %(number)s", number=criterion_id)
        here = url_for(".add_evidence", task_id=task_id, criterion_id=criterion_id)
        back = url_for(".criterion", task_id=task_id, criterion_id=criterion_id, _anchor="evidence")
        after = _ask(view, others, criterion=criterion_id) if others else None
    elif paper_id in (one.paper.id for one in view.papers):
        place = _paper(view, paper_id)
        here = url_for(".add_paper", task_id=task_id, paper_id=paper_id)
        back = url_for(".task", task_id=task_id, _anchor=f"paper-{paper_id}")
        after = _ask(view, others, paper=paper_id) if others else None
    else:
        raise NotFound()
    used = container().evidence.of_the_same_content(current_actor(), str(evidence_id), view.case.id)
    return render_template(
        "casework/same_file.html",
        view=view,
        case=view.case,
        form=UploadForm(formdata=None, prefix=f"{paper_id}-" if paper_id else ""),
        place=place,
        back=back,
        here=here,
        after=after,
        others=others,
        filename=request.args.get("name") or used[-1].filename,
        used=[(one, _where(view, one)) for one in used],
        names=container().names.users(one.uploaded_by for one in used),
        demonstration=shows_demonstration(view.case),
    )


def _where(view: TaskView, one: EvidenceRecord) -> str:
    return _("Criterion %(number)s", number=one.criterion_id) if one.criterion_id else _paper(view, one.paper_id or "")


def _paper(view: TaskView, paper_id: str) -> str:
    """The paper's name, whichever task of the procedure asks for it."""
    tasks = (task for process in view.package.bpmn.processes.values() for task in process.user_tasks.values())
    papers = {paper.id: paper for task in tasks for paper in task.spec.papers}
    return said(papers[paper_id].label) if paper_id in papers else _("A paper of the dossier")
