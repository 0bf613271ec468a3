"""Where a process starts: by itself, or by an event that has happened already."""

from collections.abc import Callable, Mapping
from typing import Any

from workflow.engine import events as e
from workflow.engine.commands import StartProcess
from workflow.engine.containers import entry_nodes
from workflow.engine.evaluation import View
from workflow.engine.mappings import values_of
from workflow.engine.run import Happened, Run, Token
from workflow.engine.waiting import Plan, attach, plans_of_waiting
from workflow.errors import N_, NotFound, TransitionRefused
from workflow.model.definition import ProcessDefinition
from workflow.model.elements import EventBasedGateway, FlowNode, IntermediateCatchEvent, ReceiveTask, StartEvent

Start = Callable[[Run, str], None]
"""Puts the first tokens into the root scope."""

_NO_NODE = N_("The process has no node “%(node)s” at its top level.")
_NOT_A_START = N_("The process cannot start at “%(node)s”: it is neither a start event nor what an event starts.")


def start_of(run: Run, command: StartProcess) -> tuple[Start, Mapping[str, Any]]:
    """Return how the process starts, and its first variables: all that were brought, or what the start event maps.

    Raises `Stuck` where it cannot start by itself, `NotFound` and `TransitionRefused` for a wrong `start_node`.
    """
    process = run.program.process
    if command.start_node is None:
        nodes = entry_nodes(process, process.id)
        return (
            lambda run, scope_id: run.queue.extend(Token(scope_id, node_id) for node_id in nodes)
        ), command.variables
    node = process.nodes.get(command.start_node)
    if node is None:
        raise NotFound(_NO_NODE, node=command.start_node)
    gateway = _gateway_before(process, node)
    if gateway is not None:
        return _at_gateway(run, process, gateway, node, command.variables), {}
    if isinstance(node, ReceiveTask):
        return (lambda run, scope_id: run.queue.append(Happened(scope_id, node.id, None, command.variables))), {}
    variables = command.variables
    if isinstance(node, StartEvent) and node.outputs:
        variables = values_of(node.outputs, View(command.variables, run.now))
    return (lambda run, scope_id: run.queue.append(Token(scope_id, node.id))), variables


def _gateway_before(process: ProcessDefinition, node: FlowNode) -> EventBasedGateway | None:
    if not isinstance(node, IntermediateCatchEvent | ReceiveTask):
        return None
    for flow in process.incoming[node.id]:
        gateway = process.nodes.get(flow.source)
        if isinstance(gateway, EventBasedGateway) and gateway.instantiate:
            return gateway
    if isinstance(node, ReceiveTask) and node.instantiate:
        return None
    raise TransitionRefused(_NOT_A_START, node=node.name or node.id)


def _at_gateway(
    run: Run, process: ProcessDefinition, gateway: EventBasedGateway, node: FlowNode, variables: Mapping[str, Any]
) -> Start:
    """The event has chosen its flow; a parallel gateway still waits for all the others."""
    flow_id = next(flow.id for flow in process.outgoing[gateway.id] if flow.target == node.id)
    view = View(variables, run.now)
    others = [process.nodes[flow.target] for flow in process.outgoing[gateway.id] if flow.target != node.id]
    plans: list[Plan] = [found for other in others for found in plans_of_waiting(run, other, view)]

    def start(run: Run, scope_id: str) -> None:
        activity = run.enter(scope_id, gateway.id, None)
        taken = (flow_id,)
        run.emit(
            e.GatewayDecided(
                activity_id=activity.id, node_id=gateway.id, taken=taken, default_taken=False, conditions=()
            )
        )
        run.queue.append(Happened(scope_id, node.id, flow_id, variables))
        if gateway.parallel and plans:
            for found in plans:
                attach(run, activity.id, found)
            run.emit(e.EventsAwaited(activity_id=activity.id))
        else:
            run.complete(activity, ())

    return start
