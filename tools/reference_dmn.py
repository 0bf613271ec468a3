"""The page about FEEL and DMN: every construct, function and element, whether it runs, and the test that shows it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from lark import Token, Tree

from tools.reference import Test, code, table, tests_in
from workflow.dmn.reader import NODE_KINDS
from workflow.dmn.shape import EXPRESSIONS
from workflow.dmn.table import HIT_POLICIES
from workflow.errors import ExpressionError
from workflow.feel import syntax, temporal
from workflow.feel.functions.library import BUILTINS
from workflow.feel.functions.registry import TYPES, Builtin, Form
from workflow.feel.operators import kind_of
from workflow.feel.text import unquote
from workflow.feel.types import BUILTIN_TYPES

PATH = "docs/reference/dmn.md"
Node = Tree[Token]
_SHORT, _LONG = 14, 30


@dataclass(frozen=True, slots=True)
class Example:
    """An expression of a test, and what the parser sees in it."""

    text: str
    has_value: bool
    nodes: tuple[Node, ...]
    test: Test


@cache
def examples() -> tuple[Example, ...]:
    """The expressions that the tests of FEEL evaluate."""
    found: dict[str, Example] = {}
    for test in tests_in("tests/unit/feel"):
        for text, has_value in test.first:
            nodes = _nodes(text, "tests" in test.name or "unary" in test.name)
            if nodes and (text not in found or (has_value and not found[text].has_value)):
                found[text] = Example(text, has_value, nodes, test)
    return tuple(found.values())


def _telling(example: Example, length: int) -> tuple[bool, bool, int, str]:
    """The most telling example comes first: one with a value, neither short nor long."""
    aside = example.test.file.stem in ("test_limits", "test_values")
    return aside, not example.has_value, abs(len(example.text) - length), example.text


def _nodes(text: str, unary: bool) -> tuple[Node, ...]:
    try:
        trees = syntax.parse_tests(text, BUILTINS)[0] if unary else [syntax.parse(text, BUILTINS, "expression")]
    except ExpressionError:
        return ()
    return tuple(node for tree in trees for node in tree.iter_subtrees())


Seen = Callable[[Example], bool]


def node(*kinds: str, sign: str = "") -> Seen:
    """An example that holds a node of one of these kinds, with a token of that text where one is given."""

    def seen(example: Example) -> bool:
        return any(
            part.data.rstrip("_") in kinds and (not sign or any(str(child) == sign for child in part.children))
            for part in example.nodes
        )

    return seen


def literal(kind: str, mark: str = "") -> Seen:
    """An example with `@"…"` of a type."""

    def seen(example: Example) -> bool:
        texts = [unquote(str(part.children[0])) for part in example.nodes if part.data == "at"]
        return any(kind_of(temporal.parse_literal(text)) == kind and mark in text for text in texts)

    return seen


def words(*marks: str) -> Seen:
    """An example whose text holds all of these."""
    return lambda example: all(mark in example.text for mark in marks)


def typed(name: str) -> Seen:
    """An example with `instance of` a type."""
    return lambda example: f"instance of {name}" in example.text


CONSTRUCTS: tuple[tuple[str, Seen], ...] = (
    ("number", node("number")),
    ("number with exponent", words("1.2E3")),
    ("string", node("string")),
    ("string escapes", words("\\u")),
    ("`true`, `false`", node("true", "false")),
    ("`null`", node("null")),
    ("`@` date", literal("date")),
    ("`@` time", literal("time")),
    ("`@` time with offset", literal("time", "+")),
    ("`@` date and time", literal("date and time")),
    ("`@` date and time in a named zone", literal("date and time", "@")),
    ("`@` days and time duration", literal("days and time duration")),
    ("`@` years and months duration", literal("years and months duration")),
    ("name", node("name")),
    ("comments", lambda example: "/*" in example.text and "//" in example.text),
    ("parentheses", node("paren")),
    ("list", node("list")),
    ("context, entries that see the earlier ones", node("context", "entry")),
    ("range, all forms of brackets", node("range")),
    ("range of one end, `(< 5)`", node("op_range")),
    ("`+`", node("arithmetic", sign="+")),
    ("`-`", node("arithmetic", sign="-")),
    ("`*`", node("arithmetic", sign="*")),
    ("`/`", node("arithmetic", sign="/")),
    ("`**`, from the left", node("arithmetic", sign="**")),
    ("minus sign", node("negate")),
    *((f"`{sign}`", node("compare", sign=sign)) for sign in ("=", "!=", "<", "<=", ">", ">=")),
    ("`and`, three-valued", node("and")),
    ("`or`, three-valued", node("or")),
    ("`between`", node("between")),
    ("`in`, with one test or several", node("in", "in_tests")),
    ("`if`", node("if")),
    ("`for`, with ranges and several iterators", node("for", "iteration")),
    ("`partial`", words("partial")),
    ("`some`", node("some")),
    ("`every`", node("every")),
    ("path, also over a list", node("path")),
    ("filter, with `item` or the entries' names", node("filter")),
    ("call with positions", node("call")),
    ("call with names", node("call_named", "named")),
    ("function definition", node("function", "parameter")),
    ("`external` function: null", words("external")),
    ("`instance of`", node("instance_of")),
    ("`instance of list<…>`, `range<…>`", node("generic_type")),
    ("`instance of context<…>`", node("context_type", "field")),
    ("`instance of function<…> -> …`", node("function_type")),
    ("unary test with an operator", lambda example: "unary" in example.test.name and node("op_test")(example)),
    ("unary tests, several", lambda example: "unary" in example.test.name and "," in example.text),
    ("unary test `?`", words("?")),
)
NOT_OF_THEIR_OWN = {"unary_tests"}

ELEMENTS: dict[str, tuple[str, str, str]] = {
    "inputData": ("<inputData", "runs", "typed input; converted, or null where it does not fit"),
    "decision": ("<decision", "runs", "each once an evaluation; one that needs itself is refused"),
    "businessKnowledgeModel": ("<businessKnowledgeModel", "runs", "a function; may call itself and others it requires"),
    "decisionService": ("<decisionService", "runs", "called by name, by FEEL or by invocation"),
    "import": ("<import", "runs", "by location or namespace, only beside the file; with or without a name"),
    "itemDefinition": ("<itemDefinition", "runs", "named types"),
    "itemComponent": ("<itemComponent", "runs", "contexts"),
    "functionItem": ("<functionItem", "runs", "function types"),
    "isCollection": ("isCollection", "runs", "one value becomes a list of it"),
    "allowedValues": ("<allowedValues", "runs", "each value, or each element of a collection"),
    "typeConstraint": ("<typeConstraint", "runs", "the value as a whole"),
    "literalExpression": ("<literalExpression", "runs", "FEEL"),
    "expressionLanguage": ("expressionLanguage", "null", "any other language; refused at publishing"),
    "context": ("<context>", "runs", "with or without a result entry"),
    "list": ("<list>", "runs", ""),
    "relation": ("<relation>", "runs", "a list of contexts; columns are typed"),
    "invocation": ("<invocation>", "runs", "of anything that can be called"),
    "functionDefinition": ("<functionDefinition", "runs", ""),
    "functionDefinition kind": ('kind="Java"', "null", "Java and PMML; refused at publishing"),
    "conditional": ("<conditional>", "runs", ""),
    "filter": ("<filter>", "runs", ""),
    "for": ("<for ", "runs", "with `partial`"),
    "every": ("<every ", "runs", ""),
    "some": ("<some ", "runs", ""),
    "decisionTable": ("<decisionTable", "runs", ""),
    "inputValues": ("<inputValues", "runs", "an input that is not allowed makes the result null"),
    "outputValues": ("<outputValues", "runs", "the order of priority; an output that is not allowed is null"),
    "defaultOutputEntry": ("<defaultOutputEntry", "runs", "when no rule matches"),
    "knowledgeSource, textAnnotation, association": ("<knowledgeSource", "no effect", "documentation"),
}


def page() -> str:
    """The whole page."""
    missing = [*_missing_constructs(), *_missing_elements()]
    if missing:
        raise SystemExit("These have no row in tools/reference_dmn.py: " + ", ".join(sorted(missing)))
    return "\n\n".join([_OPENING, *_feel(), *_dmn(), _BOUNDS]) + "\n"


def _missing_constructs() -> Iterator[str]:
    parser: Any = syntax.parser()
    rules = {str(rule.alias or rule.origin.name).rstrip("_") for rule in parser.rules}
    kinds = {name for name in rules if not name.startswith(("_", "$"))}
    named = {part.data.rstrip("_") for example in examples() for part in example.nodes}
    inlined = {"test", "expression", "tail", "type", "primary", "postfix", "instance", "unary", "exponential"}
    inlined |= {"multiplicative", "additive", "comparison", "conjunction", "disjunction"}
    yield from kinds - named - inlined - NOT_OF_THEIR_OWN


def _missing_elements() -> set[str]:
    return ({*EXPRESSIONS} | {*NODE_KINDS}) - ELEMENTS.keys()


def _shown(what: str, seen: Seen, length: int) -> Example:
    found = [one for one in examples() if seen(one)]
    if not found:
        raise SystemExit(f"No test in tests/unit/feel shows {what}.")
    return min(found, key=lambda one: _telling(one, length))


def _feel() -> Iterator[str]:
    shown = [(title, _shown(title, seen, _SHORT)) for title, seen in CONSTRUCTS]
    yield "## FEEL: what can be written"
    yield table(("Construct", "Example", "Test"), [(title, code(one.text), one.test.link) for title, one in shown])
    yield "## FEEL: types\n\nFor `instance of`, parameters, variables and results."
    types = [(name, _shown(f"type {name}", typed(name), _SHORT)) for name in BUILTIN_TYPES if name not in _ALIASES]
    yield table(("Type", "Example", "Test"), [(name, code(one.text), one.test.link) for name, one in types])
    yield "## FEEL: functions\n\n`?` may be left out, `…` any number of arguments."
    rows = []
    for name, builtin in sorted(BUILTINS.items()):
        one = _shown(f"function {name}", _calls(name), _LONG)
        rows.append((_signatures(builtin), code(one.text), one.test.link))
    yield table(("Function", "Example", "Test"), rows)


_NAMES = {
    "any": "Any",
    "datetime": "date and time",
    "instant": "date or date and time",
    "days": "days and time duration",
}
_ALIASES = {"dateTime", "dayTimeDuration", "yearMonthDuration"}


def _calls(name: str) -> Seen:
    def seen(example: Example) -> bool:
        called = (part.children[0] for part in example.nodes if part.data in ("call", "call_named"))
        return any(isinstance(head, Tree) and head.data == "name" and head.children == [name] for head in called)

    return seen


def _signatures(builtin: Builtin) -> str:
    return "<br>".join(code(f"{builtin.name}({_parameters(form)})") for form in builtin.forms)


def _parameters(form: Form) -> str:
    kinds = {id(kind): _NAMES.get(name, name) for name, kind in TYPES.items()}
    parts = [
        f"{parameter.name}{'?' * parameter.optional}: {kinds[id(parameter.kind)]}" for parameter in form.parameters
    ]
    return ", ".join(parts + ["…"] * (form.rest is not None))


def _dmn() -> Iterator[str]:
    tests = tests_in("tests/unit/dmn")
    yield "## DMN: elements"
    rows = [(code(name), state, note, _showing(mark, tests).link) for name, (mark, state, note) in ELEMENTS.items()]
    yield table(("Element", "Runs", "How", "Test"), rows)
    yield "## DMN: hit policies and aggregation"
    marks = [*sorted(HIT_POLICIES), *(f"COLLECT {name}" for name in ("SUM", "COUNT", "MIN", "MAX"))]
    yield table(("Policy", "Test"), [(mark, _showing(mark.rpartition("COLLECT ")[2], tests).link) for mark in marks])


def _showing(mark: str, tests: list[Test]) -> Test:
    exact = mark.isupper() or " " in mark.strip("< ")
    found = next((test for test in tests if any(_holds(text, mark, exact) for text in test.strings)), None)
    if found is None:
        raise SystemExit(f"No test in tests/unit/dmn shows {mark}.")
    return found


def _holds(text: str, mark: str, exact: bool) -> bool:
    return text == mark if exact else mark in text


_OPENING = """# FEEL and DMN: what runs

Made by `python -m tools.reference dmn` from the grammar, the table of functions, the readers of DMN and the tests; a test keeps it up
to date. DMN files of versions 1.2 to 1.5 are read. An error of evaluation is null with a diagnostic, as FEEL says. An expression that
cannot be read is refused when a procedure is published; read for interchange (`workflow.dmn.load`), it makes its decision null.
Where the program differs from `jdmn-python-runtime`, the
[table of differences](../../workflow/feel/functions/README.md) says why."""

_BOUNDS = """## Bounds

Evaluation is bounded by counts, never by a clock, so that the same expression ends the same way on every machine.

| Bound | Where |
|---|---|
| 50,000 characters of an expression, 150 levels of nesting, 500 names of its own with spaces or signs | `workflow/feel/syntax.py`, `compiling.py`, `lexer.py` |
| 500,000 steps and 60 nested calls an evaluation | `workflow/feel/scope.py` |
| 100,000 elements and 1,000,000 characters of one value | `workflow/feel/basics.py` |
| Numbers of 34 digits, exponents to 6144; years to ±999,999,999 | `workflow/feel/basics.py`, `far.py` |
| Patterns of 1,000 characters without nested repeats | `workflow/feel/functions/strings.py` |
| 5 MB, 200 levels, 2,000 names and 20 imports of a DMN file; no document type, no network | `workflow/dmn/xml.py`, `reading.py`, `model.py` |

The tests: [limits](../../tests/unit/feel/test_limits.py), [hostile files](../../tests/unit/dmn/test_hostile_files.py)."""
