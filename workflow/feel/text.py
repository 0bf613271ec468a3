"""String literals and the text form of values."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from workflow.feel import temporal
from workflow.feel.basics import YearMonthDuration
from workflow.feel.far import FarDate, FarDateTime, FarDuration
from workflow.feel.lexer import refuse_halves
from workflow.feel.values import Function, Range, Value

_ESCAPES = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|(.))", re.DOTALL)
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\"}
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")


def _escape(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    if code:
        number = int(code, 16)
        return chr(number) if number <= 0x10FFFF else match[0]
    return _PLAIN.get(match[3], match[0])


def unquote(literal: str) -> str:
    """The text of a literal; unknown escapes, such as those of patterns, stay as they are. Raises ExpressionError for half a pair."""
    text = _ESCAPES.sub(_escape, literal[1:-1])
    whole = _PAIR.sub(lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"), text)
    refuse_halves(whole, getattr(literal, "column", None) or 1)
    return whole


def number_text(value: Decimal) -> str:
    """A number without exponent and without needless zeros after the point."""
    if value == 0:
        return "0"
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def to_text(value: Value, inside: bool = False) -> str:
    """What FEEL's string() gives; inside lists and contexts strings are quoted."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' if inside else value
    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, list):
        return "[" + ", ".join(to_text(item, True) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)}: {to_text(item, True)}" for key, item in value.items()) + "}"
    if isinstance(value, Range):
        return _range(value)
    return _temporal(value)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[^\W\d][\w ]*", name) else to_text(name, True)


def _range(value: Range) -> str:
    if value.operator is not None:
        return f"({value.operator} {to_text(value.start if value.start is not None else value.end, True)})"
    opening, closing = "[" if value.start_included else "(", "]" if value.end_included else ")"
    return f"{opening}{to_text(value.start, True)}..{to_text(value.end, True)}{closing}"


def _temporal(value: Value) -> str:
    if isinstance(value, datetime | FarDateTime):
        return temporal.format_date_time(value)
    if isinstance(value, date | FarDate):
        return value.isoformat()
    if isinstance(value, time):
        return temporal.format_time(value)
    if isinstance(value, timedelta | FarDuration):
        return temporal.format_duration(value)
    if isinstance(value, YearMonthDuration):
        return str(value)
    return "function" if isinstance(value, Function) else str(value)
