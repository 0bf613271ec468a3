"""Activities that repeat: one scope and one activity an instance, below the body that stands for all."""

from bisect import insort
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from workflow.engine import commands as c, events as e
from workflow.engine.behaviours.throw_events import throw_implicit
from workflow.engine.evaluation import Stuck, View, evaluate, is_true, stored
from workflow.engine.run import Begin, Run
from workflow.engine.scopes import cancel_scope, leave_scope
from workflow.engine.state import Activity, Loop, age
from workflow.errors import N_, NotFound, TransitionRefused
from workflow.feel.text import to_text
from workflow.feel.values import coerce
from workflow.model.elements import Activity as ActivityElement, FlowNode, MultiInstance, StandardLoop
from workflow.model.events import EventDefinition


def _body_of(run: Run, instance: Activity) -> Activity:
    """The activity that stands for the whole of which this is one instance."""
    return run.draft.activities[run.scope(instance.scope_id).activity_id or ""]


def _open_instance(run: Run, node: FlowNode, body: Activity, counter: int, variables: Mapping[str, Any]) -> None:
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


# Multi-instance activities: as many instances as a number or a collection says, at once or one after another

MAX_INSTANCES = 10_000

MAX_ACTIVE = 20_000
"""How many activities a process may have at once before no further parallel loop begins: nested loops multiply."""

_TOO_MANY = N_(
    "“%(node)s” would begin %(count)s times at once; a process may not have more than %(most)s running activities."
)
_NOT_ONE_OF_SEVERAL = N_("Only one of several instances that run beside each other can be taken out.")
_NONE_LEFT = N_("The only instance cannot be taken out: nothing would be left of the whole.")
_NO_NUMBER = N_("The number of instances of “%(node)s” should be a whole number up to %(most)s, not %(value)s.")
_NO_LIST = N_("The collection of “%(node)s” should be a list, not %(value)s.")
_COUNTS = {
    "Instances": "total",
    "ActiveInstances": "active",
    "CompletedInstances": "completed",
    "TerminatedInstances": "terminated",
}


def _begin_multi_instance(run: Run, node: FlowNode, body: Activity, loop: MultiInstance) -> None:
    """Start the first instance, or all of them. Raises `Stuck` before anything is emitted."""
    view = run.view(body.scope_id)
    items = _items(node, loop, view)
    total = len(items) if items is not None else _cardinality(node, loop, view)
    if not loop.sequential and len(run.draft.activities) + total > MAX_ACTIVE:
        raise Stuck("loop", _TOO_MANY, node=node.name or node.id, count=total, most=MAX_ACTIVE)
    _void_earlier(run, body, loop)
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
        _open_instance(run, node, body, counter, _element(loop, counter, items))


def _void_earlier(run: Run, body: Activity, loop: MultiInstance) -> None:
    """What an earlier run gathered counts no more: whatever follows, however it is reached, reads this run's outputs or none."""
    name = loop.output_collection
    if name and run.scope(body.scope_id).variables.get(name) is not None:
        run.set_variables(body.scope_id, {name: None})


def _multi_instance_done(run: Run, node: FlowNode, activity: Activity, loop: MultiInstance) -> None:
    """Count the instance, keep its output, throw what its end throws, and go on: next instance, or the end.

    Raises `Stuck` before anything but such a throw is emitted.
    """
    scope = run.scope(activity.scope_id)
    body = _body_of(run, activity)
    progress = body.loop or Loop(total=0)
    view = run.view(scope.id)
    counter = activity.loop_counter or 0
    output = evaluate(loop.output_element, view) if progress.gathers and loop.output_element else None
    seen = view.plus(_numbers(loop, progress, counter, output))
    enough = loop.completion_condition is not None and is_true(loop.completion_condition, seen)
    for definition in _thrown(loop, progress, seen):
        throw_implicit(run, body, definition)
        if scope.id not in run.draft.scopes:
            return  # what caught it further out has ended the whole
    run.emit(e.InstanceCompleted(activity_id=body.id, loop_counter=counter, output=output))
    leave_scope(run, scope.id, body)
    if enough or progress.completed + 1 >= progress.total:
        _finish(run, loop, body.id)
    elif loop.sequential:
        following = progress.started + 1
        _open_instance(run, node, body, following, _element(loop, following, progress.items))


def withdraw_instance(run: Run, command: c.WithdrawInstance) -> None:
    """The others go on; where they are all done, the whole is."""
    instance = run.draft.activities.get(command.activity_id)
    if instance is None:
        raise NotFound(N_("There is no active activity %(activity)s."), activity=command.activity_id)
    node = run.node(instance)
    loop = getattr(node, "multi_instance", None)
    if instance.loop_counter is None or loop is None or loop.sequential:
        raise TransitionRefused(_NOT_ONE_OF_SEVERAL)
    body = _body_of(run, instance)
    progress = body.loop or Loop(total=0)
    if progress.total < 2:
        raise TransitionRefused(_NONE_LEFT)
    if command.variables:
        run.assign(body.scope_id, command.variables)
    cancel_scope(run, instance.scope_id, "withdrawn")
    run.emit(e.InstanceWithdrawn(activity_id=body.id, loop_counter=instance.loop_counter))
    if progress.completed >= progress.total - 1:
        _finish(run, loop, body.id)


def _thrown(loop: MultiInstance, progress: Loop, view: View) -> list[EventDefinition]:
    """What the end of an instance throws (BPMN 2.0.2, 10.3.8, `behavior`). Raises `Stuck`."""
    if loop.behavior == "complex":
        return [event for condition, event in loop.complex_behaviors if event is not None and is_true(condition, view)]
    throws = loop.behavior == "none" or (loop.behavior == "one" and progress.completed == 0)
    return [loop.behavior_event] if throws and loop.behavior_event is not None else []


def _numbers(loop: MultiInstance, progress: Loop, counter: int, output: Any) -> dict[str, Any]:
    """What a completion condition sees, this instance included among the completed ones.

    The counts have the standard's names (`numberOfInstances`, …) and the usual short ones (`nrOfInstances`, …).
    Instances are terminated only when the whole ends: until then there are none.
    """
    completed = progress.completed + 1
    counts = {
        "total": progress.total,
        "active": progress.started - completed,
        "completed": completed,
        "terminated": 0,
    }
    numbers: dict[str, Any] = {"loopCounter": counter}
    for name, count in _COUNTS.items():
        numbers[f"nrOf{name}"] = numbers[f"numberOf{name}"] = counts[count]
    if progress.gathers and loop.output_collection:
        pairs = list(progress.outputs)
        insort(pairs, (counter, output), key=lambda pair: pair[0])
        numbers[loop.output_collection] = [value for _, value in pairs]
    return numbers


def _finish(run: Run, loop: MultiInstance, body_id: str) -> None:
    for scope_id in sorted(run.draft.opened_by[body_id], key=age):
        cancel_scope(run, scope_id, "condition")
    body = run.draft.activities[body_id]
    if body.loop is not None and body.loop.gathers and loop.output_collection:
        run.set_variables(body.scope_id, {loop.output_collection: [value for _, value in body.loop.outputs]})
    run.complete(body)


def _element(loop: MultiInstance, counter: int, items: tuple[Any, ...] | None) -> dict[str, Any]:
    return {loop.element_variable: items[counter - 1]} if items is not None and loop.element_variable else {}


def _items(node: FlowNode, loop: MultiInstance, view: View) -> tuple[Any, ...] | None:
    if loop.collection is None:
        return None
    found = evaluate(loop.collection, view)
    if not isinstance(found, list | tuple):
        raise Stuck("expression", _NO_LIST, node=node.name or node.id, value=to_text(coerce(found)))
    if len(found) > MAX_INSTANCES:
        raise Stuck("loop", _NO_NUMBER, node=node.name or node.id, most=MAX_INSTANCES, value=len(found))
    return tuple(found)


def _cardinality(node: FlowNode, loop: MultiInstance, view: View) -> int:
    found = evaluate(loop.cardinality, view) if loop.cardinality else None
    if isinstance(found, int | Decimal) and not isinstance(found, bool) and 0 <= found <= MAX_INSTANCES:
        number = int(found)
        if number == found:
            return number
    raise Stuck("expression", _NO_NUMBER, node=node.name or node.id, most=MAX_INSTANCES, value=to_text(coerce(found)))


# Standard loops: one instance after another while the condition is true (BPMN 2.0.2, 13.3.6).
#
# The condition sees `loopCounter`, the number of instances that are done, and what they have left in the scope around them.


def _begin_standard_loop(run: Run, node: FlowNode, body: Activity, loop: StandardLoop) -> None:
    """Start the first instance, unless the condition is tested before it. Raises `Stuck` before anything is emitted."""
    goes_on = _may_run(loop, 0) and (not loop.test_before or _is_wanted(loop, run.view(body.scope_id), 0))
    run.emit(e.LoopStarted(activity_id=body.id, total=-1 if loop.maximum is None else loop.maximum))
    if goes_on:
        _open_instance(run, node, body, 1, {})
    else:
        run.complete(body)


def _standard_loop_done(run: Run, node: FlowNode, activity: Activity, loop: StandardLoop) -> None:
    """Hand on what the instance has worked out, and start the next or end. Raises `Stuck` before emitting."""
    scope = run.scope(activity.scope_id)
    body = _body_of(run, activity)
    counter = activity.loop_counter or 0
    goes_on = _may_run(loop, counter) and _is_wanted(loop, run.view(scope.id), counter)
    own = {"loopCounter"}
    if isinstance(node, ActivityElement):
        own.update(item.variable for item in node.properties)
    results = {name: value for name, value in scope.variables.items() if name not in own}
    run.emit(e.InstanceCompleted(activity_id=body.id, loop_counter=counter))
    leave_scope(run, scope.id, body)
    run.set_variables(body.scope_id, results)
    if goes_on:
        _open_instance(run, node, body, counter + 1, {})
    else:
        run.complete(body)


def _may_run(loop: StandardLoop, counter: int) -> bool:
    return loop.maximum is None or counter < loop.maximum


def _is_wanted(loop: StandardLoop, view: View, counter: int) -> bool:
    return loop.condition is None or is_true(loop.condition, view.plus({"loopCounter": counter}))


# Either kind


def repeats(node: FlowNode) -> bool:
    return isinstance(node, ActivityElement) and not (node.multi_instance is None and node.standard_loop is None)


def is_body(node: FlowNode, activity: Activity) -> bool:
    """Whether the activity stands for the whole of a repeating activity."""
    return activity.loop_counter is None and repeats(node)


def begin(run: Run, node: FlowNode, body: Activity) -> None:
    """Start the first instance, or all of them. Raises `Stuck` before anything is emitted."""
    if not isinstance(node, ActivityElement):
        return
    if node.multi_instance is not None:
        _begin_multi_instance(run, node, body, node.multi_instance)
    elif node.standard_loop is not None:
        _begin_standard_loop(run, node, body, node.standard_loop)


def instance_done(run: Run, node: FlowNode, activity: Activity) -> None:
    """One instance is done: go on to the next one, or end the whole. Raises `Stuck`."""
    if not isinstance(node, ActivityElement):
        return
    if node.multi_instance is not None:
        _multi_instance_done(run, node, activity, node.multi_instance)
    elif node.standard_loop is not None:
        _standard_loop_done(run, node, activity, node.standard_loop)


def place_of(run: Run, node: FlowNode, activity: Activity) -> str:
    """Where the guard against endless loops counts an entry: in the scope, or for a loop without a maximum in its body."""
    endless = (
        isinstance(node, ActivityElement) and node.standard_loop is not None and node.standard_loop.maximum is None
    )
    if endless and activity.loop_counter is not None:
        return _body_of(run, activity).id
    return activity.scope_id
