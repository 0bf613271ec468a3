"""Patterns as XPath 3.1 reads them (XML Schema 1.1, appendix G, with groups, anchors and references), for the matcher `regex`.

The pattern is read here and written anew: what XML Schema calls a digit, a word character or white space is not what Python does, and what is
no pattern there is one here. Nothing of the text reaches the matcher unread.
"""

import re
from functools import lru_cache
from typing import Any

import regex

_MAX_PATTERN = 1_000
_MAX_WEIGHT = 100_000
_FLAGS = "smixq"
_AS_PYTHON = int(regex.V0)

_START = (
    ":A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME = _START + "\\-.0-9\u00b7\u0300-\u036f\u203f-\u2040"
_SETS = {
    "s": r" \t\n\r", "S": None, "d": r"\p{Nd}", "D": r"\P{Nd}", "w": r"\p{L}\p{M}\p{N}\p{S}", "W": r"\p{P}\p{Z}\p{C}",
    "i": _START, "I": None, "c": _NAME, "C": None,
}  # fmt: skip
"""Multi-character escapes as the inside of a class; None for the complement of the one in lower case."""
_SINGLE = {"n": r"\n", "r": r"\r", "t": r"\t"} | {char: re.escape(char) for char in "\\|.?*+(){}-[]^$"}
_META = ".\\?*+{}()|^$[]"
_CATEGORY = "L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|Z[slp]?|S[mcko]?|C[cfon]?"
_PROPERTY = re.compile(rf"\{{(?:Is([a-zA-Z0-9\-]+)|({_CATEGORY}))\}}")
_QUANTITY = re.compile(r"\{([0-9]+)(,([0-9]*))?\}")
_DIGITS = re.compile(r"[1-9][0-9]{0,3}")
_ANY = r"(?s:.)"
_FIRST_OF_LINE = r"(?:\A|(?<=\n)(?!\Z))"
"""XPath: a newline at the very end begins no line."""


@lru_cache(maxsize=256)
def compiled(pattern: str, flags: str) -> Any:
    """What `regex` makes of the pattern; raises ValueError where XPath has no such pattern or flag."""
    if len(pattern) > _MAX_PATTERN:
        raise ValueError(f"a pattern has at most {_MAX_PATTERN} characters")
    if set(flags) - set(_FLAGS):
        raise ValueError("the flags are s, m, i, x and q")
    case = int(regex.IGNORECASE) if "i" in flags else 0
    if "q" in flags:
        return regex.compile(regex.escape(pattern), case | _AS_PYTHON)
    try:
        return regex.compile(
            Reader(_without_spaces(pattern) if "x" in flags else pattern, flags).written(), case | _AS_PYTHON
        )
    except (regex.error, RecursionError) as error:
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


class Reader:
    """Reads one pattern from left to right and writes it for `regex`."""

    def __init__(self, pattern: str, flags: str) -> None:
        self.text = pattern
        self.at = 0
        self.flags = flags
        self.groups = 0
        self.closed: set[int] = set()

    def written(self) -> str:
        """The whole pattern; raises ValueError."""
        found, _ = self._choice()
        if self.at < len(self.text):
            raise self._fault("a bracket closes what was not opened")
        return found

    def _fault(self, what: str) -> ValueError:
        return ValueError(f"the pattern is not understood: {what} at character {self.at + 1}")

    def _peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def _took(self, sign: str) -> bool:
        found = self.text.startswith(sign, self.at)
        self.at += len(sign) * found
        return found

    def _choice(self) -> tuple[str, int]:
        """Branches, and how many parts they have when each counted repeat is written out."""
        branches, weight = [], 1
        while True:
            pieces, heavy = self._branch()
            branches.append(pieces)
            weight += heavy
            if weight > _MAX_WEIGHT:
                raise self._fault("it repeats too many parts")
            if not self._took("|"):
                return "|".join(branches), weight

    def _branch(self) -> tuple[str, int]:
        pieces, weight = [], 0
        while self._peek() not in ("", "|", ")"):
            atom, heavy = self._atom()
            quantity, times = self._quantity()
            pieces.append(atom + quantity)
            weight += heavy * times
            if weight > _MAX_WEIGHT:
                raise self._fault("it repeats too many parts")
        return "".join(pieces), weight

    def _quantity(self) -> tuple[str, int]:
        found, times = "", 1
        if self._peek() in ("?", "*", "+") and self._peek():
            found = self._peek()
            self.at += 1
        elif (match := _QUANTITY.match(self.text, self.at)) is not None:
            found, low, high = match[0], int(match[1]), int(match[3] or match[1])
            if high < low:
                raise self._fault("a quantity goes from less to more")
            times = max(1, low, high)
            self.at = match.end()
        return (found + "?" if found and self._took("?") else found), times

    def _atom(self) -> tuple[str, int]:
        char = self._peek()
        if char == "(":
            return self._group()
        if char == "[":
            return self._class(), 1
        self.at += 1
        if char == "\\":
            return self._escape(), 1
        if char == ".":
            return (_ANY if "s" in self.flags else r"[^\n\r]"), 1
        if char == "^":
            return (_FIRST_OF_LINE if "m" in self.flags else r"(?:\A)"), 1
        if char == "$":
            return (r"(?=\n|\Z)" if "m" in self.flags else r"(?:\Z)"), 1
        if char in _META:
            self.at -= 1
            raise self._fault(f"{char} cannot stand")
        return re.escape(char), 1

    def _group(self) -> tuple[str, int]:
        number = 0
        self.at += 1
        if not self._took("?:"):
            if self._peek() == "?":
                raise self._fault("there are no groups but ( and (?:")
            self.groups += 1
            number = self.groups
        inside, weight = self._choice()
        if not self._took(")"):
            raise self._fault("a bracket is not closed")
        if number:
            self.closed.add(number)
        return f"({inside})" if number else f"(?:{inside})", weight + 1

    def _escape(self) -> str:
        """What follows a backslash outside a class."""
        if (digits := _DIGITS.match(self.text, self.at)) is not None:
            return self._reference(digits[0])
        single, many = self._escaped()
        return single or self._either([many] if many else [], False)

    def _reference(self, found: str) -> str:
        """The longest number of a group that is there; the group may have taken part in nothing and then matches nothing."""
        while len(found) > 1 and int(found) > self.groups:
            found = found[:-1]
        if int(found) not in self.closed:
            raise self._fault("a back-reference stands before its group is closed")
        self.at += len(found)
        return f"(?:(?({found})\\{found}|))"

    def _escaped(self) -> tuple[str, str]:
        """After a backslash: one character, written; or a set of them, as the inside of a class (with ^ before it: its complement)."""
        char = self._peek()
        self.at += 1
        if char in _SINGLE:
            return _SINGLE[char], ""
        if char in _SETS:
            inside = _SETS[char]
            return "", inside if inside is not None else f"^{_SETS[char.lower()]}"
        if char in ("p", "P"):
            return "", self._property(char)
        self.at -= 1
        raise self._fault("a backslash stands before what it cannot escape")

    def _property(self, char: str) -> str:
        match = _PROPERTY.match(self.text, self.at)
        if match is None:
            raise self._fault("there is no such category")
        name = f"\\{char}{{{match[2] or 'In' + match[1]}}}"
        try:
            regex.compile(name)
        except regex.error:
            raise self._fault("there is no such block") from None
        self.at = match.end()
        return name

    def _class(self) -> str:
        """`[…]`, negated by `^`, with a class that is taken away after `-`."""
        self.at += 1
        negated = self._took("^")
        parts: list[str] = []
        less = ""
        while not self._took("]"):
            if self.at >= len(self.text):
                raise self._fault("a class is not closed")
            if parts and self.text.startswith("-[", self.at):
                self.at += 1
                less = self._class()
                if not self._took("]"):
                    raise self._fault("nothing follows the class that is taken away")
                break
            parts.append(self._part(first=not parts))
        if not parts:
            raise self._fault("a class is empty")
        found = self._either(parts, negated)
        return f"(?:(?!{less}){found})" if less else found

    def _part(self, first: bool) -> str:
        """A character, a range of them or an escape, as the inside of a class."""
        start, many = self._member(first)
        if many:
            return many
        following = self.text[self.at + 1 : self.at + 2]
        if self._peek() != "-" or following in ("]", "[", ""):
            return start
        self.at += 1
        end, many = self._member(first=False)
        if many or ord(_plain(start)) > ord(_plain(end)):
            raise self._fault("a range goes from a lower to a higher character")
        return f"{start}-{end}"

    def _member(self, first: bool) -> tuple[str, str]:
        char = self._peek()
        if char == "\\":
            self.at += 1
            return self._escaped()
        if char == "[" or not char:
            raise self._fault("[ cannot stand within a class")
        if char == "-" and not first and self.text[self.at + 1 : self.at + 2] != "]":
            raise self._fault("- cannot stand in the middle of a class")
        self.at += 1
        return re.escape(char), ""

    def _either(self, parts: list[str], negated: bool) -> str:
        """One character of these sets. A complement is no part of a class, and `i` does not touch a category: both stand alone."""
        alone = [
            part for part in parts if part.startswith("^") or ("i" in self.flags and part.startswith(("\\p", "\\P")))
        ]
        together = "".join(part for part in parts if part not in alone)
        if not alone:
            return f"[{'^' * negated}{together}]"
        choices = ([f"[{together}]"] if together else []) + [f"(?-i:[{part}])" for part in alone]
        either = "|".join(choices)
        return f"(?:(?!{either}){_ANY})" if negated else f"(?:{either})"


def _plain(written: str) -> str:
    return {r"\n": "\n", r"\r": "\r", r"\t": "\t"}.get(written) or written[-1]
