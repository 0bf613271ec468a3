"""What one has been told, and that one has read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workflow.organisation.authority import Actor
from workflow.services.ground.ground import Ground
from workflow.services.ground.idempotence import Command
from workflow.store.notifications import NotificationRecord
from workflow.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadNotifications(Command):
    """All that one has, up to now."""


class NotificationService:
    """Everybody reads their own only; that something was read is no event, since it changes nothing for others."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def list(self, actor: Actor, limit: int = 50) -> Sequence[NotificationRecord]:
        """Newest first."""
        with self._ground.units.reading() as uow:
            return uow.notifications.of_user(actor.user_id, limit)

    def unread(self, actor: Actor) -> int:
        """How many have not been read, 99 at most."""
        with self._ground.units.reading() as uow:
            return uow.notifications.unread(actor.user_id)

    def mark_read(self, actor: Actor, command: ReadNotifications) -> None:
        """All of them have been seen."""

        def work(uow: UnitOfWork) -> Mapping[str, str]:
            uow.notifications.mark_read(actor.user_id, self._ground.clock.now())
            return {}

        self._ground.carry_out(actor, command, work)
