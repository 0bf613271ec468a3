"""What a multi-instance activity throws when an instance ends: its own boundary events catch it and never cancel it."""

from workflow.engine import events as e
from workflow.engine.catching import catcher_of
from workflow.engine.happening import happen, is_parallel, node_of_wait, rearm
from workflow.engine.run import Run, Token
from workflow.engine.state import Activity, Subscription, age
from workflow.engine.stuck import Stuck
from workflow.engine.throwing import throw_error, throw_escalation, throw_message
from workflow.engine.waiting import correlation_key
from workflow.errors import N_
from workflow.model.events import (
    ErrorDefinition,
    EscalationDefinition,
    EventDefinition,
    MessageDefinition,
    SignalDefinition,
    SingleDefinition,
    parts_of,
)

_CANNOT = N_("The end of an instance of “%(node)s” cannot throw %(event)s.")


def throw_implicit(run: Run, body: Activity, definition: EventDefinition) -> None:
    """Throw what the definition says, from the whole activity.

    Raises `Stuck` for an error that nothing catches, a message key without a value, and what cannot be thrown here.
    """
    for part in parts_of(definition):
        if body.id in run.draft.activities:
            _throw(run, body, part)


def _throw(run: Run, body: Activity, part: SingleDefinition) -> None:
    if isinstance(part, SignalDefinition):
        _signal(run, body, part.name)
    elif isinstance(part, MessageDefinition):
        _message(run, body, part)
    elif isinstance(part, ErrorDefinition | EscalationDefinition):
        _code(run, body, part)
    else:
        node = run.node(body)
        raise Stuck("loop", _CANNOT, node=node.name or node.id, event=type(part).__name__)


def _signal(run: Run, body: Activity, name: str) -> None:
    run.emit(e.SignalThrown(activity_id=body.id, node_id=body.node_id, name=name))
    waiting = [found for found in run.draft.subscriptions.values() if found.kind == "signal" and found.name == name]
    for subscription in sorted(waiting, key=lambda found: age(found.id)):
        if subscription.id not in run.draft.subscriptions:
            continue
        if _is_own(run, body, subscription):
            _leave_by(run, body, subscription.node_id)
        else:
            run.emit(e.SignalCaught(subscription_id=subscription.id, name=name))
            happen(run, subscription.activity_id, subscription.node_id, {})
            rearm(run, subscription.activity_id, subscription.node_id, subscription.part)


def _message(run: Run, body: Activity, part: MessageDefinition) -> None:
    """A message has one receiver: where a boundary event of the activity waits for it, it goes nowhere else."""
    key = correlation_key(part, run.view(body.scope_id))
    waiting = [
        found
        for found in run.draft.subscriptions.values()
        if found.kind == "message"
        and found.name == part.name
        and found.key in (None, key)
        and _is_own(run, body, found)
    ]
    if waiting:
        _leave_by(run, body, min(waiting, key=lambda found: age(found.id)).node_id)
    else:
        throw_message(run, body, part, {})


def _code(run: Run, body: Activity, part: ErrorDefinition | EscalationDefinition) -> None:
    code = part.code or ""
    caught = catcher_of(run, body, type(part), code)
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
    return wait.activity_id == body.id and not is_parallel(node_of_wait(run, body.id, wait.node_id))


def _leave_by(run: Run, body: Activity, event_id: str) -> None:
    """A token leaves by the boundary event, which goes on waiting."""
    run.queue.append(Token(body.scope_id, event_id))
