"""Event subprocesses: what they wait for, and to which scopes they belong."""

from workflow.engine.evaluation import View
from workflow.engine.run import Run
from workflow.engine.state import Scope
from workflow.engine.waiting import Plan, plans_of
from workflow.model.definition import ProcessDefinition
from workflow.model.elements import CallActivity, EventSubProcess, StartEvent


def plans_of_event_subprocesses(run: Run, definition: ProcessDefinition, container_id: str, view: View) -> list[Plan]:
    """Work out what the event subprocesses of a container wait for when it opens. Raises `Stuck`."""
    return [
        found
        for node in definition.event_subprocesses.get(container_id, ())
        for start in definition.start_events(node.id)
        for found in plans_of(run, start, view)
    ]


def starts_in(run: Run, scope: Scope) -> list[StartEvent]:
    """The start events of the event subprocesses that belong to the scope, in the order of the file."""
    definition = run.program.processes[scope.process_id]
    nodes = definition.event_subprocesses.get(scope.container_id, ())
    if not nodes or not _is_container(run, scope):
        return []
    return [start for node in nodes for start in definition.start_events(node.id)]


def is_event_subprocess(run: Run, scope: Scope) -> bool:
    """Whether the scope is the inside of an event subprocess."""
    node = run.program.processes[scope.process_id].all_nodes.get(scope.container_id)
    return isinstance(node, EventSubProcess)


def _is_container(run: Run, scope: Scope) -> bool:
    """Whether the scope is a process or subprocess itself, not one instance of a loop or the scope of a handler."""
    if scope.loop_counter is not None or scope.kept:
        return False
    opener = run.draft.activities.get(scope.activity_id or "")
    if opener is None:
        return scope.parent_id is None
    return opener.node_id == scope.container_id or isinstance(run.node(opener), CallActivity)
