"""The program as it is run: real processes on a data directory, asked over HTTP."""

import http.client
import os
import random
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).parents[2]
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_COMMAND = "from workflow.cli.main import main; main()"


def eventually(holds: Callable[[], object], seconds: float = 120, every: float = 0.1) -> bool:
    """Whether it comes to hold within the time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return True
        threading.Event().wait(every)
    return False


PORTS = range(20_000, 32_768)
"""Below those from which a system takes one for each outgoing connection: between choosing and using it, nobody else comes by."""


def free_port() -> int:
    for port in random.SystemRandom().sample(PORTS, 100):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise OSError("no port is free")


@dataclass(kw_only=True)
class Process:
    """`congnhan COMMAND …`, with what it says in a file. Killed when the test is over, however it ends."""

    command: tuple[str, ...]
    data: Path
    url: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    log: Path = field(init=False)
    popen: subprocess.Popen[bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.log = self.data / f"{self.command[0]}-{time.monotonic_ns()}.log"
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "DATA": str(self.data), **self.environment}
        environment.pop("DATABASE_URL", None)
        if self.url is not None:
            environment["DATABASE_URL"] = self.url
        with self.log.open("wb") as output:
            self.popen = subprocess.Popen(
                [sys.executable, "-c", _COMMAND, *self.command],
                cwd=self.data,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def __enter__(self) -> "Process":
        return self

    def __exit__(self, *_: object) -> None:
        if self.popen.poll() is None:
            self.popen.kill()
        self.popen.wait()

    @property
    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    @property
    def runs(self) -> bool:
        return self.popen.poll() is None

    def kill(self) -> None:
        """As a machine that loses its power."""
        self.popen.kill()
        self.popen.wait()

    def ask_to_end(self) -> None:
        self.popen.send_signal(signal.SIGTERM)


def serving(data: Path, *more: str, url: str | None = None, **environment: str) -> "Site":
    """`congnhan serve` on a free port, which answers when this comes back."""
    port = free_port()
    process = Process(command=("serve", "--port", str(port), *more), data=data, url=url, environment=environment)
    site = Site(process=process, port=port)
    if not eventually(lambda: site.status("/dang-nhap") is not None or not process.runs):
        process.kill()
    assert process.runs, process.said
    return site


@dataclass(kw_only=True)
class Site:
    """A served installation."""

    process: Process
    port: int

    def __enter__(self) -> "Site":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.__exit__()

    def status(self, path: str) -> int | None:
        """The status of a page; None where nobody answers."""
        try:
            return Browser(port=self.port).get(path).status
        except (OSError, http.client.HTTPException):
            return None


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    text: str


@dataclass(kw_only=True)
class Browser:
    """Keeps cookies; a redirect is not followed. Raises `OSError` or `HTTPException` where the server is gone."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    seconds: float = 30
    tls: ssl.SSLContext | None = None
    """Speak HTTPS, with `localhost`."""
    source: str = "127.0.0.1"
    """From which address of this machine it asks."""

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, None, headers)

    def post(self, path: str, fields: Mapping[str, str]) -> Answer:
        body = urlencode(fields).encode()
        return self.ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def token(self, path: str) -> str:
        """What protects the page's forms from forgery."""
        found = _TOKEN.search(self.get(path).text)
        assert found is not None, path
        return found[1]

    def sign_in(self, login: str, password: str) -> Answer:
        fields = {"csrf_token": self.token("/dang-nhap"), "login": login, "password": password}
        return self.post("/dang-nhap", fields)

    def ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        connection = self._connection()
        headers = {**headers, "Referer": f"https://localhost{path}"} if self.tls else headers
        try:
            held = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            connection.request(method, path, body, {**headers, **({"Cookie": held} if held else {})})
            found = connection.getresponse()
            text = found.read().decode("utf-8", errors="replace")
            for name, value in found.getheaders():
                if name.lower() == "set-cookie":
                    key, _, kept = value.partition(";")[0].partition("=")
                    self.cookies[key] = kept
            return Answer(status=found.status, headers=dict(found.getheaders()), text=text)
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        source = (self.source, 0)
        if self.tls is None:
            return http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.seconds, source_address=source)
        return http.client.HTTPSConnection(
            "localhost", self.port, timeout=self.seconds, source_address=source, context=self.tls
        )
