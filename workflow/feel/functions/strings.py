"""String functions, and regular expressions of XPath through `elementpath`'s translation to Python's.

Those of `jdmn` where the arguments' types are all that had to be checked.

`jdmn` pastes the texts into an XPath expression, so a quote in a text changes what is evaluated; here they are values.
Python's matcher has no time limit: patterns whose work may grow exponentially are refused before they run.
"""

import re
from decimal import Decimal
from functools import lru_cache
from importlib import import_module
from math import comb
from typing import Any

from elementpath.regex import RegexError, translate_pattern
from jdmn.feel.lib.type.string.DefaultStringLib import DefaultStringLib

from workflow.feel.basics import MAX_TEXT, weigh
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
_MAX_WORK = 3 * 10**8
_UNBOUNDED = 100
_REPEATS = (opcodes.MAX_REPEAT, opcodes.MIN_REPEAT)
_BACK_REFERENCE = re.compile(r"\\([1-9]\d*)")


@lru_cache(maxsize=256)
def _compile(pattern: str, flags: str) -> tuple[re.Pattern[str], int]:
    """The compiled pattern and how many unbounded repeats it has; raises ValueError."""
    if len(pattern) > _MAX_PATTERN:
        raise ValueError(f"a pattern has at most {_MAX_PATTERN} characters")
    if set(flags) - set("smixq"):
        raise ValueError("the flags are s, m, i, x and q")
    python_flags = re.RegexFlag(0)
    for flag in flags:
        python_flags |= _FLAGS.get(flag, re.RegexFlag(0))
    if "q" in flags:
        return re.compile(re.escape(pattern), python_flags & re.IGNORECASE), 0
    if "x" in flags:
        pattern = _without_spaces(pattern)
    _check_back_references(pattern)
    try:
        translated = translate_pattern(pattern, python_flags, "1.1", True, True, True)
        repeats = _repeats(parser.parse(translated, python_flags), 0)
        return re.compile(translated, python_flags), repeats
    except (RegexError, re.error, RecursionError) as error:
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


def _repeats(parsed: Any, depth: int) -> int:
    """How many unbounded repeats there are; raises ValueError where they are nested or offer the same start twice."""
    found = 0
    for opcode, argument in parsed:
        if opcode in _REPEATS:
            unbounded = argument[1] is opcodes.MAXREPEAT or argument[1] > _UNBOUNDED
            if unbounded and depth:
                raise ValueError("a repeat within a repeat may take for ever")
            found += unbounded + _repeats(argument[2], depth + unbounded)
        elif opcode is opcodes.SUBPATTERN:
            found += _repeats(argument[-1], depth)
        elif opcode is opcodes.BRANCH:
            if depth and not _distinct(argument[1]):
                raise ValueError("alternatives that begin alike may take for ever when repeated")
            found += sum(_repeats(branch, depth) for branch in argument[1])
        elif opcode in (opcodes.ASSERT, opcodes.ASSERT_NOT):
            found += _repeats(argument[1], depth)
    return found


def _distinct(branches: Any) -> bool:
    starts = [branch[0][1] if len(branch) and branch[0][0] is opcodes.LITERAL else None for branch in branches]
    return None not in starts and len(set(starts)) == len(starts)


def _pattern(run: Any, text: str, pattern: str, flags: str | None) -> re.Pattern[str]:
    compiled, repeats = _compile(pattern, flags or "")
    # The ways in which so many repeats can share a text of this length, from any starting place.
    work = comb(len(text) + repeats + 1, repeats + 1) if repeats else len(text)
    run.step(min(work, _MAX_WORK) // 1000)
    if work > _MAX_WORK and repeats:
        raise ValueError("the text is too long for this pattern")
    return compiled


@LIBRARY.form("matches", "input: string", "pattern: string", "flags: string?~", wants_run=True)
def matches(run: Any, text: str, pattern: str, flags: str | None) -> bool:
    """Whether the pattern is found anywhere."""
    return _pattern(run, text, pattern, flags).search(text) is not None


@LIBRARY.form("replace", "input: string", "pattern: string", "replacement: string", "flags: string?~", wants_run=True)
def replace(run: Any, text: str, pattern: str, replacement: str, flags: str | None) -> str:
    """Every match replaced; `$1` is the first group, `\\$` a dollar sign. A pattern that matches nothing at all is an error."""
    compiled = _pattern(run, text, pattern, flags)
    if sum(1 for _ in compiled.finditer(text)) * (len(replacement) + len(text) * replacement.count("$")) > MAX_TEXT:
        raise ValueError("the result would be too long")
    if compiled.match("") is not None:
        raise ValueError("the pattern matches the empty text")
    if "q" in (flags or ""):
        return compiled.sub(lambda match: replacement, text)
    if re.search(r"\\(?![\\$])", replacement.replace("\\\\", "")):
        raise ValueError("a backslash in the replacement stands before \\ or $")

    def expand(match: re.Match[str]) -> str:
        return re.sub(r"\\([\\$])|\$(\d)", lambda part: part[1] or _group(match, int(part[2])), replacement)

    return compiled.sub(expand, text)


def _group(match: re.Match[str], number: int) -> str:
    return (match[number] or "") if number <= (match.re.groups or 0) else ""


@LIBRARY.form("split", "string: string", "delimiter: string", wants_run=True)
def split(run: Any, text: str, delimiter: str) -> list[str]:
    """The parts between matches of the pattern. (`jdmn` reads it as Python's and refuses blank texts.)"""
    compiled = _pattern(run, text, delimiter, None)
    parts, start = [], 0
    for match in compiled.finditer(text):
        if match.end() > match.start():
            parts.append(text[start : match.start()])
            start = match.end()
    return [*parts, text[start:]]
