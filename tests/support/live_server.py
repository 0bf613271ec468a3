"""The web application on the real server and a free port."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from webui.bodies import BodyBounds
from webui.server import HttpServer


@contextmanager
def serving(app: Any, *, threads: int = 4) -> Iterator[str]:
    """Serve the Flask application `app` and yield its address, without a slash at its end."""
    with listening(app, bounds=BodyBounds(app), threads=threads) as server:
        yield f"http://127.0.0.1:{server.port}"


@contextmanager
def listening(app: Any, *, port: int = 0, **more: Any) -> Iterator[HttpServer]:
    """The server itself, on any WSGI application."""
    server = HttpServer(app, host="127.0.0.1", port=port, **more)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join(timeout=30)
