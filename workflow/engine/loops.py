"""Activities that repeat. `workflow.engine.multi_instance` and `workflow.engine.standard_loop` say how each kind does."""

from workflow.engine import multi_instance, standard_loop
from workflow.engine.instances import body_of
from workflow.engine.run import Run
from workflow.engine.state import Activity
from workflow.model.elements import Activity as ActivityElement, FlowNode


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
        multi_instance.begin(run, node, body, node.multi_instance)
    elif node.standard_loop is not None:
        standard_loop.begin(run, node, body, node.standard_loop)


def instance_done(run: Run, node: FlowNode, activity: Activity) -> None:
    """One instance is done: go on to the next one, or end the whole. Raises `Stuck`."""
    if not isinstance(node, ActivityElement):
        return
    if node.multi_instance is not None:
        multi_instance.instance_done(run, node, activity, node.multi_instance)
    elif node.standard_loop is not None:
        standard_loop.instance_done(run, node, activity, node.standard_loop)


def place_of(run: Run, node: FlowNode, activity: Activity) -> str:
    """Where the guard against endless loops counts an entry: in the scope, or for a loop without a maximum in its body."""
    endless = (
        isinstance(node, ActivityElement) and node.standard_loop is not None and node.standard_loop.maximum is None
    )
    if endless and activity.loop_counter is not None:
        return body_of(run, activity).id
    return activity.scope_id
