"""The grammar of FEEL, its parser (lark's LALR tables over our own tokens), and its errors as ours."""

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Any

from lark import Lark, Tree
from lark.exceptions import UnexpectedInput, UnexpectedToken

from workflow.errors import N_, ExpressionError
from workflow.feel.lexer import KEYWORDS, NOT_HERE, PROPERTIES, FeelLexer, Scanner, is_plain
from workflow.feel.types import BUILTIN_TYPES

GRAMMAR = r"""
// FEEL as in DMN 1.3 to 1.5. The tokens come from lexer.py: names may hold spaces and signs, so only it can tell them apart.
%declare NAME NUMBER STRING AT TRUE FALSE NULL IF THEN ELSE FOR RETURN SOME EVERY SATISFIES IN AND OR BETWEEN INSTANCE_OF
%declare FUNCTION EXTERNAL PLUS MINUS STAR SLASH POWER EQ NE LT LE GT GE LPAR RPAR LBRACK RBRACK OPEN_RANGE CLOSE_RANGE
%declare LBRACE RBRACE COMMA COLON DOT DOTS ARROW GENERIC GENERIC_CLOSE

unary_tests: test (COMMA test)*

?test: op_test | expression
op_test: (EQ | NE | LT | LE | GT | GE) additive

?expression: disjunction | tail
?tail: if_ | for_ | some_ | every_ | function_

if_: IF expression THEN expression ELSE expression
for_: FOR iteration (COMMA iteration)* RETURN expression
some_: SOME iteration (COMMA iteration)* SATISFIES expression
every_: EVERY iteration (COMMA iteration)* SATISFIES expression
iteration: NAME IN expression [DOTS expression]
function_: FUNCTION LPAR [parameter (COMMA parameter)*] RPAR [EXTERNAL] expression
parameter: NAME [COLON type]

?disjunction: conjunction | disjunction OR (conjunction | tail) -> or_
?conjunction: comparison | conjunction AND (comparison | tail) -> and_
?comparison: additive
    | comparison (EQ | NE | LT | LE | GT | GE) (additive | tail) -> compare
    | comparison BETWEEN additive AND additive -> between
    | comparison IN in_tests -> in_
in_tests: additive | op_test | LPAR test (COMMA test)+ RPAR
?additive: multiplicative | additive (PLUS | MINUS) (multiplicative | tail) -> arithmetic
?multiplicative: exponential | multiplicative (STAR | SLASH) (exponential | tail) -> arithmetic
?exponential: unary | exponential POWER (unary | tail) -> arithmetic
?unary: MINUS unary -> negate | instance
?instance: postfix | instance INSTANCE_OF type -> instance_of

?postfix: primary
    | postfix DOT NAME -> path
    | postfix LBRACK expression RBRACK -> filter
    | postfix LPAR RPAR -> call
    | postfix LPAR expression (COMMA expression)* RPAR -> call
    | postfix LPAR named (COMMA named)* RPAR -> call_named
named: NAME COLON expression

?primary: NUMBER -> number | STRING -> string | AT -> at | TRUE -> true | FALSE -> false | NULL -> null | NAME -> name
    | LPAR expression RPAR -> paren
    | LPAR op_test RPAR -> op_range
    | LBRACK [expression (COMMA expression)*] RBRACK -> list
    | (LBRACK | LPAR | OPEN_RANGE) expression DOTS expression (RBRACK | RPAR | CLOSE_RANGE) -> range
    | LBRACE [entry (COMMA entry)*] RBRACE -> context
entry: (NAME | STRING) COLON expression

type: NAME (DOT NAME)* -> named_type
    | GENERIC type GENERIC_CLOSE -> generic_type
    | GENERIC field (COMMA field)* GENERIC_CLOSE -> context_type
    | GENERIC [type (COMMA type)+] GENERIC_CLOSE ARROW type -> function_type
    | GENERIC type GENERIC_CLOSE ARROW type -> function_type
field: NAME COLON type
"""


# The parser: lark's LALR tables over our own tokens, and its errors as ours.

MAX_LENGTH = 50_000
_NAMES = frozenset(BUILTIN_TYPES) | frozenset(PROPERTIES)
_SIGNS = {
    "DOTS": "..", "POWER": "**", "ARROW": "->", "LE": "<=", "GE": ">=", "NE": "!=", "MINUS": "-", "PLUS": "+", "STAR": "*",
    "SLASH": "/", "EQ": "=", "LT": "<", "GT": ">", "LPAR": "(", "RPAR": ")", "LBRACK": "[", "RBRACK": "]", "LBRACE": "{",
    "RBRACE": "}", "COMMA": ",", "COLON": ":", "DOT": ".", "NAME": "name", "NUMBER": "number", "STRING": "string",
    "$END": "end", "INSTANCE_OF": "instance of", "OPEN_RANGE": "]", "CLOSE_RANGE": "[", "GENERIC_CLOSE": ">",
} | {kind: word for word, kind in KEYWORDS.items()}  # fmt: skip
_MANY = 8
TOO_EARLY = N_("The expression ends too early, at column %(column)s.")


@lru_cache(maxsize=1)
def parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", lexer=FeelLexer, start=["expression", "unary_tests"], maybe_placeholders=False)


def parse(text: str, names: Collection[str], start: str) -> Any:
    """The tree of a text; raises ExpressionError with `column`, `found` and `expected`."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(N_("An expression has at most %(limit)s characters."), limit=MAX_LENGTH)
    try:
        return parser().parse(Scanner(text, _NAMES | frozenset(names)), start=start)
    except UnexpectedInput as error:
        raise _explained(error, text) from None


def _explained(error: UnexpectedInput, text: str) -> ExpressionError:
    kinds: Any = getattr(error, "accepts", None) or getattr(error, "expected", None) or ()
    wanted = sorted({_SIGNS.get(kind, kind) for kind in kinds})
    expected = ", ".join(wanted[:_MANY]) + (", …" if len(wanted) > _MANY else "")
    found = str(error.token) if isinstance(error, UnexpectedToken) and error.token.type != "$END" else ""
    at = error.token.start_pos if found and isinstance(error, UnexpectedToken) else None
    column = (at if at is not None else len(text)) + 1
    if not found:
        return ExpressionError(
            TOO_EARLY,
            column=column,
            found=found,
            expected=expected,
        )
    return ExpressionError(
        NOT_HERE,
        column=column,
        found=found,
        expected=expected,
    )


def parse_tests(text: str, names: Collection[str]) -> tuple[list[Any], bool]:
    """The trees of unary tests, and whether they stand in `not(...)`."""
    inner = _negated(text)
    tree = parse(inner if inner is not None else text, names, "unary_tests")
    return [part for part in tree.children if isinstance(part, Tree)], inner is not None


def _negated(text: str) -> str | None:
    """What stands in `not(...)`, blanked in front so that columns stay right; None when the text is something else."""
    tokens = list(Scanner(text, ()).tokens())
    if len(tokens) < 3 or tokens[0] != "not" or tokens[1].type != "LPAR":
        return None
    depth = 0
    for index, token in enumerate(tokens):
        depth += (token.type in ("LPAR", "LBRACK", "LBRACE")) - (token.type in ("RPAR", "RBRACK", "RBRACE"))
        if depth == 0 and index > 0:
            last = index == len(tokens) - 1
            start, end = tokens[1].end_pos or 0, token.start_pos or 0
            return " " * start + text[start:end] if last else None
    return None


_SIMPLE = frozenset({str, Decimal, int, float, bool, type(None)})


def unusual_names(variables: Mapping[Any, Any], depth: int = 4) -> set[str]:
    """Names of variables and their entries that hold spaces or signs, so that the lexer must know them."""
    found: set[str] = set()
    waiting: list[tuple[Mapping[Any, Any], int]] = [(variables, depth)]
    while waiting:
        mapping, left = waiting.pop()
        for name, value in mapping.items():
            if isinstance(name, str) and not is_plain(name):
                found.add(name)
            if not left or type(value) in _SIMPLE:
                continue
            element = (value[0] if value else None) if isinstance(value, list | tuple) else value
            if isinstance(element, dict) or (type(element) not in _SIMPLE and isinstance(element, Mapping)):
                waiting.append((element, left - 1))
    return found


_SIGNS_IN_NAMES = frozenset({"MINUS", "PLUS", "STAR", "SLASH"})
_WORDS_IN_NAMES = frozenset({"DOT", *KEYWORDS.values()})
"""`a.b`, `hồ sơ in lại`: each part is read by itself unless a variable is called so."""


@lru_cache(maxsize=4096)
def holds_names(text: str) -> int:
    """How deep names with spaces or signs may stand in a text: -1 for nowhere, 0 for variables (`a.b` may be one), 4 for entries as well.

    Most expressions hold none, and need not look through the variables for them.
    """
    try:
        kinds = [token.type for token in Scanner(text, _NAMES).tokens()]
    except ExpressionError:
        return 4
    side_by_side = any(one == "NAME" and other in ("NAME", "NUMBER") for one, other in pairwise(kinds))
    if side_by_side or _SIGNS_IN_NAMES & set(kinds):
        return 4
    return 0 if _WORDS_IN_NAMES & set(kinds) else -1


def possible_names(text: str, names: Collection[str]) -> Iterator[str]:
    """Runs of words, and numbers after a word, side by side: what can only be a name with spaces. None where it cannot be scanned."""
    try:
        tokens = list(Scanner(text, _NAMES | frozenset(names)).tokens())
    except ExpressionError:
        return
    run: list[str] = []
    for token in tokens:
        if token.type == "NAME" or (run and token.type == "NUMBER" and str(token).isdecimal()):
            run.append(str(token))
            continue
        if len(run) > 1:
            yield " ".join(run)
        run = []
    if len(run) > 1:
        yield " ".join(run)
