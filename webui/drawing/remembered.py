"""Pieces of pages that are drawn once for the same facts: `{% remembered one.id, one.state %} … {% endremembered %}`.

A list of forty rows of which one has changed since the last look is thirty-nine rows that were drawn already. The key names everything
that the piece is made of; the language and the place in the template are added here. What is new in every page, the token against
forgery and the ids of commands, stands in what is kept as a gap that is filled in each time. An application under test draws each piece
again and compares, so that a fact which a key has forgotten does not pass unseen. See ADR 0077.
"""

import re
import secrets
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any

from flask import Flask, current_app, g, has_request_context, request
from flask_wtf.csrf import generate_csrf
from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from markupsafe import Markup

from webui.i18n import language, this_request
from workflow.ids import new_id

MOST_SIGNS = 8_000_000
"""What a process holds; a row of a list has about fifteen hundred, a whole list of forty rows sixty thousand."""
_SIGN = secrets.token_hex(16)
"""Nobody outside this process can write a gap."""
_TOKEN, _COMMAND = f"{_SIGN}t", f"{_SIGN}c"
_GAPS = frozenset({_TOKEN, _COMMAND})
_DRAWS = "draws"
"""With the request, while a piece is drawn: what draws it."""
_GAP = re.compile(f"({_TOKEN}|{_COMMAND})")


class Incomplete(AssertionError):
    """The key of a piece has not named all that it is made of; but for the token, only an application under test looks."""


class Remembering(Extension):
    """The tag. Jinja calls `drawn` with where it stands, its key and what draws the piece."""

    tags = {"remembered"}  # noqa: RUF012 - as Jinja declares it

    def parse(self, parser: Parser) -> nodes.Node:
        """A call of `drawn` around the body."""
        line = next(parser.stream).lineno
        found = parser.parse_tuple()
        key = found if isinstance(found, nodes.Tuple) else nodes.Tuple([found], "load")
        body = parser.parse_statements(("name:endremembered",), drop_needle=True)
        place = nodes.Const(f"{parser.name}:{line}")
        return nodes.CallBlock(self.call_method("drawn", [place, key]), [], [], body).set_lineno(line)

    def drawn(self, place: str, key: tuple[Any, ...], caller: Callable[[], str]) -> Markup:
        """The piece, drawn now or before. Only what is read is remembered: a form that comes back has what somebody typed."""
        here = this_request()
        if here is None or not _is_read(here):
            return Markup(caller())  # noqa: S704 - what a template has drawn
        facts = (place, language(), here.script_root, key)
        outer = here.get(_DRAWS)
        here.draws = caller
        try:
            pieces = _kept.get(facts)
            if pieces is None:
                pieces = _draw()
                _kept.put(facts, pieces)
            elif current_app.testing:
                _compare(place, pieces)
        finally:
            here.draws = outer
        if outer is not None:  # a piece of a piece: its gaps stay open
            return Markup("".join(pieces))  # noqa: S704 - as above
        return Markup("".join([_filled(here, one) if one in _GAPS else one for one in pieces]))  # noqa: S704 - as above


def _is_read(here: Any) -> bool:
    """Whether the request only reads; noted with it, as is below which address the application lies."""
    found = here.get("is_read")
    if found is None:
        found = here.is_read = has_request_context() and request.method in ("GET", "HEAD")
        here.script_root = request.script_root if found else ""
    return bool(found)


def _filled(here: Any, gap: str) -> str:
    """What stands in the gap in this page: a page has one token and many commands."""
    if gap == _COMMAND:
        return new_id()
    found: str | None = here.get("token")
    if found is None:
        found = here.token = str(generate_csrf())
    return found


class Pieces:
    """What was drawn, by its facts, up to a number of signs; what nobody has looked at for longest goes first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: OrderedDict[Hashable, tuple[str, ...]] = OrderedDict()
        self._signs = 0
        self._lock = Lock()

    def get(self, facts: Hashable) -> tuple[str, ...] | None:
        """The piece, where it is still there."""
        with self._lock:
            found = self._held.get(facts)
            if found is not None:
                self._held.move_to_end(facts)
            return found

    def put(self, facts: Hashable, piece: tuple[str, ...]) -> None:
        """Keep it, unless it alone would take more than a tenth of the room."""
        size = sum(map(len, piece))
        with self._lock:
            if facts in self._held or size * 10 > self._most:
                return
            self._held[facts] = piece
            self._signs += size
            while self._signs > self._most:
                _, gone = self._held.popitem(last=False)
                self._signs -= sum(map(len, gone))

    def __len__(self) -> int:
        """How many signs are held."""
        return self._signs


_kept = Pieces(MOST_SIGNS)


def _draw() -> tuple[str, ...]:
    drawn = str(g.draws())
    if _filled(this_request(), _TOKEN) in drawn:
        raise Incomplete("a piece that others will see has this session's token against forgery in it")
    return tuple(_GAP.split(drawn))


def _compare(place: str, pieces: tuple[str, ...]) -> None:
    again = _draw()
    if again != pieces:
        raise Incomplete(f"{place}: {next(pair for pair in zip(pieces, again, strict=False) if pair[0] != pair[1])}")


def gap_for_token() -> str:
    """The gap for the token against forgery while a piece is drawn, else nothing."""
    return _TOKEN if g.get(_DRAWS) is not None else ""


def gap_for_command() -> str:
    """The gap for the id of a command while a piece is drawn, else nothing."""
    return _COMMAND if g.get(_DRAWS) is not None else ""


def _csrf_token() -> str:
    return gap_for_token() or _filled(this_request(), _TOKEN)


def _command_id() -> str:
    return gap_for_command() or new_id()


def init_app(app: Flask) -> None:
    """Offer the tag, `csrf_token()` and `command_id()` to every template."""
    app.jinja_env.add_extension(Remembering)
    app.jinja_env.globals.update(csrf_token=_csrf_token, command_id=_command_id)
    app.context_processor(lambda: {"csrf_token": _csrf_token})  # Flask-WTF offers its own there too


__all__ = ["Incomplete", "gap_for_command", "gap_for_token", "init_app"]
