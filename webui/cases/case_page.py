"""One case: where it stands, who has it, what was done; its comments and its printable record."""

from itertools import groupby
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from webui.auth.guard import current_actor
from webui.cases.blueprint import blueprint
from webui.cases.forms import CommentForm
from webui.cases.pages import Answer, note_reading, shows_demonstration
from webui.container import container
from webui.links import safe_path
from webui.texts import refusal_text
from webui.words import said
from workflow.errors import InvalidInput
from workflow.ids import new_id
from workflow.services.casework.case_view import CaseView
from workflow.services.casework.comments import AddComment
from workflow.services.casework.record import DoneStep


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
    back = safe_path(request.form.get("back"), url_for("cases.case", case_id=case_id))
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
        "cases/record.html",
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
        "cases/case.html",
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
