"""Awaited conditions: looked at whenever variables may have changed, and happening when they become true."""

from workflow.engine import events as e
from workflow.engine.evaluation import has_become_true
from workflow.engine.happening import happen, is_parallel, node_of_wait, scope_of_holder
from workflow.engine.run import Run
from workflow.engine.state import Activity, Subscription, age
from workflow.engine.stuck import Stuck
from workflow.engine.waiting import definition_of
from workflow.model.elements import EventBasedGateway
from workflow.model.events import ConditionalDefinition, parts_of


def look_at_conditions(run: Run) -> None:
    """Let every awaited condition that has become true happen, the longest waiting one first."""
    for subscription_id in sorted(run.draft.conditional, key=age):
        subscription = run.draft.subscriptions.get(subscription_id)
        if subscription is None:
            continue
        holder = _whose_incident(run, subscription)
        try:
            holds = _holds(run, subscription)
            if holds != subscription.holds:
                run.emit(e.ConditionChanged(subscription_id=subscription.id, holds=holds))
                if holds:
                    _happen(run, subscription)
        except Stuck as stuck:
            if holder is not None and not run.draft.incidents_of(holder.id):
                run.open_incident(holder, stuck, "wait")


def _happen(run: Run, subscription: Subscription) -> None:
    if _is_one_of_all(run, subscription):
        run.emit(e.SubscriptionCancelled(subscription_id=subscription.id))
    happen(run, subscription.activity_id, subscription.node_id, {})


def _is_one_of_all(run: Run, subscription: Subscription) -> bool:
    """Whether its event, or the gateway before it, goes on waiting for others: this condition counts once."""
    holder = run.draft.activities.get(subscription.activity_id)
    gateway = run.node(holder) if holder is not None else None
    if isinstance(gateway, EventBasedGateway):
        return gateway.parallel
    return is_parallel(node_of_wait(run, subscription.activity_id, subscription.node_id))


def _holds(run: Run, subscription: Subscription) -> bool:
    node = node_of_wait(run, subscription.activity_id, subscription.node_id)
    definition = parts_of(definition_of(node))[subscription.part]
    if not isinstance(definition, ConditionalDefinition):
        return False
    return has_become_true(definition.condition, run.view(scope_of_holder(run, subscription.activity_id)))


def _whose_incident(run: Run, subscription: Subscription) -> Activity | None:
    """The activity that shows the fault: the holder, or for an event subprocess the oldest activity of its scope."""
    holder = run.draft.activities.get(subscription.activity_id)
    if holder is not None:
        return holder
    inside = sorted(run.draft.in_scope[subscription.activity_id], key=age)
    return run.draft.activities[inside[0]] if inside else None
