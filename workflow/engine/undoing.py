"""Undoing completed activities: which can be undone, and one handler after another, the newest activity first."""

from collections.abc import Iterable

from workflow.engine import events as e
from workflow.engine.run import Begin, Run
from workflow.engine.state import Activity, Compensable, Scope, age
from workflow.engine.stuck import Stuck
from workflow.errors import N_
from workflow.model.elements import EventSubProcess

_NO_HANDLER = N_("The definition has no compensation handler for “%(node)s” any more.")


def undoable(
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


def ask_for(run: Run, activity: Activity, found: list[Compensable]) -> None:
    """Undo these for the activity, one after another. Raises `Stuck` before anything is emitted."""
    for compensable in found:
        _handler_of(run, compensable)
    run.emit(
        e.CompensationRequested(activity_id=activity.id, compensables=tuple(compensable.id for compensable in found))
    )
    if not is_undoing(run, activity):
        undo_next(run, activity)


def is_undoing(run: Run, activity: Activity) -> bool:
    """Whether a handler runs for the activity now."""
    return bool(run.draft.opened_by[activity.id])


def undo_next(run: Run, activity: Activity) -> bool:
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


def close_handler(run: Run, scope_id: str) -> None:
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
