"""Data associations and `camunda:inputOutput` say what goes into an activity or event and what comes out of it."""

from collections.abc import Callable

import pytest

from workflow.bpmn.reader import Examined
from workflow.model.elements import Activity, Event, FlowNode, Mapping
from workflow.model.findings import Finding

Node = Callable[..., FlowNode]
Errors = Callable[..., list[Finding]]
_DATA = '<dataObject id="d" name="don"/><dataObjectReference id="r" dataObjectRef="d"/><property id="p1"/>'
_IO = (
    '<ioSpecification><dataInput id="i" name="vao"/><dataOutput id="o"/><inputSet><dataInputRefs>i</dataInputRefs>'
    "</inputSet><outputSet><dataOutputRefs>o</dataOutputRefs></outputSet></ioSpecification>"
)


def shown(mappings: tuple[Mapping, ...]) -> list[tuple[str, str]]:
    return [(mapping.source.text, mapping.target) for mapping in mappings]


def into(content: str) -> str:
    return f"<dataInputAssociation>{content}</dataInputAssociation>"


def out_of(content: str) -> str:
    return f"<dataOutputAssociation>{content}</dataOutputAssociation>"


@pytest.mark.parametrize("name", ["subProcess", "transaction", "adHocSubProcess"])
def test_a_subprocess_copies_data_in_and_out(node: Node, name: str) -> None:
    found = node(
        f'{_DATA}<{name} id="n">{_IO}{into("<sourceRef>r</sourceRef><targetRef>i</targetRef>")}'
        f"{out_of('<sourceRef>o</sourceRef><targetRef>p1</targetRef>')}</{name}>"
    )
    assert isinstance(found, Activity)
    assert shown(found.inputs) == [("don", "vao")]
    assert shown(found.outputs) == [("o", "p1")]


def test_a_transformation_gives_the_value(node: Node) -> None:
    content = "<sourceRef>r</sourceRef><sourceRef>p1</sourceRef><targetRef>i</targetRef>"
    found = node(
        f'{_DATA}<subProcess id="n">{_IO}{into(content + "<transformation>=don + p1</transformation>")}</subProcess>'
    )
    assert isinstance(found, Activity)
    assert shown(found.inputs) == [("don + p1", "vao")]


@pytest.mark.parametrize("to", ["vao", "=vao", "i", "${vao}"])
def test_an_assignment_goes_to_the_target_of_its_association(node: Node, to: str) -> None:
    content = f"<targetRef>i</targetRef><assignment><from>=1 + 1</from><to>{to}</to></assignment>"
    found = node(f'<subProcess id="n">{_IO}{into(content)}</subProcess>')
    assert isinstance(found, Activity)
    assert shown(found.inputs) == [("1 + 1", "vao")]


def test_a_throw_event_sends_and_a_catch_event_keeps(node: Node) -> None:
    message = '<messageEventDefinition messageRef="m"/>'
    for name in ("intermediateThrowEvent", "endEvent"):
        sent = node(
            f'{_DATA}<{name} id="n"><dataInput id="in"/>{into("<sourceRef>d</sourceRef><targetRef>in</targetRef>")}'
            f"<inputSet><dataInputRefs>in</dataInputRefs></inputSet>{message}</{name}>",
            '<message id="m" name="M"/>',
        )
        assert isinstance(sent, Event)
        assert shown(sent.inputs) == [("don", "in")]
    for name in ("intermediateCatchEvent", "startEvent"):
        kept = node(
            f'{_DATA}<{name} id="n"><dataOutput id="out"/>'
            f"{out_of('<sourceRef>out</sourceRef><targetRef>r</targetRef>')}"
            f"<outputSet><dataOutputRefs>out</dataOutputRefs></outputSet>{message}</{name}>",
            '<message id="m" name="M"/>',
        )
        assert isinstance(kept, Event)
        assert shown(kept.outputs) == [("out", "don")]


@pytest.mark.parametrize(
    "element",
    [
        '<serviceTask id="n" camunda:topic="t">',
        '<sendTask id="n" camunda:topic="t">',
        '<subProcess id="n">',
        '<callActivity id="n" calledElement="p">',
    ],
)
def test_an_activity_may_have_mappings_of_the_modeler(node: Node, element: str) -> None:
    found = node(f"""{element}<extensionElements><camunda:inputOutput>
      <camunda:inputParameter name="a">=b</camunda:inputParameter>
      <camunda:outputParameter name="c">=d</camunda:outputParameter>
      </camunda:inputOutput></extensionElements></{element[1:].split(" ")[0]}>""")
    assert isinstance(found, Activity)
    assert (shown(found.inputs), shown(found.outputs)) == ([("b", "a")], [("d", "c")])


def test_a_call_activity_passes_data_by_association_too(node: Node) -> None:
    found = node(
        f'{_DATA}<callActivity id="n" calledElement="p"><extensionElements><camunda:in source="x" target="y"/>'
        f"</extensionElements>{_IO}{into('<sourceRef>d</sourceRef><targetRef>i</targetRef>')}</callActivity>"
    )
    assert isinstance(found, Activity)
    assert shown(found.inputs) == [("don", "vao"), ("x", "y")]


def test_what_a_modeler_only_draws_is_a_warning(examine: Callable[..., Examined]) -> None:
    examined = examine(
        f'{_DATA}<task id="n"><property id="h" name="__targetRef_placeholder"/>'
        f"{into('<sourceRef>r</sourceRef><targetRef>h</targetRef>')}{out_of('<targetRef>r</targetRef>')}</task>"
    )
    found = [finding for finding in examined.findings if finding.rule == "association-drawn-only"]
    assert [finding.severity for finding in found] == ["warning", "warning"]
    task = examined.processes["p"].nodes["n"]
    assert isinstance(task, Activity)
    assert (task.inputs, task.outputs) == ((), ())


@pytest.mark.parametrize(
    ("rule", "content"),
    [
        ("dangling-reference", into("<sourceRef>nowhere</sourceRef><targetRef>i</targetRef>")),
        ("wrong-reference", into("<sourceRef>x</sourceRef><targetRef>i</targetRef>")),
        ("data-store", into("<sourceRef>store</sourceRef><targetRef>i</targetRef>")),
        ("data-store", out_of("<sourceRef>o</sourceRef><targetRef>store</targetRef>")),
        ("data-without-name", into("<sourceRef>b-d</sourceRef><targetRef>i</targetRef>")),
        ("empty-expression", into("<targetRef>i</targetRef><transformation/>")),
        ("expression-language", into('<targetRef>i</targetRef><transformation language="xslt">a</transformation>')),
        (
            "assignment-elsewhere",
            into("<targetRef>i</targetRef><assignment><from>1</from><to>vao.part</to></assignment>"),
        ),
    ],
)
def test_a_faulty_association_is_named_with_its_activity_and_line(errors: Errors, rule: str, content: str) -> None:
    data = f'{_DATA}<dataStoreReference id="store"/><dataObject id="b-d" name="b d"/>'
    found = [finding for finding in errors(f'\n{data}<task id="x">{_IO}{content}</task>') if finding.rule == rule]
    assert [(finding.element_id, finding.line) for finding in found] == [("x", 7)]


def test_mappings_of_two_kinds_on_a_call_activity_are_refused(errors: Errors) -> None:
    found = errors(
        '<callActivity id="x" calledElement="p"><extensionElements><camunda:in source="a" target="b"/>'
        '<camunda:inputOutput><camunda:inputParameter name="c">=d</camunda:inputParameter></camunda:inputOutput>'
        "</extensionElements></callActivity>"
    )
    assert [(finding.rule, finding.element_id, finding.line) for finding in found] == [("said-twice", "x", 6)]


@pytest.mark.parametrize(
    "element",
    ['<receiveTask id="x" messageRef="m">', '<subProcess id="x" triggeredByEvent="true">'],
)
def test_inputs_that_nothing_reads_are_refused(errors: Errors, element: str) -> None:
    found = errors(f"""{element}<extensionElements><camunda:inputOutput>
      <camunda:inputParameter name="a">=b</camunda:inputParameter>
      </camunda:inputOutput></extensionElements></{element[1:].split(" ")[0]}>""")
    assert ("mapping-without-effect", "x", 6) in [(each.rule, each.element_id, each.line) for each in found]
