"""Events: those that throw, those that end and those that wait."""

from collections.abc import Callable, Mapping
from typing import Any

from workflow.engine import events as e
from workflow.engine.behaviour import Behaviour
from workflow.engine.cancelling import cancel_in_scope
from workflow.engine.compensation import go_on_undoing, handler_closed, start_compensation
from workflow.engine.happening import received
from workflow.engine.mappings import values_of
from workflow.engine.run import Run, Token
from workflow.engine.state import Activity, Incident
from workflow.engine.stuck import Stuck
from workflow.engine.throwing import throw_error, throw_escalation, throw_message, throw_signal
from workflow.engine.transactions import cancel_transaction
from workflow.engine.waiting import attach, plans_of_waiting
from workflow.errors import N_
from workflow.model.elements import Event, EventBasedGateway, FlowNode, IntermediateCatchEvent
from workflow.model.events import (
    CancelDefinition,
    CompensateDefinition,
    ErrorDefinition,
    EscalationDefinition,
    LinkDefinition,
    MessageDefinition,
    SignalDefinition,
    TerminateDefinition,
    parts_of,
)

_NO_LINK = N_("“%(node)s” leads to the link “%(link)s”, which is nowhere beside it.")

Thrower = Callable[[Run, Event, Activity, Any, dict[str, Any]], bool]
"""Returns whether the event has to stay for now: compensation is under way, or the token goes on elsewhere."""


class Throw(Behaviour[Event]):
    """Intermediate throw and end events: throw everything that the event defines, in the order of the file."""

    def comes_last(self, node: Event) -> bool:
        """A signal is thrown after the tokens beside it have moved: an event parallel to the throw waits for it by then."""
        return any(isinstance(part, SignalDefinition) for part in parts_of(node.definition))

    def enter(self, run: Run, node: Event, activity: Activity) -> None:
        payload = values_of(node.inputs, run.view(activity.scope_id)) if node.inputs else {}
        stays = False
        for part in parts_of(node.definition):
            stays = _THROWERS[type(part)](run, node, activity, part, payload) or stays
            if activity.id not in run.draft.activities:
                return  # it has interrupted itself
        if not stays:
            run.complete(activity)

    def closed(self, run: Run, node: Event, activity: Activity, scope_id: str) -> None:
        """One handler of the compensation that this event has asked for is done."""
        handler_closed(run, node, activity, scope_id)

    def again(self, run: Run, node: Event, activity: Activity, incident: Incident) -> None:
        """The next handler could not be found, or all is undone and the event could not complete: try again."""
        go_on_undoing(run, node, activity)


class Catch(Behaviour[FlowNode]):
    """Waits for its timer, message, signal or condition, or for several; receive tasks too."""

    def enter(self, run: Run, node: FlowNode, activity: Activity) -> None:
        if isinstance(node, Event) and isinstance(node.definition, LinkDefinition):
            run.complete(activity)
            return
        for found in plans_of_waiting(run, node, run.view(activity.scope_id)):
            attach(run, activity.id, found)

    def complete(self, run: Run, node: FlowNode, activity: Activity, variables: Mapping[str, Any]) -> None:
        received(run, node, activity.scope_id, variables)
        run.complete(activity)


class EventBased(Behaviour[EventBasedGateway]):
    """Waits for the events behind it; `workflow.engine.happening` takes the flow of the one that happens."""

    def enter(self, run: Run, node: EventBasedGateway, activity: Activity) -> None:
        definition = run.definition(activity.scope_id)
        view = run.view(activity.scope_id)
        nodes = [definition.all_nodes[flow.target] for flow in definition.outgoing[node.id]]
        plans = [found for each in nodes for found in plans_of_waiting(run, each, view)]
        for found in plans:
            attach(run, activity.id, found)
        run.emit(e.EventsAwaited(activity_id=activity.id))


def _error(run: Run, node: Event, activity: Activity, part: ErrorDefinition, payload: dict[str, Any]) -> bool:
    throw_error(run, activity, part.code or "", payload)
    return False


def _escalation(run: Run, node: Event, activity: Activity, part: EscalationDefinition, payload: dict[str, Any]) -> bool:
    throw_escalation(run, activity, part.code or "", payload)
    return False


def _signal(run: Run, node: Event, activity: Activity, part: SignalDefinition, payload: dict[str, Any]) -> bool:
    throw_signal(run, activity, part.name, payload)
    return False


def _message(run: Run, node: Event, activity: Activity, part: MessageDefinition, payload: dict[str, Any]) -> bool:
    throw_message(run, activity, part, payload)
    return False


def _compensate(run: Run, node: Event, activity: Activity, part: CompensateDefinition, payload: dict[str, Any]) -> bool:
    return start_compensation(run, node, activity, part)


def _cancel(run: Run, node: Event, activity: Activity, part: CancelDefinition, payload: dict[str, Any]) -> bool:
    cancel_transaction(run, node, activity)
    return True


def _link(run: Run, node: Event, activity: Activity, part: LinkDefinition, payload: dict[str, Any]) -> bool:
    definition = run.definition(activity.scope_id)
    for other in definition.children(definition.container_of[node.id]):
        if isinstance(other, IntermediateCatchEvent) and other.definition == part:
            run.complete(activity, ())
            run.queue.append(Token(activity.scope_id, other.id))
            return True
    raise Stuck("no-flow", _NO_LINK, node=node.name or node.id, link=part.name)


def _terminate(run: Run, node: Event, activity: Activity, part: TerminateDefinition, payload: dict[str, Any]) -> bool:
    scope_id = activity.scope_id
    cancel_in_scope(run, scope_id, "terminated", but=activity.id)
    run.drop_queued(scope_id)
    run.detach(scope_id)
    if run.draft.has_joins(scope_id):
        run.emit(e.TokensDiscarded(scope_id=scope_id))
    return False


_THROWERS: Mapping[type, Thrower] = {
    ErrorDefinition: _error,
    EscalationDefinition: _escalation,
    SignalDefinition: _signal,
    MessageDefinition: _message,
    CompensateDefinition: _compensate,
    CancelDefinition: _cancel,
    LinkDefinition: _link,
    TerminateDefinition: _terminate,
}
