"""Alembic's entry: runs the migrations on the connection it is given, or on the URL in its configuration."""

import sqlalchemy as sa
from alembic import context

from workflow.store.database import create_engine, metadata
from workflow.store.searching.words import is_known


def _run(connection: sa.Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        compare_type=True,
        compare_server_default=False,
        include_object=is_known,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    _run(given)
else:
    with create_engine(context.config.get_main_option("sqlalchemy.url") or "").connect() as own:
        _run(own)
        own.commit()
