"""A repeated click is harmless: a command id that has been carried out gives its first result."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from workflow.errors import N_, InvalidInput
from workflow.ids import new_id
from workflow.runtime.recorder import Provenance
from workflow.store.jobs import CommandRecord
from workflow.store.unit_of_work import UnitOfWork

MAXIMUM = 64
_UNUSABLE = N_("The command has no usable id.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What somebody asks a service for. A form keeps the `command_id` it was made with, so that its second click is the same command."""

    STORED_AS: ClassVar[str] = ""
    """Under which name it is remembered where that is not its class's; databases hold it."""
    A_MINUTE: ClassVar[int] = 0
    """How many of them a person may carry out within a minute; 0: as many as they like. Where it makes a row each time."""
    command_id: str = field(default_factory=new_id)


def kind_of(command: Command) -> str:
    """The name under which the command is remembered."""
    return command.STORED_AS or type(command).__name__


def once(uow: UnitOfWork, kind: str, by: Provenance, carry_out: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
    """Carry out, remember and commit; or return the first result.

    Raises `InvalidInput` for an unusable id (somebody else's, or one that was used for another kind of command), `Conflict`
    for a second writer.
    """
    if not by.command_id or len(by.command_id) > MAXIMUM:
        raise InvalidInput(_UNUSABLE)
    found = uow.commands.find(by.command_id)
    if found is not None:
        if (found.actor_id, found.kind) != (by.actor, kind):
            raise InvalidInput(_UNUSABLE)
        return found.result
    result = carry_out()
    uow.commands.add(CommandRecord(id=by.command_id, kind=kind, actor_id=by.actor, at=by.at, result=dict(result)))
    uow.commit()
    return result
