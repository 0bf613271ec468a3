"""How connections are opened (SQLite with WAL and full synchronisation, or PostgreSQL), and bringing a database up to date."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import make_url

from workflow.store import (
    account_requests,
    accounts,
    auditing,
    campaigns,
    cases,
    casework,
    commands,
    jobs,
    moving,
    notifications,
    places,
    procedures,
    tasks,
    waits,
)
from workflow.store.columns import metadata
from workflow.store.sealing import seals

TABLES = (
    account_requests,
    accounts,
    auditing,
    campaigns,
    cases,
    casework,
    commands,
    jobs,
    moving,
    notifications,
    places,
    procedures,
    seals,
    tasks,
    waits,
)
"""The modules that define tables: naming them here puts all into the one metadata."""
REVISIONS = Path(__file__).parent / "revisions"
BUSY_MILLISECONDS = 15_000
Engine = sa.Engine
"""A database that can be connected to, for who only hands it on."""
_LOCK = 0x636F6E67
"""Several processes may start at once: they upgrade one after the other."""

__all__ = ["TABLES", "Engine", "bring_up_to_date", "configuration", "create_engine", "metadata"]


def create_engine(url: str, *, pool_size: int = 10) -> sa.Engine:
    """Open the database at `url` (`sqlite:///path` or `postgresql://…`)."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        engine = sa.create_engine(
            parsed, pool_size=pool_size, max_overflow=pool_size, pool_pre_ping=True, hide_parameters=True
        )
    else:
        engine = sa.create_engine(
            parsed, pool_size=pool_size, connect_args={"check_same_thread": False}, hide_parameters=True
        )
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
    sa.event.listen(engine, "before_execute", seals.before_execute)
    sa.event.listen(engine, "after_execute", seals.after_execute)
    return engine


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


def _begin_sqlite(connection: sa.Connection) -> None:
    # A reading transaction that turns into a writing one fails at once with "database is locked", so a writer says it first.
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def configuration(connection: sa.Connection) -> Config:
    """Alembic's configuration for an open connection."""
    config = Config()
    config.set_main_option("script_location", str(REVISIONS))
    config.attributes["connection"] = connection
    return config


def bring_up_to_date(engine: sa.Engine) -> None:
    """Bring the database to the newest revision; one that is there already stays as it is."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":  # SQLite's writers take turns by themselves
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        command.upgrade(configuration(connection), "head")
