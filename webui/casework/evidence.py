"""Evidence and papers: sent in, taken back, given out; never shown inside a page."""

from uuid import UUID

from flask import Response as FlaskResponse, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webui.bodies import takes
from webui.casework.area import blueprint
from webui.casework.criteria import criterion_page
from webui.casework.pages import UploadForm, button_command, note_reading, read_task, task_page
from webui.container import container
from webui.guard import current_actor
from webui.links import safe_path
from webui.pages import Attempt, done, status
from workflow.alphabets import file_name
from workflow.errors import NotFound
from workflow.services.casework.evidence import MAX_SIZE, AddEvidence, WithdrawEvidence
from workflow.services.casework.task_view import TaskView


@blueprint.post("/nhiem-vu/<uuid:task_id>/tieu-chi/<criterion_id>/minh-chung")
@takes(file=MAX_SIZE)
def add_evidence(task_id: UUID, criterion_id: str) -> ResponseReturnValue:
    """A file for a criterion."""
    view = read_task(task_id)
    form = UploadForm()
    if view.sheet is None or criterion_id not in view.sheet.criteria:
        raise NotFound()
    if _add(view, form, criterion_id=criterion_id):
        return redirect(
            url_for("casework.criterion", task_id=task_id, criterion_id=criterion_id, _anchor="evidence"), 303
        )
    return criterion_page(view, view.sheet.criteria[criterion_id], upload=form, status=status(form))


@blueprint.post("/nhiem-vu/<uuid:task_id>/van-ban/<paper_id>")
@takes(file=MAX_SIZE)
def add_paper(task_id: UUID, paper_id: str) -> ResponseReturnValue:
    """A paper of the dossier."""
    view = read_task(task_id)
    form = UploadForm(prefix=f"{paper_id}-")
    if _add(view, form, paper_id=paper_id):
        return redirect(url_for("casework.task", task_id=task_id, _anchor=f"paper-{paper_id}"), 303)
    return task_page(view, uploads={paper_id: form}, status=status(form))


@blueprint.get("/minh-chung/<uuid:evidence_id>")
def download(evidence_id: UUID) -> FlaskResponse:
    """Give a file out as an attachment: whatever it holds, no browser shows it as a page of ours."""
    found = container().evidence.download(current_actor(), str(evidence_id))
    note_reading(found.record.case_id)
    answer = send_file(
        found.content,
        mimetype=found.record.media_type,
        as_attachment=True,
        download_name=file_name(found.record.filename),
    )
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@blueprint.post("/minh-chung/<uuid:evidence_id>/rut")
def withdraw_evidence(evidence_id: UUID) -> ResponseReturnValue:
    """Take a file out of the case; it stays in the record."""
    record = container().evidence.withdraw(
        current_actor(), WithdrawEvidence(evidence_id=str(evidence_id), command_id=button_command())
    )
    text = _("%(filename)s has been withdrawn. If you need it after all, upload it again.", filename=record.filename)
    return done(safe_path(request.form.get("back")), text, "warning")


def _add(view: TaskView, form: UploadForm, *, criterion_id: str | None = None, paper_id: str | None = None) -> bool:
    """Send the file in; what is wrong stands at the form's field."""
    sent = form.file.data
    if not form.validate():
        return False
    if not sent or not getattr(sent, "filename", ""):
        form.file.errors = [_("Choose a file.")]
        return False
    command = AddEvidence(
        task_id=view.task.id,
        filename=sent.filename,
        content=sent.read(),
        criterion_id=criterion_id,
        paper_id=paper_id,
        command_id=form.command,
    )
    with Attempt(form, at=form.file):
        container().evidence.add(current_actor(), command)
        flash(_("%(filename)s has been added.", filename=sent.filename))
        return True
    return False
