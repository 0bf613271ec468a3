"""Rules on data: collections, input and output sets, data associations, and what tasks, events and calls take and give."""

from collections.abc import Callable

import pytest

from workflow.model.findings import Finding

_ROOT = (
    '<itemDefinition id="text" structureRef="String"/><itemDefinition id="words" structureRef="String"/>'
    '<itemDefinition id="number" structureRef="Integer"/>'
    '<itemDefinition id="list" structureRef="String" isCollection="true"/>'
    '<message id="m" name="m" itemRef="text"/><message id="n" name="n" itemRef="number"/>'
    '<signal id="sig" name="sig" structureRef="words"/>'
)
_INTERFACE = (
    '<interface id="if"><operation id="op"><inMessageRef>m</inMessageRef><outMessageRef>n</outMessageRef></operation>'
    "</interface>"
)


def specification(inputs: str = "", outputs: str = "", sets: str = "") -> str:
    """An ioSpecification of inputs and outputs `id:type`, each in one set unless `sets` are given."""
    data = {
        kind: [each.split(":") for each in text.split()]
        for kind, text in (("dataInput", inputs), ("dataOutput", outputs))
    }
    declared = "".join(
        f'<{kind} id="{id}" itemSubjectRef="{item}"/>' for kind, each in data.items() for id, item in each
    )
    groups = "".join(
        f"<{kind.removeprefix('data').lower()}Set>"
        + "".join(f"<{kind}Refs>{id}</{kind}Refs>" for id, _ in each)
        + f"</{kind.removeprefix('data').lower()}Set>"
        for kind, each in data.items()
    )
    return f"<ioSpecification>{declared}{sets or groups}</ioSpecification>"


def reads(source: str, target: str = "i", more: str = "") -> str:
    return (
        f'<task id="x">{specification("i:text")}<dataInputAssociation id="a"><sourceRef>{source}</sourceRef>'
        f"<targetRef>{target}</targetRef>{more}</dataInputAssociation></task>"
    )


def process_sets(sets: str, data: str = '<dataInput id="i"/><dataInput id="j"/>') -> str:
    return f"<ioSpecification>{data}{sets}<outputSet/></ioSpecification>"


_DATA = '<dataObject id="o" itemSubjectRef="text"/><dataObjectReference id="r" dataObjectRef="o"/>'
_BOTH = "<inputSet><dataInputRefs>i</dataInputRefs><dataInputRefs>j</dataInputRefs>{}</inputSet>"
_PAIR = (
    '<ioSpecification><inputSet id="in"><outputSetRefs>out</outputSetRefs></inputSet><outputSet id="out">{}</outputSet>'
    "</ioSpecification>"
)
_STATE = (
    '<dataObject id="o" name="Order"/><dataObjectReference id="r" name="{}" dataObjectRef="o">'
    '<dataState name="paid"/></dataObjectReference>'
)


def caught(*data: str, definitions: str = '<signalEventDefinition signalRef="sig"/>') -> str:
    outputs = "".join(f'<dataOutput id="o{index}" itemSubjectRef="{item}"/>' for index, item in enumerate(data))
    refs = "".join(f"<dataOutputRefs>o{index}</dataOutputRefs>" for index in range(len(data)))
    return f'<startEvent id="x">{outputs}<outputSet>{refs}</outputSet>{definitions}</startEvent>'


_TWO = (
    '<signalEventDefinition signalRef="sig"/><messageEventDefinition messageRef="m"><operationRef>op</operationRef>'
    "</messageEventDefinition>"
)
_RULES: dict[str, tuple[str, str, str]] = {
    "collection-mismatch": (
        "o",
        '<dataObject id="o" itemSubjectRef="list"/>',
        '<dataObject id="o" itemSubjectRef="list" isCollection="true"/>',
    ),
    "data-state-name": ("r", _STATE.format("Order"), _STATE.format("Order [paid]")),
    "data-object-out-of-reach": (
        "r",
        '<subProcess id="s"><dataObject id="o"/></subProcess><dataObjectReference id="r" dataObjectRef="o"/>',
        '<dataObject id="o"/><subProcess id="s"><dataObjectReference id="r" dataObjectRef="o"/></subProcess>',
    ),
    "data-of-subprocess": (
        "i",
        f'<subProcess id="s">{specification("i:text")}</subProcess>',
        f'<task id="s">{specification("i:text")}</task>',
    ),
    "set-missing": ("x", '<task id="x"><ioSpecification/></task>', f'<task id="x">{specification()}</task>'),
    "data-in-no-set": (
        "j",
        process_sets("<inputSet><dataInputRefs>i</dataInputRefs></inputSet>"),
        process_sets(_BOTH.format("")),
    ),
    "set-of-undeclared": (
        "p",
        f'<task id="x">{specification("k:text")}</task>'
        + process_sets(_BOTH.format("<dataInputRefs>k</dataInputRefs>")),
        f'<task id="x">{specification("k:text")}</task>' + process_sets(_BOTH.format("")),
    ),
    "set-subset": (
        "p",
        process_sets(
            "<inputSet><dataInputRefs>i</dataInputRefs><optionalInputRefs>j</optionalInputRefs></inputSet>"
            "<inputSet><dataInputRefs>j</dataInputRefs></inputSet>"
        ),
        process_sets(_BOTH.format("<optionalInputRefs>j</optionalInputRefs>")),
    ),
    "set-pair": ("out", _PAIR.format(""), _PAIR.format("<inputSetRefs>in</inputSetRefs>")),
    "data-association-end": ("a", _DATA + reads("r", "o"), _DATA + reads("r")),
    "data-association-type": (
        "a",
        '<dataObject id="o" itemSubjectRef="number"/>' + reads("o"),
        '<dataObject id="o" itemSubjectRef="words"/>' + reads("o"),
    ),
    "data-association-sources": (
        "a",
        _DATA + reads("r</sourceRef><sourceRef>o"),
        _DATA + reads("r</sourceRef><sourceRef>o", more="<transformation>r</transformation>"),
    ),
    "assignment-end": (
        "g",
        _DATA + reads("r", more='<assignment id="g"><from FORMAL>1</from></assignment>'),
        _DATA + reads("r", more='<assignment id="g"><from FORMAL>1</from><to FORMAL>i</to></assignment>'),
    ),
    "task-data-count": (
        "x",
        f'<receiveTask id="x" messageRef="m">{specification("", "o:text q:text")}</receiveTask>',
        f'<receiveTask id="x" messageRef="m">{specification("", "o:text")}</receiveTask>',
    ),
    "task-data-type": (
        "x",
        f'<sendTask id="x" messageRef="m">{specification("i:number")}</sendTask>',
        f'<sendTask id="x" messageRef="m">{specification("i:words")}</sendTask>',
    ),
    "event-data": ("x", caught("number"), caught("text")),
}


@pytest.mark.parametrize("rule", _RULES)
def test_a_rule_on_data(verify: Callable[..., None], rule: str) -> None:
    verify(rule, *_RULES[rule], _ROOT)


_CALLED = '<globalTask id="called">{}</globalTask>'
_OPERATIONS: dict[str, tuple[str, str, str]] = {
    "task-data-type": (
        "x",
        f'<serviceTask id="x" operationRef="op">{specification("i:text", "o:text")}</serviceTask>',
        f'<serviceTask id="x" operationRef="op">{specification("i:text", "o:number")}</serviceTask>',
    ),
    "task-data-count": (
        "x",
        f'<serviceTask id="x" operationRef="op">{specification("i:text")}</serviceTask>',
        '<serviceTask id="x" operationRef="op"/>',
    ),
    "event-data": ("x", caught("text", definitions=_TWO), caught("text", "words", definitions=_TWO)),
    "message-without-operation": (
        "x",
        '<startEvent id="x"><messageEventDefinition messageRef="m"/></startEvent>',
        '<startEvent id="x"><messageEventDefinition messageRef="m"><operationRef>op</operationRef>'
        "</messageEventDefinition></startEvent>",
    ),
    "message-missing": (
        "x",
        '<startEvent id="x"><messageEventDefinition><operationRef>op</operationRef></messageEventDefinition></startEvent>',
        '<startEvent id="x"/>',
    ),
    "interface-not-bound": (
        "p",
        "<supportedInterfaceRef>if</supportedInterfaceRef>",
        '<supportedInterfaceRef>if</supportedInterfaceRef><ioBinding operationRef="op"/>',
    ),
    "binding-type": (
        "p",
        f'<ioBinding operationRef="op" inputDataRef="i"/>{specification("i:number")}',
        f'<ioBinding operationRef="op" inputDataRef="i"/>{specification("i:text")}',
    ),
}


@pytest.mark.parametrize("rule", _OPERATIONS)
def test_a_rule_on_operations(verify: Callable[..., None], rule: str) -> None:
    verify(rule, *_OPERATIONS[rule], _ROOT + _INTERFACE)


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [("call-data-count", specification("i:text")), ("call-data-type", specification("i:text", "o:number"))],
)
def test_a_call_has_the_data_of_what_it_calls(verify: Callable[..., None], rule: str, wrong: str) -> None:
    call = '<callActivity id="x" calledElement="called">{}</callActivity>'
    called = _CALLED.format(specification("ci:text", "co:text"))
    verify(rule, "x", call.format(wrong), call.format(specification("i:words", "o:text")), _ROOT + called)


def test_a_message_without_declared_content_needs_no_operation(check: Callable[..., list[Finding]]) -> None:
    start = '<startEvent id="x"><messageEventDefinition messageRef="plain"/></startEvent>'
    assert check(start, '<message id="plain" name="Papers"/>') == []


def test_data_of_the_process_itself_may_be_read_but_its_outputs_not(check: Callable[..., list[Finding]]) -> None:
    own = specification("pi:text", "po:text")
    assert check(own + reads("pi"), _ROOT) == []
    assert [each.rule for each in check(own + reads("po"), _ROOT)] == ["data-association-end"]


def test_a_place_holder_that_modelers_write_may_be_the_target(check: Callable[..., list[Finding]]) -> None:
    """Modelers draw an association to a task without inputs and write a property as its end."""
    task = (
        '<task id="x"><property id="h" name="__targetRef_placeholder"/><dataInputAssociation id="a">'
        "<sourceRef>r</sourceRef><targetRef>h</targetRef></dataInputAssociation></task>"
    )
    assert check(_DATA + task, _ROOT) == []
