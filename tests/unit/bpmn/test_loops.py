"""Standard loops, what multi-instance activities run over, the events they throw, and quantities of tokens."""

from collections.abc import Callable

import pytest

from workflow.model.elements import Activity, MultiInstance, StandardLoop
from workflow.model.events import EscalationDefinition, MultipleDefinition, SignalDefinition
from workflow.model.expressions import Expression
from workflow.model.findings import Finding

Node = Callable[..., Activity]
Errors = Callable[..., list[Finding]]
_ROOT = (
    '<signal id="s" name="S"/><signalEventDefinition id="d" signalRef="s"/><escalation id="x" escalationCode="X1"/>'
    '<errorEventDefinition id="e"/>'
)
_IN = "<dataInputAssociation><sourceRef>team</sourceRef><targetRef>in</targetRef></dataInputAssociation>"
_OUT = "<dataOutputAssociation><sourceRef>out</sourceRef><targetRef>votes</targetRef></dataOutputAssociation>"
_IO = '<ioSpecification><dataInput id="in"/><dataInput id="who"/><dataOutput id="out"/><dataOutput id="vote"/>'
_SETS = "<inputSet/><outputSet/></ioSpecification>"


def loop_of(found: Activity) -> MultiInstance:
    assert found.multi_instance is not None
    return found.multi_instance


def test_a_standard_loop(node: Node) -> None:
    plain = node('<task id="n"><standardLoopCharacteristics/></task>')
    assert plain.standard_loop == StandardLoop()
    full = node(
        '<task id="n"><standardLoopCharacteristics testBefore="true" loopMaximum="5"><loopCondition>=a &lt; 3'
        "</loopCondition></standardLoopCharacteristics></task>"
    )
    assert full.standard_loop == StandardLoop(condition=Expression("a < 3", 6), test_before=True, maximum=5)


def test_quantities_of_tokens(node: Node) -> None:
    found = node('<task id="n" startQuantity="2" completionQuantity="3"/>')
    assert (found.start_quantity, found.completion_quantity) == (2, 3)
    plain = node('<task id="n"/>')
    assert (plain.start_quantity, plain.completion_quantity) == (1, 1)


def test_the_instances_run_over_the_source_of_the_loop_data_input(node: Node) -> None:
    found = node(f"""<dataObject id="team" isCollection="true"/><dataObject id="votes" isCollection="true"/>
      <callActivity id="n" calledElement="p">{_IO}{_SETS}{_IN}
        <dataInputAssociation><sourceRef>one</sourceRef><targetRef>who</targetRef></dataInputAssociation>{_OUT}
        <dataOutputAssociation><sourceRef>vote</sourceRef><targetRef>its</targetRef></dataOutputAssociation>
        <multiInstanceLoopCharacteristics><loopDataInputRef>in</loopDataInputRef><loopDataOutputRef>out</loopDataOutputRef>
        <inputDataItem id="one"/><outputDataItem id="its"/></multiInstanceLoopCharacteristics></callActivity>""")
    loop = loop_of(found)
    assert loop.collection is not None
    assert loop.output_element is not None
    assert (loop.collection.text, loop.element_variable) == ("team", "one")
    assert (loop.output_collection, loop.output_element.text) == ("votes", "its")
    assert [(mapping.source.text, mapping.target) for mapping in found.inputs] == [("one", "who")]
    assert [(mapping.source.text, mapping.target) for mapping in found.outputs] == [("vote", "its")]


def test_a_subprocess_may_run_over_data_of_its_own_container(node: Node) -> None:
    found = node(
        '<dataObject id="team" isCollection="true"/><subProcess id="n"><multiInstanceLoopCharacteristics>'
        '<loopDataInputRef>team</loopDataInputRef><inputDataItem id="i" name="member"/>'
        "</multiInstanceLoopCharacteristics></subProcess>"
    )
    assert loop_of(found).collection == Expression("team", 6)
    assert loop_of(found).element_variable == "member"


@pytest.mark.parametrize(("value", "name"), [("None", "none"), ("One", "one")])
def test_instances_throw_the_event_of_their_behaviour(node: Node, value: str, name: str) -> None:
    found = node(
        f'<task id="n"><multiInstanceLoopCharacteristics behavior="{value}" {name}BehaviorEventRef="d">'
        "<loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics></task>",
        _ROOT,
    )
    assert (loop_of(found).behavior, loop_of(found).behavior_event) == (name, SignalDefinition(name="S"))


def test_complex_behaviours_have_conditions_and_perhaps_events(node: Node) -> None:
    found = node(
        '<task id="n"><multiInstanceLoopCharacteristics behavior="Complex"><loopCardinality>3</loopCardinality>'
        "<complexBehaviorDefinition><condition>=a</condition><event><signalEventDefinition signalRef='s'/>"
        "<escalationEventDefinition escalationRef='x'/></event></complexBehaviorDefinition>"
        "<complexBehaviorDefinition><condition>=b</condition></complexBehaviorDefinition>"
        "</multiInstanceLoopCharacteristics></task>",
        _ROOT,
    )
    both = MultipleDefinition(parts=(SignalDefinition(name="S"), EscalationDefinition(code="X1")))
    assert loop_of(found).behavior == "complex"
    assert loop_of(found).complex_behaviors == ((Expression("a", 6), both), (Expression("b", 6), None))


def loop(attributes: str = "", content: str = "", before: str = "") -> str:
    return (
        f'<task id="x">{before}<multiInstanceLoopCharacteristics {attributes}>{content}'
        "</multiInstanceLoopCharacteristics></task>"
    )


FAULTS = [
    ("unknown-value", loop('behavior="Some"')),
    ("wrong-reference", loop('behavior="None" noneBehaviorEventRef="s"')),
    ("wrong-reference", loop('behavior="One" oneBehaviorEventRef="e"')),
    ("dangling-reference", loop('behavior="One" oneBehaviorEventRef="nowhere"')),
    ("dangling-reference", loop(content="<loopDataInputRef>nowhere</loopDataInputRef>")),
    ("said-twice", loop('camunda:collection="=a"', "<loopDataInputRef>x</loopDataInputRef>")),
    ("said-twice", loop('cn:outputCollection="a" cn:outputElement="=b"', '<outputDataItem id="o"/>')),
    ("half-an-output", loop(content='<outputDataItem id="o"/>')),
    (
        "wrong-trigger",
        loop(
            content="<complexBehaviorDefinition><condition>1</condition><event>"
            "<eventDefinitionRef>e</eventDefinitionRef></event></complexBehaviorDefinition>"
        ),
    ),
    (
        "misplaced-element",
        loop(
            content="<complexBehaviorDefinition><condition>1</condition><event><errorEventDefinition/></event>"
            "</complexBehaviorDefinition>"
        ),
    ),
    ("not-boolean", '<task id="x"><standardLoopCharacteristics testBefore="soon"/></task>'),
]


@pytest.mark.parametrize(("rule", "content"), FAULTS)
def test_a_faulty_loop_is_named_with_its_activity_and_line(errors: Errors, rule: str, content: str) -> None:
    found = [finding for finding in errors("\n" + content, _ROOT) if finding.rule == rule]
    assert found
    assert {(finding.element_id in ("x", "o"), finding.line) for finding in found} == {(True, 7)}
