"""The commands already carried out, so that a repeated click gives the first result."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from workflow.errors import Conflict
from workflow.store.columns import Id, Instant, JsonText, Key, bound, metadata
from workflow.store.rows import columns, read, values

commands = sa.Table(
    "commands",
    metadata,
    bound("id", sa.String(64), primary_key=True),
    bound("kind", Key, nullable=False),
    bound("actor_id", Id, nullable=False),
    bound("at", Instant, nullable=False),
    bound("result", JsonText, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRecord:
    """A command that has been carried out, so that a repeated click gives the first result."""

    id: str
    kind: str
    actor_id: str
    at: datetime
    result: dict[str, Any] = field(default_factory=dict)


_FIND_COMMAND = sa.select(*columns(commands, CommandRecord)).where(commands.c.id == sa.bindparam("command_id"))
_ADD_COMMAND = sa.insert(commands)


class Commands:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def find(self, command_id: str) -> CommandRecord | None:
        row = self._connection.execute(_FIND_COMMAND, {"command_id": command_id}).first()
        return read(CommandRecord, row) if row else None

    def add(self, command: CommandRecord) -> None:
        """Raise `Conflict` when the id is already there."""
        try:
            self._connection.execute(_ADD_COMMAND, values(command))
        except sa.exc.IntegrityError as error:
            raise Conflict() from error
