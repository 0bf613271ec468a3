"""Cases: listed, shown with where they stand and what was done, commented on, printed, suspended, resumed, withdrawn, cancelled."""

from itertools import groupby
from uuid import UUID

from flask import abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import Optional

from webui.casework.area import blueprint
from webui.casework.pages import (
    FOR_UNIT,
    CommentForm,
    ReasonForm,
    note_reading,
    remarks_on,
    shows_demonstration,
)
from webui.container import container
from webui.errors import refusal_text
from webui.forms import FilterForm, Length, choices
from webui.guard import current_actor
from webui.links import safe_path
from webui.pages import Attempt, done, page_number, page_of, pages_of, status
from webui.words import CASE_STATES, said
from workflow.services.casework.case_view import CaseView, TaskLine
from workflow.services.casework.cases import CaseCommand
from workflow.services.casework.comments import AddComment
from workflow.services.casework.inbox import Choices
from workflow.services.casework.queue.taking_back import seems_untouched
from workflow.services.casework.record import DoneStep
from workflow.services.views import CaseFilter, EvidenceRecord


class CaseFilterForm(FilterForm):
    """Every field may be left empty."""

    text = StringField(_l("Case number or name of the unit"), [Optional(), Length(max=100)])
    procedure = SelectField(_l("Procedure"), validate_choice=False)
    year = SelectField(_l("Year"), validate_choice=False)
    status = SelectField(_l("State"), validate_choice=False)
    stage = SelectField(_l("Stage"), validate_choice=False)
    incident = BooleanField(_l("Only cases with an incident"))

    def offer(self, found: Choices) -> None:
        """Fill the lists."""
        everything = ("", _l("All"))
        self.procedure.choices = choices([everything, *((key, said(one)) for key, one in found.procedures.items())])
        self.stage.choices = choices([everything, *((key, said(one)) for key, one in found.stages.items())])
        self.year.choices = choices([everything, *((str(year), str(year)) for year in found.years)])
        self.status.choices = choices([everything, *((key, text) for key, (text, _) in CASE_STATES.items())])


PAGE_SIZE = 25


@blueprint.get("/ho-so")
def cases() -> ResponseReturnValue:
    """The list: filters and page stand in the address."""
    actor = current_actor()
    form = CaseFilterForm(request.args)
    form.offer(container().inbox.choices(actor))
    form.validate()
    number = page_number()
    where = CaseFilter(
        text=(form.text.data or "").strip()[:100] or None,
        key=form.procedure.data or None,
        year=_year(form.year.data or ""),
        status=form.status.data or None,
        stage=form.stage.data or None,
        with_incident=form.incident.data,
    )
    lines, total = container().case_views.search(actor, where, page_of(number, PAGE_SIZE))
    return render_template(
        "casework/cases.html",
        form=form,
        lines=lines,
        total=total,
        number=number,
        pages=pages_of(total, PAGE_SIZE),
        filtered=any(value for value in form.data.values()),
        **({"demonstration": True} if any(line.case.demonstration for line in lines) else {}),
    )


def _year(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= 4 else None


# One case: where it stands, who has it, what was done; its comments and its printable record.


@blueprint.get("/ho-so/<uuid:case_id>")
def case(case_id: UUID) -> ResponseReturnValue:
    """The case's page."""
    view = read_case(case_id)
    note_reading(view.case.id)
    return case_page(view)


@blueprint.post("/ho-so/<uuid:case_id>/y-kien")
def add_comment(case_id: UUID) -> ResponseReturnValue:
    """A remark on the case, or on one criterion of it; then back to where it was written."""
    form = CommentForm()
    back = safe_path(request.form.get("back"), url_for("casework.case", case_id=case_id))
    if form.validate():
        command = AddComment(
            case_id=str(case_id),
            text=form.text.data or "",
            criterion_id=request.form.get("criterion") or None,
            task_id=request.form.get("task") or None,
            for_unit=form.readers.data == FOR_UNIT,
            command_id=form.command,
        )
        with Attempt(form, at=form.text):
            written = container().comments.add(current_actor(), command)
            if unreached := container().comments.unreached(current_actor(), written):
                flash(
                    _("Nobody was told for: %(names)s.", names=", ".join(f"@{name}" for name in unreached)), "warning"
                )
            return done(f"{back}#comments", _("Your comment has been added."))
    return case_page(read_case(case_id), form)


@blueprint.get("/ho-so/<uuid:case_id>/bien-ban")
def record(case_id: UUID) -> ResponseReturnValue:
    """The record of the whole case by stages, to be printed: sessions, votes, conclusions, the decision."""
    view, steps = container().case_views.record(current_actor(), str(case_id))
    note_reading(view.case.id)
    labels = {stage.id: stage.label for stage in view.stages}
    rounds = [
        (labels.get(stage), [list(same) for _key, same in groupby(group, key=_side_by_side)])
        for stage, group in groupby(steps, key=lambda step: step.stage)
    ]
    return render_template(
        "casework/record.html",
        view=view,
        case=view.case,
        rounds=rounds,
        printed_at=container().clock.now(),
        demonstration=shows_demonstration(view.case),
    )


def _side_by_side(step: DoneStep) -> tuple[str, str]:
    """Steps of one name that stand one after the other become one table, unless they have entries of their own."""
    return step.label.vi, step.task_id if step.lines else ""


def read_case(case_id: UUID) -> CaseView:
    """Return the case as the signed-in person sees it. Raises `NotFound`."""
    return container().case_views.view(current_actor(), str(case_id))


def case_page(view: CaseView, comment: CommentForm | None = None) -> ResponseReturnValue:
    """Return the case's page."""
    about = {name: request.form.get(name) if comment is not None else None for name in ("criterion", "task")}
    back = safe_path(request.form.get("back"), "") if comment is not None else ""
    page = render_template(
        "casework/case.html",
        about={**about, "back": back},
        view=view,
        case=view.case,
        comment=comment,
        **remarks_on(view.case.id),
        primary=_primary(view),
        takeable=_takeable(view),
        files_by_place=_files(view),
        demonstration=shows_demonstration(view.case),
    )
    return page, status(comment) if comment is not None else 200


def _primary(view: CaseView) -> TaskLine | None:
    """The task that the person should go on with: their own first, then one that waits in their groups."""
    ordered = sorted(view.open_tasks, key=lambda line: (not line.mine, not line.in_my_group))
    return next((line for line in ordered if line.mine or (line.in_my_group and line.task.state == "ready")), None)


def _takeable(view: CaseView) -> set[str]:
    """The ids of the steps that the person has sent and may still take back, as far as the page knows."""
    standing, me = [line.task for line in view.open_tasks], current_actor().user_id
    done = [line.task for line in view.done_tasks if line.task.completed_by == me]
    return {one.id for one in done if seems_untouched(one, standing)} if view.case.ended_at is None else set()


def _files(view: CaseView) -> list[tuple[str, list[EvidenceRecord]]]:
    """The files by what they are for: the papers of the dossier first, then the criteria in their order."""
    tasks = [task for process in view.package.bpmn.processes.values() for task in process.user_tasks.values()]
    papers = {paper.id: said(paper.label) for task in tasks for paper in task.spec.papers}
    criteria = {key for one in view.package.criteria_sets.values() for key in one.criteria}
    places = [(papers[key], [one for one in view.evidence if one.paper_id == key]) for key in papers]
    ordered = dict.fromkeys(one.criterion_id for one in view.evidence if one.criterion_id in criteria)
    places += [
        (_("Criterion %(number)s", number=key), [one for one in view.evidence if one.criterion_id == key])
        for key in ordered
    ]
    return [(label, found) for label, found in places if found]


# Suspending, resuming, withdrawing and cancelling a case: a page that says what will happen, a reason, a button.

STEPS = {
    "suspend": (
        _l("Suspend the case"),
        _l(
            "Nobody can work on the case's tasks until somebody resumes it. What is counted in working time stands still."
        ),
        _l("The case is suspended."),
    ),
    "resume": (
        _l("Resume the case"),
        _l("Its tasks go back to whoever had them, or to their groups."),
        _l("The case runs again."),
    ),
    "withdraw": (
        _l("Withdraw the case"),
        _l("The unit is no longer considered this year. All open tasks end. This cannot be undone."),
        _l("The case has been withdrawn."),
    ),
    "cancel": (
        _l("Cancel the case"),
        _l("All open tasks end and the case has no outcome. This cannot be undone."),
        _l("The case has been cancelled."),
    ),
}

CLOCKED = ("suspend", "resume")
"""The steps that stop the case's clocks or let them go on."""


@blueprint.route("/ho-so/<uuid:case_id>/buoc/<trigger>", methods=["GET", "POST"])
def case_step(case_id: UUID, trigger: str) -> ResponseReturnValue:
    """One step of the case's own lifecycle."""
    if trigger not in STEPS:
        abort(404)
    view = read_case(case_id)
    title, explanation, message = STEPS[trigger]
    form = ReasonForm()
    if form.validate_on_submit():
        command = CaseCommand(
            case_id=str(case_id), trigger=trigger, reason=form.reason.data or "", command_id=form.command
        )
        with Attempt(form):
            container().cases.move(current_actor(), command)
            return done(url_for(".case", case_id=case_id), message)
    option = next((one for one in view.options if one.trigger == trigger), None)
    page = render_template(
        "casework/case_step.html",
        view=view,
        case=view.case,
        form=form,
        title=title,
        explanation=explanation,
        refusal=refusal_text(option.refusal) if option and option.refusal else None,
        possible=option is not None and option.allowed,
        standstill=container().case_views.standstill(current_actor(), str(case_id)) if trigger in CLOCKED else None,
        demonstration=shows_demonstration(view.case),
    )
    return page, status(form, refused=409)
