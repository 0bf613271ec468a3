"""Headers that every answer carries, and the nonce of the content security policy.

Nothing comes from another site, nothing runs inline unless it carries the nonce, and no other site can frame a page.
"""

import secrets

from flask import Flask, Response, current_app, g, request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict

from webui.errors import UnusableSign
from workflow.alphabets import carried
from workflow.spelling import with_plain_ends

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
    """Look at what is sent, and set the headers on every answer."""
    app.before_request(_admit)
    app.after_request(_set_headers)


def _admit() -> None:
    """Let in what every place can carry into which a text may go.

    A NUL, which no keyboard types, is refused in a form. Other signs that are no characters come along when people copy a text out of a
    document: a mark stands in their place, so that nothing of the text is lost. A filter with nonsense in it finds less. What Unicode spells
    in two ways is spelt in one from here on, passwords too, and a line's end is one sign: browsers send two and count one.
    """
    if any(
        "\0" in text for text in (request.path, *(part for pair in request.form.items(multi=True) for part in pair))
    ):
        raise UnusableSign()
    request.args = _carried(request.args, without="\0")
    request.form = _carried(request.form)
    for sent in (one for many in request.files.listvalues() for one in many):
        sent.filename = carried(sent.filename or "")


def _carried(fields: MultiDict[str, str], without: str = "") -> ImmutableMultiDict[str, str]:
    pairs = fields.items(multi=True)
    return ImmutableMultiDict(
        [
            (carried(name), with_plain_ends(carried(text.replace(without, "") if without else text)))
            for name, text in pairs
        ]
    )


def csp_nonce() -> str:
    """Return this request's nonce, for `<script nonce="…">`."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(18)
    return str(g.csp_nonce)


def _set_headers(response: Response) -> Response:
    offered = {**HEADERS, "Content-Security-Policy": POLICY.format(nonce=csp_nonce())}
    if current_app.config["HTTPS"]:
        offered["Strict-Transport-Security"] = f"max-age={A_YEAR}"
    there = {name.lower() for name, _ in response.headers}
    response.headers.extend({name: value for name, value in offered.items() if name.lower() not in there})
    if request.endpoint != "static":
        # Pages hold what only this person may see: neither a shared machine's cache nor a proxy may keep them.
        # Set, not offered: a file that is sent has a weaker value by itself.
        response.headers["Cache-Control"] = "no-store"
    return response
