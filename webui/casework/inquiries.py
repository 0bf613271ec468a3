"""Asking the unit to explain a criterion, and its answer: a page of its own, because whoever answers has no task."""

from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import Optional

from webui.bodies import takes
from webui.casework.area import blueprint
from webui.casework.criteria import AskForm, matrix_page
from webui.casework.pages import UploadForm, button_command, note_reading, read_criteria, shows_demonstration
from webui.container import container
from webui.forms import FileField, Length
from webui.guard import current_actor
from webui.pages import Attempt, done
from workflow.errors import NotFound
from workflow.services.casework.criteria.inquiries import (
    LONGEST,
    MOST_FILES,
    AnswerInquiry,
    AskUnit,
    RecallInquiry,
    SentFile,
)
from workflow.services.casework.evidence import MAX_SIZE


class ExplainForm(UploadForm):
    """An answer in words, files, or both."""

    text = TextAreaField(_l("Explanation"), [Optional(), Length(max=LONGEST)])
    file = FileField(
        _l("Files"),
        description=_l(
            "PDF, picture (JPG, PNG, HEIC) or office file (DOCX, XLSX, PPTX, ODT, ODS), up to 20 MB altogether."
        ),
    )


@blueprint.post("/nhiem-vu/<uuid:task_id>/tieu-chi/<criterion_id>/giai-trinh")
def ask_unit(task_id: UUID, criterion_id: str) -> ResponseReturnValue:
    """Ask the unit about a row; the dossier stays where it is."""
    view = read_criteria(task_id)
    if view.sheet is None or criterion_id not in view.sheet.criteria:
        raise NotFound()
    form, code = AskForm(), 422
    if form.validate():
        command = AskUnit(
            task_id=str(task_id),
            criterion_id=criterion_id,
            text=form.question.data or "",
            days=form.days.data,
            command_id=form.command,
        )
        with Attempt(form, at=form.question) as attempt:
            container().inquiries.ask(current_actor(), command)
            text = _("The unit has been asked to explain criterion %(number)s.", number=criterion_id)
            return done(url_for(".criterion", task_id=task_id, criterion_id=criterion_id, _anchor="pane"), text)
        code = attempt.status
    return matrix_page(read_criteria(task_id, row=criterion_id), criterion_id, ask=form, code=code)


@blueprint.route("/giai-trinh/<uuid:inquiry_id>", methods=["GET", "POST"])
@takes(file=MAX_SIZE)
def inquiry(inquiry_id: UUID) -> ResponseReturnValue:
    """What was asked; for the unit's officers, as long as it waits, with the form for the answer."""
    actor, key = current_actor(), str(inquiry_id)
    view = container().inquiries.view(actor, key)
    note_reading(view.case.id)
    form = ExplainForm()
    code = 422 if request.method == "POST" else 200
    if form.validate_on_submit():
        sent = [one for one in request.files.getlist(form.file.name) if one.filename]
        command = AnswerInquiry(
            inquiry_id=key,
            text=form.text.data or "",
            files=[SentFile(filename=str(one.filename), content=one.read()) for one in sent],
            command_id=form.command,
        )
        with Attempt(form, at=form.text) as attempt:
            container().inquiries.answer(actor, command)
            return done(url_for(".inquiry", inquiry_id=key), _("Your explanation has been sent."))
        code, view = attempt.status, container().inquiries.view(actor, key)
    page = render_template(
        "casework/inquiry.html",
        view=view,
        case=view.case,
        form=form,
        most_files=MOST_FILES,
        demonstration=shows_demonstration(view.case),
    )
    return page, code


@blueprint.post("/giai-trinh/<uuid:inquiry_id>/rut")
def recall_inquiry(inquiry_id: UUID) -> ResponseReturnValue:
    """Ask no longer."""
    view = container().inquiries.view(current_actor(), str(inquiry_id))
    command = RecallInquiry(inquiry_id=str(inquiry_id), command_id=button_command())
    container().inquiries.recall(current_actor(), command)
    asked = view.inquiry
    address = url_for(".criterion", task_id=asked.task_id, criterion_id=asked.criterion_id, _anchor="pane")
    return done(address, _("Criterion %(number)s need not be explained any more.", number=asked.criterion_id))
