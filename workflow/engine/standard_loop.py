"""Standard loops: one instance after another while the condition is true (BPMN 2.0.2, 13.3.6).

The condition sees `loopCounter`, the number of instances that are done, and what they have left in the scope around them.
"""

from workflow.engine import events as e
from workflow.engine.evaluation import View, is_true
from workflow.engine.instances import body_of, open_instance
from workflow.engine.keeping import leave_scope
from workflow.engine.run import Run
from workflow.engine.state import Activity
from workflow.model.elements import Activity as ActivityElement, FlowNode, StandardLoop


def begin(run: Run, node: FlowNode, body: Activity, loop: StandardLoop) -> None:
    """Start the first instance, unless the condition is tested before it. Raises `Stuck` before anything is emitted."""
    goes_on = _may_run(loop, 0) and (not loop.test_before or _is_wanted(loop, run.view(body.scope_id), 0))
    run.emit(e.LoopStarted(activity_id=body.id, total=-1 if loop.maximum is None else loop.maximum))
    if goes_on:
        open_instance(run, node, body, 1, {})
    else:
        run.complete(body)


def instance_done(run: Run, node: FlowNode, activity: Activity, loop: StandardLoop) -> None:
    """Hand on what the instance has worked out, and start the next or end. Raises `Stuck` before emitting."""
    scope = run.scope(activity.scope_id)
    body = body_of(run, activity)
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
        open_instance(run, node, body, counter + 1, {})
    else:
        run.complete(body)


def _may_run(loop: StandardLoop, counter: int) -> bool:
    return loop.maximum is None or counter < loop.maximum


def _is_wanted(loop: StandardLoop, view: View, counter: int) -> bool:
    return loop.condition is None or is_true(loop.condition, view.plus({"loopCounter": counter}))
