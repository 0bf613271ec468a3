"""What a user has been told, and that they have seen it."""

from collections.abc import Sequence

from workflow.organisation.authority import Actor
from workflow.ports import Clock
from workflow.store.notifications import NotificationRecord
from workflow.store.unit_of_work import UnitsOfWork


class NotificationService:
    """Everybody reads their own only; that something was read is no event, since it changes nothing for others."""

    def __init__(self, units: UnitsOfWork, clock: Clock) -> None:
        self._units = units
        self._clock = clock

    def list(self, actor: Actor, limit: int = 50) -> Sequence[NotificationRecord]:
        """Newest first."""
        with self._units.reading() as uow:
            return uow.notifications.of_user(actor.user_id, limit)

    def unread(self, actor: Actor) -> int:
        """How many have not been read, 99 at most."""
        with self._units.reading() as uow:
            return uow.notifications.unread(actor.user_id)

    def mark_read(self, actor: Actor) -> None:
        """All of them have been seen; done again it changes nothing."""
        with self._units() as uow:
            uow.notifications.mark_read(actor.user_id, self._clock.now())
            uow.commit()
