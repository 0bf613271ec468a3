"""How connections are opened: SQLite with WAL and full synchronisation, or PostgreSQL."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import make_url

BUSY_MILLISECONDS = 15_000


def create_engine(url: str, *, pool_size: int = 10) -> sa.Engine:
    """Open the database at `url` (`sqlite:///path` or `postgresql://…`)."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return sa.create_engine(parsed, pool_size=pool_size, max_overflow=pool_size, pool_pre_ping=True)
    engine = sa.create_engine(parsed, pool_size=pool_size, connect_args={"check_same_thread": False})
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own: `_begin_sqlite` does
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MILLISECONDS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    # A reading transaction that turns into a writing one fails at once with "database is locked", so a writer says it first.
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
