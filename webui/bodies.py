"""How much a route takes: said beside the route, asked before anything of a body is read.

    @blueprint.post("/…/minh-chung")
    @takes(file=MAX_SIZE)
    def add_evidence(…)

Whoever is not signed in may send what a form of a few fields needs. A form that says nothing takes what people can type.
"""

from collections.abc import Callable
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, request, session
from flask.sessions import SecureCookieSessionInterface
from flask_babel import gettext, ngettext
from itsdangerous import BadData
from werkzeug.exceptions import HTTPException

from webui.settings import MEBIBYTE

STRANGERS = 64 * 1024
TYPED = 4 * MEBIBYTE
MOST_FIELDS = 2000
"""Fields of one form, and parts of one that carries files."""

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Takes:
    """`bytes` of a whole body, most of them a file of at most `file` bytes where the form has one."""

    bytes: int = TYPED
    file: int = 0


_TYPED = Takes()
_MARKS = frozenset({"_user_id", "known"})
"""In the session of a browser in which somebody is, or was, signed in."""


def takes(file: int = 0, *, text: int = 0) -> Callable[[View], View]:
    """Let a route take a file of that many bytes, or a text of that many where it is longer than what people type."""

    def mark(view: View) -> View:
        view.takes = Takes(bytes=max(file + MEBIBYTE if file else 0, 3 * text + MEBIBYTE if text else 0), file=file)  # type: ignore[attr-defined] # how it is remembered
        return view

    return mark


class BodyBounds:
    """Asked by the server, which knows a request by its first lines only."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._routes = app.url_map.bind("localhost")
        found = SecureCookieSessionInterface().get_signing_serializer(app)
        if found is None:
            raise RuntimeError("an application without a secret key signs nobody in")
        self._signed = found

    def __call__(self, method: str, path: str, cookies: str) -> int:
        """How many bytes the body may have."""
        if not self._is_signed_in(cookies):
            return STRANGERS
        try:
            endpoint, _ = self._routes.match(path, method=method)
        except HTTPException:
            return STRANGERS
        return taken_by(self._app, endpoint).bytes

    def _is_signed_in(self, cookies: str) -> bool:
        """Whether the browser has ever been: whether it still is, the page finds out."""
        try:
            held = SimpleCookie(cookies).get(str(self._app.config["SESSION_COOKIE_NAME"]))
            return held is not None and not _MARKS.isdisjoint(self._signed.loads(held.value))
        except (BadData, CookieError, ValueError, TypeError):
            return False


def init_app(app: Flask) -> None:
    """Refuse, before a form is read, what is larger than its route takes."""
    app.before_request(_bound)


def taken_by(app: Flask, endpoint: str | None) -> Takes:
    """What the route takes."""
    view = app.view_functions.get(endpoint or "")
    found = getattr(view, "takes", _TYPED)
    return found if isinstance(found, Takes) else _TYPED


def why_too_large() -> str:
    """Say what was too large, and what helps."""
    most = g.get("takes", _TYPED)
    if (request.content_length or 0) <= most.bytes:
        text = ngettext(
            "Nothing was stored. At most %(num)d field can be sent at once: choose fewer at a time.",
            "Nothing was stored. At most %(num)d fields can be sent at once: choose fewer at a time.",
            MOST_FIELDS,
        )
        return str(text)
    if most.file:
        text = gettext(
            "Nothing was stored. A file may have at most %(size)s MB: choose a smaller one, or split it into several, and try again.",
            size=most.file // MEBIBYTE,
        )
        return str(text)
    text = gettext(
        "Nothing was stored. What you sent is longer than this page takes: at most %(size)s kB. Shorten it, or send it in several parts.",
        size=most.bytes // 1024,
    )
    return str(text)


def _bound() -> None:
    g.takes = taken_by(current_app, request.endpoint) if not _MARKS.isdisjoint(session) else Takes(bytes=STRANGERS)
    request.max_content_length = request.max_form_memory_size = g.takes.bytes
    request.max_form_parts = MOST_FIELDS
    if (request.content_length or 0) > g.takes.bytes:
        abort(413)
    # Werkzeug bounds the fields of multipart forms only.
    if request.mimetype == "application/x-www-form-urlencoded" and request.get_data().count(b"&") >= MOST_FIELDS:
        abort(413)
