"""Transactions: a cancel end event ends all that runs in one, undoes what was completed, and leaves by the boundary."""

from workflow.engine import events as e
from workflow.engine.cancelling import cancel, cancel_in_scope, cancel_scope
from workflow.engine.run import Run, Token
from workflow.engine.state import Activity, age
from workflow.engine.stuck import Stuck
from workflow.engine.undoing import ask_for, undoable
from workflow.errors import N_
from workflow.model.elements import BoundaryEvent, FlowNode, Transaction
from workflow.model.events import CancelDefinition, parts_of

_NO_TRANSACTION = N_("“%(node)s” cancels a transaction, but it is not inside one.")
_NO_BOUNDARY = N_("The transaction “%(node)s” has no cancel event on its boundary by which it could be left.")


def cancel_transaction(run: Run, node: FlowNode, activity: Activity) -> None:
    """Carry out a cancel end event: it stays until everything is undone. Raises `Stuck` before anything is emitted.

    The cancel event sits on the whole of a loop: cancelled in one instance, all of its instances are undone.
    """
    host = _whole(run, _transaction_around(run, node, activity))
    _boundary_of(run, host)
    found = undoable(run, _end_all_else(run, activity, host), interrupted=True)
    if found:
        ask_for(run, activity, found)
    else:
        end_transaction(run, activity)


def end_transaction(run: Run, activity: Activity) -> None:
    """All is undone: end the transaction that the cancel end event stands in, and go on at its boundary. Raises `Stuck`."""
    host = _whole(run, _transaction_around(run, run.node(activity), activity))
    boundary = _boundary_of(run, host)
    cancel(run, host, "cancel")
    run.queue.append(Token(host.scope_id, boundary.id))


def _transaction_around(run: Run, node: FlowNode, activity: Activity) -> Activity:
    """The activity of the nearest transaction outward, within the same process."""
    current = activity
    while True:
        scope = run.scope(current.scope_id)
        opener = run.draft.activities.get(scope.activity_id or "")
        if opener is None or (scope.handler_id is None and scope.isolated):
            raise Stuck("error", _NO_TRANSACTION, node=node.name or node.id)
        if isinstance(run.node(opener), Transaction) and scope.loop_counter is None:
            return opener
        current = opener


def _whole(run: Run, activity: Activity) -> Activity:
    """The activity that boundary events sit on: of an instance, the whole loop."""
    while activity.loop_counter is not None:
        activity = run.draft.activities[run.scope(activity.scope_id).activity_id or ""]
    return activity


def _boundary_of(run: Run, host: Activity) -> BoundaryEvent:
    definition = run.definition(host.scope_id)
    for event in definition.boundary_events.get(host.node_id, ()):
        if any(isinstance(part, CancelDefinition) for part in parts_of(event.definition)):
            return event
    node = definition.all_nodes[host.node_id]
    raise Stuck("error", _NO_BOUNDARY, node=node.name or node.id)


def _end_all_else(run: Run, activity: Activity, host: Activity) -> list[str]:
    """End what runs in the host, but not the scopes around the cancel event. Return where there may be something to undo.

    Scopes that end here are kept where something in them can be undone: their work is undone with the rest.
    """
    scope_ids: list[str] = []
    current = activity
    while current.id != host.id:
        scope = run.scope(current.scope_id)
        scope_ids.append(scope.id)
        cancel_in_scope(run, scope.id, "cancel", but=current.id, keep=True)
        run.drop_queued(scope.id)
        run.detach(scope.id)
        if run.draft.has_joins(scope.id):
            run.emit(e.TokensDiscarded(scope_id=scope.id))
        current = run.draft.activities[scope.activity_id or ""]
        for other in sorted(run.draft.opened_by[current.id] - {scope.id}, key=age):
            cancel_scope(run, other, "cancel", keep=True)
    kept = sorted(run.draft.kept_in[host.scope_id], key=age)
    return scope_ids + [scope_id for scope_id in kept if run.scope(scope_id).activity_id == host.id]
