"""How points and ranges lie to each other (the thirteen relations of Allen, as DMN names them).

`jdmn` compares ends with Python's operators and so raises for values of different types; here that is null.
"""

from collections.abc import Callable
from typing import Any

from workflow.errors import ExpressionError
from workflow.feel import operators, syntax, temporal, text
from workflow.feel.basics import DECIMAL128
from workflow.feel.functions.registry import Library
from workflow.feel.types import Mismatch
from workflow.feel.values import Range, Value

LIBRARY = Library()


def _order(left: Value, right: Value) -> int:
    found = operators.compare(left, right)
    if found is None:
        raise Mismatch("the values cannot be compared")
    return found


def _span(value: Value) -> Range:
    return value if isinstance(value, Range) else Range(value, value)


def _before(a: Range, b: Range) -> bool:
    order = _order(a.end, b.start)
    return order < 0 or (order == 0 and not (a.end_included and b.start_included))


def _after(a: Range, b: Range) -> bool:
    return _before(b, a)


def _meets(a: Range, b: Range) -> bool:
    return a.end_included and b.start_included and _order(a.end, b.start) == 0


def _overlaps(a: Range, b: Range) -> bool:
    return not _before(a, b) and not _before(b, a)


def _start_order(a: Range, b: Range) -> int:
    return _order(a.start, b.start) or int(not a.start_included) - int(not b.start_included)


def _end_order(a: Range, b: Range) -> int:
    return _order(a.end, b.end) or int(a.end_included) - int(b.end_included)


def _overlaps_before(a: Range, b: Range) -> bool:
    return _overlaps(a, b) and _start_order(a, b) < 0 and _end_order(a, b) <= 0


def _includes(a: Range, b: Range) -> bool:
    return _start_order(a, b) <= 0 and _end_order(a, b) >= 0


def _finishes(a: Range, b: Range) -> bool:
    return _end_order(a, b) == 0 and _start_order(a, b) >= 0


def _starts(a: Range, b: Range) -> bool:
    return _start_order(a, b) == 0 and _end_order(a, b) <= 0


def _coincides(a: Range, b: Range) -> bool:
    return _start_order(a, b) == 0 and _end_order(a, b) == 0


Relation = Callable[[Range, Range], bool]


def _swap(relation: Relation) -> Relation:
    return lambda a, b: relation(b, a)


def _declare(name: str, relation: Relation, *forms: tuple[str, str]) -> None:
    def body(left: Value, right: Value) -> bool:
        return relation(_span(left), _span(right))

    for first, second in forms:
        LIBRARY.form(name, first, second)(body)


_RANGES = ("range1: range", "range2: range")
_RANGE_POINT = ("range: range", "point: any")
_POINT_RANGE = ("point: any", "range: range")
_POINTS = ("point1: any", "point2: any")
_declare("before", _before, _RANGES, _RANGE_POINT, _POINT_RANGE, _POINTS)
_declare("after", _after, _RANGES, _RANGE_POINT, _POINT_RANGE, _POINTS)
_declare("meets", _meets, _RANGES)
_declare("met by", _swap(_meets), _RANGES)
_declare("overlaps", _overlaps, _RANGES)
_declare("overlaps before", _overlaps_before, _RANGES)
_declare("overlaps after", _swap(_overlaps_before), _RANGES)
_declare("finishes", _finishes, _RANGES, _POINT_RANGE)
_declare("finished by", _swap(_finishes), _RANGES, _RANGE_POINT)
_declare("includes", _includes, _RANGES, _RANGE_POINT)
_declare("during", _swap(_includes), _RANGES, _POINT_RANGE)
_declare("starts", _starts, _RANGES, _POINT_RANGE)
_declare("started by", _swap(_starts), _RANGES, _RANGE_POINT)
_declare("coincides", _coincides, _RANGES, _POINTS)


_READERS = {
    "date": temporal.parse_date,
    "time": temporal.parse_time,
    "date and time": temporal.parse_date_time,
    "duration": temporal.parse_duration,
}


@LIBRARY.form("range", "from: string")
def range_of(source: str) -> Range:
    """The range that a text writes; its ends are literals, as the text may come from anywhere."""
    try:
        tree: Any = syntax.parse(source, _READERS, "expression")
        if tree.data != "range":
            raise Mismatch("the text is no range")
        opening, low, _, high, closing = tree.children
        start, end = _literal(low), _literal(high)
    except ExpressionError as error:
        raise Mismatch(str(error)) from None
    if _order(start, end) > 0:
        raise Mismatch("a range goes from a lower to a higher value")
    return Range(start, end, opening.type == "LBRACK", closing.type == "RBRACK")


def _literal(node: Any) -> Value:
    """The value of a literal, or of a constructor of a literal; everything else is refused."""
    found: Value = None
    if node.data == "number":
        found = DECIMAL128.create_decimal(str(node.children[0]))
    elif node.data == "negate":
        found = operators.negate(_literal(node.children[1]))
    elif node.data == "string":
        found = text.unquote(node.children[0])
    elif node.data == "at":
        found = temporal.parse_literal(text.unquote(node.children[0]))
    elif node.data == "call" and len(node.children) == 4:
        function, _, argument, _ = node.children
        name = str(function.children[0]) if function.data == "name" else ""
        if name in _READERS and argument.data == "string":
            found = _READERS[name](text.unquote(argument.children[0]))
    if found is None:
        raise Mismatch("the ends of a range are literals")
    return found
