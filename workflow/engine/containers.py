"""Embedded subprocesses and call activities: a scope of their own in which tokens start anew."""

from collections.abc import Mapping
from typing import Any

from workflow.engine import events as e
from workflow.engine.behaviour import Behaviour
from workflow.engine.evaluation import evaluate, stored
from workflow.engine.run import Run, Token
from workflow.engine.state import Activity, Incident
from workflow.engine.stuck import Stuck
from workflow.errors import N_
from workflow.model.definition import ProcessDefinition
from workflow.model.elements import BoundaryEvent, CallActivity, SubProcess

MAX_CALL_DEPTH = 32
"""How many processes may call one another in a chain."""

_NO_START = N_("“%(container)s” has no node at which it could start.")
_NO_PROCESS = N_("There is no process “%(process)s” to call.")
_TOO_DEEP = N_("“%(process)s” is called more than %(depth)s calls deep.")


def entry_nodes(definition: ProcessDefinition, container_id: str) -> tuple[str, ...]:
    """Where a container starts: its first none start event; without one, every node that no flow leads to."""
    starts = [event.id for event in definition.start_events(container_id) if event.definition is None]
    if starts:
        return (starts[0],)
    children = definition.children(container_id)
    found = tuple(
        node.id for node in children if not definition.incoming[node.id] and not isinstance(node, BoundaryEvent)
    )
    if children and not found:
        raise Stuck("call", _NO_START, container=container_id)
    return found


def open_scope(run: Run, activity: Activity, process_id: str, container_id: str, variables: Mapping[str, Any]) -> None:
    """Open the scope and put a token at each of its starts. Raises `Stuck` before anything is emitted."""
    starts = entry_nodes(run.program.processes[process_id], container_id)
    scope_id = run.new_id("s")
    run.emit(
        e.ScopeOpened(
            scope_id=scope_id,
            parent_id=activity.scope_id,
            activity_id=activity.id,
            container_id=container_id,
            process_id=process_id,
            variables=stored(variables),
        )
    )
    run.draft.emptied[scope_id] = None
    run.queue.extend(Token(scope_id, node_id) for node_id in starts)


class Embedded(Behaviour[SubProcess]):
    """An embedded subprocess: its variables are its own, and it reads those around it."""

    def enter(self, run: Run, node: SubProcess, activity: Activity) -> None:
        open_scope(run, activity, run.scope(activity.scope_id).process_id, node.id, {})

    def closed(self, run: Run, node: SubProcess, activity: Activity, scope_id: str) -> None:
        run.emit(e.ScopeClosed(scope_id=scope_id))
        run.complete(activity)


class Call(Behaviour[CallActivity]):
    """Another process: it sees the mapped variables only, and only mapped ones come back."""

    def enter(self, run: Run, node: CallActivity, activity: Activity) -> None:
        called = run.program.processes.get(node.called_process)
        if called is None:
            raise Stuck("call", _NO_PROCESS, process=node.called_process)
        if _depth(run, activity.scope_id) >= MAX_CALL_DEPTH:
            raise Stuck("call", _TOO_DEEP, process=node.called_process, depth=MAX_CALL_DEPTH)
        view = run.view(activity.scope_id)
        inputs = {mapping.target: evaluate(mapping.source, view) for mapping in node.inputs}
        open_scope(run, activity, node.called_process, called.id, inputs)

    def closed(self, run: Run, node: CallActivity, activity: Activity, scope_id: str) -> None:
        view = run.view(scope_id)
        outputs = {mapping.target: evaluate(mapping.source, view) for mapping in node.outputs}
        run.emit(e.ScopeClosed(scope_id=scope_id))
        run.assign_result(activity, outputs)
        run.complete(activity)

    def again(self, run: Run, node: CallActivity, activity: Activity, incident: Incident) -> None:
        """The outputs could not be evaluated: look at the empty scope once more."""
        for scope_id in run.draft.opened_by[activity.id]:
            run.draft.emptied[scope_id] = None


def _depth(run: Run, scope_id: str) -> int:
    depth = 0
    current: str | None = scope_id
    while current is not None:
        scope = run.scope(current)
        depth += scope.isolated
        current = scope.parent_id
    return depth
