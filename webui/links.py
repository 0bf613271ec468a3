"""Addresses: the present page with other parameters, whether an address leads back into this site, and the built front-end files."""

import hashlib
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, g, request, url_for
from werkzeug.routing import BuildError


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
        return url_for("static", filename=f"dist/{name}", v=fingerprints.get(name, "0"))

    marks = _fingerprint(folder.parent / "marks.svg")

    def marks_file() -> str:
        return url_for("static", filename="marks.svg", v=marks)

    app.jinja_env.globals.update(asset=asset, marks_file=marks_file)
    app.after_request(_let_browsers_keep)


def _fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _let_browsers_keep(response: Response) -> Response:
    marked = "v" in request.args or request.path.startswith("/static/dist/assets/")
    if request.endpoint == "static" and marked and response.status_code == 200:
        response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    return response
