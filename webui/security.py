"""Headers that every answer carries, and the nonce of the content security policy.

Nothing comes from another site, nothing runs inline unless it carries the nonce, and no other site can frame a page.
"""

import secrets
from collections.abc import Iterator

from flask import Flask, Response, abort, current_app, g, request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'nonce-{nonce}'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
A_YEAR = 31_536_000


def init_app(app: Flask) -> None:
    """Bound what is sent, set the headers on every answer and offer `csp_nonce()` to templates."""
    app.before_request(_bound)
    app.after_request(_set_headers)
    app.jinja_env.globals["csp_nonce"] = csp_nonce


def _bound() -> None:
    """Refuse a form that would fill the memory, which Werkzeug bounds for multipart forms only, and text that no database takes."""
    if request.mimetype == "application/x-www-form-urlencoded":
        request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"]
        if request.get_data().count(b"&") >= current_app.config["MAX_FORM_PARTS"]:
            abort(413)
    if any("\0" in text for text in (request.path, *request.form.keys(), *_values(request.form))):
        abort(400)
    if any("\0" in text for text in _values(request.args)):  # a filter with nonsense in it finds less, it is no failure
        plain = [(name, text.replace("\0", "")) for name, text in request.args.items(multi=True)]
        request.args = ImmutableMultiDict(plain)


def _values(fields: MultiDict[str, str]) -> Iterator[str]:
    return (value for values in fields.listvalues() for value in values)


def csp_nonce() -> str:
    """Return this request's nonce, for `<script nonce="…">`."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(18)
    return str(g.csp_nonce)


def _set_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", POLICY.format(nonce=csp_nonce()))
    if request.endpoint != "static":
        # Pages hold what only this person may see: neither a shared machine's cache nor a proxy may keep them.
        # Set, not offered: a file that is sent has a weaker value by itself.
        response.headers["Cache-Control"] = "no-store"
    if current_app.config["HTTPS"]:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={A_YEAR}")
    return response
