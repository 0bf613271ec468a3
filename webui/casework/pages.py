"""What the pages of this area have in common: reading ids, commands of plain buttons, showing a refusal on the page."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Flask, abort, current_app, request
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Optional

from webui.casework.answers import AnswerForm, shown_entry, task_form
from webui.casework.facts import facts_of_answer, facts_of_basis, facts_of_state, facts_of_task
from webui.container import container
from webui.drawing.page import render_page
from webui.errors import refusal_text
from webui.forms import CommandForm, FileField, Length, choices
from webui.guard import current_actor
from webui.pages import page_number, page_of, pages_of
from workflow.errors import WorkflowError
from workflow.services.casework.record import Basis
from workflow.services.casework.task_view import TaskView
from workflow.services.views import CaseRecord, EvidenceRecord

REASON_LENGTH = 5_000


class ReasonForm(CommandForm):
    """A step that may need a reason; the service says whether it does."""

    reason = TextAreaField(
        _l("Reason"), [Optional(), Length(max=REASON_LENGTH)], description=_l("It becomes part of the case's record.")
    )


INTERNAL, FOR_UNIT = "internal", "unit"


class CommentForm(CommandForm):
    """A remark, and who reads it: the people of the unit say it to all, so that they are not asked."""

    text = TextAreaField(
        _l("Your comment"),
        [InputRequired(), Length(max=REASON_LENGTH)],
        description=_l("With @ before a login or a full name you tell that person of it, if they may read the case."),
    )
    readers = RadioField(
        _l("Who reads it"),
        [Optional()],
        choices=choices(
            [(INTERNAL, _l("Only those who handle the case")), (FOR_UNIT, _l("The unit reads it too"))],
        ),
        default=INTERNAL,
    )


class UploadForm(CommandForm):
    """A file of evidence, or a paper."""

    file = FileField(
        _l("File"),
        description=_l("PDF, picture (JPG, PNG, HEIC) or office file (DOCX, XLSX, PPTX, ODT, ODS), up to 20 MB."),
    )


def read_task(task_id: UUID, *, receivers: bool = False) -> TaskView:
    """Return the task as the signed-in person sees it, with who could get it where that is asked. Raises `NotFound`."""
    view = container().task_views.view(current_actor(), str(task_id), receivers=receivers)
    note_reading(view.case.id)
    return view


def read_criteria(task_id: UUID, row: str | None = None) -> TaskView:
    """As `read_task`, for the table of its criteria alone, with the history of `row`.

    Whoever works there has a part in the case, which is not put on record.
    """
    view = container().task_views.view(current_actor(), str(task_id), table=True, row=row)
    if not is_working(view):
        note_reading(view.case.id)
    return view


REMARKS_SHOWN = 20


def remarks_on(case_id: str, criterion_id: str | None = None) -> dict[str, Any]:
    """The page of remarks that the address asks for, counted from the newest, as the templates take it."""
    number = page_number(parameter="remarks")
    found = container().comments.read(current_actor(), case_id, page_of(number, REMARKS_SHOWN), criterion_id)
    return {"remarks": found, "remarks_page": number, "remarks_pages": pages_of(found.total, REMARKS_SHOWN)}


def note_reading(case_id: str, file: EvidenceRecord | None = None) -> None:
    """Put on the record that somebody who has no part in the case, an auditor above all, looked into it, and into which file."""
    if request.method == "GET":
        container().audit.record_reading(current_actor(), case_id, file)


def init_app(app: Flask) -> None:
    """Offer an empty form for a remark to every template: it is made where it has not been drawn yet."""
    app.jinja_env.globals["new_comment_form"] = lambda: CommentForm(formdata=None)


def button_command() -> str:
    """Return the id of the command behind a plain button. Aborts with 400 for a form that is not ours."""
    form = CommandForm()
    if not form.validate():
        abort(400)
    return str(form.command_id.data)


def shows_demonstration(case: CaseRecord) -> bool:
    """Whether the page must say that it shows demonstration data."""
    return bool(case.demonstration or current_app.config["DEMONSTRATION"])


def is_working(view: TaskView) -> bool:
    """Whether the page shows the form: the person has the task and has begun."""
    return view.editable and view.task.state == "in_progress"


def task_page(
    view: TaskView,
    *,
    form: AnswerForm | None = None,
    uploads: Mapping[str, UploadForm] | None = None,
    refusal: WorkflowError | None = None,
    compared: Sequence[tuple[str, str, str]] | None = None,
    typed: Sequence[tuple[str, str]] = (),
    status: int = 200,
) -> tuple[str, int]:
    """Return the task's page. `compared`: how what another window saved differs, empty for not at all; `typed`: what can no longer be saved."""
    claim, working = view.option("claim"), is_working(view)
    remarks, basis = remarks_on(view.case.id), basis_of(view)
    again = form is None and not (uploads or refusal or typed) and compared is None and working
    page = render_page(
        "casework/task.html",
        facts_of_task(view, basis, remarks) if again else None,
        view=view,
        case=view.case,
        form=form,
        new_form=lambda: task_form(view, sent=False),
        facts_of_answer=facts_of_answer,
        facts_of_basis=facts_of_basis,
        facts_of_state=facts_of_state,
        uploads={one.paper.id: _upload(one.paper.id) for one in view.papers} | dict(uploads or {}),
        comment=None,
        **remarks,
        refusal=refusal_text(refusal) if refusal else None,
        basis=basis,
        claim_refusal=refusal_text(claim.refusal) if claim and claim.refusal and not working else None,
        working=working,
        compared=compared,
        typed=typed,
        shown_entry=shown_entry,
        demonstration=shows_demonstration(view.case),
    )
    return page, status


def basis_of(view: TaskView) -> Basis | None:
    """Return what an open task rests on; a finished one has its place in the record."""
    return container().task_views.basis(view) if view.task.ended_at is None else None


def _upload(paper_id: str) -> UploadForm:
    return UploadForm(formdata=None, prefix=f"{paper_id}-")


def refused_task_page(
    task_id: UUID, error: WorkflowError | None, typed: Sequence[tuple[str, str]] = ()
) -> tuple[str, int]:
    """Return the task's page as it now stands, with why the step was refused and who could take it instead."""
    return task_page(read_task(task_id), form=None, refusal=error, typed=typed, status=409)
