"""Undoing completed activities: compensation throw events, and transactions that a cancel end event ends."""

from collections.abc import Iterable

from workflow.engine import events as e
from workflow.engine.evaluation import Stuck
from workflow.engine.flows import take_all_true
from workflow.engine.run import Begin, Leave, Run, Token
from workflow.engine.scopes import cancel, cancel_scope, clear_scope
from workflow.engine.state import Activity, Compensable, Scope, age
from workflow.errors import N_
from workflow.model.elements import BoundaryEvent, Event, EventSubProcess, FlowNode, Transaction
from workflow.model.events import CancelDefinition, CompensateDefinition, parts_of

_NO_HANDLER = N_("The definition has no compensation handler for “%(node)s” any more.")


def _undoable(
    run: Run, scope_ids: Iterable[str], node_id: str | None = None, *, interrupted: bool = False
) -> list[Compensable]:
    """What can be undone in these scopes and the kept ones below them, of one node or of all, the newest first.

    What another throw has asked for is left to it. A completed instance of a loop that still runs does not count, unless
    the loop is `interrupted`. Where an event subprocess undoes a kept scope, it stands for all that is in it.
    """
    found: list[Compensable] = []
    waiting = [(scope_id, node_id is None) for scope_id in scope_ids]
    taken_care_of = _in_event_subprocesses(run)
    while waiting:
        scope_id, whole = waiting.pop()
        here = [run.draft.compensables[key] for key in run.draft.undoable_in[scope_id]]
        found.extend(each for each in here if _is_free(run, each) and (whole or each.node_id == node_id))
        below = run.draft.kept_in[scope_id] - {each.kept_scope_id for each in here} - taken_care_of
        for scope in map(run.scope, below):
            if interrupted or scope.activity_id not in run.draft.activities:
                waiting.append((scope.id, whole or scope.kept_node == node_id))
    return sorted(found, key=lambda each: age(each.id), reverse=True)


def _ask_for(run: Run, activity: Activity, found: list[Compensable]) -> None:
    """Undo these for the activity, one after another. Raises `Stuck` before anything is emitted."""
    for compensable in found:
        _handler_of(run, compensable)
    run.emit(
        e.CompensationRequested(activity_id=activity.id, compensables=tuple(compensable.id for compensable in found))
    )
    if not _is_undoing(run, activity):
        _undo_next(run, activity)


def _is_undoing(run: Run, activity: Activity) -> bool:
    """Whether a handler runs for the activity now."""
    return bool(run.draft.opened_by[activity.id])


def _undo_next(run: Run, activity: Activity) -> bool:
    """Start the next handler that the activity has asked for. Return whether there was one. Raises `Stuck`."""
    newest_first = reversed(run.draft.compensables.values())
    compensable = next((each for each in newest_first if each.requested_by == activity.id), None)
    if compensable is None:
        return False
    handler_id = _handler_of(run, compensable)
    served = run.scope(compensable.kept_scope_id or compensable.scope_id)
    scope_id = run.new_id("s")
    run.emit(
        e.ScopeOpened(
            scope_id=scope_id,
            parent_id=served.id,
            activity_id=activity.id,
            container_id=served.container_id,
            process_id=served.process_id,
        )
    )
    run.emit(
        e.CompensationStarted(
            compensable_id=compensable.id, node_id=compensable.node_id, handler_id=handler_id, scope_id=scope_id
        )
    )
    handler = run.enter(scope_id, handler_id, None)
    run.queue.append(Begin(scope_id, handler.id))
    return True


def _close_handler(run: Run, scope_id: str) -> None:
    """A handler is done: what it has changed goes outward, and kept scopes in which nothing is left are closed."""
    scope = run.scope(scope_id)
    served = scope.parent_id or ""
    run.close_scope(scope_id)
    run.assign(served, scope.variables)
    if _is_event_subprocess(run, scope):
        parent = run.scope(served).parent_id or ""
        run.close_scope(served)
        served = parent
    while run.scope(served).kept and _is_bare(run, served):
        parent = run.scope(served).parent_id or ""
        run.close_scope(served)
        served = parent


def _is_free(run: Run, compensable: Compensable) -> bool:
    """Nobody has asked for it, or who has asked was ended before its turn came."""
    return compensable.requested_by not in run.draft.activities


def _handler_of(run: Run, compensable: Compensable) -> str:
    if compensable.kept_scope_id is not None:
        served = run.scope(compensable.kept_scope_id)
        found = run.definition(served.id).compensation_subprocesses.get(served.container_id)
    else:
        found = run.definition(compensable.scope_id).compensation_handlers.get(compensable.node_id)
    if found is None:
        raise Stuck("call", _NO_HANDLER, node=compensable.node_id)
    return found


def _handler_scopes(run: Run) -> list[Scope]:
    """The scopes of the handlers that run now, for whatever activity."""
    return [run.scope(scope_id) for scope_id in run.draft.handler_scopes]


def _in_event_subprocesses(run: Run) -> set[str | None]:
    """The kept scopes that their own event subprocess undoes now."""
    return {scope.parent_id for scope in _handler_scopes(run) if _is_event_subprocess(run, scope)}


def _is_event_subprocess(run: Run, scope: Scope) -> bool:
    definition = run.program.processes[scope.process_id]
    return isinstance(definition.all_nodes.get(scope.handler_id or ""), EventSubProcess)


def _is_bare(run: Run, scope_id: str) -> bool:
    if run.draft.undoable_in[scope_id] or run.draft.kept_in[scope_id]:
        return False
    return all(scope.parent_id != scope_id for scope in _handler_scopes(run))


# Transactions: a cancel end event ends all that runs in one, undoes what was completed, and leaves by the boundary

_NO_TRANSACTION = N_("“%(node)s” cancels a transaction, but it is not inside one.")
_NO_BOUNDARY = N_("The transaction “%(node)s” has no cancel event on its boundary by which it could be left.")


def cancel_transaction(run: Run, node: FlowNode, activity: Activity) -> None:
    """Carry out a cancel end event: it stays until everything is undone. Raises `Stuck` before anything is emitted.

    The cancel event sits on the whole of a loop: cancelled in one instance, all of its instances are undone.
    """
    host = _whole(run, _transaction_around(run, node, activity))
    _boundary_of(run, host)
    found = _undoable(run, _end_all_else(run, activity, host), interrupted=True)
    if found:
        _ask_for(run, activity, found)
    else:
        _end_transaction(run, activity)


def _end_transaction(run: Run, activity: Activity) -> None:
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
        clear_scope(run, scope.id, "cancel", but=current.id, keep=True)
        current = run.draft.activities[scope.activity_id or ""]
        for other in sorted(run.draft.opened_by[current.id] - {scope.id}, key=age):
            cancel_scope(run, other, "cancel", keep=True)
    kept = sorted(run.draft.kept_in[host.scope_id], key=age)
    return scope_ids + [scope_id for scope_id in kept if run.scope(scope_id).activity_id == host.id]


# Compensation throw events: they undo what was completed in their scope, and go on when that is done


def start_compensation(run: Run, node: FlowNode, activity: Activity, definition: CompensateDefinition) -> bool:
    """Begin to undo what the definition names in the scope of the throw. Return whether the thrower stays until it is done.

    Where the event does not wait for completion, its token goes on from here; the thrower stays all the same. Raises
    `Stuck` before anything is emitted.
    """
    found = _undoable(run, [_served(run, activity.scope_id)], definition.activity)
    if not found:
        return False
    goes_on = not _waits(node) and not _is_undoing(run, activity)
    flow_ids = take_all_true(run, node, activity) if goes_on else ()
    _ask_for(run, activity, found)
    if goes_on:
        run.queue.append(Leave(activity.scope_id, activity, flow_ids))
    return True


def handler_closed(run: Run, node: FlowNode, activity: Activity, scope_id: str) -> None:
    """One handler of the throw (or cancel) event is done: start the next, or let the event complete. Raises `Stuck`."""
    _close_handler(run, scope_id)
    go_on_undoing(run, node, activity)


def go_on_undoing(run: Run, node: FlowNode, activity: Activity) -> None:
    """Start the next handler of the event, or complete it (again, after an incident). Raises `Stuck`."""
    if _is_undoing(run, activity) or _undo_next(run, activity):
        return
    definition = node.definition if isinstance(node, Event) else None
    if any(isinstance(part, CancelDefinition) for part in parts_of(definition)):
        _end_transaction(run, activity)
        return
    run.complete(activity, None if _waits(node) else ())


def has_gone_on(run: Run, activity: Activity) -> bool:
    """Whether the activity is a throw event that only stays until all is undone: its token has left it already."""
    return activity.waits_for == "scope" and not _waits(run.node(activity))


def _waits(node: FlowNode) -> bool:
    """Whether the token waits until all is undone; of several definitions, one that waits is enough."""
    thrown = parts_of(node.definition) if isinstance(node, Event) else ()
    throws = [part for part in thrown if isinstance(part, CompensateDefinition)]
    return not throws or any(part.wait_for_completion for part in throws)


def _served(run: Run, scope_id: str) -> str:
    """The scope whose activities a throw undoes: an event subprocess throws for the scope around it."""
    scope = run.scope(scope_id)
    while scope.parent_id is not None:
        container = run.program.processes[scope.process_id].all_nodes.get(scope.container_id)
        if scope.handler_id is None and not isinstance(container, EventSubProcess):
            break
        scope = run.scope(scope.parent_id)
    return scope.id
