"""All tables in one metadata, and bringing a database up to date with them."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from workflow.db.tables import accounts, audit, cases, definitions, migrations, organisation, recognition, waits
from workflow.db.tables.base import metadata

TABLES = (accounts, audit, cases, definitions, migrations, organisation, recognition, waits)
MIGRATIONS = Path(__file__).parent / "migrations"

_LOCK = 0x636F6E67
"""Several processes may start at once: they upgrade one after the other."""

__all__ = ["TABLES", "configuration", "metadata", "migrate"]


def configuration(connection: sa.Connection) -> Config:
    """Alembic's configuration for an open connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def migrate(engine: sa.Engine) -> None:
    """Bring the database to the newest revision; one that is there already stays as it is."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":  # SQLite's writers take turns by themselves
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        command.upgrade(configuration(connection), "head")
