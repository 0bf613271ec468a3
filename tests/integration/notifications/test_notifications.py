"""Everybody reads what they have been told, and only that."""

from datetime import timedelta

from tests.support.world import World
from workflow.ids import new_id
from workflow.organisation.authority import Actor
from workflow.services.casework.inbox import InboxService
from workflow.services.notifications.notifications import NotificationService, ReadNotifications
from workflow.store.notifications import NotificationRecord


def tell(world: World, actor: Actor, text: str) -> None:
    with world.units() as uow:
        told = NotificationRecord(
            id=new_id(), user_id=actor.user_id, template="%(text)s", at=world.clock.now(), params={"text": text}
        )
        uow.notifications.add([told])
        uow.commit()
    world.clock.advance(timedelta(seconds=1))


def test_newest_first_and_read_once_seen(world: World) -> None:
    service, inbox = NotificationService(world.ground), InboxService(world.ground)
    one = world.person("mot-nguoi", "board-member", "bcd-antt-dien-bien")
    other = world.person("hai-nguoi", "board-member", "bcd-antt-dien-bien")
    for text in ("first", "second"):
        tell(world, one, text)
    tell(world, other, "not yours")

    assert [told.params["text"] for told in service.list(one)] == ["second", "first"]
    assert (inbox.head(one).unread.number, inbox.head(other).unread.number) == (2, 1)
    everything = [told.id for told in (*service.list(one), *service.list(other))]
    service.mark_read(one, ReadNotifications(notification_ids=everything))
    assert (inbox.head(one).unread.number, inbox.head(other).unread.number) == (0, 1)
    assert all(told.read_at is not None for told in service.list(one))
