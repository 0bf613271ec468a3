"""The web application on a real server and a free port, for browser tests."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from waitress.server import create_server


@contextmanager
def serving(app: Any, *, threads: int = 4) -> Iterator[str]:
    """Serve the WSGI application `app` and yield its address, without a slash at its end."""
    server = create_server(app, host="127.0.0.1", port=0, threads=threads)
    thread = threading.Thread(target=_run, args=(server,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.close()
        thread.join(timeout=5)


def _run(server: Any) -> None:
    try:
        server.run()
    except OSError:  # the socket was closed under the loop: that is how it is stopped
        return
