"""Multi-instance activities: one body, which boundary events sit on, and one scope and activity an instance."""

from decimal import Decimal
from typing import Any

from workflow.engine import events as e
from workflow.engine.cancelling import cancel_scope
from workflow.engine.evaluation import View, evaluate, is_true, stored
from workflow.engine.run import Begin, Run
from workflow.engine.state import Activity, Loop, age
from workflow.engine.stuck import Stuck
from workflow.errors import N_
from workflow.model.elements import FlowNode, MultiInstance

MAX_INSTANCES = 10_000

_NO_NUMBER = N_("The number of instances of “%(node)s” should be a whole number up to %(most)s, not %(value)s.")
_NO_LIST = N_("The collection of “%(node)s” should be a list, not %(value)s.")


def multi_instance_of(node: FlowNode) -> MultiInstance | None:
    found: MultiInstance | None = getattr(node, "multi_instance", None)
    return found


def is_body(node: FlowNode, activity: Activity) -> bool:
    """Whether the activity stands for the whole of a multi-instance activity."""
    return activity.loop_counter is None and multi_instance_of(node) is not None


def begin(run: Run, node: FlowNode, body: Activity, loop: MultiInstance) -> None:
    """Start the first instance, or all of them. Raises `Stuck` before anything is emitted."""
    view = run.view(body.scope_id)
    items = _items(node, loop, view)
    total = len(items) if items is not None else _cardinality(node, loop, view)
    run.emit(
        e.LoopStarted(
            activity_id=body.id,
            total=total,
            items=items if loop.sequential else None,
            gathers=loop.output_element is not None and loop.output_collection is not None,
        )
    )
    if total == 0:
        _finish(run, loop, body.id)
        return
    for counter in range(1, 2 if loop.sequential else total + 1):
        _open_instance(run, node, body, loop, counter, items)


def instance_done(run: Run, node: FlowNode, activity: Activity, loop: MultiInstance) -> None:
    """Count the instance, keep its output, and go on: next instance, or the end. Raises `Stuck` before emitting."""
    scope = run.scope(activity.scope_id)
    body = run.draft.activities[scope.activity_id or ""]
    progress = body.loop or Loop(total=0)
    view = run.view(scope.id)
    counter = activity.loop_counter or 0
    output = evaluate(loop.output_element, view) if progress.gathers and loop.output_element else None
    enough = loop.completion_condition is not None and is_true(
        loop.completion_condition, view.plus(_numbers(loop, progress, counter, output))
    )
    run.emit(e.InstanceCompleted(activity_id=body.id, loop_counter=counter, output=output))
    run.emit(e.ScopeClosed(scope_id=scope.id))
    if enough or progress.completed + 1 >= progress.total:
        _finish(run, loop, body.id)
    elif loop.sequential:
        _open_instance(run, node, body, loop, progress.started + 1, progress.items)


def _numbers(loop: MultiInstance, progress: Loop, counter: int, output: Any) -> dict[str, Any]:
    """What a completion condition sees, this instance included among the completed ones."""
    completed = progress.completed + 1
    numbers: dict[str, Any] = {
        "nrOfInstances": progress.total,
        "nrOfCompletedInstances": completed,
        "nrOfActiveInstances": progress.started - completed,
    }
    if progress.gathers and loop.output_collection:
        pairs = sorted((*progress.outputs, (counter, output)), key=lambda pair: pair[0])
        numbers[loop.output_collection] = [value for _, value in pairs]
    return numbers


def _finish(run: Run, loop: MultiInstance, body_id: str) -> None:
    for scope_id in sorted(run.draft.opened_by[body_id], key=age):
        cancel_scope(run, scope_id, "condition")
    body = run.draft.activities[body_id]
    if body.loop is not None and body.loop.gathers and loop.output_collection:
        run.set_variables(body.scope_id, {loop.output_collection: [value for _, value in body.loop.outputs]})
    run.complete(body)


def _open_instance(
    run: Run, node: FlowNode, body: Activity, loop: MultiInstance, counter: int, items: tuple[Any, ...] | None
) -> None:
    variables: dict[str, Any] = {"loopCounter": counter}
    if items is not None and loop.element_variable:
        variables[loop.element_variable] = items[counter - 1]
    scope_id = run.new_id("s")
    run.emit(
        e.ScopeOpened(
            scope_id=scope_id,
            parent_id=body.scope_id,
            activity_id=body.id,
            container_id=node.id,
            process_id=run.scope(body.scope_id).process_id,
            variables=stored(variables),
            loop_counter=counter,
        )
    )
    instance = run.enter(scope_id, node.id, None, counter)
    run.queue.append(Begin(scope_id, instance.id))


def _items(node: FlowNode, loop: MultiInstance, view: View) -> tuple[Any, ...] | None:
    if loop.collection is None:
        return None
    found = evaluate(loop.collection, view)
    if not isinstance(found, list | tuple):
        raise Stuck("expression", _NO_LIST, node=node.name or node.id, value=str(found))
    if len(found) > MAX_INSTANCES:
        raise Stuck("loop", _NO_NUMBER, node=node.name or node.id, most=MAX_INSTANCES, value=len(found))
    return tuple(found)


def _cardinality(node: FlowNode, loop: MultiInstance, view: View) -> int:
    found = evaluate(loop.cardinality, view) if loop.cardinality else None
    if isinstance(found, int | Decimal) and not isinstance(found, bool) and 0 <= found <= MAX_INSTANCES:
        number = int(found)
        if number == found:
            return number
    raise Stuck("expression", _NO_NUMBER, node=node.name or node.id, most=MAX_INSTANCES, value=str(found))
