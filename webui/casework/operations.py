"""What a manager does when a case is stuck: incidents, moving a token, letting a message arrive, each with a reason and on the record."""

import json
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from webui.casework.area import blueprint
from webui.casework.cases import read_case
from webui.casework.pages import ReasonForm, shows_demonstration
from webui.container import container
from webui.forms import FilterForm, Length, choices
from webui.guard import current_actor, needs
from webui.pages import Attempt, done, page_number, page_of, pages_of, status
from workflow.alphabets import fit
from workflow.errors import N_, InvalidInput, NotFound, PermissionDenied
from workflow.services.casework.case_view import CaseView
from workflow.services.casework.messages import DeliverMessage
from workflow.services.casework.operations import OperateCase
from workflow.services.views import IncidentRecord


class RetryForm(ReasonForm):
    """How an incident is to be resolved."""

    how = RadioField(
        _l("What to do"),
        [InputRequired()],
        choices=choices(
            [
                ("retry", _l("Try again, after the cause has been put right")),
                ("flow", _l("Go on along a sequence flow")),
                ("variables", _l("Correct values of the case, then try again")),
            ]
        ),
        default="retry",
    )
    flow_id = SelectField(_l("Sequence flow"), validate_choice=False)
    variables = TextAreaField(
        _l("Corrected values"), [Optional(), Length(max=20_000)], description=_l('A JSON object such as {"x": 1}.')
    )


class MoveForm(ReasonForm):
    """Where the case is to go on."""

    target = SelectField(_l("Go on at"), [InputRequired()], validate_choice=False)


class ArrivalForm(ReasonForm):
    """Which message has come, and what it brought."""

    wait = SelectField(_l("Message"), [InputRequired()], validate_choice=False)
    variables = TextAreaField(
        _l("What it brought"),
        [Optional(), Length(max=20_000)],
        description=_l('A JSON object such as {"x": 1}; may be empty.'),
    )


PAGE_SIZE = 25


class IncidentFilterForm(FilterForm):
    """What the list is narrowed by."""

    text = StringField(_l("Case number or name of the unit"), [Optional(), Length(max=100)])


@blueprint.get("/su-co")
def incidents() -> ResponseReturnValue:
    """Open incidents of every case that the person may operate."""
    needs("operate")
    number = page_number()
    form = IncidentFilterForm(request.args)
    form.validate()
    text = (form.text.data or "").strip()[:100] or None
    rows, total = container().operations.incidents(current_actor(), page_of(number, PAGE_SIZE), text)
    views = {row.case_id: read_case(UUID(row.case_id)) for row in rows}
    return render_template(
        "casework/incidents.html",
        form=form,
        filtered=text is not None,
        rows=rows,
        views=views,
        total=total,
        number=number,
        pages=pages_of(total, PAGE_SIZE),
        node_name=node_name,
    )


@blueprint.route("/ho-so/<uuid:case_id>/su-co/<incident_id>", methods=["GET", "POST"])
def incident(case_id: UUID, incident_id: str) -> ResponseReturnValue:
    """One incident: what happened, and how to go on."""
    view = operable(case_id)
    found = next((one for one in view.incidents if one.incident_id == incident_id and one.resolved_at is None), None)
    if found is None:
        raise NotFound()
    form = RetryForm()
    form.flow_id.choices = choices([("", "–"), *_flows(view, found)])
    if form.validate_on_submit():
        with Attempt(form):
            result = container().operations.operate(current_actor(), _resolution(case_id, incident_id, form))
            if result.get("asked"):
                said = _("You have asked for it. The case goes on when a second manager chooses the same way here.")
                return done(url_for(".incident", case_id=case_id, incident_id=incident_id), said)
            return done(url_for(".case", case_id=case_id), _("The case goes on."))
    page = render_template(
        "casework/incident.html",
        asked=container().operations.asked(current_actor(), str(case_id), incident_id),
        flows=dict(_flows(view, found)),
        view=view,
        case=view.case,
        incident=found,
        node=node_name(view, found.node_id),
        form=form,
        demonstration=shows_demonstration(view.case),
    )
    return page, status(form)


@blueprint.route("/ho-so/<uuid:case_id>/di-chuyen", methods=["GET", "POST"])
def move(case_id: UUID) -> ResponseReturnValue:
    """Move the case from where it stands to another step of the same level."""
    view = operable(case_id)
    positions = container().operations.positions(current_actor(), str(case_id))
    form = MoveForm()
    targets = [
        (f"{place.activity_id} {node}", _("from “%(here)s” to “%(there)s”", here=here, there=name))
        for place, here in zip(positions, told_apart([place.name for place in positions]), strict=True)
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
            command_id=form.command,
        )
        with Attempt(form):
            container().operations.operate(current_actor(), command)
            return done(url_for(".case", case_id=case_id), _("The case has been moved."))
    page = render_template(
        "casework/move.html",
        view=view,
        case=view.case,
        form=form,
        positions=positions,
        demonstration=shows_demonstration(view.case),
    )
    return page, status(form)


def told_apart(names: Sequence[str]) -> list[str]:
    """The names, those that stand for several places numbered in their order."""
    met: Counter[str] = Counter()
    found = []
    for name in names:
        met[name] += 1
        found.append(f"{name} ({met[name]})" if names.count(name) > 1 else name)
    return found


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
        command_id=form.command,
    )


# Messages that a case waits for: an operator lets one arrive when its sender has answered outside the system.


@blueprint.route("/ho-so/<uuid:case_id>/thong-diep", methods=["GET", "POST"])
def messages(case_id: UUID) -> ResponseReturnValue:
    """What the case waits for, and a form that lets one of it arrive."""
    view = operable(case_id)
    waits = container().messages.waiting(current_actor(), str(case_id))
    form = ArrivalForm()
    form.wait.choices = choices(
        [("", "–"), *((one.subscription_id, f"{one.name} → {node_name(view, one.node_id)}") for one in waits)]
    )
    if form.validate_on_submit():
        with Attempt(form, missing=N_("The case no longer waits for this message.")):
            values = json_object(form.variables.data) if form.variables.data else {}
            command = DeliverMessage(
                case_id=str(case_id),
                subscription_id=form.wait.data or "",
                reason=form.reason.data or "",
                variables=values,
                command_id=form.command,
            )
            container().messages.deliver(current_actor(), command)
            return done(url_for(".case", case_id=case_id), _("The message has arrived."))
    page = render_template(
        "casework/messages.html",
        view=view,
        case=view.case,
        form=form,
        waits=waits,
        demonstration=shows_demonstration(view.case),
    )
    return page, status(form)


# Values that an operator writes as a JSON object.

_LARGEST_EXPONENT = 100
_NO_OBJECT = N_("Enter the values as a JSON object, such as %(example)s.")


def json_object(text: str) -> dict[str, Any]:
    """Return the object. Raises `InvalidInput` for anything else, an empty one included."""
    try:
        found: Any = fit(json.loads(text, parse_float=_number, parse_int=_number, parse_constant=_number))
    except (ValueError, RecursionError) as error:
        raise InvalidInput(_NO_OBJECT, example='{"x": 1}') from error
    if not isinstance(found, dict) or not found:
        raise InvalidInput(_NO_OBJECT, example='{"x": 1}')
    return found


def _number(text: str) -> Decimal:
    """A number of a size that a case can have. Raises ValueError, for those that JSON does not know too."""
    value = Decimal(text)
    if not value.is_finite() or abs(value.adjusted()) > _LARGEST_EXPONENT:
        raise ValueError(text)
    return value
