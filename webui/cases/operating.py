"""What a manager does when a case is stuck: incidents, and moving a token, each with a reason and on the record."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from webui.auth.guard import current_actor, needs
from webui.cases.blueprint import blueprint, incidents
from webui.cases.case_page import read_case
from webui.cases.forms import MoveForm, RetryForm
from webui.cases.json_values import json_object
from webui.cases.pages import Answer, shows_demonstration
from webui.container import container
from webui.forms import choices
from webui.texts import refusal_text
from workflow.errors import N_, Conflict, InvalidInput, NotFound, PermissionDenied, TransitionRefused
from workflow.services.casework.case_view import CaseView
from workflow.services.casework.operations import OperateCase
from workflow.services.ground.listings import IncidentRecord, Page

PAGE_SIZE = 25
MOST_PAGES = 2000
REFUSALS = (InvalidInput, TransitionRefused, Conflict)


@incidents.get("")
def index() -> Answer:
    """Open incidents of every case that the person may operate."""
    needs("operate")
    number = min(max(request.args.get("page", 1, type=int), 1), MOST_PAGES)
    rows, total = container().operations.incidents(
        current_actor(), Page(limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE)
    )
    views = {row.case_id: read_case(UUID(row.case_id)) for row in rows}
    return render_template(
        "cases/incidents.html",
        rows=rows,
        views=views,
        total=total,
        number=number,
        pages=max(1, -(-total // PAGE_SIZE)),
        node_name=node_name,
    )


@blueprint.route("/ho-so/<uuid:case_id>/su-co/<incident_id>", methods=["GET", "POST"])
def incident(case_id: UUID, incident_id: str) -> Answer:
    """One incident: what happened, and how to go on."""
    view = operable(case_id)
    found = next((one for one in view.incidents if one.incident_id == incident_id and one.resolved_at is None), None)
    if found is None:
        raise NotFound()
    form = RetryForm()
    form.flow_id.choices = choices([("", "–"), *_flows(view, found)])
    if form.validate_on_submit():
        try:
            container().operations.operate(current_actor(), _resolution(case_id, incident_id, form))
        except REFUSALS as error:
            form.form_errors.append(refusal_text(error))
        else:
            flash(_("The case goes on."))
            return redirect(url_for("cases.case", case_id=case_id), 303)
    page = render_template(
        "cases/incident.html",
        view=view,
        case=view.case,
        incident=found,
        node=node_name(view, found.node_id),
        form=form,
        demonstration=shows_demonstration(view.case),
    )
    return page, 422 if form.errors else 200


@blueprint.route("/ho-so/<uuid:case_id>/di-chuyen", methods=["GET", "POST"])
def move(case_id: UUID) -> Answer:
    """Move the case from where it stands to another step of the same level."""
    view = operable(case_id)
    positions = container().operations.positions(current_actor(), str(case_id))
    form = MoveForm()
    targets = [
        (f"{place.activity_id} {node}", _("from “%(here)s” to “%(there)s”", here=place.name, there=name))
        for place in positions
        for node, name in place.targets
    ]
    form.target.choices = choices([("", "–"), *targets])
    if form.validate_on_submit():
        activity, _space, node = (form.target.data or "").partition(" ")
        command = OperateCase(
            case_id=str(case_id),
            reason=form.reason.data or "",
            activity_id=activity,
            target_node=node,
            command_id=form.command_id.data or "",
        )
        try:
            container().operations.operate(current_actor(), command)
        except REFUSALS as error:
            form.form_errors.append(refusal_text(error))
        else:
            flash(_("The case has been moved."))
            return redirect(url_for("cases.case", case_id=case_id), 303)
    page = render_template(
        "cases/move.html",
        view=view,
        case=view.case,
        form=form,
        positions=positions,
        demonstration=shows_demonstration(view.case),
    )
    return page, 422 if form.errors else 200


def node_name(view: CaseView, node_id: str) -> str:
    """What the diagram calls a node."""
    for process in view.package.bpmn.processes.values():
        node = process.all_nodes.get(node_id)
        if node is not None:
            return str(node.name or node_id)
    return node_id


def operable(case_id: UUID) -> CaseView:
    view = read_case(case_id)
    if not view.operate:
        raise PermissionDenied(N_("Only a manager whose jurisdiction covers this case may do that."))
    return view


def _flows(view: CaseView, found: IncidentRecord) -> list[tuple[str, str]]:
    """The sequence flows that leave the node at which the case is stuck."""
    for process in view.package.bpmn.processes.values():
        if found.node_id in process.all_nodes:
            return [
                (flow.id, f"{flow.name or flow.id} → {node_name(view, flow.target)}")
                for flow in process.outgoing.get(found.node_id, ())
            ]
    return []


def _resolution(case_id: UUID, incident_id: str, form: RetryForm) -> OperateCase:
    variables = json_object(form.variables.data or "") if form.how.data == "variables" else {}
    return OperateCase(
        case_id=str(case_id),
        incident_id=incident_id,
        reason=form.reason.data or "",
        flow_id=(form.flow_id.data or None) if form.how.data == "flow" else None,
        variables=variables,
        command_id=form.command_id.data or "",
    )
