"""Throw events: what throwing an error, an escalation, a signal or a message does, and who catches it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from workflow.engine import events as e
from workflow.engine.behaviours.catch_events import (
    awaited_message,
    awaited_signal,
    come,
    is_parallel,
    node_of_wait,
)
from workflow.engine.behaviours.compensation import (
    cancel_transaction,
    go_on_undoing,
    handler_closed,
    start_compensation,
)
from workflow.engine.evaluation import Stuck
from workflow.engine.run import Behaviour, Run, Token, values_of
from workflow.engine.scopes import (
    cancel,
    clear_scope,
    is_event_subprocess,
    start_event_subprocess,
    starts_in,
)
from workflow.engine.state import Activity, Incident, Scope, Subscription
from workflow.engine.waits import correlation_key
from workflow.errors import N_
from workflow.model.elements import BoundaryEvent, Event, IntermediateCatchEvent, StartEvent
from workflow.model.events import (
    CancelDefinition,
    CompensateDefinition,
    ErrorDefinition,
    EscalationDefinition,
    EventDefinition,
    LinkDefinition,
    MessageDefinition,
    SignalDefinition,
    SingleDefinition,
    TerminateDefinition,
    parts_of,
)

EventT = TypeVar("EventT", BoundaryEvent, StartEvent)
_CaughtKind = type[ErrorDefinition] | type[EscalationDefinition]


@dataclass(frozen=True, slots=True)
class _Catcher:
    """The event that catches, and what it stands on: an activity for a boundary event, else the scope `scope_id`."""

    event: BoundaryEvent | StartEvent
    scope_id: str
    host: Activity | None = None


def _catcher_of(run: Run, activity: Activity, kind: _CaughtKind, code: str) -> _Catcher | None:
    """Look on the activity itself, then scope by scope outward, across called processes; None where nobody catches.

    What happens inside an event subprocess is not caught by itself, which would start it again and again, and not by those
    beside it once it has interrupted their scope.
    """
    host, leaving = activity, None
    while True:
        event = _boundary(run, host, kind, code)
        if event is not None:
            return _Catcher(event, host.scope_id, host)
        scope = run.scope(host.scope_id)
        start = _matching(_starts_beside(run, scope, leaving), kind, code)
        if start is not None:
            return _Catcher(start, scope.id)
        opener = run.draft.activities.get(scope.activity_id or "")
        if opener is None:
            return None
        host, leaving = opener, scope.container_id if is_event_subprocess(run, scope) else None


def _starts_beside(run: Run, scope: Scope, leaving: str | None) -> list[StartEvent]:
    """What can start event subprocesses of the scope; `leaving`: the one of them from which the throw comes."""
    starts = starts_in(run, scope)
    if leaving is None or not starts:
        return starts
    definition = run.definition(scope.id)
    if any(start.interrupting for start in definition.start_events(leaving)):
        return []
    return [start for start in starts if definition.container_of[start.id] != leaving]


def _boundary(run: Run, host: Activity, kind: _CaughtKind, code: str) -> BoundaryEvent | None:
    """A boundary event of the host; those of a loop's instance sit on the whole loop."""
    if host.loop_counter is not None:
        return None
    return _matching(run.definition(host.scope_id).boundary_events.get(host.node_id, ()), kind, code)


def _matching(events: Sequence[EventT], kind: _CaughtKind, code: str) -> EventT | None:
    for wanted in (code, None):
        for event in events:
            if _catches(event.definition, kind, wanted):
                return event
    return None


def _catches(definition: EventDefinition | None, kind: _CaughtKind, code: str | None) -> bool:
    return any(isinstance(part, kind) and part.code == code for part in parts_of(definition))


# What throwing does

_UNCAUGHT = N_("The error “%(code)s” is caught nowhere.")


def throw_error(run: Run, activity: Activity, code: str, variables: Mapping[str, Any]) -> None:
    """End what the catching event stands on and go on from there. Raises `Stuck` where nothing catches."""
    caught = _catcher_of(run, activity, ErrorDefinition, code)
    run.emit(e.ErrorThrown(activity_id=activity.id, code=code, caught_by=caught.event.id if caught else None))
    if caught is None:
        raise Stuck("error", _UNCAUGHT, code=code)
    _catch(run, caught, variables, "error")


def throw_escalation(run: Run, activity: Activity, code: str, variables: Mapping[str, Any]) -> None:
    """Let the catching event happen; the thrower goes on unless that has ended it. Nothing where nobody catches."""
    caught = _catcher_of(run, activity, EscalationDefinition, code)
    run.emit(e.EscalationThrown(activity_id=activity.id, code=code, caught_by=caught.event.id if caught else None))
    if caught is not None:
        _catch(run, caught, variables, "boundary")


def _throw_signal(run: Run, activity: Activity, name: str, variables: Mapping[str, Any]) -> None:
    """Tell every wait of this instance, the thrower's own scope included; the environment tells all others."""
    run.emit(e.SignalThrown(activity_id=activity.id, node_id=activity.node_id, name=name, variables=dict(variables)))
    broadcast(run, name, variables)


def throw_message(run: Run, activity: Activity, message: MessageDefinition, variables: Mapping[str, Any]) -> None:
    """Hand the message to the environment. Raises `Stuck` before that where its key has no value."""
    key = correlation_key(message, run.view(activity.scope_id))
    run.emit(
        e.MessageThrown(
            activity_id=activity.id, node_id=activity.node_id, name=message.name, key=key, variables=dict(variables)
        )
    )


def broadcast(run: Run, name: str, variables: Mapping[str, Any]) -> None:
    """Let every wait for the signal happen, the longest waiting first; those that only now begin to wait do not."""
    for wait in awaited_signal(run, name):
        come(run, wait, variables)


def _catch(run: Run, caught: _Catcher, variables: Mapping[str, Any], reason: Any) -> None:
    event = caught.event
    if not isinstance(event, BoundaryEvent):
        start_event_subprocess(run, caught.scope_id, event, variables)
        return
    if caught.host is not None and event.interrupting:
        cancel(run, caught.host, reason)
    run.set_variables(caught.scope_id, variables)
    run.queue.append(Token(caught.scope_id, event.id))


# What a multi-instance activity throws when an instance ends: its own boundary events catch it and never cancel it

_CANNOT = N_("The end of an instance of “%(node)s” cannot throw %(event)s.")


def throw_implicit(run: Run, body: Activity, definition: EventDefinition) -> None:
    """Throw what the definition says, from the whole activity.

    Raises `Stuck` for an error that nothing catches, a message key without a value, and what cannot be thrown here.
    """
    for part in parts_of(definition):
        if body.id in run.draft.activities:
            _throw_part(run, body, part)


def _throw_part(run: Run, body: Activity, part: SingleDefinition) -> None:
    if isinstance(part, SignalDefinition):
        _implicit_signal(run, body, part.name)
    elif isinstance(part, MessageDefinition):
        _implicit_message(run, body, part)
    elif isinstance(part, ErrorDefinition | EscalationDefinition):
        _implicit_code(run, body, part)
    else:
        node = run.node(body)
        raise Stuck("loop", _CANNOT, node=node.name or node.id, event=type(part).__name__)


def _implicit_signal(run: Run, body: Activity, name: str) -> None:
    run.emit(e.SignalThrown(activity_id=body.id, node_id=body.node_id, name=name))
    for wait in awaited_signal(run, name):
        if _is_own(run, body, wait):
            _leave_by(run, body, wait.node_id)
        else:
            come(run, wait, {})


def _implicit_message(run: Run, body: Activity, part: MessageDefinition) -> None:
    """A message has one receiver: where a boundary event of the activity waits for it, it goes nowhere else."""
    key = correlation_key(part, run.view(body.scope_id))
    own = [wait for wait in awaited_message(run, part.name, key) if _is_own(run, body, wait)]
    if own:
        _leave_by(run, body, own[0].node_id)
    else:
        throw_message(run, body, part, {})


def _implicit_code(run: Run, body: Activity, part: ErrorDefinition | EscalationDefinition) -> None:
    code = part.code or ""
    caught = _catcher_of(run, body, type(part), code)
    own = caught.event.id if caught is not None and caught.host is not None and caught.host.id == body.id else None
    if isinstance(part, ErrorDefinition):
        if own is None:
            throw_error(run, body, code, {})
        else:
            run.emit(e.ErrorThrown(activity_id=body.id, code=code, caught_by=own))
    elif own is None:
        throw_escalation(run, body, code, {})
    else:
        run.emit(e.EscalationThrown(activity_id=body.id, code=code, caught_by=own))
    if own is not None:
        _leave_by(run, body, own)


def _is_own(run: Run, body: Activity, wait: Subscription) -> bool:
    """Whether it is the wait of a boundary event of the activity, one that a single event is enough for."""
    return wait.activity_id == body.id and not is_parallel(node_of_wait(run, wait))


def _leave_by(run: Run, body: Activity, event_id: str) -> None:
    """A token leaves by the boundary event, which goes on waiting."""
    run.queue.append(Token(body.scope_id, event_id))


# The behaviour of throw and end events

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


def _error(run: Run, node: Event, activity: Activity, part: ErrorDefinition, payload: dict[str, Any]) -> bool:
    throw_error(run, activity, part.code or "", payload)
    return False


def _escalation(run: Run, node: Event, activity: Activity, part: EscalationDefinition, payload: dict[str, Any]) -> bool:
    throw_escalation(run, activity, part.code or "", payload)
    return False


def _signal(run: Run, node: Event, activity: Activity, part: SignalDefinition, payload: dict[str, Any]) -> bool:
    _throw_signal(run, activity, part.name, payload)
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
    clear_scope(run, activity.scope_id, "terminated", but=activity.id)
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
