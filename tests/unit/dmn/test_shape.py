"""What a model's elements must look like is checked when it is read, so that no value is lost and nothing breaks when it is asked."""

from urllib.parse import quote

import pytest

from tests.support.dmn import decision, document, literal
from workflow.dmn import load, model as strict
from workflow.errors import DefinitionRejected


def cells(kind: str, count: int) -> str:
    return f"<{kind}><text>-</text></{kind}>" * count


def table(*rules: tuple[int, int], outputs: str = '<output name="p"/><output name="q"/>', attributes: str = "") -> str:
    columns = "<input><inputExpression><text>1</text></inputExpression></input>" * 2
    rows = "".join(f"<rule>{cells('inputEntry', ins)}{cells('outputEntry', outs)}</rule>" for ins, outs in rules)
    return f"<decisionTable {attributes}>{columns}{outputs}{rows}</decisionTable>"


def variable(name: str) -> str:
    return f'<contextEntry><variable name="{name}"/>{literal("1")}</contextEntry>'


ONE = literal("1")
BINDING = f'<binding><parameter name="n"/>{ONE}</binding>'
FAULTS = {
    "a rule with too few conditions": (decision("A", table((2, 2), (1, 2))), "dmn-rule-cells"),
    "a rule with too many conditions": (decision("A", table((3, 2))), "dmn-rule-cells"),
    "a rule with too few conclusions": (decision("A", table((2, 1))), "dmn-rule-cells"),
    "a rule with too many conclusions": (decision("A", table((2, 3))), "dmn-rule-cells"),
    "a rule without any cell": (decision("A", table((0, 0))), "dmn-rule-cells"),
    "a table without an output": (decision("A", table((2, 0), outputs="")), "dmn-part"),
    "an input without an expression": (
        decision("A", table((3, 2)).replace('<output name="p"/>', '<input/><output name="p"/>')),
        "dmn-part",
    ),
    "two outputs of one name": (
        decision("A", table((2, 2), outputs='<output name="p"/><output name="p"/>')),
        "dmn-name",
    ),
    "two outputs whose names differ in blanks": (
        decision("A", table((2, 2), outputs='<output name="p q"/><output name=" p  q "/>')),
        "dmn-name",
    ),
    "two outputs whose names differ in how Unicode spells them": (
        decision("A", table((2, 2), outputs='<output name="\u1ee9ng"/><output name="u\u031b\u0301ng"/>')),
        "dmn-name",
    ),
    "two inputs whose names differ in how Unicode spells them": (
        '<inputData id="i1" name="gi\u00e1"/><inputData id="i2" name="gia\u0301"/>',
        "dmn-name",
    ),
    "two components whose names differ in how Unicode spells them": (
        '<itemDefinition name="t"><itemComponent name="gi\u00e1"/><itemComponent name="gia\u0301"/></itemDefinition>',
        "dmn-name",
    ),
    "an unknown hit policy": (decision("A", table((2, 2), attributes='hitPolicy="FOO"')), "dmn-value"),
    "a hit policy in small letters": (decision("A", table((2, 2), attributes='hitPolicy="unique"')), "dmn-value"),
    "an empty hit policy": (decision("A", table((2, 2), attributes='hitPolicy=""')), "dmn-value"),
    "a decision with two expressions": (decision("A", ONE + ONE), "dmn-twice"),
    "a decision with expressions of two kinds": (decision("A", ONE + table((2, 2))), "dmn-twice"),
    "an entry with two expressions": (
        decision("A", f'<context><contextEntry><variable name="x"/>{ONE}{ONE}</contextEntry></context>'),
        "dmn-twice",
    ),
    "a function with two bodies": (decision("A", f"<functionDefinition>{ONE}{ONE}</functionDefinition>"), "dmn-twice"),
    "a knowledge model with two functions": (
        f'<businessKnowledgeModel id="k" name="k">{f"<encapsulatedLogic>{ONE}</encapsulatedLogic>" * 2}</businessKnowledgeModel>',
        "dmn-twice",
    ),
    "a decision with two variables": (decision("A", f'<variable name="A"/>{ONE}'), "dmn-twice"),
    "a condition of two parts": (
        decision("A", f"<filter><in>{ONE}</in><match>{ONE}</match><match>{ONE}</match></filter>"),
        "dmn-twice",
    ),
    "outputs without names": (decision("A", table((2, 2), outputs="<output/><output/>")), "dmn-name"),
    "an unknown aggregation": (
        decision("A", table((2, 2), attributes='hitPolicy="COLLECT" aggregation="AVERAGE"')),
        "dmn-value",
    ),
    "an aggregation in small letters": (
        decision("A", table(attributes='hitPolicy="COLLECT" aggregation="sum"')),
        "dmn-value",
    ),
    "an aggregation of a table that collects nothing": (
        decision("A", table(attributes='aggregation="MEAN"')),
        "dmn-value",
    ),
    "an unknown orientation": (decision("A", table(attributes='preferredOrientation="Rows"')), "dmn-value"),
    "an unknown kind of function": (
        decision("A", f'<functionDefinition kind="Python">{ONE}</functionDefinition>'),
        "dmn-value",
    ),
    "an unknown direction": ('<association associationDirection="Left"/>', "dmn-value"),
    "a collection or not": ('<itemDefinition name="t" isCollection="yes"/>', "dmn-value"),
    "two decisions of one id": (decision("A", ONE) + decision("A", ONE).replace('name="A"', 'name="B"'), "dmn-id"),
    "a decision and input data of one id": (decision("A", ONE) + '<inputData id="dA" name="x"/>', "dmn-id"),
    "a rule and a decision of one id": (decision("A", table((2, 2)).replace("<rule>", '<rule id="dA">')), "dmn-id"),
    "two decisions of one name": (decision("A", ONE) + decision("A", ONE).replace('"dA"', '"dB"'), "dmn-name"),
    "a decision and input data of one name": (decision("A", ONE) + '<inputData id="iA" name="A"/>', "dmn-name"),
    "a decision without a name": (f'<decision id="d">{ONE}</decision>', "dmn-name"),
    "two types of one name": ('<itemDefinition name="t"/><itemDefinition name="t"/>', "dmn-name"),
    "two components of one name": (
        '<itemDefinition name="t"><itemComponent name="c"/><itemComponent name="c"/></itemDefinition>',
        "dmn-name",
    ),
    "two entries of one name": (decision("A", f"<context>{variable('x')}{variable('x')}</context>"), "dmn-name"),
    "two columns of one name": (decision("A", '<relation><column name="c"/><column name="c"/></relation>'), "dmn-name"),
    "a row with too few cells": (
        decision("A", f'<relation><column name="c"/><column name="d"/><row>{ONE}</row></relation>'),
        "dmn-row-cells",
    ),
    "a row with too many cells": (
        decision("A", f'<relation><column name="c"/><row>{ONE}{ONE}</row></relation>'),
        "dmn-row-cells",
    ),
    "two parameters of one name": (
        decision(
            "A", f'<functionDefinition><formalParameter name="x"/><formalParameter name="x"/>{ONE}</functionDefinition>'
        ),
        "dmn-name",
    ),
    "two arguments of one name": (decision("A", f"<invocation>{ONE}{BINDING}{BINDING}</invocation>"), "dmn-name"),
    "a conditional without else": (
        decision("A", f"<conditional><if>{ONE}</if><then>{ONE}</then></conditional>"),
        "dmn-part",
    ),
    "a filter without a condition": (decision("A", f"<filter><in>{ONE}</in></filter>"), "dmn-part"),
    "a loop without a result": (decision("A", f'<for iteratorVariable="i"><in>{ONE}</in></for>'), "dmn-part"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_shape_is_a_finding_at_its_element(name: str) -> None:
    body, rule = FAULTS[name]
    for read in (strict.load, load):
        with pytest.raises(DefinitionRejected) as refused:
            read(document(body))
        assert rule in {found.rule for found in refused.value.findings}
        assert all(found.line for found in refused.value.findings)


@pytest.mark.parametrize("identity", ["Giá", "a b", "x%y", "đ/ơn", "ü"])
@pytest.mark.parametrize("encode", [True, False])
def test_a_reference_may_be_percent_encoded(identity: str, encode: bool) -> None:
    href = f"d{quote(identity) if encode else identity}"
    target = f'<decision id="d{identity}" name="a">{literal("1")}</decision>'
    assert load(document(target + decision("R", literal("a + 2"), href))).evaluate("R", {}) == 3


def test_an_import_may_be_percent_encoded() -> None:
    other = document(decision("X", literal("2")), namespace="urn:đơn giá")
    body = '<import name="o" namespace="urn:đơn giá" locationURI="%C4%91%C6%A1n%20gi%C3%A1.dmn"/>'
    model = load(
        document(body + decision("R", literal("o.X + 1"), "urn:%C4%91%C6%A1n%20gi%C3%A1#dX")),
        resolve={"đơn giá.dmn": other}.get,
    )
    assert model.evaluate("R", {}) == 3


def test_a_collection_may_be_written_as_1() -> None:
    types = '<itemDefinition name="t" isCollection="1"><typeRef>number</typeRef></itemDefinition>'
    assert load(document(types + decision("A", literal("[1, 2]"), kind="t"))).evaluate("A", {}) == [1, 2]
