"""From text to tokens, for the grammar of `workflow.feel.syntax`; names may have spaces and signs.

FEEL names may hold spaces and signs ("date and time", "Pre-bureau risk"): what a name is depends on which names are known. The
longest known name wins; a name that the text itself introduces (context key, loop variable, parameter) is known from there on.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

from lark import Token
from lark.common import LexerConf
from lark.lexer import Lexer

from workflow.errors import N_, ExpressionError

BLANK = r"[\t-\r \x85\xA0\u1680\u180E\u2000-\u200B\u2028\u2029\u202F\u205F\u3000\uFEFF]"
"""White space (rules 61 and 62), which is not what Python takes for it; no name holds it."""
START = (
    r"[?A-Z_a-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u167F\u1681-\u180D\u180F-\u1FFF\u200C-\u200D\u2070-\u218F\u2C00-\u2FEF"
    r"\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFEFE\uFF00-\uFFFD\U00010000-\U000EFFFF"
)
PART = START + r"0-9\u00B7\u0300-\u036F\u203F-\u2040]"
START += "]"
WORD = re.compile(f"{START}{PART}*")


_BLANKS = re.compile(f"{BLANK}+")


def normalise(name: str) -> str:
    """A name with single spaces, as it is looked up; of any text, what is left without the blanks around it."""
    return _BLANKS.sub(" ", name).strip(" ")


def is_blank(text: str) -> bool:
    """Whether nothing but white space stands there."""
    return not normalise(text)


def _spaced(name: str) -> str:
    """The pattern of a name, which may be written with other gaps than it has."""
    words = [f"{BLANK}*".join(map(re.escape, re.findall(rf"{PART}+|.", word))) for word in normalise(name).split(" ")]
    return f"{BLANK}+".join(words)


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
    squeezed = _BLANKS.sub("", plain)
    return next((name for name in sorted(names) if _BLANKS.sub("", name) == squeezed), plain)


# From text to tokens, for the grammar in grammar.py.

_START, _PART, _WORD = START, PART, WORD
_SPACE = rf"(?:{BLANK}|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)"
_SKIP = re.compile(f"{_SPACE}*")
_PHRASE = rf"{_START}(?:{_PART}|{BLANK}|[./'+*\-]){{0,200}}?"
_BEFORE_COLON = re.compile(rf"({_PHRASE}){BLANK}{{0,50}}(?=:)")
_BEFORE_IN = re.compile(rf"({_PHRASE}){BLANK}{{1,50}}(?=in\b)")
_PARAMETER = re.compile(rf"({_PHRASE}){BLANK}{{0,50}}(?=[:,)])")
_KEY = re.compile(_PHRASE)
_NUMBER = re.compile(r"(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_AT = re.compile(rf'@{BLANK}*("(?:[^"\\]|\\.)*")')
_GENERIC = re.compile(rf"(list|range|context|function){BLANK}*<")
_INSTANCE_OF = re.compile(rf"instance{BLANK}+of\b")
_SIGNS = re.compile(r"\.\.|\*\*|->|<=|>=|!=|[-+*/=<>()\[\]{},:.]")
_SIGN_TYPES = {
    "..": "DOTS", "**": "POWER", "->": "ARROW", "<=": "LE", ">=": "GE", "!=": "NE", "-": "MINUS", "+": "PLUS", "*": "STAR",
    "/": "SLASH", "=": "EQ", "<": "LT", ">": "GT", "(": "LPAR", ")": "RPAR", "[": "LBRACK", "]": "RBRACK", "{": "LBRACE",
    "}": "RBRACE", ",": "COMMA", ":": "COLON", ".": "DOT",
}  # fmt: skip
KEYWORDS = {
    "true": "TRUE", "false": "FALSE", "null": "NULL", "if": "IF", "then": "THEN", "else": "ELSE", "for": "FOR", "return": "RETURN",
    "some": "SOME", "every": "EVERY", "satisfies": "SATISFIES", "in": "IN", "and": "AND", "or": "OR", "between": "BETWEEN",
    "function": "FUNCTION", "external": "EXTERNAL",
}  # fmt: skip
MAX_INTRODUCED = 500
HALF = N_("Column %(column)s: %(found)s is one half of a character and stands for nothing alone.")
NOT_HERE = N_("Column %(column)s: '%(found)s' cannot stand here.")
PROPERTIES = ("time offset", "start included", "end included")
_HALF = re.compile("[\ud800-\udfff]")
_ENDS_OPERAND = {"NAME", "NUMBER", "STRING", "AT", "TRUE", "FALSE", "NULL", "RPAR", "RBRACK", "RBRACE", "CLOSE_RANGE"}
_STARTS_OPERAND = re.compile(rf'{_START}|["@\d.\-(\[{{]')
_JOINS_OPERANDS = re.compile(r"(?:and|or|then|else|return|satisfies|in|between|instance)\b")


def is_counted(text: str) -> bool:
    """Whether the text is `low..high` without brackets, as it stands in a loop's header."""
    depth = 0
    try:
        tokens = list(Scanner(text, ()).tokens())
    except ExpressionError:
        return False
    for token in tokens:
        depth += (token.type in ("LPAR", "LBRACK", "LBRACE")) - (token.type in ("RPAR", "RBRACK", "RBRACE"))
        if token.type == "DOTS" and depth == 0:
            return True
    return False


def refuse_halves(text: str, column: int | None = None) -> None:
    """Raise ExpressionError where a text holds a surrogate without its other half, which nothing can write; `column` where it begins."""
    if not text.isascii() and (match := _HALF.search(text)) is not None:
        raise ExpressionError(HALF, column=column or match.start() + 1, found=f"\\u{ord(match[0]):04X}", expected="")


@lru_cache(maxsize=8192)
def is_plain(name: str) -> bool:
    """Whether the name is one word that is no keyword."""
    return _WORD.fullmatch(name) is not None and name not in KEYWORDS


class _Frame:
    """An open bracket, or an open `for` / `some` / `every` header."""

    __slots__ = ("dots", "kind")

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.dots = False


class Scanner:
    """Reads one text; `tokens()` yields what the grammar declares."""

    def __init__(self, text: str, outside: Collection[str]) -> None:
        refuse_halves(text)
        self.text = text
        self.known = known(frozenset(outside))
        self.introduced = Names()
        self.previous = ""
        self.frames: list[_Frame] = []
        self.position = 0
        self.parameters = False

    def tokens(self) -> Iterator[Token]:
        """All tokens; raises ExpressionError at a character that starts none."""
        while True:
            match = _SKIP.match(self.text, self.position)
            self.position = match.end() if match else self.position
            if self.position >= len(self.text):
                return
            token = self._next()
            self.previous = token.type
            yield token

    def _token(self, kind: str, value: str, length: int) -> Token:
        start = self.position
        self.position += length
        line = self.text.count("\n", 0, start) + 1
        return Token(kind, value, start_pos=start, line=line, column=start + 1, end_pos=self.position)

    def _next(self) -> Token:
        text, at = self.text, self.position
        if (match := _AT.match(text, at)) is not None:
            return self._token("AT", match.group(1), len(match.group()))
        if (match := _STRING.match(text, at)) is not None:
            self._learn_key(match)
            return self._token("STRING", match.group(), len(match.group()))
        if text[at].isdigit() or (text[at] == "." and text[at + 1 : at + 2].isdigit()):
            match = _NUMBER.match(text, at)
            if match is not None:
                return self._token("NUMBER", match.group(), len(match.group()))
        if _WORD.match(text, at) is not None:
            return self._name()
        match = _SIGNS.match(text, at)
        if match is None:
            raise ExpressionError(NOT_HERE, column=at + 1, found=text[at], expected="")
        return self._sign(match.group())

    def _learn_key(self, match: re.Match[str]) -> None:
        """A context key in quotes is a name that may follow a dot later on."""
        in_context = self.frames and self.frames[-1].kind == "{" and self.previous in ("LBRACE", "COMMA")
        name = normalise(match.group()[1:-1])
        if in_context and _KEY.fullmatch(name):
            self._learn(name)

    def _learn(self, name: str) -> None:
        self.introduced.add(name)
        if self.introduced.count > MAX_INTRODUCED:
            raise ExpressionError(
                N_("An expression brings in at most %(limit)s names with spaces or signs."), limit=MAX_INTRODUCED
            )

    def _name(self) -> Token:
        for rule in (self._introduced, self._generic, self._known_name):
            token = rule()
            if token is not None:
                return token
        match = _WORD.match(self.text, self.position)
        word = match.group() if match else ""
        if self.previous == "DOT":
            return self._token("NAME", word, len(word))
        if word == "instance" and (match := _INSTANCE_OF.match(self.text, self.position)) is not None:
            return self._token("INSTANCE_OF", match.group(), len(match.group()))
        kind = KEYWORDS.get(word, "NAME")
        if kind in ("FOR", "SOME", "EVERY"):
            self.frames.append(_Frame("iteration"))
        elif kind in ("RETURN", "SATISFIES") and self.frames and self.frames[-1].kind == "iteration":
            self.frames.pop()
        elif kind == "FUNCTION":
            self.parameters = True
        return self._token(kind, word, len(word))

    def _introduced(self) -> Token | None:
        """A name that the text brings in itself: context key, named argument, loop variable, parameter."""
        frame = self.frames[-1].kind if self.frames else ""
        rule = None
        if frame == "iteration" and self.previous in ("FOR", "SOME", "EVERY", "COMMA"):
            rule = _BEFORE_IN
        elif frame == "parameters" and self.previous in ("LPAR", "COMMA"):
            rule = _PARAMETER
        elif frame in ("(", "{", "generic") and self.previous in ("LPAR", "LBRACE", "COMMA", "GENERIC"):
            rule = _BEFORE_COLON
        match = rule.match(self.text, self.position) if rule else None
        if match is None:
            return None
        name = normalise(match.group(1))
        self._learn(name)
        return self._token("NAME", name, len(match.group(1)))

    def _generic(self) -> Token | None:
        """`list<`, where a type may stand."""
        frame = self.frames[-1].kind if self.frames else ""
        inside = frame in ("parameters", "generic") and self.previous in ("COLON", "COMMA", "GENERIC")
        if not inside and self.previous not in ("INSTANCE_OF", "ARROW"):
            return None
        match = _GENERIC.match(self.text, self.position)
        if match is None:
            return None
        self.frames.append(_Frame("generic"))
        return self._token("GENERIC", match.group(1), len(match.group()))

    def _known_name(self) -> Token | None:
        word = _WORD.match(self.text, self.position)
        first = word.group() if word else ""
        found = [index.find(self.text, self.position, first) for index in (self.introduced, self.known)]
        name, length = max((one for one in found if one is not None), key=lambda one: one[1], default=("", 0))
        return self._token("NAME", name, length) if length else None

    def _sign(self, sign: str) -> Token:
        kind = _SIGN_TYPES[sign]
        frame = self.frames[-1] if self.frames else None
        if sign == ">" and frame and frame.kind == "generic":
            kind = "GENERIC_CLOSE"
            self.frames.pop()
        elif sign in "([{":
            kind = self._open(sign, kind)
        elif sign in ")]}":
            kind = self._close(sign, kind)
        elif sign == ".." and frame:
            frame.dots = True
        return self._token(kind, sign, len(sign))

    def _open(self, sign: str, kind: str) -> str:
        frame = self.frames[-1] if self.frames else None
        if sign == "[" and frame and frame.dots and self.previous in _ENDS_OPERAND and self._ends_range():
            self.frames.pop()
            return "CLOSE_RANGE"
        self.frames.append(_Frame("parameters" if sign == "(" and self.parameters else sign))
        self.parameters = False
        return kind

    def _close(self, sign: str, kind: str) -> str:
        if sign == "]" and self.previous not in _ENDS_OPERAND and self.previous != "LBRACK":
            self.frames.append(_Frame("]"))
            return "OPEN_RANGE"
        while self.frames and self.frames[-1].kind in ("iteration", "generic"):
            self.frames.pop()
        if self.frames:
            self.frames.pop()
        return kind

    def _ends_range(self) -> bool:
        """Whether `[` closes a range: no operand follows that could be a filter."""
        match = _SKIP.match(self.text, self.position + 1)
        after = match.end() if match else self.position + 1
        if after >= len(self.text) or _JOINS_OPERANDS.match(self.text, after):
            return True
        return _STARTS_OPERAND.match(self.text, after) is None


class FeelLexer(Lexer):
    """Lark's way in: the text comes with its known names."""

    def __init__(self, lexer_conf: LexerConf) -> None:
        """Nothing to configure."""

    def lex(self, data: "Scanner") -> Iterator[Token]:  # type: ignore[override]  # lark passes our own input through
        """The tokens of one text."""
        return data.tokens()
