"""Compensation throw events: they undo what was completed in their scope, and go on when that is done."""

from workflow.engine.flows import take_all_true
from workflow.engine.run import Leave, Run
from workflow.engine.state import Activity
from workflow.engine.transactions import end_transaction
from workflow.engine.undoing import ask_for, close_handler, is_undoing, undo_next, undoable
from workflow.model.elements import Event, EventSubProcess, FlowNode
from workflow.model.events import CancelDefinition, CompensateDefinition, parts_of


def start_compensation(run: Run, node: FlowNode, activity: Activity, definition: CompensateDefinition) -> bool:
    """Begin to undo what the definition names in the scope of the throw. Return whether the thrower stays until it is done.

    Where the event does not wait for completion, its token goes on from here; the thrower stays all the same. Raises
    `Stuck` before anything is emitted.
    """
    found = undoable(run, [_served(run, activity.scope_id)], definition.activity)
    if not found:
        return False
    goes_on = not _waits(node) and not is_undoing(run, activity)
    flow_ids = take_all_true(run, node, activity) if goes_on else ()
    ask_for(run, activity, found)
    if goes_on:
        run.queue.append(Leave(activity.scope_id, activity, flow_ids))
    return True


def handler_closed(run: Run, node: FlowNode, activity: Activity, scope_id: str) -> None:
    """One handler of the throw (or cancel) event is done: start the next, or let the event complete. Raises `Stuck`."""
    close_handler(run, scope_id)
    go_on_undoing(run, node, activity)


def go_on_undoing(run: Run, node: FlowNode, activity: Activity) -> None:
    """Start the next handler of the event, or complete it (again, after an incident). Raises `Stuck`."""
    if is_undoing(run, activity) or undo_next(run, activity):
        return
    definition = node.definition if isinstance(node, Event) else None
    if any(isinstance(part, CancelDefinition) for part in parts_of(definition)):
        end_transaction(run, activity)
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
