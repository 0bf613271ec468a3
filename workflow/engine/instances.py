"""What all repeating activities have in common: one scope and one activity an instance, below the body that stands for all."""

from collections.abc import Mapping
from typing import Any

from workflow.engine import events as e
from workflow.engine.evaluation import stored
from workflow.engine.run import Begin, Run
from workflow.engine.state import Activity
from workflow.model.elements import FlowNode


def body_of(run: Run, instance: Activity) -> Activity:
    """The activity that stands for the whole of which this is one instance."""
    return run.draft.activities[run.scope(instance.scope_id).activity_id or ""]


def open_instance(run: Run, node: FlowNode, body: Activity, counter: int, variables: Mapping[str, Any]) -> None:
    """Open the scope of the instance with this number (from 1) and let its activity begin."""
    scope_id = run.new_id("s")
    run.emit(
        e.ScopeOpened(
            scope_id=scope_id,
            parent_id=body.scope_id,
            activity_id=body.id,
            container_id=node.id,
            process_id=run.scope(body.scope_id).process_id,
            variables=stored({"loopCounter": counter, **variables}),
            loop_counter=counter,
        )
    )
    instance = run.enter(scope_id, node.id, None, counter)
    run.queue.append(Begin(scope_id, instance.id))
