"""From text to tokens, for the grammar in grammar.py.

FEEL names may hold spaces and signs ("date and time", "Pre-bureau risk"): what a name is depends on which names are known. The
longest known name wins; a name that the text itself introduces (context key, loop variable, parameter) is known from there on.
"""

import re
from collections.abc import Collection, Iterator
from functools import lru_cache

from lark import Token
from lark.common import LexerConf
from lark.lexer import Lexer

from workflow.errors import N_, ExpressionError

_START = (
    r"[?A-Z_a-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C-\u200D\u2070-\u218F\u2C00-\u2FEF"
    r"\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
_PART = _START + r"0-9\u00B7\u0300-\u036F\u203F-\u2040]"
_START += "]"
_WORD = re.compile(f"{_START}{_PART}*")
_SPACE = r"(?:\s|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)"
_SKIP = re.compile(f"{_SPACE}*")
_PHRASE = rf"{_START}(?:{_PART}|[ \t\r\n./'+*\-]){{0,200}}?"
_BEFORE_COLON = re.compile(rf"({_PHRASE})\s{{0,50}}(?=:)")
_BEFORE_IN = re.compile(rf"({_PHRASE})\s{{1,50}}(?=in\b)")
_PARAMETER = re.compile(rf"({_PHRASE})\s{{0,50}}(?=[:,)])")
_KEY = re.compile(_PHRASE)
_NUMBER = re.compile(r"(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_AT = re.compile(r'@\s*("(?:[^"\\]|\\.)*")')
_GENERIC = re.compile(r"(list|range|context|function)\s*<")
_INSTANCE_OF = re.compile(r"instance\s+of\b")
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
PROPERTIES = ("time offset", "start included", "end included")
_ENDS_OPERAND = {"NAME", "NUMBER", "STRING", "AT", "TRUE", "FALSE", "NULL", "RPAR", "RBRACK", "RBRACE", "CLOSE_RANGE"}
_STARTS_OPERAND = re.compile(rf'{_START}|["@\d.\-(\[{{]')
_JOINS_OPERANDS = re.compile(r"(?:and|or|then|else|return|satisfies|in|between|instance)\b")


def _spaced(name: str) -> str:
    parts = re.findall(rf"{_PART}+|[^\s]", name)
    return r"\s*".join(re.escape(part) for part in parts) if not re.search(r"\s", name) else _with_gaps(name)


def _with_gaps(name: str) -> str:
    words = [r"\s*".join(map(re.escape, re.findall(rf"{_PART}+|[^\s]", word))) for word in name.split()]
    return r"\s+".join(words)


@lru_cache(maxsize=512)
def _known(names: frozenset[str]) -> re.Pattern[str] | None:
    special = sorted((name for name in names if not _WORD.fullmatch(name)), key=len, reverse=True)
    if not special:
        return None
    return re.compile("|".join(f"({_spaced(name)})(?!{_PART})" for name in special))


def normalise(name: str) -> str:
    """A name with single spaces, as it is looked up."""
    return " ".join(name.split())


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

    def __init__(self, text: str, names: Collection[str]) -> None:
        self.text = text
        self.names = frozenset(names)
        self.pattern = _known(self.names)
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
            raise ExpressionError(
                N_("Column %(column)s: '%(found)s' cannot stand here."), column=at + 1, found=text[at], expected=""
            )
        return self._sign(match.group())

    def _learn_key(self, match: re.Match[str]) -> None:
        """A context key in quotes is a name that may follow a dot later on."""
        in_context = self.frames and self.frames[-1].kind == "{" and self.previous in ("LBRACE", "COMMA")
        name = normalise(match.group()[1:-1])
        if in_context and _KEY.fullmatch(name) and not _WORD.fullmatch(name):
            self.names |= {name}
            self.pattern = _known(self.names)

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
        if not _WORD.fullmatch(name):
            self.names |= {name}
            self.pattern = _known(self.names)
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
        if self.pattern is None:
            return None
        match = self.pattern.match(self.text, self.position)
        return self._token("NAME", normalise_to(match.group(), self.names), len(match.group())) if match else None

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


def normalise_to(found: str, names: frozenset[str]) -> str:
    """The known name that this spelling stands for."""
    plain = normalise(found)
    if plain in names:
        return plain
    squeezed = re.sub(r"\s", "", plain)
    return next((name for name in names if re.sub(r"\s", "", name) == squeezed), plain)


class FeelLexer(Lexer):
    """Lark's way in: the text comes with its known names."""

    def __init__(self, lexer_conf: LexerConf) -> None:
        """Nothing to configure."""

    def lex(self, data: "Scanner") -> Iterator[Token]:  # type: ignore[override]  # lark passes our own input through
        """The tokens of one text."""
        return data.tokens()
