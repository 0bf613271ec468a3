"""String functions, and regular expressions of XPath through `elementpath`'s translation to Python's.

Those of `jdmn` where the arguments' types are all that had to be checked.

`jdmn` pastes the texts into an XPath expression, so a quote in a text changes what is evaluated; here they are values.
Python's own matcher cannot be stopped; that of `regex`, which reads the same patterns, takes a time limit.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import lru_cache
from importlib import import_module
from time import perf_counter
from typing import Any

import regex
from elementpath.regex import RegexError, translate_pattern
from jdmn.feel.lib.type.string.DefaultStringLib import DefaultStringLib

from workflow.budget import TOO_LONG
from workflow.errors import BudgetSpent
from workflow.feel.basics import MAX_TEXT, TOO_LARGE, weigh
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


# Regular expressions of XPath (`matches`, `replace`, `split`), through `elementpath`'s translation to Python's.

parser: Any = import_module("re._parser")  # Python's own reading of a pattern; it has no public name
opcodes: Any = import_module("re._constants")
_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL}
_MAX_PATTERN = 1_000
_MAX_WEIGHT = 100_000
_MAX_SECONDS = 1.0
"""For one call: what looks longer is stopped, however little of its run's budget is spent."""
_STEPS_A_SECOND = 500_000
_AS_PYTHON = int(regex.V0)
_REPEATS = (opcodes.MAX_REPEAT, opcodes.MIN_REPEAT)
_BACK_REFERENCE = re.compile(r"\\([1-9]\d*)")


@lru_cache(maxsize=256)
def _compile(pattern: str, flags: str) -> Any:
    """The compiled pattern; raises ValueError."""
    if len(pattern) > _MAX_PATTERN:
        raise ValueError(f"a pattern has at most {_MAX_PATTERN} characters")
    if set(flags) - set("smixq"):
        raise ValueError("the flags are s, m, i, x and q")
    python_flags = re.RegexFlag(0)
    for flag in flags:
        python_flags |= _FLAGS.get(flag, re.RegexFlag(0))
    if "q" in flags:
        return regex.compile(re.escape(pattern), int(python_flags & re.IGNORECASE) | _AS_PYTHON)
    if "x" in flags:
        pattern = _without_spaces(pattern)
    _check_back_references(pattern)
    try:
        translated = translate_pattern(pattern, python_flags, "1.1", True, True, True)
        _weight(parser.parse(translated, python_flags))
        return regex.compile(translated, int(python_flags) | _AS_PYTHON)
    except (RegexError, re.error, regex.error, RecursionError) as error:
        raise ValueError(f"the pattern is not understood: {error}") from error


def _without_spaces(pattern: str) -> str:
    """Flag x: white space outside character classes means nothing."""
    kept: list[str] = []
    depth, escaped = 0, False
    for char in pattern:
        if depth == 0 and char in " \t\n\r":
            continue
        if not escaped:
            depth += (char == "[") - (char == "]" and depth > 0)
        escaped = char == "\\" and not escaped
        kept.append(char)
    return "".join(kept)


def _check_back_references(pattern: str) -> None:
    """XPath: not within a character class, and only to a group that is closed by then."""
    depth, index = 0, 0
    open_groups: list[int] = []
    closed: set[int] = set()
    count = 0
    while index < len(pattern):
        char = pattern[index]
        if char == "\\":
            reference = _BACK_REFERENCE.match(pattern, index)
            if reference and (depth or int(reference[1][0]) not in closed):
                raise ValueError("a back-reference stands before its group or within a class")
            if depth and pattern[index + 1 : index + 2] == "0":
                raise ValueError("a back-reference stands within a class")
            index += 1
        elif char == "[":
            depth += 1
        elif char == "]" and depth:
            depth -= 1
        elif char == "(" and not depth:
            capturing = not pattern.startswith("(?", index)
            count += capturing
            open_groups.append(count if capturing else 0)
        elif char == ")" and not depth and open_groups:
            closed.add(open_groups.pop())
        index += 1


def _weight(parsed: Any) -> int:
    """How many parts the pattern has when each counted repeat is written out; raises ValueError beyond the bound."""
    weight = 0
    for opcode, argument in parsed:
        if opcode in _REPEATS:
            low, high, body = argument
            times = low if high is opcodes.MAXREPEAT else high
            weight += max(1, times) * _weight(body)
        elif opcode is opcodes.SUBPATTERN:
            weight += 1 + _weight(argument[-1])
        elif opcode is opcodes.BRANCH:
            weight += sum(1 + _weight(branch) for branch in argument[1])
        elif opcode in (opcodes.ASSERT, opcodes.ASSERT_NOT):
            weight += 1 + _weight(argument[1])
        else:
            weight += 1
        if weight > _MAX_WEIGHT:
            raise ValueError("the pattern repeats too many parts")
    return weight


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
    compiled = _compile(pattern, flags or "")
    with _timed(run, text) as seconds:
        return compiled.search(text, timeout=seconds) is not None


@LIBRARY.form("replace", "input: string", "pattern: string", "replacement: string", "flags: string?~", wants_run=True)
def replace(run: Any, text: str, pattern: str, replacement: str, flags: str | None) -> str:
    """Every match replaced; `$1` is the first group, `\\$` a dollar sign. A pattern that matches nothing at all is an error."""
    compiled = _compile(pattern, flags or "")
    if compiled.match("") is not None:
        raise ValueError("the pattern matches the empty text")
    plain = "q" in (flags or "")
    if not plain and re.search(r"\\(?![\\$])", replacement.replace("\\\\", "")):
        raise ValueError("a backslash in the replacement stands before \\ or $")

    def expand(match: Any) -> str:
        return re.sub(r"\\([\\$])|\$(\d)", lambda part: part[1] or _group(match, int(part[2])), replacement)

    parts, start, length = [], 0, len(text)
    with _timed(run, text) as seconds:
        for match in compiled.finditer(text, timeout=seconds):
            put = replacement if plain else expand(match)
            length += len(put)
            run.step(1 + len(put) // 100)
            if length > MAX_TEXT:
                raise ValueError("the result would be too long")
            parts += [text[start : match.start()], put]
            start = match.end()
    return "".join([*parts, text[start:]])


def _group(match: Any, number: int) -> str:
    return (match[number] or "") if number <= match.re.groups else ""


@LIBRARY.form("split", "string: string", "delimiter: string", wants_run=True)
def split(run: Any, text: str, delimiter: str) -> list[str]:
    """The parts between matches of the pattern. (`jdmn` reads it as Python's and refuses blank texts.)"""
    compiled = _compile(delimiter, "")
    parts, start = [], 0
    with _timed(run, text) as seconds:
        for match in compiled.finditer(text, timeout=seconds):
            if match.end() > match.start():
                run.step()
                parts.append(text[start : match.start()])
                start = match.end()
    return [*parts, text[start:]]
