"""String functions, and regular expressions of XPath.

Those of `jdmn` where the arguments' types are all that had to be checked.

`jdmn` pastes the texts into an XPath expression, so a quote in a text changes what is evaluated; here they are values.
Python's own matcher cannot be stopped; that of `regex`, which reads the same patterns, takes a time limit.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from time import perf_counter
from typing import Any

from jdmn.feel.lib.type.string.DefaultStringLib import DefaultStringLib

from workflow.budget import TOO_LONG
from workflow.errors import BudgetSpent
from workflow.feel.basics import MAX_TEXT, TOO_LARGE, weigh
from workflow.feel.functions.patterns import compiled
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


# Regular expressions of XPath (`matches`, `replace`, `split`).

_MAX_SECONDS = 1.0
"""For one call: what looks longer is stopped, however little of its run's budget is spent."""
_STEPS_A_SECOND = 500_000
_REPLACEMENT = re.compile(r"\\([\\$])|\$([0-9]{1,4})")


@contextmanager
def _timed(run: Any, text: str) -> Iterator[float]:
    """How many seconds a pattern may look; the matcher itself stops then. Raises BudgetSpent."""
    run.step(len(text) // 1000)
    budget = run.budget
    seconds = _MAX_SECONDS if budget is None else max(0.001, min(_MAX_SECONDS, budget.seconds))
    begun = perf_counter()
    try:
        yield seconds
    except TimeoutError as error:
        raise BudgetSpent(TOO_LONG, most=f"{_MAX_SECONDS:g}") from error
    except MemoryError as error:
        raise BudgetSpent(TOO_LARGE) from error
    finally:
        elapsed = perf_counter() - begun
    run.step(int(elapsed * _STEPS_A_SECOND))


@LIBRARY.form("matches", "input: string", "pattern: string", "flags: string?~", wants_run=True)
def matches(run: Any, text: str, pattern: str, flags: str | None) -> bool:
    """Whether the pattern is found anywhere."""
    found = compiled(pattern, flags or "")
    with _timed(run, text) as seconds:
        return found.search(text, timeout=seconds) is not None


@LIBRARY.form("replace", "input: string", "pattern: string", "replacement: string", "flags: string?~", wants_run=True)
def replace(run: Any, text: str, pattern: str, replacement: str, flags: str | None) -> str:
    """Every match replaced; `$1` is the first group, `\\$` a dollar sign. A pattern that matches nothing at all is an error."""
    found = compiled(pattern, flags or "")
    if found.match("") is not None:
        raise ValueError("the pattern matches the empty text")
    plain = "q" in (flags or "")
    if not plain and re.search(r"[\\$]", _REPLACEMENT.sub("", replacement)):
        raise ValueError("in the replacement a backslash stands before \\ or $, and a dollar sign before a number")

    def expand(match: Any) -> str:
        return _REPLACEMENT.sub(lambda part: part[1] or _group(match, part[2]), replacement)

    parts, start, length = [], 0, len(text)
    with _timed(run, text) as seconds:
        for match in found.finditer(text, timeout=seconds):
            put = replacement if plain else expand(match)
            length += len(put)
            run.step(1 + len(put) // 100)
            if length > MAX_TEXT:
                raise ValueError("the result would be too long")
            parts += [text[start : match.start()], put]
            start = match.end()
    return "".join([*parts, text[start:]])


def _group(match: Any, digits: str) -> str:
    """The group of the longest number that there is, the digits after it as they stand; of a number too high, nothing."""
    number = digits
    while len(number) > 1 and int(number) > match.re.groups:
        number = number[:-1]
    group = (match[int(number)] or "") if int(number) <= match.re.groups else ""
    return group + digits[len(number) :]


@LIBRARY.form("split", "string: string", "delimiter: string", wants_run=True)
def split(run: Any, text: str, delimiter: str) -> list[str]:
    """The parts between matches of the pattern. (`jdmn` reads it as Python's and refuses blank texts.)"""
    found = compiled(delimiter, "")
    if found.match("") is not None:
        raise ValueError("the pattern matches the empty text")
    parts, start = [], 0
    with _timed(run, text) as seconds:
        for match in found.finditer(text, timeout=seconds):
            run.step()
            parts.append(text[start : match.start()])
            start = match.end()
    return [*parts, text[start:]]
