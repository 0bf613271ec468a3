"""Errors, escalations, signals and messages: what throwing them does. `workflow.engine.catching` says who catches."""

from collections.abc import Mapping
from typing import Any

from workflow.engine import events as e
from workflow.engine.cancelling import cancel
from workflow.engine.catching import Catcher, catcher_of
from workflow.engine.happening import happen, rearm
from workflow.engine.run import Run, Token
from workflow.engine.state import Activity, age
from workflow.engine.stuck import Stuck
from workflow.engine.triggering import start_event_subprocess
from workflow.engine.waiting import correlation_key
from workflow.errors import N_
from workflow.model.elements import BoundaryEvent
from workflow.model.events import ErrorDefinition, EscalationDefinition, MessageDefinition

_UNCAUGHT = N_("The error “%(code)s” is caught nowhere.")


def throw_error(run: Run, activity: Activity, code: str, variables: Mapping[str, Any]) -> None:
    """End what the catching event stands on and go on from there. Raises `Stuck` where nothing catches."""
    caught = catcher_of(run, activity, ErrorDefinition, code)
    run.emit(e.ErrorThrown(activity_id=activity.id, code=code, caught_by=caught.event.id if caught else None))
    if caught is None:
        raise Stuck("error", _UNCAUGHT, code=code)
    _catch(run, caught, variables, "error")


def throw_escalation(run: Run, activity: Activity, code: str, variables: Mapping[str, Any]) -> None:
    """Let the catching event happen; the thrower goes on unless that has ended it. Nothing where nobody catches."""
    caught = catcher_of(run, activity, EscalationDefinition, code)
    run.emit(e.EscalationThrown(activity_id=activity.id, code=code, caught_by=caught.event.id if caught else None))
    if caught is not None:
        _catch(run, caught, variables, "boundary")


def throw_signal(run: Run, activity: Activity, name: str, variables: Mapping[str, Any]) -> None:
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
    waiting = [found for found in run.draft.subscriptions.values() if found.kind == "signal" and found.name == name]
    for subscription in sorted(waiting, key=lambda found: age(found.id)):
        if subscription.id not in run.draft.subscriptions:
            continue
        run.emit(e.SignalCaught(subscription_id=subscription.id, name=name))
        happen(run, subscription.activity_id, subscription.node_id, variables)
        rearm(run, subscription.activity_id, subscription.node_id, subscription.part)


def _catch(run: Run, caught: Catcher, variables: Mapping[str, Any], reason: Any) -> None:
    event = caught.event
    if not isinstance(event, BoundaryEvent):
        start_event_subprocess(run, caught.scope_id, event, variables)
        return
    if caught.host is not None and event.interrupting:
        cancel(run, caught.host, reason)
    run.set_variables(caught.scope_id, variables)
    run.queue.append(Token(caught.scope_id, event.id))
