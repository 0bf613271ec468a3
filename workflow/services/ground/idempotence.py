"""A repeated click is harmless: a command id that has been carried out gives its first result."""

from collections.abc import Callable, Mapping
from typing import Any

from workflow.errors import N_, InvalidInput
from workflow.runtime.recorder import Provenance
from workflow.store.commands import CommandRecord
from workflow.store.unit_of_work import UnitOfWork

MAXIMUM = 64


def done_before(uow: UnitOfWork, command_id: str, actor_id: str, kind: str | None = None) -> Mapping[str, Any] | None:
    """Return the result of the command if this actor has already given it.

    Raises `InvalidInput` for an unusable id: somebody else's, or one that was used for another `kind` of command.
    """
    if not command_id or len(command_id) > MAXIMUM:
        raise InvalidInput(N_("The command has no usable id."))
    found = uow.commands.find(command_id)
    if found is None:
        return None
    if found.actor_id != actor_id or kind not in (None, found.kind):
        raise InvalidInput(N_("The command has no usable id."))
    return found.result


def remember(uow: UnitOfWork, kind: str, by: Provenance, result: Mapping[str, Any]) -> None:
    """Keep the result under the command's id, in the same transaction. Raises `Conflict` for a second writer."""
    uow.commands.add(CommandRecord(id=by.command_id, kind=kind, actor_id=by.actor, at=by.at, result=dict(result)))


def once(uow: UnitOfWork, kind: str, by: Provenance, carry_out: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
    """Carry out, remember and commit; or return the first result."""
    before = done_before(uow, by.command_id, by.actor, kind)
    if before is not None:
        return before
    result = carry_out()
    remember(uow, kind, by, result)
    uow.commit()
    return result
