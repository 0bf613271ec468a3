"""What stays of a completed scope: nothing, or the scope itself while something that was done in it can be undone."""

from workflow.engine import events as e
from workflow.engine.evaluation import stored
from workflow.engine.run import Run
from workflow.engine.state import Activity


def leave_scope(run: Run, scope_id: str, opener: Activity) -> None:
    """The scope that the activity has opened is completed: close it, or keep it for compensation.

    A handler on the activity's boundary stands for all that was done inside. A compensation event subprocess inside is
    recorded, with the variables of now. Otherwise the scope is kept where it holds something that can be undone.
    """
    if opener.node_id in run.definition(opener.scope_id).compensation_handlers:
        run.close_scope(scope_id)
        return
    scope = run.scope(scope_id)
    subprocesses = run.definition(scope_id).compensation_subprocesses
    if scope.loop_counter is not None or scope.container_id not in subprocesses:
        keep_or_close(run, scope_id, opener)
        return
    run.detach(scope_id)
    variables = stored(run.variables(scope_id))
    run.emit(e.ScopeKept(scope_id=scope_id, node_id=opener.node_id))
    run.emit(
        e.CompensableRecorded(
            compensable_id=run.new_id("u"),
            scope_id=opener.scope_id,
            activity_id=opener.id,
            node_id=opener.node_id,
            variables=variables,
            kept_scope_id=scope_id,
        )
    )


def keep_or_close(run: Run, scope_id: str, opener: Activity) -> None:
    """Keep the scope if something that was done in it can be undone; close it otherwise."""
    if run.draft.undoable_in[scope_id] or run.draft.kept_in[scope_id]:
        run.detach(scope_id)
        run.emit(e.ScopeKept(scope_id=scope_id, node_id=opener.node_id))
    else:
        run.close_scope(scope_id)
