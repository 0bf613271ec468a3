"""What a page asks of the database, statement by statement."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

_BOUNDS = ("SAVEPOINT", "RELEASE", "BEGIN", "PRAGMA")


@contextmanager
def counted(engine: sa.Engine) -> Iterator[list[str]]:
    """Every statement that is executed meanwhile, but for the bounds of transactions."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith(_BOUNDS):
            found.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
