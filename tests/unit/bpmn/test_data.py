"""Properties and data objects are variables of the process or subprocess that holds them."""

from collections.abc import Callable

import pytest

from workflow.model.definition import ProcessDefinition
from workflow.model.elements import DataItem, SubProcess
from workflow.model.findings import Finding

Definition = Callable[..., ProcessDefinition]
Errors = Callable[..., list[Finding]]


def test_a_process_holds_its_properties_and_data_objects(definition: Definition) -> None:
    found = definition(
        '<property id="a" itemSubjectRef="text"/><property id="b" name="total"/>'
        '<dataObject id="c" name="votes" isCollection="true"/>',
        '<itemDefinition id="text" structureRef="xsd:string"/>',
    )
    assert found.data == (
        DataItem(id="a", variable="a", type_name="string", line=6),
        DataItem(id="b", variable="total", line=6),
        DataItem(id="c", variable="votes", is_collection=True, line=6),
    )


def test_a_subprocess_holds_its_own(definition: Definition) -> None:
    found = definition('<subProcess id="s"><property id="a"/><dataObject id="b"/></subProcess>')
    holder = found.nodes["s"]
    assert isinstance(holder, SubProcess)
    assert [item.variable for item in holder.properties] == ["a"]
    assert [item.variable for item in holder.data] == ["b"]
    assert found.data == ()


def test_a_name_that_expressions_cannot_read_leaves_the_id(definition: Definition) -> None:
    found = definition('<dataObject id="DataObject_1" name="Hồ sơ đăng ký"/><dataObject id="x" name="hồ_sơ"/>')
    assert [item.variable for item in found.data] == ["DataObject_1", "hồ_sơ"]


@pytest.mark.parametrize(
    ("structure", "feel"),
    [
        ("String", "string"),
        ("xsd:string", "string"),
        ("java.lang.String", "string"),
        ("xs:int", "number"),
        ("Integer", "number"),
        ("xsd:decimal", "number"),
        ("double", "number"),
        ("float", "number"),
        ("xsd:boolean", "boolean"),
        ("xsd:date", "date"),
        ("xsd:time", "time"),
        ("xsd:dateTime", "date and time"),
        ("xsd:duration", "days and time duration"),
        ("xsd:yearMonthDuration", "years and months duration"),
        ("tns:Order", ""),
    ],
)
def test_known_structures_have_a_type_of_feel(definition: Definition, structure: str, feel: str) -> None:
    root = f'<itemDefinition id="i" structureRef="{structure}"/>'
    (item,) = definition('<property id="a" itemSubjectRef="i"/>', root).data
    assert item.type_name == feel


def test_an_item_definition_may_make_data_a_collection(definition: Definition) -> None:
    root = '<itemDefinition id="i" structureRef="String" isCollection="true"/>'
    (item,) = definition('<dataObject id="a" itemSubjectRef="i"/>', root).data
    assert item.is_collection


def test_a_data_type_may_stand_instead_of_an_item_definition(definition: Definition) -> None:
    root = '<message id="m" name="m" itemRef="xsd:string"/><signal id="s" name="s" structureRef="String"/>'
    (item,) = definition('<property id="a" itemSubjectRef="xsd:int"/>', root).data
    assert item.type_name == "number"


@pytest.mark.parametrize(
    "content",
    [
        '<task id="x"><property id="a"/></task>',
        '<userTask id="x"><property id="a"/></userTask>',
        '<startEvent id="x"><property id="a"/></startEvent>',
        '<callActivity id="x" calledElement="p"><property id="a"/></callActivity>',
    ],
)
def test_a_property_that_would_have_no_effect_is_refused(errors: Errors, content: str) -> None:
    found = errors("\n" + content)
    assert [(finding.rule, finding.element_id, finding.line) for finding in found] == [
        ("property-without-effect", "a", 7)
    ]


@pytest.mark.parametrize(
    ("rule", "content"),
    [
        ("duplicate-data", '<property id="a" name="n"/><dataObject id="b" name="n"/>'),
        ("dangling-reference", '<property id="b" itemSubjectRef="nowhere"/>'),
        ("dangling-reference", '<dataObjectReference id="b" dataObjectRef="nowhere"/>'),
        ("wrong-reference", '<dataObject id="a"/><property id="b" itemSubjectRef="a"/>'),
        ("missing-attribute", '<task id="b"/><property name="n"/>'),
        ("not-boolean", '<dataObject id="b" isCollection="many"/>'),
    ],
)
def test_faulty_data_is_named_with_its_line(errors: Errors, rule: str, content: str) -> None:
    found = [finding for finding in errors("\n" + content) if finding.rule == rule]
    assert [finding.line for finding in found] == [7]
    assert found[0].element_id in ("b", "p")
