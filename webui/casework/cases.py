"""Cases: listed, shown with where they stand and what was done, commented on, printed, suspended, resumed, withdrawn, cancelled."""

from itertools import groupby
from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import Length, Optional

from webui.casework.area import blueprint
from webui.casework.pages import Answer, CommentForm, ReasonForm, note_reading, shows_demonstration
from webui.container import container
from webui.errors import refusal_text
from webui.forms import FilterForm, choices
from webui.guard import current_actor
from webui.links import safe_path
from webui.words import CASE_STATES, said
from workflow.errors import Conflict, InvalidInput, TransitionRefused
from workflow.ids import new_id
from workflow.services.casework.case_view import CaseView
from workflow.services.casework.cases import CaseCommand
from workflow.services.casework.comments import AddComment
from workflow.services.casework.inbox import Choices
from workflow.services.casework.record import DoneStep
from workflow.services.ground.listings import CaseFilter, Page


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
MOST_PAGES = 2000
"""Nobody leafs further; filters find it sooner."""


@blueprint.get("/ho-so")
def cases() -> Answer:
    """The list: filters and page stand in the address."""
    actor = current_actor()
    form = CaseFilterForm(request.args)
    form.offer(container().inbox.choices(actor))
    form.validate()
    number = min(max(request.args.get("page", 1, type=int), 1), MOST_PAGES)
    where = CaseFilter(
        text=(form.text.data or "").strip()[:100] or None,
        key=form.procedure.data or None,
        year=_year(form.year.data or ""),
        status=form.status.data or None,
        stage=form.stage.data or None,
        with_incident=form.incident.data,
    )
    lines, total = container().case_views.search(actor, where, Page(limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE))
    return render_template(
        "casework/cases.html",
        form=form,
        lines=lines,
        total=total,
        number=number,
        pages=max(1, -(-total // PAGE_SIZE)),
        filtered=any(value for value in form.data.values()),
        **({"demonstration": True} if any(line.case.demonstration for line in lines) else {}),
    )


def _year(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= 4 else None


# One case: where it stands, who has it, what was done; its comments and its printable record.


@blueprint.get("/ho-so/<uuid:case_id>")
def case(case_id: UUID) -> Answer:
    """The case's page."""
    view = read_case(case_id)
    note_reading(view.case.id)
    return case_page(view)


@blueprint.post("/ho-so/<uuid:case_id>/y-kien")
def add_comment(case_id: UUID) -> Answer:
    """A remark on the case, or on one criterion of it; then back to where it was written."""
    form = CommentForm()
    back = safe_path(request.form.get("back"), url_for("casework.case", case_id=case_id))
    if form.validate():
        command = AddComment(
            case_id=str(case_id),
            text=form.text.data or "",
            criterion_id=request.form.get("criterion") or None,
            task_id=request.form.get("task") or None,
            command_id=form.command_id.data or "",
        )
        try:
            container().comments.add(current_actor(), command)
        except InvalidInput as error:
            form.text.errors = [refusal_text(error)]
        else:
            flash(_("Your comment has been added."))
            return redirect(f"{back}#comments", 303)
    return case_page(read_case(case_id), comment=form, status=422)


@blueprint.get("/ho-so/<uuid:case_id>/bien-ban")
def record(case_id: UUID) -> Answer:
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
    view: CaseView = container().case_views.view(current_actor(), str(case_id))
    return view


def case_page(view: CaseView, *, comment: CommentForm | None = None, status: int = 200) -> tuple[str, int]:
    """Return the case's page."""
    page = render_template(
        "casework/case.html",
        view=view,
        case=view.case,
        comment=comment or CommentForm(formdata=None),
        primary=_primary(view),
        files_by_place=_files(view),
        command_id=new_id,
        demonstration=shows_demonstration(view.case),
    )
    return page, status


def _primary(view: CaseView) -> Any:
    """The task that the person should go on with: their own first, then one that waits in their groups."""
    ordered = sorted(view.open_tasks, key=lambda line: (not line.mine, not line.in_my_group))
    return next((line for line in ordered if line.mine or (line.in_my_group and line.task.state == "ready")), None)


def _files(view: CaseView) -> list[tuple[str, list[Any]]]:
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
        _l("Nobody can work on the case's tasks and its clocks stand still until somebody resumes it."),
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


@blueprint.route("/ho-so/<uuid:case_id>/buoc/<trigger>", methods=["GET", "POST"])
def case_step(case_id: UUID, trigger: str) -> Answer:
    """One step of the case's own lifecycle."""
    if trigger not in STEPS:
        abort(404)
    view = read_case(case_id)
    title, explanation, message = STEPS[trigger]
    form = ReasonForm()
    status = 200
    if form.validate_on_submit():
        command = CaseCommand(
            case_id=str(case_id), trigger=trigger, reason=form.reason.data or "", command_id=form.command_id.data or ""
        )
        try:
            container().cases.move(current_actor(), command)
        except (TransitionRefused, Conflict) as error:
            form.form_errors.append(refusal_text(error))
            status = 409
        else:
            flash(message)
            return redirect(url_for("casework.case", case_id=case_id), 303)
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
        demonstration=shows_demonstration(view.case),
    )
    return page, status
