"""The HTTP server: waitress, with bounds that it does not have of itself.

A body is refused by its length before it is read, by what its route takes (`webui.bodies`). Whoever sends headers or a body too slowly, or
reads an answer too slowly, is let go; one address has a bounded number of connections. At the end no new connection is taken, what is being
served is finished, and then the server ends. A front server such as nginx does more of this, and better; this is what holds without one.
"""

import ipaddress
import logging
import socket
import struct
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from threading import RLock
from time import monotonic, time
from typing import Any

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher
from werkzeug.middleware.proxy_fix import ProxyFix

log = logging.getLogger(__name__)

THREADS = 8
MOST_CONNECTIONS = 900
MOST_OF_ONE_ADDRESS = 100
HEADER_SECONDS = 10
BODY_SECONDS = 30
BODY_BYTES_A_SECOND = 4096
"""A body may take `BODY_SECONDS`, and this much longer the more of it has come."""
IDLE_SECONDS = 60
CROWDED_IDLE_SECONDS = 5
"""How long a connection that asks for nothing is kept; the second where four fifths of all are taken."""
LINGER_SECONDS = 5
LINGER_BYTES = 32 * 1024 * 1024
"""How long, and how much, of a refused body is thrown away unread, so that its sender gets to see the answer."""
STOP_SECONDS = 25
MOST_HEADER_BYTES = 32 * 1024
PROXY_HEADERS = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PREFIX",
    "HTTP_X_FORWARDED_BY",
    "HTTP_FORWARDED",
)

Bounds = Callable[[str, str, str], int]
"""(method, path, cookies) → how many bytes a body may have."""
Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


class _Bounded:
    """The server's settings with another bound for one request's body."""

    def __init__(self, settings: Any, most: int) -> None:
        self._settings = settings
        self.max_request_body_size = most + 1  # waitress refuses what is as large as its bound

    def __getattr__(self, name: str) -> Any:
        return getattr(self._settings, name)


class Parser(HTTPRequestParser):  # type: ignore[misc] # waitress has no types
    """Reads one request. One whose body is too large is handed on without it, for the application's own page to refuse."""

    adj: Any
    error: Any
    body_rcv: Any
    headers_finished: bool
    body_bytes_received: int

    def __init__(self, settings: Any, bounds: Bounds) -> None:
        super().__init__(settings)
        self.began = monotonic()
        self.refused = False
        self._bounds = bounds

    def parse_header(self, header_plus: bytes) -> None:
        try:
            super().parse_header(header_plus)
        except ValueError as error:  # a length of thousands of digits
            raise ParsingError("Content-Length is invalid") from error
        if self.body_rcv is not None:
            self.adj = _Bounded(self.adj, self._bounds(self.command, self.path, self.headers.get("COOKIE", "")))
            if self.content_length >= self.adj.max_request_body_size:
                self._refuse(self.content_length)

    def received(self, data: bytes) -> int:
        consumed: int = super().received(data)
        if self.error is not None and self.body_bytes_received > 0 and not self.refused:
            too_large = self.body_bytes_received >= self.adj.max_request_body_size
            if too_large:  # it came in pieces, without saying before how long it would be
                self._refuse(self.body_bytes_received)
                self.error, self.completed = None, True
        return consumed

    def is_slow(self, now: float) -> bool:
        """Whether what has come so far should have come faster."""
        if not self.headers_finished:
            return now - self.began > HEADER_SECONDS
        return now - self.began > BODY_SECONDS + self.body_bytes_received / BODY_BYTES_A_SECOND

    def _refuse(self, length: int) -> None:
        self.close()
        self.refused, self.body_rcv, self.chunked, self.content_length = True, None, False, 0
        self.expect_continue, self.connection_close = False, True
        self.headers["CONTENT_LENGTH"], self.headers["CONNECTION"] = str(length), "close"


class Channel(HTTPChannel):  # type: ignore[misc] # waitress has no types
    """One connection."""

    close_when_flushed: bool
    last_activity: float
    total_outbufs_len: int
    request: Parser | None

    def __init__(self, server: "Server", sock: socket.socket, addr: Any, adj: Any, map: Any = None) -> None:
        self.opened, self.lingers_until, self.thrown_away, self.refused = monotonic(), 0.0, 0, False
        self.parser_class = partial(Parser, bounds=server.bounds)
        super().__init__(server, sock, addr, adj, map=map)

    def readable(self) -> bool:
        return bool(self.lingers_until) or bool(super().readable())

    def handle_read(self) -> None:
        if not self.lingers_until:
            super().handle_read()
            return
        try:
            thrown = len(self.recv(65536))
        except OSError:
            thrown = 0
        self.thrown_away += thrown
        if not thrown or self.thrown_away > LINGER_BYTES:
            self.handle_close()

    def service(self) -> None:
        self.refused = bool(self.requests) and bool(getattr(self.requests[0], "refused", False))
        super().service()

    def handle_write(self) -> None:
        if self.refused and self.close_when_flushed and not self.total_outbufs_len and not self.lingers_until:
            # Closed at once, what is still on its way would make the other side forget the answer.
            self.close_when_flushed, self.lingers_until = False, monotonic() + LINGER_SECONDS
            try:
                self.socket.shutdown(socket.SHUT_WR)
            except OSError:
                self.will_close = True
            return
        super().handle_write()

    def is_due_to_close(self, now: float, idle_seconds: float) -> bool:
        """Whether nothing comes of the connection, or too little."""
        if self.lingers_until:
            return now > self.lingers_until
        still = time() - self.last_activity
        if self.requests:  # it is served: only who does not read the answer is let go
            return bool(self.total_outbufs_len) and still > IDLE_SECONDS
        if self.request is not None:
            return self.request.is_slow(now)
        if self.total_outbufs_len:
            return still > IDLE_SECONDS
        return still > idle_seconds

    def let_go(self) -> None:
        """Close in the next turn of the loop, also where nothing more can be written: a full connection never becomes
        writable, and what it holds would be held for ever.
        """
        self.will_close = True
        try:
            if self.total_outbufs_len:  # nobody reads it: the kernel, too, shall forget what it still holds
                self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # the other side has ended already

    def is_busy(self) -> bool:
        """Whether a request is being received, served or answered."""
        return bool(self.requests or self.request is not None or self.total_outbufs_len) and not self.lingers_until


class Server(TcpWSGIServer):  # type: ignore[misc] # waitress has no types
    """Listens on one socket."""

    channel_class = Channel

    def __init__(self, application: Wsgi, *, bounds: Bounds, shares_addresses: bool, **more: Any) -> None:
        self.bounds = bounds
        self._shares_addresses = shares_addresses
        super().__init__(application, **more)

    def handle_accept(self) -> None:
        super().handle_accept()
        channels = list(self.active_channels.values())
        if len(channels) > MOST_CONNECTIONS * 9 // 10:
            _make_room(channels)
        if not channels or self._shares_addresses:
            return  # behind a front server everybody comes from its address: it bounds them
        newest = max(channels, key=lambda channel: channel.opened)
        same = [channel for channel in channels if channel.addr[0] == newest.addr[0]]
        if len(same) > MOST_OF_ONE_ADDRESS:
            _make_room(same)

    def maintenance(self, now: float) -> None:
        """Let go of connections that only take room."""
        crowded = len(self.active_channels) > MOST_CONNECTIONS * 4 // 5
        for channel in list(self.active_channels.values()):
            if channel.is_due_to_close(monotonic(), CROWDED_IDLE_SECONDS if crowded else IDLE_SECONDS):
                channel.let_go()


def _make_room(channels: Sequence[Channel]) -> None:
    """Let the oldest go that is not being served, so that whoever comes with a whole request gets in; else the newest."""
    *older, newest = sorted(channels, key=lambda channel: channel.opened)
    next(
        (channel for channel in older if not channel.requests and not channel.total_outbufs_len), newest
    ).handle_close()


class HttpServer:
    """Listens on every address that the host's name means."""

    def __init__(
        self,
        application: Wsgi,
        *,
        host: str,
        port: int,
        bounds: Bounds,
        proxies: int = 0,
        trusted: Iterable[str] = (),
        threads: int = THREADS,
    ) -> None:
        settings = Adjustments(
            host=host,
            port=port,
            threads=threads,
            ident=None,
            connection_limit=MOST_CONNECTIONS,
            cleanup_interval=1,
            channel_timeout=IDLE_SECONDS,
            max_request_header_size=MOST_HEADER_BYTES,
            asyncore_use_poll=True,  # `select` fails beyond a thousand connections
            clear_untrusted_proxy_headers=False,  # `behind_proxies` does it, for who is not trusted only
        )
        self._map: dict[int, Any] = {}
        self._workers = ThreadedTaskDispatcher()
        self._workers.set_thread_count(threads)
        self._stop_at: float | None = None
        self._ending = RLock()  # a signal may come while its own thread holds it
        self._is_over = False
        self._servers = [
            Server(
                behind_proxies(application, proxies, trusted),
                bounds=bounds,
                shares_addresses=proxies > 0,
                map=self._map,
                dispatcher=self._workers,
                adj=settings,
                sockinfo=info,
            )
            for info in settings.listen
        ]

    @property
    def port(self) -> int:
        """The port that is really listened on."""
        return int(self._servers[0].effective_port)

    def run(self) -> None:
        """Serve until `stop`, and finish what is being served."""
        while self._stop_at is None or (self._is_busy() and monotonic() < self._stop_at):
            wasyncore.loop(timeout=0.2 if self._stop_at else 1, use_poll=True, map=self._map, count=1)
            if self._stop_at is not None:
                self._let_idle_go()
        self._workers.shutdown(timeout=1)
        with self._ending:
            self._is_over = True
            wasyncore.close_all(self._map)

    def stop(self) -> None:
        """Take no new connection, finish what is being served, then end; called by a signal or another thread."""
        self._stop_at = self._stop_at or monotonic() + STOP_SECONDS
        with self._ending:  # once all is closed, the trigger's number may be that of another file
            for server in () if self._is_over else self._servers:
                server.pull_trigger()

    def _is_busy(self) -> bool:
        return any(channel.is_busy() for server in self._servers for channel in server.active_channels.values())

    def _let_idle_go(self) -> None:
        for server in self._servers:
            if server.accepting:
                server.accepting = False
                server.socket.close()
                server.del_channel()
            for channel in list(server.active_channels.values()):
                if not channel.is_busy():
                    channel.handle_close()


def behind_proxies(application: Wsgi, proxies: int, trusted: Iterable[str]) -> Wsgi:
    """Take address, host and scheme of a visitor from what the proxies in a row say, where the nearest is one that is trusted.

    Everybody else's headers of that kind are dropped.
    """
    networks = [ipaddress.ip_network(one, strict=False) for one in trusted]
    fixed = ProxyFix(application, x_for=proxies, x_proto=proxies, x_host=proxies) if proxies else application

    def layer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if proxies and _is_in(str(environ.get("REMOTE_ADDR", "")), networks):
            return fixed(environ, start_response)
        for name in PROXY_HEADERS:
            environ.pop(name, None)
        return application(environ, start_response)

    return layer


def _is_in(address: str, networks: Iterable[Any]) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in networks if network.version == found.version)
