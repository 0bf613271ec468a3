"""The server by itself: what is too large is not read, who is too slow is let go, what is being served is finished."""

import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from tests.support.live_server import listening
from webui import server as http
from webui.server import HttpServer, behind_proxies

LIMIT = 50_000


class App:
    """Says how long the body was that it was told of, and how much of it there is."""

    def __init__(self) -> None:
        self.begun, self.go_on, self.large = threading.Event(), threading.Event(), b""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/slow":
            self.begun.set()
            self.go_on.wait(30)
        said = f"{environ.get('CONTENT_LENGTH')} {len(environ['wsgi.input'].read())}".encode()
        if environ["PATH_INFO"] == "/large":
            said = self.large
        start_response("200 OK", [("Content-Length", str(len(said)))])
        return [said]


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture
def server(app: App, monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpServer]:
    monkeypatch.setattr(http, "HEADER_SECONDS", 1)
    monkeypatch.setattr(http, "BODY_SECONDS", 1)
    with listening(app, bounds=lambda _method, path, _cookies: LIMIT if path == "/more" else 1000) as server:
        yield server


def connected(server: HttpServer, source: str = "127.0.0.1") -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=20, source_address=(source, 0))


def answer(connection: socket.socket) -> bytes:
    """All that comes until the other side ends."""
    said = b""
    try:
        while part := connection.recv(65536):
            said += part
    except ConnectionResetError:
        said += b"RESET"
    return said


def ask(server: HttpServer, head: str, body: bytes = b"", source: str = "127.0.0.1") -> bytes:
    with connected(server, source) as connection:
        connection.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body)
        return answer(connection)


def is_closed(connection: socket.socket) -> bool:
    connection.settimeout(0.05)
    try:
        return connection.recv(1000) == b""
    except TimeoutError:
        return False
    except ConnectionResetError:
        return True


def eventually(holds: Callable[[], bool], seconds: float = 15) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return True
        threading.Event().wait(0.05)
    return False


def test_a_body_that_says_it_is_too_large_is_refused_before_a_byte_of_it_has_come(server: HttpServer) -> None:
    said = ask(server, "POST / HTTP/1.1\nHost: x\nContent-Length: 400000000")
    assert said.endswith(b"400000000 0")
    assert b"Connection: close" in said


def test_who_asks_first_is_not_told_to_go_on(server: HttpServer) -> None:
    said = ask(server, "POST / HTTP/1.1\nHost: x\nContent-Length: 400000000\nExpect: 100-continue")
    assert b"100 Continue" not in said
    assert said.endswith(b"400000000 0")


def test_who_sends_on_gets_to_see_the_answer(server: HttpServer) -> None:
    said = ask(server, "POST / HTTP/1.1\nHost: x\nContent-Length: 8000000", b"x" * 8_000_000)
    assert said.endswith(b"8000000 0")


def test_a_body_in_pieces_is_refused_once_it_is_too_large(server: HttpServer) -> None:
    piece = b"1000\r\n" + b"x" * 4096 + b"\r\n"
    said = ask(server, "POST / HTTP/1.1\nHost: x\nTransfer-Encoding: chunked", piece * 500)
    announced, _, read = said.rpartition(b"\r\n\r\n")[2].partition(b" ")
    assert 1000 < int(announced) < 100_000
    assert read == b"0"


@pytest.mark.parametrize("length", ["9" * 6000, "-1", "1e3", "0x10", "1, 2"])
def test_a_length_that_is_none_is_a_bad_request(server: HttpServer, length: str) -> None:
    assert b" 400 " in ask(server, f"POST / HTTP/1.1\nHost: x\nContent-Length: {length}")
    assert b" 200 " in ask(server, "GET / HTTP/1.0\nHost: x")


def test_what_a_route_takes_is_taken_to_the_last_byte(server: HttpServer) -> None:
    head = "POST /more HTTP/1.0\nHost: x\nContent-Length: {}"
    assert ask(server, head.format(LIMIT), b"x" * LIMIT).endswith(f"{LIMIT} {LIMIT}".encode())
    assert ask(server, head.format(LIMIT + 1), b"x" * (LIMIT + 1)).endswith(f"{LIMIT + 1} 0".encode())


def test_hundreds_of_unfinished_headers_keep_nobody_out_and_are_let_go(server: HttpServer) -> None:
    held = []
    for _ in range(300):
        connection = connected(server)
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        held.append(connection)

    begun = time.monotonic()
    assert b" 200 " in ask(server, "GET / HTTP/1.0\nHost: x", source="127.0.0.2")
    assert b" 200 " in ask(server, "GET / HTTP/1.0\nHost: x")  # from their own address too
    assert time.monotonic() - begun < 10
    open_ones = [connection for connection in held if not is_closed(connection)]
    assert len(open_ones) <= http.MOST_OF_ONE_ADDRESS
    assert eventually(lambda: all(is_closed(connection) for connection in open_ones))
    for connection in held:
        connection.close()


def test_a_body_that_comes_too_slowly_is_let_go(server: HttpServer) -> None:
    with connected(server) as connection:
        connection.sendall(b"POST /more HTTP/1.1\r\nHost: x\r\nContent-Length: 40000\r\n\r\nabc")
        assert eventually(lambda: is_closed(connection))


def test_a_connection_that_asks_for_nothing_is_let_go(server: HttpServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "IDLE_SECONDS", 1)
    with connected(server) as connection:
        assert eventually(lambda: is_closed(connection))


@pytest.mark.parametrize(
    "length", [1000, 4_000_000, 40_000_000], ids=["all sent", "in buffers", "more than buffers hold"]
)
def test_who_does_not_read_the_answer_is_let_go(
    app: App, server: HttpServer, monkeypatch: pytest.MonkeyPatch, length: int
) -> None:
    monkeypatch.setattr(http, "IDLE_SECONDS", 1)
    app.large = b"x" * length
    with connected(server) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        assert eventually(lambda: any(one.active_channels for one in server._servers))
        assert eventually(lambda: not any(one.active_channels for one in server._servers))


def test_what_is_being_served_is_finished_before_the_server_ends(app: App) -> None:
    with listening(app, bounds=lambda *_: 1000) as server:
        slow, idle = connected(server), connected(server)
        slow.sendall(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
        assert app.begun.wait(20)
        server.stop()

        assert eventually(lambda: _refuses(server))
        assert eventually(lambda: is_closed(idle))
        assert not is_closed(slow)
        slow.settimeout(20)
        app.go_on.set()
        assert answer(slow).endswith(b"None 0")


def test_a_server_that_has_ended_may_be_told_to_end_once_more(app: App) -> None:
    with listening(app, bounds=lambda *_: 1000) as server:
        server.stop()
        assert eventually(lambda: server._is_over)

        server.stop()


def _refuses(server: HttpServer) -> bool:
    try:
        connected(server).close()
    except ConnectionRefusedError:
        return True
    return False


FORGED = {"HTTP_X_FORWARDED_FOR": "203.0.113.9", "HTTP_X_FORWARDED_PROTO": "https", "HTTP_X_FORWARDED_HOST": "evil"}


@pytest.mark.parametrize(
    ("proxies", "peer", "forwarded", "seen"),
    [
        (0, "127.0.0.1", "203.0.113.9", "127.0.0.1"),
        (0, "198.51.100.7", "203.0.113.9", "198.51.100.7"),
        (1, "127.0.0.1", "203.0.113.9", "203.0.113.9"),
        (1, "127.0.0.1", "10.0.0.1, 203.0.113.9", "203.0.113.9"),
        (2, "127.0.0.1", "10.0.0.1, 203.0.113.9, 192.0.2.4", "203.0.113.9"),
        (1, "::1", "2001:db8::5", "2001:db8::5"),
        (1, "198.51.100.7", "203.0.113.9", "198.51.100.7"),
        (1, "unknown", "203.0.113.9", "unknown"),
    ],
)
def test_an_address_is_believed_from_a_trusted_proxy_only(proxies: int, peer: str, forwarded: str, seen: str) -> None:
    found: dict[str, Any] = {}

    def app(environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        found.update(environ)
        return []

    layer = behind_proxies(app, proxies, ["127.0.0.0/8", "::1/128"])
    layer({**FORGED, "HTTP_X_FORWARDED_FOR": forwarded, "REMOTE_ADDR": peer, "wsgi.url_scheme": "http"}, None)

    assert found["REMOTE_ADDR"] == seen
    if seen == peer:
        assert found["wsgi.url_scheme"] == "http"
        assert not set(http.PROXY_HEADERS) & set(found)


def test_who_stands_behind_a_trusted_proxy_has_an_address_of_their_own() -> None:
    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [environ["REMOTE_ADDR"].encode()]

    head = "GET / HTTP/1.0\nHost: x\nX-Forwarded-For: 203.0.113.9"
    with listening(app, bounds=lambda *_: 1000, proxies=1, trusted=["127.0.0.1"]) as server:
        assert ask(server, head).endswith(b"203.0.113.9")
        assert ask(server, head, source="127.0.0.2").endswith(b"127.0.0.2")
    with listening(app, bounds=lambda *_: 1000) as server:
        assert ask(server, head).endswith(b"127.0.0.1")
