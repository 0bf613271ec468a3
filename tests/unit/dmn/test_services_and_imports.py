"""Decision services called from expressions, and models that take from others."""

from pathlib import Path

from tests.support.dmn import decision, document, literal, needs
from workflow import dmn

INPUTS = "".join(
    f'<inputData id="i{name}" name="{name}"><variable name="{name}" typeRef="number"/></inputData>' for name in "xy"
)
SERVICE = (
    '<decisionService id="sS" name="S"><variable name="S" typeRef="number"/><outputDecision href="#dsum"/>'
    '<encapsulatedDecision href="#dtwice"/><inputDecision href="#dbase"/><inputData href="#ix"/></decisionService>'
)
DECISIONS = (
    decision("base", literal("y + 100"), "iy")
    + decision("twice", literal("x * 2"), "ix")
    + decision("sum", literal("twice + base"), "dtwice", "dbase")
)


def test_a_service_takes_input_data_then_input_decisions() -> None:
    calls = (
        decision("A", literal("S(1, 10)"), "sS")
        + decision("B", literal("S(base: 10, x: 1)"), "sS")
        + decision("C", literal('[S(1), S(1, "a"), S(1, 2, 3), S(z: 1)]'), "sS")
        + decision("D", literal("S([1], 10)"), "sS")
        + decision(
            "E",
            f'<invocation>{literal("S")}<binding><parameter name="x"/>{literal("1")}</binding>'
            f'<binding><parameter name="base"/>{literal("10")}</binding></invocation>',
            "sS",
        )
    )
    found = dmn.load(document(INPUTS + SERVICE + DECISIONS + calls))
    assert [found.evaluate(name, {}) for name in "ABDE"] == [12, 12, 12, 12]
    assert found.evaluate("C", {})[0] is None
    assert found.evaluate("C", {})[2:] == [None, None]
    assert found.evaluate_service("S", {"x": 1, "base": 10}) == 12
    assert found.evaluate("sum", {"x": 1, "y": 0}) == 102


def test_a_service_with_a_result_of_another_type_is_null() -> None:
    service = '<decisionService id="sT" name="T"><variable name="T" typeRef="string"/><outputDecision href="#dtwice"/><inputData href="#ix"/></decisionService>'
    found = dmn.load(document(INPUTS + service + DECISIONS + decision("A", literal("T(1)"), "sT")))
    assert found.evaluate("A", {}) is None
    assert found.evaluate_service("T", {"x": 1}) is None


def test_types_knowledge_and_services_come_from_imports(tmp_path: Path) -> None:
    base = (
        '<itemDefinition name="size"><typeRef>number</typeRef><allowedValues><text>&gt; 0</text></allowedValues></itemDefinition>'
        '<businessKnowledgeModel id="kdouble" name="double it"><variable name="double it"/><encapsulatedLogic>'
        '<formalParameter name="n" typeRef="size"/><literalExpression><text>n * 2</text></literalExpression>'
        "</encapsulatedLogic></businessKnowledgeModel>"
    )
    (tmp_path / "base.dmn").write_bytes(document(base + INPUTS + SERVICE + DECISIONS, "urn:base"))
    body = (
        '<import namespace="urn:base" name="the base" importType="dmn" locationURI="base.dmn"/>'
        + decision("A", literal("the base.double it(3)"), "urn:base#kdouble", kind="the base.size")
        + decision("B", literal("the base.S(1, 10)"), "urn:base#sS")
        + decision("C", literal("-1"), kind="the base.size")
        + decision("D", literal("the base.sum + 1"), "urn:base#dsum")
    )
    (tmp_path / "main.dmn").write_bytes(document(body))
    found = dmn.load(str(tmp_path / "main.dmn"))
    assert [found.evaluate(name, {}) for name in "ABC"] == [6, 12, None]
    assert found.evaluate("D", {"the base": {"x": 1, "y": 2}}) == 105


def test_an_import_without_a_name_joins_the_models(tmp_path: Path) -> None:
    (tmp_path / "base.dmn").write_bytes(document(INPUTS + DECISIONS, "urn:base"))
    body = '<import namespace="urn:base" name="" importType="dmn"/>' + decision(
        "A", literal("sum + 1"), "urn:base#dsum"
    )
    (tmp_path / "main.dmn").write_bytes(document(body))
    assert dmn.load(tmp_path / "main.dmn").evaluate("A", {"x": 1, "y": 2}) == 105


def test_references_may_name_the_own_namespace() -> None:
    found = dmn.load(document(INPUTS + decision("A", literal("x"), "urn:test#ix")))
    assert found.evaluate("A", {"x": 1}) == 1
    assert needs("ix") in document(needs("ix")).decode()


def test_imports_are_read_through_several_files(tmp_path: Path) -> None:
    (tmp_path / "a.dmn").write_bytes(document(INPUTS + DECISIONS, "urn:a"))
    middle = '<import namespace="urn:a" name="a" importType="dmn"/>' + decision("M", literal("a.sum"), "urn:a#dsum")
    (tmp_path / "b.dmn").write_bytes(document(middle, "urn:b"))
    top = '<import namespace="urn:b" name="b" importType="dmn"/>' + decision("T", literal("b.M * 10"), "urn:b#dM")
    (tmp_path / "c.dmn").write_bytes(document(top, "urn:c"))
    found = dmn.load(tmp_path / "c.dmn")
    assert found.evaluate("T", {"b": {"a": {"x": 1, "y": 2}}}) == 1040
