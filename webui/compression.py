"""Answers are compressed on their way: pages, styles, scripts and data, not files that are compressed already.

A page holds the token against forgery, and what a person typed may stand beside it: from how well the two compress together, somebody
who reads the line could learn the token by asking often. So each compressed page has a random number of bytes more.
"""

import gzip
import secrets
from functools import lru_cache
from io import BytesIO

from flask import Flask, Response, request

LEAST = 600
"""Shorter answers fit into one packet anyway."""
LEVEL = 6
MOST_PADDING = 100
TYPES = ("text/", "application/json", "application/javascript", "image/svg+xml", "application/xml")


def init_app(app: Flask) -> None:
    """Compress what the browser takes compressed."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if not (response.mimetype or "").startswith(TYPES):
        return response
    response.vary.add("Accept-Encoding")
    whole = response.status_code not in (204, 206, 304) and "Content-Encoding" not in response.headers
    if not whole or request.accept_encodings.quality("gzip") <= 0 or (response.is_streamed and not _shipped(response)):
        return response
    shipped, response.direct_passthrough = _shipped(response), False
    data = response.get_data()
    if len(data) < LEAST:
        return response
    response.set_data(_squeezed(data) if shipped else _padded(data))
    response.headers["Content-Encoding"] = "gzip"
    if shipped and (tag := response.get_etag()[0]) is not None:
        response.set_etag(f"{tag}-gzip")
        response.make_conditional(request.environ)
    return response


def _shipped(response: Response) -> bool:
    """Whether it is a file of ours, the same for everybody."""
    return request.endpoint == "static" and response.status_code == 200


@lru_cache(maxsize=64)
def _squeezed(data: bytes) -> bytes:
    return gzip.compress(data, 9, mtime=0)


def _padded(data: bytes) -> bytes:
    """Compressed under a file name of random length, which nobody reads."""
    found = BytesIO()
    name = "x" * secrets.randbelow(MOST_PADDING + 1)
    with gzip.GzipFile(filename=name, mode="wb", compresslevel=LEVEL, fileobj=found, mtime=0) as squeezed:
        squeezed.write(data)
    return found.getvalue()
