"""Addresses of the built front-end files, with a part that changes when the file does, so that browsers may keep them."""

import hashlib
from pathlib import Path

from flask import Flask, Response, request, url_for

A_YEAR = 31_536_000


def init_app(app: Flask) -> None:
    """Offer `asset(name)` to templates and let browsers keep what carries a fingerprint."""
    folder = Path(app.static_folder or "") / "dist"
    fingerprints = {path.name: _fingerprint(path) for path in folder.glob("*.*")}

    def asset(name: str) -> str:
        return url_for("static", filename=f"dist/{name}", v=fingerprints.get(name, "0"))

    app.jinja_env.globals["asset"] = asset
    app.after_request(_let_browsers_keep)


def _fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _let_browsers_keep(response: Response) -> Response:
    marked = "v" in request.args or request.path.startswith("/static/dist/assets/")
    if request.endpoint == "static" and marked and response.status_code == 200:
        response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    return response
