"""BPMN files of one shape and any size, which both engines read: conditions mean the same in FEEL and in Python."""

from itertools import pairwise

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="urn:benchmark">\n'
    '<process id="benchmark" isExecutable="true">\n'
)
TAIL = "</process>\n</definitions>\n"


def sequence(length: int) -> bytes:
    """Automatic nodes one after another: none throw events."""
    nodes = [f'<intermediateThrowEvent id="n{index}"/>' for index in range(length)]
    return _file(nodes, _chain(["start", *(f"n{index}" for index in range(length)), "end"]))


def branches(width: int) -> bytes:
    """A parallel split into as many branches of two nodes each, and their join."""
    nodes = ['<parallelGateway id="fork"/>', '<parallelGateway id="join"/>']
    flows = [*_chain(["start", "fork"]), *_chain(["join", "end"])]
    for index in range(width):
        nodes += [f'<intermediateThrowEvent id="a{index}"/>', f'<intermediateThrowEvent id="b{index}"/>']
        flows += _chain(["fork", f"a{index}", f"b{index}", "join"])
    return _file(nodes, flows)


def choices(length: int) -> bytes:
    """Exclusive gateways in a row, each with a condition that is false, one that is true and a default."""
    nodes: list[str] = []
    flows = _chain(["start", "x0"])
    for index in range(length):
        nodes.append(f'<exclusiveGateway id="x{index}" default="x{index}_d"/>')
        nodes += [f'<intermediateThrowEvent id="{side}{index}"/>' for side in "abc"]
        after = f"x{index + 1}" if index + 1 < length else "end"
        flows.append(_flow(f"x{index}_a", f"x{index}", f"a{index}", "score > 90"))
        flows.append(_flow(f"x{index}_b", f"x{index}", f"b{index}", "score > 40 and score &lt; 80"))
        flows.append(_flow(f"x{index}_d", f"x{index}", f"c{index}"))
        for side in "abc":
            flows += _chain([f"{side}{index}", after])
    return _file(nodes, flows)


def tasks(length: int) -> bytes:
    """User tasks one after another: each is completed from outside."""
    nodes = [f'<userTask id="n{index}"/>' for index in range(length)]
    return _file(nodes, _chain(["start", *(f"n{index}" for index in range(length)), "end"]))


def _file(nodes: list[str], flows: list[str]) -> bytes:
    ends = ['<startEvent id="start"/>', '<endEvent id="end"/>']
    return (HEAD + "\n".join([*ends, *nodes, *flows]) + "\n" + TAIL).encode()


def _chain(ids: list[str]) -> list[str]:
    return [_flow(f"{source}_{target}", source, target) for source, target in pairwise(ids)]


def _flow(flow_id: str, source: str, target: str, condition: str | None = None) -> str:
    inside = f'<conditionExpression xsi:type="tFormalExpression">{condition}</conditionExpression>' if condition else ""
    return f'<sequenceFlow id="{flow_id}" sourceRef="{source}" targetRef="{target}">{inside}</sequenceFlow>'
