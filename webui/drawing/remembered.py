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

from webui.container import container
from webui.format import at
from webui.i18n import language, this_request
from webui.security import csp_nonce
from workflow.ids import new_id

MOST_SIGNS = 8_000_000
"""What a process holds; a row of a list has about fifteen hundred, a whole list of forty rows sixty thousand."""
_SIGN = secrets.token_hex(16)
"""Nobody outside this process can write a gap."""
_TOKEN, _COMMAND, _NONCE, _PRINTED = (f"{_SIGN}{letter}" for letter in "tcnp")
_DRAWS = "draws"
"""With the request, while a piece is drawn: what draws it."""
_GAP = re.compile(f"({_SIGN}[tcnp])")


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
        pieces = _remembered(_kept, here, place, key, caller)
        # The gaps of a piece of a piece stay open.
        return Markup("".join(pieces) if here.get(_DRAWS) is not None else _filled(here, pieces))  # noqa: S704 - as above


def drawn_page(place: str, key: tuple[Any, ...], draw: Callable[[], str]) -> str:
    """As a piece, a whole page: the same facts give the same page. Pages push no pieces out."""
    here = this_request()
    return _filled(here, _remembered(_pages, here, place, key, draw)) if _is_read(here) else draw()


def _remembered(
    held: "Pieces", here: Any, place: str, key: tuple[Any, ...], draw: Callable[[], str]
) -> tuple[str, ...]:
    """What was drawn for these facts, with its gaps."""
    facts = (place, language(), here.script_root, key)
    outer = here.get(_DRAWS)
    here.draws = draw
    try:
        pieces = held.get(facts)
        if pieces is None:
            pieces = _draw()
            held.put(facts, pieces)
        elif current_app.testing:
            _compare(place, pieces)
    finally:
        here.draws = outer
    return pieces


def nothing_typed() -> None:
    """Say of an answer to a form that it has nothing in it of what was typed: its pieces may be remembered as a page's are."""
    here = this_request()
    here.is_read, here.script_root = True, request.script_root


def _is_read(here: Any) -> bool:
    """Whether the request only reads; noted with it, as is below which address the application lies."""
    found = here.get("is_read")
    if found is None:
        found = here.is_read = has_request_context() and request.method in ("GET", "HEAD")
        here.script_root = request.script_root if found else ""
    return bool(found)


def _filled(here: Any, pieces: tuple[str, ...]) -> str:
    """The piece with its gaps filled in: every second part is one."""
    parts = list(pieces)
    known: dict[str, str] = {}
    for place in range(1, len(parts), 2):
        gap = parts[place]
        if gap == _COMMAND:
            parts[place] = new_id()
        elif gap in known:
            parts[place] = known[gap]
        else:
            parts[place] = known[gap] = _once(here, gap)
    return "".join(parts)


def _once(here: Any, gap: str) -> str:
    """What a page has one of."""
    if gap == _TOKEN:
        return _token(here)
    return csp_nonce() if gap == _NONCE else _printed_at()


def _token(here: Any) -> str:
    """What stands in this page's gaps for the token: a page has one, and many commands."""
    found: str | None = here.get("token")
    if found is None:
        found = here.token = str(generate_csrf())
    return found


class _Facts:
    """The facts of a piece, whose hash is made once: a page has hundreds."""

    __slots__ = ("facts", "hash")

    def __init__(self, facts: Hashable) -> None:
        self.facts, self.hash = facts, hash(facts)

    def __hash__(self) -> int:
        return self.hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Facts) and self.facts == other.facts


class Pieces:
    """What was drawn, by its facts, up to a number of signs; what nobody has looked at for longest goes first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: OrderedDict[_Facts, tuple[_Facts, tuple[str, ...]]] = OrderedDict()
        self._signs = 0
        self._lock = Lock()

    def get(self, facts: Hashable) -> tuple[str, ...] | None:
        """The piece, where it is still there."""
        key = _Facts(facts)
        with self._lock:
            found = self._held.get(key)
            if found is None:
                return None
            self._held.move_to_end(found[0])
            return found[1]

    def put(self, facts: Hashable, piece: tuple[str, ...]) -> None:
        """Keep it, unless it alone would take more than a tenth of the room."""
        size, key = sum(map(len, piece)), _Facts(facts)
        with self._lock:
            if key in self._held or size * 10 > self._most:
                return
            self._held[key] = key, piece
            self._signs += size
            while self._signs > self._most:
                _, (_, gone) = self._held.popitem(last=False)
                self._signs -= sum(map(len, gone))

    def __len__(self) -> int:
        """How many signs are held."""
        return self._signs


_kept, _pages = Pieces(MOST_SIGNS), Pieces(MOST_SIGNS)


def _draw() -> tuple[str, ...]:
    drawn = str(g.draws())
    here = this_request()
    if _token(here) in drawn or ("csp_nonce" in here and here.csp_nonce in drawn):
        raise Incomplete("a piece that others will see has this session's token or nonce in it")
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
    return gap_for_token() or _token(this_request())


def _command_id() -> str:
    return gap_for_command() or new_id()


def _nonce() -> str:
    return _NONCE if g.get(_DRAWS) is not None else csp_nonce()


def _printed() -> str:
    return _PRINTED if g.get(_DRAWS) is not None else _printed_at()


def _printed_at() -> str:
    """By the installation's clock, which a test's container may lack."""
    clock = getattr(container(), "clock", None)
    return at(clock.now() if clock is not None else None)


def init_app(app: Flask) -> None:
    """Offer the tag, `csrf_token()`, `command_id()`, `csp_nonce()` and `seen_at()` to every template."""
    app.jinja_env.add_extension(Remembering)
    app.jinja_env.globals.update(csrf_token=_csrf_token, command_id=_command_id, csp_nonce=_nonce, seen_at=_printed)
    app.context_processor(lambda: {"csrf_token": _csrf_token})  # Flask-WTF offers its own there too


__all__ = ["Incomplete", "drawn_page", "gap_for_command", "gap_for_token", "init_app", "nothing_typed"]
