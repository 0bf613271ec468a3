"""Rules on gateways, loops, quantities, ad-hoc subprocesses and expressions."""

from collections.abc import Callable

import pytest

from workflow.model.findings import Finding

_MESSAGE = "<messageEventDefinition/>"
_TIMER = "<timerEventDefinition><timeDuration FORMAL>PT1S</timeDuration></timerEventDefinition>"


def catch(id: str, definition: str = _TIMER) -> str:
    return f'<intermediateCatchEvent id="{id}">{definition}</intermediateCatchEvent>'


def behind(nodes: str, extra: str = "", attributes: str = "", first: bool = True) -> str:
    """An event-based gateway `g` that leads to `x` and `y`, which lead on."""
    begin = '<startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="g"/>' if first else ""
    flows = "".join(
        f'<sequenceFlow id="g{node}" sourceRef="g" targetRef="{node}"/><sequenceFlow id="{node}e" sourceRef="{node}" targetRef="e"/>'
        for node in "xy"
    )
    return f'{begin}<eventBasedGateway id="g" {attributes}/>{nodes}<task id="e"/>{flows}{extra}'


_RIGHT = behind(catch("x") + catch("y", _MESSAGE))
_LOOP = '<task id="x"><multiInstanceLoopCharacteristics {}>{}</multiInstanceLoopCharacteristics></task>'
_THREE = "<loopCardinality FORMAL>3</loopCardinality>"
_IO = (
    '<ioSpecification><dataInput id="i" isCollection="{}" itemSubjectRef="{}"/><inputSet><dataInputRefs>i</dataInputRefs>'
    "</inputSet><outputSet/></ioSpecification>"
)
_ITEMS = (
    '<itemDefinition id="many" structureRef="String" isCollection="true"/><itemDefinition id="one" structureRef="String"/>'
    '<itemDefinition id="other" structureRef="Integer"/>'
)


def over(collection: str = _IO.format("true", "many"), item: str = "one", more: str = "") -> str:
    return (
        f'<task id="x">{collection}<multiInstanceLoopCharacteristics><loopDataInputRef>i</loopDataInputRef>'
        f'<inputDataItem id="item" itemSubjectRef="{item}" {more}/></multiInstanceLoopCharacteristics></task>'
    )


def timer(text: str) -> str:
    return f'<startEvent id="x"><timerEventDefinition id="d">{text}</timerEventDefinition></startEvent>'


def condition(text: str) -> str:
    return f'<startEvent id="x"><conditionalEventDefinition id="d">{text}</conditionalEventDefinition></startEvent>'


_RULES: dict[str, tuple[str, str, str]] = {
    "idle-gateway": (
        "g",
        '<startEvent id="s"/><parallelGateway id="g"/><sequenceFlow id="f" sourceRef="s" targetRef="g"/>',
        '<startEvent id="s"/><startEvent id="t"/><parallelGateway id="g"/>'
        '<sequenceFlow id="f" sourceRef="s" targetRef="g"/><sequenceFlow id="h" sourceRef="t" targetRef="g"/>',
    ),
    "event-gateway-flows": ("g", '<eventBasedGateway id="g"/>', _RIGHT),
    "event-gateway-condition": (
        "gx",
        _RIGHT.replace(
            'id="gx" sourceRef="g" targetRef="x"/>',
            'id="gx" sourceRef="g" targetRef="x"><conditionExpression FORMAL>a</conditionExpression></sequenceFlow>',
        ),
        _RIGHT,
    ),
    "event-gateway-target": ("x", behind('<userTask id="x"/>' + catch("y")), _RIGHT),
    "event-gateway-target-incoming": (
        "x",
        behind(catch("x") + catch("y"), '<sequenceFlow id="h" sourceRef="s" targetRef="x"/>'),
        _RIGHT,
    ),
    "event-gateway-target-boundary": (
        "x",
        behind(
            '<receiveTask id="x"/>' + catch("y"),
            f'<boundaryEvent id="b" attachedToRef="x">{_TIMER}</boundaryEvent>'
            '<sequenceFlow id="h" sourceRef="b" targetRef="e"/>',
        ),
        behind('<receiveTask id="x"/>' + catch("y")),
    ),
    "event-gateway-mixture": (
        "g",
        behind('<receiveTask id="x"/>' + catch("y", _MESSAGE)),
        behind('<receiveTask id="x"/><receiveTask id="y"/>'),
    ),
    "event-gateway-instantiate": (
        "g",
        behind(catch("x") + catch("y"), attributes='instantiate="true"'),
        behind(catch("x") + catch("y"), attributes='instantiate="true"', first=False),
    ),
    "event-gateway-inside": (
        "g",
        '<subProcess id="sub">'
        + behind(catch("x") + catch("y"), attributes='instantiate="true"', first=False)
        + "</subProcess>",
        behind(catch("x") + catch("y"), attributes='instantiate="true"', first=False),
    ),
    "event-gateway-parallel": (
        "g",
        behind(catch("x") + catch("y"), attributes='eventGatewayType="Parallel"'),
        behind(catch("x") + catch("y"), attributes='eventGatewayType="Parallel" instantiate="true"', first=False),
    ),
    "quantity": ("x", '<task id="x" startQuantity="0"/>', '<task id="x" startQuantity="2" completionQuantity="3"/>'),
    "two-loops": (
        "x",
        f'<task id="x"><standardLoopCharacteristics/><multiInstanceLoopCharacteristics>{_THREE}'
        "</multiInstanceLoopCharacteristics></task>",
        '<task id="x"><standardLoopCharacteristics loopMaximum="2"/></task>',
    ),
    "event-in-adhoc": (
        "e",
        '<adHocSubProcess id="x"><endEvent id="e"/><task id="t"/></adHocSubProcess>',
        '<adHocSubProcess id="x"><task id="t"/></adHocSubProcess>',
    ),
    "adhoc-without-activity": (
        "x",
        '<adHocSubProcess id="x"/>',
        '<adHocSubProcess id="x"><task id="t"/></adHocSubProcess>',
    ),
    "script-missing": (
        "x",
        '<scriptTask id="x" scriptFormat="feel"/>',
        '<scriptTask id="x" scriptFormat="feel"><script>1</script></scriptTask>',
    ),
    "loop-behaviour": ("x", _LOOP.format('behavior="None"', _THREE), _LOOP.format('behavior="All"', _THREE)),
    "expression-not-formal": (
        "d",
        condition("<condition>x</condition>"),
        condition("<condition FORMAL>x</condition>"),
    ),
    "condition-not-formal": (
        "f",
        '<task id="a"/><task id="b"/><sequenceFlow id="f" sourceRef="a" targetRef="b">'
        "<conditionExpression>x</conditionExpression></sequenceFlow>",
        '<task id="a"/><task id="b"/><sequenceFlow id="f" sourceRef="a" targetRef="b">'
        "<conditionExpression FORMAL>x</conditionExpression></sequenceFlow>",
    ),
    "expression-without-text": (
        "d",
        condition("<condition FORMAL> </condition>"),
        condition("<condition FORMAL>a &gt; 1</condition>"),
    ),
    "condition-not-boolean": (
        "d",
        condition('<condition FORMAL>"yes"</condition>'),
        condition("<condition FORMAL>true</condition>"),
    ),
    "cardinality": ("x", _LOOP.format("", _THREE.replace("3", "-1")), _LOOP.format("", _THREE)),
    "language-no-uri": (
        "d",
        timer('<timeDuration FORMAL language="no uri">PT1S</timeDuration>'),
        timer('<timeDuration FORMAL language="http://www.omg.org/spec/DMN/FEEL/">PT1S</timeDuration>'),
    ),
}


@pytest.mark.parametrize("rule", _RULES)
def test_a_rule_on_gateways_activities_and_expressions(verify: Callable[..., None], rule: str) -> None:
    verify(rule, *_RULES[rule])


_LOOPED: dict[str, tuple[str, str, str]] = {
    "loop-data-no-collection": ("x", over(_IO.format("false", "one")), over()),
    "loop-item-is-collection": ("item", over(item="many", more='isCollection="true"'), over()),
    "loop-item-type": ("item", over(item="other"), over()),
    "loop-data-of-another": (
        "x",
        f'<task id="o">{_IO.format("true", "many")}</task>' + over(collection=""),
        f'<task id="o"/>{over()}',
    ),
}


@pytest.mark.parametrize("rule", _LOOPED)
def test_a_rule_on_what_is_looped_over(verify: Callable[..., None], rule: str) -> None:
    verify(rule, *_LOOPED[rule], _ITEMS)


@pytest.mark.parametrize("text", ["23", "=1.5", '"yes"', "[1, 2]", "null"])
def test_what_is_no_condition(check: Callable[..., list[Finding]], text: str) -> None:
    found = check(condition(f"<condition FORMAL>{text}</condition>"))
    assert [finding.rule for finding in found] == ["condition-not-boolean"]


@pytest.mark.parametrize("value", ["0", "-5", "two", "1.5", "²"])
def test_what_is_no_quantity(check: Callable[..., list[Finding]], value: str) -> None:
    assert [finding.rule for finding in check(f'<task id="x" completionQuantity="{value}"/>')] == ["quantity"]


_NODES = '<task id="a"/><task id="b"/><{0}Gateway id="x" gatewayDirection="{1}"/>'
_JOIN = '<sequenceFlow id="f" sourceRef="a" targetRef="x"/><sequenceFlow id="g" sourceRef="b" targetRef="x"/>'
_SPLIT = '<sequenceFlow id="f" sourceRef="x" targetRef="a"/><sequenceFlow id="g" sourceRef="x" targetRef="b"/>'
_FLOW = '<sequenceFlow id="f" sourceRef="x" targetRef="y"/>'
_AGREEING: list[tuple[str, str, str, str]] = [
    (
        "half-listed-flow",
        "y",
        f'<task id="x"><outgoing>f</outgoing></task><task id="y"/>{_FLOW}',
        f'<task id="x"><outgoing>f</outgoing></task><task id="y"><incoming>f</incoming></task>{_FLOW}',
    ),
    (
        "half-listed-flow",
        "x",
        f'<task id="x"/><task id="y"><incoming>f</incoming></task>{_FLOW}',
        f'<task id="x"/><task id="y"/>{_FLOW}',
    ),
    *(
        ("gateway-direction", "x", _NODES.format(kind, said) + flows, _NODES.format(kind, right) + flows)
        for kind, said, right, flows in (
            ("exclusive", "Diverging", "Converging", _JOIN),
            ("parallel", "Converging", "Diverging", _SPLIT),
            ("inclusive", "Sideways", "Diverging", _SPLIT),
            ("complex", "Converging", "Diverging", _SPLIT),
        )
    ),
    (
        "text-format",
        "x",
        '<textAnnotation id="x" textFormat="plain"/>',
        '<textAnnotation id="x" textFormat="text/plain"/>',
    ),
]


@pytest.mark.parametrize(("rule", "element", "broken", "right"), _AGREEING)
def test_what_a_file_says_twice_agrees(
    verify: Callable[..., None], rule: str, element: str, broken: str, right: str
) -> None:
    verify(rule, element, broken, right)
