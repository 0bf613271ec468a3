"""Boxed expressions: what is no list, no boolean or no function; counting; names; what is not supported."""

import pytest

from tests.support.dmn import decision, document, literal, needs
from workflow.dmn import load, model as strict
from workflow.errors import BudgetSpent, DefinitionRejected


def boxed(tag: str, *parts: tuple[str, str], variable: str = "") -> str:
    """A boxed expression whose parts hold literal expressions."""
    inside = "".join(f"<{name}>{literal(text)}</{name}>" for name, text in parts)
    return f'<{tag} iteratorVariable="{variable}">{inside}</{tag}>' if variable else f"<{tag}>{inside}</{tag}>"


def value(logic: str) -> object:
    return load(document(decision("A", logic))).evaluate("A", {})


NO_CONDITIONS = ['"a"', "1", "[true]", "{}", '@"P1D"', "[1..2]", "function() true"]


@pytest.mark.parametrize("condition", NO_CONDITIONS)
def test_a_condition_that_is_no_boolean_makes_the_whole_null(condition: str) -> None:
    assert value(boxed("conditional", ("if", condition), ("then", "1"), ("else", "2"))) is None
    later = f"if item = 1 then true else {condition}"
    assert value(boxed("filter", ("in", "[1, 2]"), ("match", later))) is None
    assert (
        value(boxed("some", ("in", "[1, 2]"), ("satisfies", f"if i = 1 then false else {condition}"), variable="i"))
        is None
    )
    assert (
        value(boxed("some", ("in", "[2, 1]"), ("satisfies", f"if i = 1 then true else {condition}"), variable="i"))
        is None
    )
    assert (
        value(boxed("every", ("in", "[1, 2]"), ("satisfies", f"if i = 1 then true else {condition}"), variable="i"))
        is None
    )
    assert (
        value(boxed("every", ("in", "[2, 1]"), ("satisfies", f"if i = 1 then false else {condition}"), variable="i"))
        is None
    )


@pytest.mark.parametrize("condition", ["null", "false", "1 > null"])
def test_a_conditional_takes_else_where_it_is_false_or_not_known(condition: str) -> None:
    assert value(boxed("conditional", ("if", condition), ("then", "1"), ("else", "2"))) == 2


@pytest.mark.parametrize(
    ("source", "match", "expected"),
    [
        ("[{a: 1}, {a: 2}]", "a = 2", [{"a": 2}]),
        ("[{a: 1}, {a: 2}]", "item.a = 2", [{"a": 2}]),
        ("[5, 6]", "2", 6),
        ("[5, 6]", "-2", 5),
        ("5", "item > 2", [5]),
        ("[]", "true", []),
    ],
)
def test_filters(source: str, match: str, expected: object) -> None:
    assert value(boxed("filter", ("in", source), ("match", match))) == expected


@pytest.mark.parametrize(
    ("source", "result", "expected"),
    [
        ("[1, 2]", "i * 2", [2, 4]),
        ("[1..3]", "i", [1, 2, 3]),
        ("1..3", "i", [1, 2, 3]),
        ("3..1", "i", [3, 2, 1]),
        ("7", "i", [7]),
        ("[]", "i", []),
        ("null", "i", None),
        ("[1, 2, 3]", "count(partial)", [0, 1, 2]),
    ],
)
def test_for(source: str, result: str, expected: object) -> None:
    assert value(boxed("for", ("in", source), ("return", result), variable="i")) == expected


@pytest.mark.parametrize(
    ("tag", "source", "condition", "expected"),
    [
        ("some", "[1, 2]", "i > 1", True),
        ("some", "[1, 2]", "i > 2", False),
        ("some", "[1, null]", "i > 2", None),
        ("some", "[]", "true", False),
        ("every", "[1, 2]", "i > 0", True),
        ("every", "1..2", "i > 1", False),
        ("every", "[]", "false", True),
        ("every", "null", "true", None),
    ],
)
def test_quantifiers(tag: str, source: str, condition: str, expected: object) -> None:
    assert value(boxed(tag, ("in", source), ("satisfies", condition), variable="i")) is expected


def test_functions_are_values_and_are_called_where_they_stand() -> None:
    function = (
        f'<functionDefinition><formalParameter name="x" typeRef="number"/>{literal("x + 1")}</functionDefinition>'
    )
    entries = (
        f'<contextEntry><variable name="f"/>{function}</contextEntry><contextEntry>{literal("f(2)")}</contextEntry>'
    )
    assert value(f"<context>{entries}</context>") == 3


def test_a_built_in_function_is_invoked() -> None:
    binding = f'<binding><parameter name="n"/>{literal("-1")}</binding>'
    assert value(f"<invocation>{literal('abs')}{binding}</invocation>") == 1
    assert value(f"<invocation>{literal('nothing')}{binding}</invocation>") is None


@pytest.mark.parametrize(
    "logic",
    [
        '<functionDefinition kind="Java"><formalParameter name="x"/><context/></functionDefinition>',
        '<literalExpression expressionLanguage="http://www.omg.org/spec/js"><text>1</text></literalExpression>',
    ],
)
def test_other_languages_are_refused_at_publishing_and_null_otherwise(logic: str) -> None:
    body = f'<context><contextEntry><variable name="f"/>{logic}</contextEntry><contextEntry>{literal("f(1)")}</contextEntry></context>'
    with pytest.raises(DefinitionRejected) as caught:
        strict.load(document(decision("A", body)))
    assert caught.value.findings[0].rule == "dmn-expression"
    assert value(body) is None


def test_knowledge_models_call_each_other_and_themselves() -> None:
    def knowledge(name: str, text: str, *required: str, kind: str = "Any") -> str:
        logic = f'<encapsulatedLogic><formalParameter name="n" typeRef="number"/>{literal(text)}</encapsulatedLogic>'
        variable = f'<variable name="{name}" typeRef="{kind}"/>'
        return f'<businessKnowledgeModel id="k{name}" name="{name}">{variable}{logic}{needs(*required)}</businessKnowledgeModel>'

    found = load(
        document(
            knowledge("double", "n * 2")
            + knowledge("more", "double(n) + 1", "kdouble")
            + knowledge("factorial", "if n = 0 then 1 else n * factorial(n - 1)")
            + knowledge("endless", "endless(n + 1)")
            + knowledge("text", "n", kind="string")
            + decision("A", literal("[more(n: 2), factorial(5)]"), "kmore", "kfactorial")
            + decision("B", literal("more(2) + double(1)"), "kmore")
            + decision("C", literal('[more("x"), more(), more(1, 2), more(m: 1), text(1)]'), "kmore", "ktext")
            + decision("D", literal("endless(0)"), "kendless")
        )
    )
    assert found.evaluate("A", {}) == [5, 120]
    assert found.evaluate("B", {}) is None
    assert found.evaluate("C", {}) == [None] * 5
    assert found.evaluate("more", {"n": 4}) == 9
    with pytest.raises(BudgetSpent, match="nested more than"):
        found.explain("D", {})
