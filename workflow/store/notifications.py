"""What the system tells its users inside the application, and how they want to hear of it by mail."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from workflow.errors import NotFound
from workflow.store.columns import Id, Instant, JsonText, Key, bound, metadata
from workflow.store.rows import Page, build, build_all, values


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationRecord:
    """`template` is an English msgid. `about` and `about_id` say what it leads to where that is neither task nor case."""

    id: str
    user_id: str
    template: str
    at: datetime
    params: dict[str, Any] = field(default_factory=dict)
    case_id: str | None = None
    task_id: str | None = None
    about: str | None = None
    about_id: str | None = None
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailChoice:
    """`mail`: `at_once`, `daily` or `none`."""

    user_id: str
    mail: str
    chosen_at: datetime


class Notifications:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, new: Sequence[NotificationRecord]) -> None:
        if new:
            self._connection.execute(sa.insert(notifications), [values(one) for one in new])

    def get(self, user_id: str, notification_id: str) -> NotificationRecord:
        """The user's own. Raises `NotFound`."""
        mine = sa.and_(notifications.c.id == notification_id, notifications.c.user_id == user_id)
        row = self._connection.execute(sa.select(notifications).where(mine)).mappings().first()
        if row is None:
            raise NotFound()
        return build(NotificationRecord, row)

    def of_user(self, user_id: str, page: Page) -> Sequence[NotificationRecord]:
        """Newest first."""
        query = sa.select(notifications).where(notifications.c.user_id == user_id)
        return self._page(query, page)

    def unread_since(self, user_id: str, since: datetime, limit: int) -> Sequence[NotificationRecord]:
        """What came after that instant and has not been read, newest first."""
        mine = sa.and_(notifications.c.user_id == user_id, _UNREAD, notifications.c.at >= since)
        return self._page(sa.select(notifications).where(mine), Page(limit=limit))

    def mark_read(self, user_id: str, ids: Collection[str], at: datetime) -> None:
        """Those of the user's own among these that have not been read."""
        self._connection.execute(
            sa.update(notifications)
            .where(notifications.c.user_id == user_id, notifications.c.id.in_(ids), _UNREAD)
            .values(read_at=at)
        )

    def choices(self, user_ids: Collection[str]) -> Mapping[str, MailChoice]:
        """By user; who never chose is left out."""
        query = sa.select(mail_choices).where(mail_choices.c.user_id.in_(user_ids))
        return {one.user_id: one for one in build_all(MailChoice, self._connection.execute(query).mappings())}

    def choose(self, choice: MailChoice) -> None:
        """In the place of the user's former choice."""
        self._connection.execute(sa.delete(mail_choices).where(mail_choices.c.user_id == choice.user_id))
        self._connection.execute(sa.insert(mail_choices).values(**values(choice)))

    def _page(self, query: sa.Select[Any], page: Page) -> Sequence[NotificationRecord]:
        ordered = query.order_by(notifications.c.at.desc(), notifications.c.id.desc())
        rows = self._connection.execute(ordered.limit(page.limit).offset(page.offset)).mappings()
        return build_all(NotificationRecord, rows)


_IS_UNREAD = sa.text("read_at IS NULL")
notifications = sa.Table(
    "notifications",
    metadata,
    bound("id", Id, primary_key=True),
    bound("user_id", Id, sa.ForeignKey("users.id"), nullable=False),
    bound("case_id", Id),
    bound("task_id", Id),
    bound("about", Key),
    bound("about_id", Key),
    bound("template", sa.Text, nullable=False),
    bound("params", JsonText, nullable=False),
    bound("at", Instant, nullable=False),
    bound("read_at", Instant),
    sa.Index("ix_notifications_user_id_at", "user_id", "at"),
    sa.Index("ix_notifications_unread", "user_id", "at", sqlite_where=_IS_UNREAD, postgresql_where=_IS_UNREAD),
)

mail_choices = sa.Table(
    "mail_choices",
    metadata,
    bound("user_id", Id, sa.ForeignKey("users.id"), primary_key=True),
    bound("mail", Key, nullable=False),
    bound("chosen_at", Instant, nullable=False),
)

_UNREAD = notifications.c.read_at.is_(None)
UNREAD = (
    sa.select(sa.func.count())
    .select_from(
        sa.select(notifications.c.id)
        .where(notifications.c.user_id == sa.bindparam("user_id"), _UNREAD)
        .limit(sa.bindparam("unread_most", type_=sa.Integer))
        .subquery()
    )
    .scalar_subquery()
)
"""How many the person has not read, up to a bound."""
