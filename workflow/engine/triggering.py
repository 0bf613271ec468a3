"""Starting an event subprocess, by whatever its start event stands for."""

from collections.abc import Mapping
from typing import Any

from workflow.engine import events as e
from workflow.engine.cancelling import cancel_in_scope
from workflow.engine.containers import open_scope
from workflow.engine.mappings import values_of
from workflow.engine.run import Run
from workflow.model.elements import StartEvent


def start_event_subprocess(run: Run, scope_id: str, start: StartEvent, variables: Mapping[str, Any]) -> None:
    """Enter the event subprocess whose start event has happened; an interrupting one ends all else in the scope.

    What the event brought goes into the event subprocess's own scope. Raises `Stuck` before anything is emitted.
    """
    brought = dict(variables)
    if start.outputs:
        brought = values_of(start.outputs, run.view(scope_id).plus(variables))
    if start.interrupting:
        clear_scope(run, scope_id)
    definition = run.definition(scope_id)
    node_id = definition.container_of[start.id]
    activity = run.enter(scope_id, node_id, None)
    open_scope(run, activity, definition.id, node_id, brought, starts=(start.id,))


def clear_scope(run: Run, scope_id: str) -> None:
    """End everything in the scope, tokens on their way and armed events included; the scope itself stays."""
    cancel_in_scope(run, scope_id, "event")
    run.drop_queued(scope_id)
    run.detach(scope_id)
    if run.draft.has_joins(scope_id):
        run.emit(e.TokensDiscarded(scope_id=scope_id))
