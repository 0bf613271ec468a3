"""String functions; those of `jdmn` where the arguments' types are all that had to be checked."""

from decimal import Decimal

from jdmn.feel.lib.type.string.DefaultStringLib import DefaultStringLib

from workflow.feel.basics import weigh
from workflow.feel.functions.registry import Library
from workflow.feel.types import Mismatch
from workflow.feel.values import Value

LIBRARY = Library()
_JDMN = DefaultStringLib()

LIBRARY.form("contains", "string: string", "match: string")(_JDMN.contains)
LIBRARY.form("starts with", "string: string", "match: string")(_JDMN.startsWith)
LIBRARY.form("ends with", "string: string", "match: string")(_JDMN.endsWith)
LIBRARY.form("upper case", "string: string")(_JDMN.upperCase)
LIBRARY.form("lower case", "string: string")(_JDMN.lowerCase)
LIBRARY.form("substring before", "string: string", "match: string")(_JDMN.substringBefore)


@LIBRARY.form("substring after", "string: string", "match: string")
def substring_after(text: str, match: str) -> str:
    """What follows the first match, or nothing."""
    return text.partition(match)[2] if match else text


@LIBRARY.form("string length", "string: string")
def string_length(text: str) -> Decimal:
    """The number of code points, as a number. (`jdmn` gives an int.)"""
    return Decimal(len(text))


@LIBRARY.form("substring", "string: string", "start position: number", "length: number?")
def substring(text: str, start: Decimal, length: Decimal | None) -> Value:
    """From a position, counted from 1, or from the end below zero. (`jdmn` reads position 0 as the last character.)"""
    first = int(start)
    if first == 0 or abs(first) > len(text):
        raise ValueError("the start lies outside the text")
    if length is not None and int(length) < 1:
        raise ValueError("the length is at least 1")
    begin = first - 1 if first > 0 else len(text) + first
    return text[begin:] if length is None else text[begin : begin + int(length)]


@LIBRARY.form("string join", "list: list", "delimiter: string?~")
def string_join(items: list[Value], delimiter: str | None) -> str:
    """The strings of a list, nulls left out."""
    if not all(item is None or isinstance(item, str) for item in items):
        raise Mismatch("strings are expected")
    weigh([*items, *[delimiter] * len(items)])
    return (delimiter or "").join(item for item in items if item is not None)
