"""Small BPMN files as texts: what stands inside a process, and a file around processes."""

import itertools

_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
    ' xmlns:cn="urn:congnhan:bpmn:1" id="drawn" targetNamespace="https://example.org/drawn">'
)


def flows(*pairs: str) -> str:
    """Sequence flows from texts such as `start>task`; each has its pair as its id, with `_` for `>`."""
    return "".join(
        f'<sequenceFlow id="{pair.replace(">", "_")}" sourceRef="{source}" targetRef="{target}"/>'
        for pair in pairs
        for source, target in [pair.split(">")]
    )


def process(content: str, process_id: str = "p", *, executable: bool = True) -> str:
    return f'<process id="{process_id}" isExecutable="{str(executable).lower()}">{content}</process>'


def file_of(*parts: str) -> str:
    """The text of a file that holds these parts: processes, and the messages and signals that they name."""
    return f"{_HEAD}{''.join(parts)}</definitions>"


def sequence(*nodes: str) -> str:
    """A process `p` in which these nodes (elements with an id) stand one after another between `start` and `end`."""
    ids = ["start", *(node.partition('id="')[2].partition('"')[0] for node in nodes), "end"]
    ways = flows(*(f"{one}>{other}" for one, other in itertools.pairwise(ids)))
    return file_of(process(f'<startEvent id="start"/>{"".join(nodes)}<endEvent id="end"/>{ways}'))


def script(node_id: str, text: str | None = None) -> str:
    """A script task in no particular language; its text is its id unless said otherwise."""
    return f'<scriptTask id="{node_id}"><script>{text or node_id}</script></scriptTask>'


def feel_script(node_id: str, text: str, variable: str) -> str:
    return (
        f'<scriptTask id="{node_id}" scriptFormat="feel" camunda:resultVariable="{variable}">'
        f"<script>{text}</script></scriptTask>"
    )


def timer(kind: str, value: str) -> str:
    """A timer definition; `kind` is timeDuration, timeDate or timeCycle."""
    return f'<timerEventDefinition><{kind} xsi:type="tFormalExpression">{value}</{kind}></timerEventDefinition>'


def catching(node_id: str, definition: str) -> str:
    return f'<intermediateCatchEvent id="{node_id}">{definition}</intermediateCatchEvent>'


def throwing(node_id: str, definition: str) -> str:
    return f'<intermediateThrowEvent id="{node_id}">{definition}</intermediateThrowEvent>'


def user_task(node_id: str, *outcomes: str) -> str:
    """A user task with these outcomes."""
    buttons = "".join(f'<cn:outcome id="{each}" label="{each}"/>' for each in outcomes)
    return f'<userTask id="{node_id}" camunda:candidateGroups="reviewer"><extensionElements>{buttons}</extensionElements></userTask>'
