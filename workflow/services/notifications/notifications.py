"""What one has been told, and that one has read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workflow.organisation.authority import Actor
from workflow.services.ground.ground import Ground
from workflow.services.ground.idempotence import Command
from workflow.services.notifications.telling import DIGEST_JOB, MAIL_JOB
from workflow.store.notifications import NotificationRecord
from workflow.store.rows import Page
from workflow.store.unit_of_work import UnitOfWork

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadNotifications(Command):
    """Those that were shown; what came since stays unread."""

    notification_ids: Sequence[str]


class NotificationService:
    """Everybody reads their own only; that something was read is no event, since it changes nothing for others."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def list(self, actor: Actor, limit: int = PAGE_SIZE, offset: int = 0) -> Sequence[NotificationRecord]:
        """Newest first."""
        with self._ground.units.reading() as uow:
            return uow.notifications.of_user(actor.user_id, Page(limit=limit, offset=offset))

    def open(self, actor: Actor, notification_id: str) -> NotificationRecord:
        """One of one's own, which counts as read from now on. Raises `NotFound`."""
        with self._ground.units() as uow:
            found = uow.notifications.get(actor.user_id, notification_id)
            if found.read_at is None:
                uow.notifications.mark_read(actor.user_id, [notification_id], self._ground.clock.now())
                uow.commit()
        return found

    def mark_read(self, actor: Actor, command: ReadNotifications) -> None:
        """These have been seen; others' are left alone."""

        def work(uow: UnitOfWork) -> Mapping[str, str]:
            uow.notifications.mark_read(actor.user_id, command.notification_ids, self._ground.clock.now())
            return {}

        self._ground.carry_out(actor, command, work)

    def mails_in_trouble(self) -> int:
        """How many mails could not be sent at their last attempt: for whoever watches over the installation."""
        with self._ground.units.reading() as uow:
            return uow.jobs.in_trouble((MAIL_JOB, DIGEST_JOB))
