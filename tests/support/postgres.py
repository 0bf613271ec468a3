"""A real PostgreSQL server for the length of a test session, one a pytest-xdist worker.

The server listens on a Unix socket in its own temporary folder, so that neither ports nor other servers can get in the way.
It refuses to run as root; then it runs as another user.
"""

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest

OWNER = "congnhan"
START_SECONDS = 60
MISSING = "PostgreSQL's server is not installed. On Debian: apt-get install postgresql"


@dataclass(kw_only=True)
class PostgresServer:
    """A running server; its databases go when it stops."""

    home: Path
    command: Sequence[str | Path]
    process: subprocess.Popen[bytes] = field(init=False)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.resume()

    def resume(self) -> None:
        """Start the server, or start it again after `halt`; comes back once it answers."""
        log = self.home / "server.log"
        with log.open("ab") as output:
            # The kernel stops the server should this process die without saying so.
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "QUIT", *self.command],
                stdout=output,
                stderr=output,
                cwd=self.home,
                **_identity(_server_account()),
            )
        _wait_until_ready(self, log)

    def halt(self) -> None:
        """Stop the server at once, as if its machine were gone; what was committed is kept."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(timeout=30)

    def url(self, database: str) -> str:
        """Return the SQLAlchemy address of `database`."""
        return f"postgresql://{OWNER}@/{database}?host={self.home}"

    def create_database(self, template: str | None = None, *, name: str | None = None) -> str:
        """Create a database, empty or as a copy of `template` (a name or an address from here), and return its address.

        Nobody may be connected to the template while it is copied. `name`: that of one that was dropped.
        """
        name = _name_of(name) if name else f"test_{next(self._numbers)}"
        source = _name_of(template) if template else "template0"
        # Files copied as they are: without fsync that takes half the time of a copy through the log.
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}" STRATEGY FILE_COPY')
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Drop the database at `url`, closing what is still connected to it."""
        self._execute(f'DROP DATABASE "{_name_of(url)}" WITH (FORCE)')

    def stop(self) -> None:
        """Stop the server and remove its files."""
        self.halt()  # asked to end, it would wait until everybody who is connected has gone
        shutil.rmtree(self.home, ignore_errors=True)

    def _execute(self, statement: str) -> None:
        with psycopg.connect(dbname="postgres", user=OWNER, host=str(self.home), autocommit=True) as connection:
            connection.execute(statement.encode())


def start_server(*, durable: bool = False) -> PostgresServer:
    """Start a server; `durable` keeps fsync and synchronous commit on, as benchmarks need it.

    Raises RuntimeError with a sentence for people where PostgreSQL is missing or does not start.
    """
    binaries = find_binaries()
    home = Path(tempfile.mkdtemp(prefix="cn-pg-"))
    account = _server_account()
    if account:
        os.chown(home, account.pw_uid, account.pw_gid)
    data = home / "data"
    _run_as(
        account,
        [binaries / "initdb", "-D", data, "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
        home,
    )
    settings = [f"unix_socket_directories={home}", "listen_addresses=", "max_connections=60"]
    if not durable:
        settings += ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
    command: list[str | Path] = [binaries / "postgres", "-D", data]
    for setting in settings:
        command += ["-c", setting]
    return PostgresServer(home=home, command=command)


def find_binaries() -> Path:
    """Return the folder of the newest installed server. Raises RuntimeError where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4]))
    if not found:
        raise RuntimeError(MISSING)
    return found[-1].parent


def _name_of(url_or_name: str) -> str:
    return url_or_name.rpartition("@/")[2].split("?")[0]


def _server_account() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("PostgreSQL refuses to run as root, and there is no account 'postgres' or 'nobody' to run it.")


def _identity(account: pwd.struct_passwd | None) -> dict[str, Any]:
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}


def _run_as(account: pwd.struct_passwd | None, command: list[str | Path], home: Path) -> None:
    result = subprocess.run(command, cwd=home, capture_output=True, check=False, **_identity(account))
    if result.returncode:
        raise RuntimeError(f"{command[0]} failed: {result.stderr.decode(errors='replace')}")


def _wait_until_ready(server: PostgresServer, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            server._execute("SELECT 1")
            return
        except psycopg.OperationalError as error:
            if server.process.poll() is not None or time.monotonic() > deadline:
                said = log.read_text(errors="replace")
                server.stop()
                raise RuntimeError(f"PostgreSQL did not start: {said}") from error
            time.sleep(0.05)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A running PostgreSQL server."""
    try:
        server = start_server()
    except RuntimeError as error:
        pytest.fail(str(error), pytrace=False)
    yield server
    server.stop()


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of an empty database."""
    url = postgres_server.create_database()
    yield url
    postgres_server.drop_database(url)
