"""How connections are opened (SQLite with WAL and full synchronisation, or PostgreSQL), what a database means when it cannot, and bringing one up to date."""

import logging
import shutil
import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import BoundedSemaphore, Event
from time import monotonic
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import make_url

from workflow.errors import N_, Busy, ConfigurationError, Conflict, StorageRefused, Unavailable, WorkflowError
from workflow.store import (
    account_requests,
    accounts,
    auditing,
    campaigns,
    cases,
    casework,
    inbox,
    jobs,
    moving,
    notifications,
    places,
    procedures,
    tasks,
    upkeep,
    waits,
)
from workflow.store.columns import metadata
from workflow.store.criteria import inquiries, rows as criterion_rows
from workflow.store.sealing import book, seals

TABLES = (
    account_requests,
    accounts,
    auditing,
    book,
    campaigns,
    cases,
    casework,
    criterion_rows,
    inbox,
    inquiries,
    jobs,
    moving,
    notifications,
    places,
    procedures,
    tasks,
    upkeep,
    waits,
)
"""The modules that define tables: naming them here puts all into the one metadata."""
log = logging.getLogger(__name__)
REVISIONS = Path(__file__).parent / "revisions"
BUSY_MILLISECONDS = 5_000
"""How long one waits for another process that writes; then the person is told to try again."""
MOST_WRITERS = 10
"""How many threads of a process may wait for SQLite's one writer: the others go on reading."""
_GATE_SECONDS = 2.0
OLDEST_POSTGRESQL = 130_000
_SERVER_SETTINGS = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
"""A host that fell silent holds its rows for half a minute and no longer."""
_UNKNOWN = N_("DATABASE_URL is no address of a database that this program knows: it is postgresql://user@host/name.")
_REFUSED = N_("The database refuses: %(reason)s")
_ENCODING = N_(
    "The database has the encoding %(encoding)s, which cannot hold Vietnamese. Make one with ENCODING 'UTF8' TEMPLATE template0."
)
_TOO_OLD = N_("PostgreSQL %(version)s is too old: version 13 or newer is needed.")
Engine = sa.Engine
"""A database that can be connected to, for who only hands it on."""
_LOCK = 0x636F6E67
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 10.0
"""Several processes may start at once: they upgrade one after the other."""

__all__ = [
    "TABLES",
    "Engine",
    "bring_up_to_date",
    "configuration",
    "create_engine",
    "is_older",
    "metadata",
    "reading_engine",
]


RETRY_SECONDS = 5
_RACES = ("40001", "40P01")
"""PostgreSQL's codes for a transaction given up for another one's sake: serialisation failure, deadlock."""
_GONE = ("08", "57P")
"""Its classes for a connection that cannot be had or was ended by the server."""
_CROWDED = ("53300", "55P03", "57014")
"""Too many connections, a lock or a statement that took too long."""
_FULL = ("53100", "25006")
"""Its disk is full; it takes no writes, such as a standby."""
_LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_SQLITE_REFUSES = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)


def create_engine(url: str, *, pool_size: int = 10) -> sa.Engine:
    """Open the database at `url` (`sqlite:///path` or `postgresql://…`). Raises `ConfigurationError` for another address."""
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except sa.exc.SQLAlchemyError as error:
        raise ConfigurationError(_UNKNOWN) from error
    if backend == "postgresql":
        engine = sa.create_engine(
            parsed,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=10,
            pool_pre_ping=True,
            pool_recycle=1800,
            connect_args={"connect_timeout": 5, "options": _SERVER_SETTINGS, "client_encoding": "utf8"},
            hide_parameters=True,
        )
    elif backend == "sqlite":
        engine = sa.create_engine(
            parsed,
            pool_size=pool_size,
            max_overflow=pool_size,
            connect_args={"check_same_thread": False},
            hide_parameters=True,
        )
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", partial(_begin_sqlite, BoundedSemaphore(MOST_WRITERS)))
    else:
        raise ConfigurationError(_UNKNOWN)
    sa.event.listen(engine, "before_execute", seals.before_execute)
    sa.event.listen(engine, "after_execute", seals.after_execute)
    return engine


@contextmanager
def reading_engine(url: str) -> Iterator[sa.Engine]:
    """Open the database at `url` to read it only: nothing is written, not even beside it, and a medium without writing will do.

    Where SQLite's log of what is not in the file yet cannot be read in its place, a copy of both is read.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        engine = create_engine(url)
        yield engine
        engine.dispose()
        return
    place = Path(str(parsed.database))
    with ExitStack() as stack:
        engine = _read_only(place, "mode=ro")
        if not _is_readable(engine):
            engine.dispose()
            log = place.with_name(f"{place.name}-wal")
            if log.exists() and log.stat().st_size:
                folder = Path(stack.enter_context(TemporaryDirectory()))
                for one in (place, log):
                    shutil.copyfile(one, folder / one.name)
                engine = _read_only(folder / place.name, "mode=rw")
            else:
                engine = _read_only(place, "mode=ro&immutable=1")
        yield engine
        engine.dispose()


def _read_only(place: Path, how: str) -> sa.Engine:
    address = f"file:{quote(str(place.absolute()))}?{how}"

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(address, uri=True, check_same_thread=False)

    engine = sa.create_engine("sqlite://", creator=connect, poolclass=sa.pool.QueuePool, hide_parameters=True)
    sa.event.listen(engine, "connect", prepare_reading)
    sa.event.listen(engine, "begin", partial(_begin_sqlite, BoundedSemaphore(MOST_WRITERS)))
    return engine


def _is_readable(engine: sa.Engine) -> bool:
    try:
        with engine.connect().execution_options(reading=True) as connection:
            connection.exec_driver_sql("SELECT count(*) FROM sqlite_master")
    except sa.exc.OperationalError:
        return False
    return True


def prepare_reading(connection: Any, _record: Any) -> None:
    """Make a connection to SQLite one that leaves transactions to us and knows Vietnamese letters."""
    connection.isolation_level = None
    connection.create_function("lower", 1, _lower, deterministic=True)
    connection.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own: `_begin_sqlite` does
    connection.create_function("lower", 1, _lower, deterministic=True)
    cursor = connection.cursor()
    for pragma in (f"busy_timeout={BUSY_MILLISECONDS}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _lower(text: Any) -> Any:
    """SQLite's own knows the English letters only, and would not find “Xã” by “XÃ”."""
    return text.lower() if isinstance(text, str) else text


def _begin_sqlite(gate: BoundedSemaphore, connection: sa.Connection) -> None:
    # A reading transaction that turns into a writing one fails at once with "database is locked", so a writer says it first.
    options = connection.get_execution_options()
    if options.get("reading", False):
        connection.exec_driver_sql("BEGIN")
        return
    waits = bool(options.get("waits", True))
    if not gate.acquire(timeout=_GATE_SECONDS if waits else 0.01):
        raise Busy(seconds=RETRY_SECONDS)
    try:
        if waits:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            return
        connection.exec_driver_sql("PRAGMA busy_timeout=0")
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
    finally:
        gate.release()


def configuration(connection: sa.Connection) -> Config:
    """Alembic's configuration for an open connection."""
    config = Config()
    config.set_main_option("script_location", str(REVISIONS))
    config.attributes["connection"] = connection
    return config


def is_older(engine: sa.Engine) -> bool:
    """Whether the database says a revision from which there are steps to the newest."""
    with engine.connect().execution_options(reading=True) as connection:
        heads = MigrationContext.configure(connection).get_current_heads()
        script = ScriptDirectory.from_config(configuration(connection))
        steps = [step.revision for step in script.walk_revisions()]
    return len(heads) == 1 and heads[0] in steps[1:]


def bring_up_to_date(engine: sa.Engine, promise: Callable[[tuple[str, ...]], None] | None = None) -> tuple[str, ...]:
    """Bring the database to the newest revision; one that is there already stays as it is.

    Return the revisions that were gone through, oldest first; `promise` is given them just before they are committed. Raises `ConfigurationError` for a database that does not do, `Unavailable` where it cannot be reached, and `Busy`.
    """
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":  # SQLite's writers take turns by themselves
                _check_postgresql(connection)
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
            config = configuration(connection)
            before = set(MigrationContext.configure(connection).get_current_heads())
            command.upgrade(config, "head")
            script = ScriptDirectory.from_config(config)
            steps = tuple(
                sorted(step.revision for step in script.iterate_revisions("head", ", ".join(before) or "base"))
            )
            if steps and promise is not None:
                promise(steps)
        return steps
    except sa.exc.SQLAlchemyError as error:
        said = str(getattr(error, "orig", None) or "").strip().splitlines()
        if any(sign in line for sign in _FOR_GOOD for line in said):
            raise ConfigurationError(_REFUSED, reason=said[-1]) from error
        found = meant(error)
        if found is None:
            raise
        raise found from error


def bring_up_within(
    engine: sa.Engine, patience: float, promise: Callable[[tuple[str, ...]], None] | None = None
) -> tuple[str, ...]:
    """As `bring_up_to_date`; a database that cannot be reached, or is busy, is waited for, that many seconds."""
    until, pause = monotonic() + patience, _FIRST_PAUSE
    while True:
        try:
            return bring_up_to_date(engine, promise)
        except (Busy, Unavailable) as error:
            if monotonic() + pause > until:
                raise
            log.warning("waiting for the database, next look in %s s: %s", pause, error)
        Event().wait(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)


BOOK_OF_SEALS = "0006"
"""The revision that makes the book of seals: what is older has no seals yet."""


def rewritten_by(steps: Collection[str]) -> frozenset[str]:
    """The tables whose rows these revisions rewrite (`RESEALS`): their seals no longer fit."""
    config = Config()
    config.set_main_option("script_location", str(REVISIONS))
    every = ScriptDirectory.from_config(config).walk_revisions()
    return frozenset(table for step in every if step.revision in steps for table in getattr(step.module, "RESEALS", ()))


_FOR_GOOD = (
    "authentication failed",
    "does not exist",
    "no password supplied",
    "no pg_hba.conf entry",
    "permission denied",
)
"""What waiting does not cure, in the words of PostgreSQL: before one is connected it gives no code."""


def _check_postgresql(connection: sa.Connection) -> None:
    encoding = str(connection.scalar(sa.text("SHOW server_encoding")))
    if encoding != "UTF8":
        raise ConfigurationError(_ENCODING, encoding=encoding)
    number = int(connection.scalar(sa.text("SHOW server_version_num")) or 0)
    if number < OLDEST_POSTGRESQL:
        raise ConfigurationError(_TOO_OLD, version=str(number // 10_000))


def revision_of(connection: sa.Connection) -> str | None:
    """Which revision the database stands at; None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


@cache
def newest_revision() -> str | None:
    """The newest one that this program knows."""
    config = Config()
    config.set_main_option("script_location", str(REVISIONS))
    return ScriptDirectory.from_config(config).get_current_head()


def meant(error: BaseException | None) -> WorkflowError | None:
    """The error of ours that a database's error is, or None for one that is a fault of the program."""
    if isinstance(error, sa.exc.TimeoutError):  # every connection is in use
        return Busy(seconds=RETRY_SECONDS)
    if not isinstance(error, sa.exc.DBAPIError):
        return None
    if isinstance(error, sa.exc.IntegrityError):
        return Conflict()
    if isinstance(error.orig, sqlite3.Error):
        return _of_sqlite(error.orig)
    state = getattr(error.orig, "sqlstate", None)
    if state in _RACES:
        return Conflict()
    if state in _FULL:
        return StorageRefused()
    if state in _CROWDED:
        return Busy(seconds=RETRY_SECONDS)
    lost = error.connection_invalidated or (isinstance(error, sa.exc.OperationalError) and state is None)
    if lost or str(state or "").startswith(_GONE):
        return Unavailable(seconds=RETRY_SECONDS)
    return None


def _of_sqlite(error: sqlite3.Error) -> WorkflowError | None:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest says more than is needed
    if code in _LOCKED:
        return Busy(seconds=RETRY_SECONDS)
    return StorageRefused() if code in _SQLITE_REFUSES else None
