"""Names with spaces and signs: which of the known ones stands at a place of a text."""

import re
from collections.abc import Iterable
from functools import lru_cache

START = (
    r"[?A-Z_a-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C-\u200D\u2070-\u218F\u2C00-\u2FEF"
    r"\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
PART = START + r"0-9\u00B7\u0300-\u036F\u203F-\u2040]"
START += "]"
WORD = re.compile(f"{START}{PART}*")


def normalise(name: str) -> str:
    """A name with single spaces, as it is looked up."""
    return " ".join(name.split())


def _spaced(name: str) -> str:
    """The pattern of a name, which may be written with other gaps than it has."""
    words = [r"\s*".join(map(re.escape, re.findall(rf"{PART}+|[^\s]", word))) for word in name.split()]
    return r"\s+".join(words)


class Names:
    """Known names by their first word, so that thousands of names cost no more than a few."""

    __slots__ = ("count", "groups", "patterns")

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.groups: dict[str, set[str]] = {}
        self.patterns: dict[str, re.Pattern[str]] = {}
        self.count = 0
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Know one more; a name of a single word needs no help to be read."""
        first = WORD.match(name)
        if first is None or first.end() == len(name) or name in self.groups.get(first.group(), ()):
            return
        self.groups.setdefault(first.group(), set()).add(name)
        self.patterns.pop(first.group(), None)
        self.count += 1

    def find(self, text: str, at: int, word: str) -> tuple[str, int] | None:
        """The longest known name that begins here with this word, and how many characters it takes."""
        group = self.groups.get(word)
        if group is None:
            return None
        pattern = self.patterns.get(word)
        if pattern is None:
            longest = sorted(group, key=lambda name: (-len(name), name))
            pattern = re.compile("|".join(f"({_spaced(name)})(?!{PART})" for name in longest))
            self.patterns[word] = pattern
        match = pattern.match(text, at)
        return (_meant(match.group(), group), len(match.group())) if match else None


@lru_cache(maxsize=512)
def known(names: frozenset[str]) -> Names:
    """The index of names that come from outside; shared, so nothing may be added to it."""
    return Names(names)


def _meant(found: str, names: set[str]) -> str:
    """The known name that this spelling stands for."""
    plain = normalise(found)
    if plain in names:
        return plain
    squeezed = re.sub(r"\s", "", plain)
    return next((name for name in sorted(names) if re.sub(r"\s", "", name) == squeezed), plain)
