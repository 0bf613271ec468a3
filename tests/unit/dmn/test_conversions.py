"""Types of inputs, results, parameters and entries: what is converted, and what becomes null."""

from datetime import UTC, datetime

import pytest

from tests.support.dmn import decision, document, literal
from workflow.dmn import load

TYPES = """
<itemDefinition name="texts" isCollection="true"><typeRef>string</typeRef></itemDefinition>
<itemDefinition name="rule"><functionItem outputTypeRef="number"><parameters name="a" typeRef="number"/></functionItem></itemDefinition>
<itemDefinition name="positive"><typeRef>number</typeRef><allowedValues><text>&gt; 0</text></allowedValues></itemDefinition>
<itemDefinition name="positives" isCollection="true"><typeRef>number</typeRef>
  <allowedValues><text>&gt; 0</text></allowedValues></itemDefinition>
<itemDefinition name="few" isCollection="true"><typeRef>number</typeRef>
  <typeConstraint><text>count(?) &lt; 3</text></typeConstraint></itemDefinition>
<itemDefinition name="unit"><itemComponent name="full name"><typeRef>string</typeRef></itemComponent>
  <itemComponent name="scores" isCollection="true"><typeRef>positive</typeRef></itemComponent></itemDefinition>
"""


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ('["a"]', "string", "a"),
        ('"a"', "texts", ["a"]),
        ("1", "string", None),
        ('["a", "b"]', "string", None),
        ('[1, "b"]', "texts", None),
        ('@"2000-01-02"', "date and time", datetime(2000, 1, 2, tzinfo=UTC)),
        ('@"2000-01-02"', "dateTime", datetime(2000, 1, 2, tzinfo=UTC)),
        ('@"2000-01-02T10:00:00"', "date", None),
        ("-1", "positive", None),
        ("null", "positive", None),
        ("[2]", "positive", 2),
        ("[1, -1]", "positives", None),
        ("1", "positives", [1]),
        ("[1, 2]", "few", [1, 2]),
        ("[1, 2, 3]", "few", None),
        ('{full name: "x", scores: [1]}', "unit", {"full name": "x", "scores": [1]}),
        ('{full name: "x", scores: [1], more: 2}.more', "number", 2),
        ('{full name: "x", scores: [-1]}', "unit", None),
        ('{scores: [1]}', "unit", None),
        ("(function(a: number) a)(2)", "number", 2),
        ("function(a: string) a", "rule", None),
        ("1", "feel:number", 1),
        ("1", "nowhere", 1),
    ],
)  # fmt: skip
def test_a_result_is_converted_to_its_type(text: str, kind: str, expected: object) -> None:
    assert load(document(TYPES + decision("A", literal(text), kind=kind))).evaluate("A", {}) == expected


@pytest.mark.parametrize(
    ("given", "kind", "expected"),
    [
        ("x", "texts", ["x"]),
        (["x", "y"], "texts", ["x", "y"]),
        ([7], "number", 7),
        ("7", "number", None),
        (None, "number", None),
        (datetime(2000, 1, 2, tzinfo=UTC).date(), "date and time", datetime(2000, 1, 2, tzinfo=UTC)),
        ({"full name": "x", "scores": [1]}, "unit", {"full name": "x", "scores": [1]}),
        ({"full name": 1, "scores": [1]}, "unit", None),
    ],
)
def test_an_input_is_converted_to_its_type(given: object, kind: str, expected: object) -> None:
    data = f'<inputData id="ix" name="x"><variable name="x" typeRef="{kind}"/></inputData>'
    model = load(document(TYPES + data + decision("A", literal("x"), "ix")))
    assert model.evaluate("A", {"x": given}) == expected


def test_what_does_not_fit_says_where() -> None:
    result = load(document(TYPES + decision("A", literal("-1"), kind="positive"))).explain("A", {})
    assert result.diagnostics == ("'A' is not of its type: the value is not one that positive allows",)


def test_entries_columns_and_expressions_have_types_too() -> None:
    entry = f'<context><contextEntry><variable name="a" typeRef="string"/>{literal("1")}</contextEntry></context>'
    relation = f'<relation><column name="a" typeRef="string"/><row>{literal("1")}</row><row>{literal(chr(34) * 2)}</row></relation>'
    typed = '<literalExpression typeRef="string"><text>1</text></literalExpression>'
    body = decision("A", entry) + decision("B", relation) + decision("C", typed)
    model = load(document(body))
    assert model.evaluate("A", {}) == {"a": None}
    assert model.evaluate("B", {}) == [{"a": None}, {"a": ""}]
    assert model.evaluate("C", {}) is None


def test_a_decision_without_logic_is_null() -> None:
    assert load(document(decision("A", ""))).evaluate("A", {}) is None


def test_documentation_has_no_effect() -> None:
    body = '<knowledgeSource id="k" name="The plan"/><textAnnotation id="t"><text>1 +</text></textAnnotation>'
    assert load(document(body + decision("A", literal("1")))).evaluate("A", {}) == 1
