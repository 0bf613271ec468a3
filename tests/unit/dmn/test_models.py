"""Decision models: requirements, functions, services, types, imports, boxed expressions."""

from pathlib import Path

import pytest

from workflow import dmn
from workflow.dmn.model import Model, load
from workflow.errors import DefinitionRejected, NotFound

NAMESPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def document(body: str, namespace: str = "urn:test") -> bytes:
    return f'<definitions xmlns="{NAMESPACE}" namespace="{namespace}" name="m">{body}</definitions>'.encode()


def model(body: str) -> Model:
    return load(document(body))


def literal(text: str) -> str:
    return f"<literalExpression><text>{text}</text></literalExpression>"


def decision(name: str, logic: str, *needs: str, kind: str = "") -> str:
    tags = {"i": "requiredInput", "d": "requiredDecision"}
    links = "".join(
        f'<knowledgeRequirement><requiredKnowledge href="#{need}"/></knowledgeRequirement>'
        if need[0] not in tags
        else f'<informationRequirement><{tags[need[0]]} href="#{need}"/></informationRequirement>'
        for need in needs
    )
    reference = f' typeRef="{kind}"' if kind else ""
    return f'<decision id="d{name}" name="{name}"><variable name="{name}"{reference}/>{links}{logic}</decision>'


INPUT = '<inputData id="ix" name="x"><variable name="x" typeRef="number"/></inputData>'
BKM = (
    '<businessKnowledgeModel id="kdouble" name="double"><variable name="double"/><encapsulatedLogic>'
    '<formalParameter name="n" typeRef="number"/><literalExpression><text>n * 2</text></literalExpression>'
    "</encapsulatedLogic></businessKnowledgeModel>"
)


def test_decisions_feed_decisions_by_id_and_by_name() -> None:
    found = model(INPUT + decision("A", literal("x + 1"), "ix") + decision("B", literal("A * A"), "dA"))
    assert found.evaluate("B", {"x": 2}) == 9
    assert found.evaluate("dB", {"x": 2}) == 9
    assert dict(found.explain("B", {"x": 2}).inputs) == {"A": 3}


def test_what_is_not_required_is_not_seen() -> None:
    found = model(INPUT + decision("A", literal("x")))
    result = found.explain("A", {"x": 2})
    assert result.value is None
    assert result.diagnostics == ("'x' is not defined",)


def test_knowledge_models_are_called_and_invoked() -> None:
    invocation = f'<invocation>{literal("double")}<binding><parameter name="n"/>{literal("x")}</binding></invocation>'
    found = model(
        INPUT
        + BKM
        + decision("A", literal("double(x) + 1"), "ix", "kdouble")
        + decision("B", invocation, "ix", "kdouble")
    )
    assert found.evaluate("A", {"x": 2}) == 5
    assert found.evaluate("B", {"x": 2}) == 4
    assert found.evaluate("double", {"n": 7}) == 14


def test_services_take_inputs_and_give_outputs() -> None:
    service = (
        '<decisionService id="s" name="S"><variable name="S"/><outputDecision href="#dB"/>'
        '<encapsulatedDecision href="#dA"/><inputData href="#ix"/></decisionService>'
        '<decisionService id="t" name="T"><outputDecision href="#dA"/><outputDecision href="#dB"/><inputDecision href="#dA"/></decisionService>'
    )
    body = INPUT + decision("A", literal("x + 1"), "ix") + decision("B", literal("A * A"), "dA") + service
    found = model(body + decision("C", literal("S(4)"), "s"))
    assert found.evaluate_service("S", {"x": 2}) == 9
    assert found.evaluate_service("T", {"A": 5}) == {"A": 5, "B": 25}
    assert found.evaluate("C", {}) == 25


@pytest.mark.parametrize(
    ("logic", "expected"),
    [
        (f"<context><contextEntry><variable name='a b'/>{literal('x + 1')}</contextEntry><contextEntry>{literal('a b * 2')}</contextEntry></context>", 6),
        (f"<list>{literal('x')}{literal('3')}</list>", [2, 3]),
        (f"<relation><column name='a'/><column name='b'/><row>{literal('1')}{literal('x')}</row></relation>", [{"a": 1, "b": 2}]),
        (f"<conditional><if>{literal('x > 1')}</if><then>{literal('1')}</then><else>{literal('2')}</else></conditional>", 1),
        (f"<filter><in>{literal('[1, 2, 3]')}</in><match>{literal('item >= x')}</match></filter>", [2, 3]),
        (f"<for iteratorVariable='i'><in>{literal('1..x')}</in><return>{literal('i * i')}</return></for>", [1, 4]),
        (f"<for iteratorVariable='i'><in>{literal('[1..x]')}</in><return>{literal('i * i')}</return></for>", [1, 4]),
        (f"<every iteratorVariable='i'><in>{literal('[1, x]')}</in><satisfies>{literal('i > 1')}</satisfies></every>", False),
        (f"<some iteratorVariable='i'><in>{literal('[1, x]')}</in><satisfies>{literal('i > 1')}</satisfies></some>", True),
    ],
)  # fmt: skip
def test_boxed_expressions(logic: str, expected: object) -> None:
    found = dmn.load(document(INPUT + decision("A", logic, "ix")))
    assert found.evaluate("A", {"x": 2}) == expected


def test_types_are_kept_with_their_allowed_values() -> None:
    types = (
        '<itemDefinition name="tClass"><typeRef>string</typeRef><allowedValues><text>"Khá", "Tốt"</text></allowedValues></itemDefinition>'
        '<itemDefinition name="tUnit"><itemComponent name="class"><typeRef>tClass</typeRef></itemComponent></itemDefinition>'
        '<inputData id="iu" name="unit"><variable name="unit" typeRef="tUnit"/></inputData>'
    )
    found = model(types + decision("A", literal("unit.class"), "iu", kind="tClass"))
    assert found.evaluate("A", {"unit": {"class": "Khá"}}) == "Khá"
    refused = found.explain("A", {"unit": {"class": "Kém"}})
    assert refused.value is None
    assert "tUnit" in refused.diagnostics[0]
    assert found.evaluate("A", {"unit": [{"class": "Tốt"}]}) == "Tốt"


def test_imports_are_found_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "base.dmn").write_bytes(document(INPUT + BKM + decision("A", literal("x + 1"), "ix"), "urn:base"))
    body = (
        '<import namespace="urn:base" name="base" importType="x"/>'
        '<decision id="dB" name="B"><informationRequirement><requiredDecision href="urn:base#dA"/></informationRequirement>'
        '<knowledgeRequirement><requiredKnowledge href="urn:base#kdouble"/></knowledgeRequirement>'
        f"{literal('base.double(base.A)')}</decision>"
    )
    (tmp_path / "main.dmn").write_bytes(document(body))
    found = dmn.load(tmp_path / "main.dmn")
    assert found.evaluate("B", {"base": {"x": 2}}) == 6
    assert found.evaluate("B", {"base.x": 2}) == 6
    with pytest.raises(DefinitionRejected) as caught:
        load(document(body))
    assert caught.value.findings[0].rule == "dmn-import"


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (decision("A", literal("B"), "dB") + decision("B", literal("A"), "dA"), "dmn-cycle"),
        (decision("A", literal("1"), "ino"), "dmn-reference"),
        ('<itemDefinition name="t"><typeRef>t</typeRef></itemDefinition>', "dmn-type-cycle"),
    ],
)
def test_models_that_cannot_run_are_refused(body: str, rule: str) -> None:
    for loader in (load, dmn.load):
        with pytest.raises(DefinitionRejected) as caught:
            loader(document(body))
        assert caught.value.findings[0].rule == rule
        assert caught.value.findings[0].line == 1


def test_an_unreadable_expression_is_refused_at_publishing_and_null_otherwise() -> None:
    body = "\n\n" + decision("A", literal("1 +")) + decision("B", literal("2"))
    with pytest.raises(DefinitionRejected) as caught:
        load(document(body))
    (finding,) = caught.value.findings
    assert (finding.rule, finding.element_id, finding.line) == ("dmn-expression", "dA", 3)
    lenient = dmn.load(document(body))
    assert lenient.evaluate("B", {}) == 2
    assert lenient.explain("A", {}).diagnostics


def test_an_unknown_decision_is_not_found() -> None:
    with pytest.raises(NotFound):
        model(INPUT).evaluate("nothing", {})
