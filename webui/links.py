"""Addresses: of pages, many a page; the present page with other parameters; whether an address leads back into this site; the built
front-end files."""

import hashlib
import re
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, g, request, url_for
from flask.globals import request_ctx
from werkzeug.routing import BuildError, MapAdapter

_PLAIN = re.compile(r"[\w.~-]+", re.ASCII)
"""What stands in an address as it is."""
_PLACE = re.compile(r"zq(\d+)qz")


class Application(Flask):
    """Flask without coroutines, that remembers how the addresses of an endpoint look: a table asks for hundreds of the same kind, each of which Werkzeug
    would put together anew. Whatever is not plain in them is left to it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._shapes: dict[tuple[str, ...], str | None] = {}

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """It is: nothing here is a coroutine, and Flask would look at some thirty functions a page."""
        return func

    def url_for(self, /, endpoint: str, *, _anchor: str | None = None, **values: Any) -> str:
        """As Flask does it."""
        texts: list[str] = []
        named = []
        for name, value in values.items():
            if value is None:
                continue
            text = str(value)
            if name.startswith("_") or not _PLAIN.fullmatch(text):
                return super().url_for(endpoint, _anchor=_anchor, **values)
            named.append(name)
            texts.append(text)
        adapter = _adapter()
        if adapter is None or endpoint.startswith(".") or (_anchor and not _PLAIN.fullmatch(_anchor)):
            return super().url_for(endpoint, _anchor=_anchor, **values)
        key = (adapter.script_name, endpoint, *named)
        if key not in self._shapes:
            self._shapes[key] = self._shape_of(endpoint, named)
        shape = self._shapes[key]
        if shape is None:
            return super().url_for(endpoint, _anchor=_anchor, **values)
        address = shape.format(*texts)
        return f"{address}#{_anchor}" if _anchor else address

    def _shape_of(self, endpoint: str, named: Sequence[str]) -> str | None:
        """The address with a place for each value; None where only Werkzeug can tell, such as where several rules lead there."""
        if endpoint not in self.view_functions or sum(1 for _ in self.url_map.iter_rules(endpoint)) != 1:
            return None
        try:
            places: dict[str, Any] = {name: f"zq{number}qz" for number, name in enumerate(named)}
            found = super().url_for(endpoint, **places)
        except (BuildError, ValueError):  # a converter that does not take every word, or a value that is missing
            return None
        pieces = _PLACE.split(found)
        if sorted(pieces[1::2]) != sorted(str(number) for number in range(len(named))) or "{" in found:
            return None
        return "".join(f"{{{piece}}}" if place % 2 else piece for place, piece in enumerate(pieces))


def _adapter() -> MapAdapter | None:
    """What makes the addresses of the present request; None outside one."""
    try:
        found: MapAdapter | None = cast(Any, request_ctx)._get_current_object().url_adapter
    except RuntimeError:
        return None
    return found


def init_app(app: Flask) -> None:
    """Offer these functions to templates."""
    app.jinja_env.globals.update(url_with=url_with, url_if=url_if, address_again=address_again)
    _offer_assets(app)


def url_with(**changes: Any) -> str:
    """Return the present address with some parameters changed; None takes one out. Another order starts on page one."""
    arguments = request.args.to_dict(flat=False)
    if "page" not in changes:
        arguments.pop("page", None)
    for name, value in changes.items():
        arguments.pop(name, None)
        if value is not None:
            arguments[name] = [str(value)]
    query = urlencode(arguments, doseq=True)
    return f"{request.path}?{query}" if query else request.path


def url_if(endpoint: str, **values: Any) -> str | None:
    """Return the address of `endpoint`, or None in an application that lacks it."""
    try:
        return url_for(endpoint, **values)
    except BuildError:
        return None


def came_from() -> str | None:
    """Return the page of this site from which the request was sent, as its path; None where that is not known."""
    try:
        referrer = urlsplit(request.referrer or "")
    except ValueError:  # half an address, as no browser sends it
        return None
    if referrer.netloc != request.host:
        return None
    return safe_path(f"{referrer.path}?{referrer.query}" if referrer.query else referrer.path, "") or None


def address_again() -> str:
    """Return where what is shown now can be opened again: what answers a form may lie at an address that only takes forms."""
    if "address_again" in g:
        return str(g.address_again)
    if request.method == "GET" or (request.url_rule is not None and "GET" in (request.url_rule.methods or ())):
        return request.full_path.rstrip("?")
    return came_from() or "/"


def safe_path(address: str | None, default: str = "/") -> str:
    """Return `address` if it is a path of this site, else `default`: a foreign address must never be a redirect's target."""
    if not address or not address.startswith("/") or address.startswith("//") or "\\" in address:
        return default
    if any(ord(character) < 32 or ord(character) == 127 for character in address):
        return default
    try:
        parts = urlsplit(address)
    except ValueError:
        return default
    return default if parts.scheme or parts.netloc else address


# Addresses of the built front-end files, with a part that changes when the file does, so that browsers may keep them.

A_YEAR = 31_536_000


def _offer_assets(app: Flask) -> None:
    """Offer `asset(name)` and `marks_file()` to templates, and let browsers keep what carries a fingerprint."""
    folder = Path(app.static_folder or "") / "dist"
    fingerprints = {path.name: _fingerprint(path) for path in folder.glob("*.*")}

    def asset(name: str) -> str:
        return _asset(request.script_root, name)

    @cache
    def _asset(_root: str, name: str) -> str:
        return url_for("static", filename=f"dist/{name}", v=fingerprints.get(name, "0"))

    marks = _fingerprint(folder.parent / "marks.svg")

    def marks_file() -> str:
        if "marks" not in g:
            g.marks = url_for("static", filename="marks.svg", v=marks)
        return str(g.marks)

    app.jinja_env.globals.update(asset=asset, marks_file=marks_file)
    app.after_request(_let_browsers_keep)


def _fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _let_browsers_keep(response: Response) -> Response:
    marked = "v" in request.args or request.path.startswith("/static/dist/assets/")
    if request.endpoint == "static" and marked and response.status_code == 200:
        response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    return response
