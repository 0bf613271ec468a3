"""What may stand in a payload, and its one canonical text (RFC 8785).

Only strings, booleans, null, integers that every JSON reader keeps exactly, lists and objects are allowed. Scores travel as strings.
"""

import json
import re
from collections.abc import Iterable
from typing import Any

import msgspec
import rfc8785

from workflow.errors import N_, InvalidInput

MAX_INT = 2**53 - 1
MAX_DEPTH = 32

_encode = msgspec.json.Encoder(order="sorted").encode
_ASTRAL = re.compile(b"[\xf0-\xf4]")  # what begins four bytes of UTF-8

_TYPE = N_("%(path)s holds a value of type %(type)s, which an audit payload cannot keep exactly; write it as text.")
_RANGE = N_("%(path)s holds a number beyond ±2^53, which an audit payload cannot keep exactly; write it as text.")
_TEXT = N_("%(path)s holds a text with a character that cannot be stored.")
_KEY = N_("%(path)s has a key that is not a text.")
_DEPTH = N_("%(path)s is nested more than %(limit)s levels deep.")


def canonical(value: Any) -> bytes:
    """Return the RFC 8785 bytes of a value that `checked` accepts.

    RFC 8785 orders keys by UTF-16 units, the quick encoder by code points. The two differ only where a character beyond
    U+FFFF occurs, so only such a text pays for the slower library (many times the time, on the path of every step).
    """
    text = _encode(value)
    return text if text.isascii() or not _ASTRAL.search(text) else rfc8785.dumps(value)


class _Unfit(Exception):
    """Something that the quick copy does not take: either it may not stand in a payload, or it is no plain value."""


def checked(value: Any, path: str = "payload") -> Any:
    """Return a deep copy made of plain str, bool, int, None, list and dict; tuples become lists.

    Raises InvalidInput naming the place for a float, a Decimal or any other type, an integer beyond ±(2^53 - 1), a key that is no
    text, a lone surrogate, a NUL character (PostgreSQL keeps none) and a nest deeper than MAX_DEPTH.
    """
    try:
        return _copy(value, MAX_DEPTH)
    except _Unfit:
        return _explained(value, path, 0)


def are_plain(texts: Iterable[Any]) -> bool:
    """Whether all are texts or None and `checked` takes them: most are plain English letters, told in one look."""
    try:
        joined = "".join(filter(None, texts))
    except TypeError:
        return False
    return joined.isascii() and "\0" not in joined


def _copy(value: Any, levels: int) -> Any:
    """What `_explained` does, for the plain values that payloads are made of, without keeping in mind where it is."""
    kind = type(value)
    if kind is str:
        return _plain_text(value)
    if value is None or kind is bool or (kind is int and -MAX_INT <= value <= MAX_INT):
        return value
    if kind is dict and levels:
        copy = {}
        for key, item in value.items():  # most are plain English letters: a call for each is what copying costs
            name = key if type(key) is str and key.isascii() and "\0" not in key else _plain_text(key)
            is_plain = type(item) is str and item.isascii() and "\0" not in item
            copy[name] = item if is_plain else _copy(item, levels - 1)
        return copy
    if (kind is list or kind is tuple) and levels:
        return [_copy(item, levels - 1) for item in value]
    raise _Unfit


def _plain_text(value: Any) -> str:
    if type(value) is not str or "\0" in value:
        raise _Unfit
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise _Unfit from None
    return value


def _explained(value: Any, path: str, depth: int) -> Any:
    if value is None or value is True or value is False:
        return value
    if isinstance(value, str):
        return _text(value, path)
    if isinstance(value, int):
        if not -MAX_INT <= value <= MAX_INT:
            raise InvalidInput(_RANGE, path=path)
        return int(value)
    if depth >= MAX_DEPTH:
        raise InvalidInput(_DEPTH, path=path, limit=MAX_DEPTH)
    if isinstance(value, dict):
        return {_key(key, path): _explained(item, f"{path}.{key}", depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_explained(item, f"{path}[{index}]", depth + 1) for index, item in enumerate(value)]
    raise InvalidInput(_TYPE, path=path, type=type(value).__name__)


def payload_text(payload: Any) -> str:
    """Return the canonical text of a payload: what a table should store, since any changed byte of it is then a changed event."""
    return canonical(payload).decode()


def payload_from_text(text: str) -> Any:
    """Read a stored payload; a text that is not canonical comes back as it is.

    It never raises: a damaged row must reach the verifier, where a payload that is a plain string cannot match its hash.
    """
    try:
        value = json.loads(text)
        return value if isinstance(value, dict) and payload_text(value) == text else text
    except (ValueError, RecursionError):
        return text


def _key(key: Any, path: str) -> str:
    if not isinstance(key, str):
        raise InvalidInput(_KEY, path=path)
    return _text(key, path)


def _text(value: str, path: str) -> str:
    if "\0" in value:
        raise InvalidInput(_TEXT, path=path)
    try:
        value.encode()
    except UnicodeEncodeError:
        raise InvalidInput(_TEXT, path=path) from None
    return str.__str__(value)
