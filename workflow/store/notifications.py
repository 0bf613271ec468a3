"""What the system tells its users inside the application."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from workflow.store.columns import Id, Instant, JsonText, bound, metadata
from workflow.store.rows import build_all, values


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationRecord:
    id: str
    user_id: str
    template: str
    at: datetime
    params: dict[str, Any] = field(default_factory=dict)
    case_id: str | None = None
    task_id: str | None = None
    read_at: datetime | None = None


class Notifications:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, new: Sequence[NotificationRecord]) -> None:
        if new:
            self._connection.execute(sa.insert(notifications), [values(one) for one in new])

    def of_user(self, user_id: str, limit: int = 50) -> Sequence[NotificationRecord]:
        """Newest first."""
        query = (
            sa.select(notifications)
            .where(notifications.c.user_id == user_id)
            .order_by(notifications.c.at.desc(), notifications.c.id.desc())
            .limit(limit)
        )
        return build_all(NotificationRecord, self._connection.execute(query).mappings())

    def unread(self, user_id: str, bound: int = 99) -> int:
        waiting = (
            sa.select(notifications.c.id)
            .where(notifications.c.user_id == user_id, notifications.c.read_at.is_(None))
            .limit(bound)
        )
        return self._connection.scalar(sa.select(sa.func.count()).select_from(waiting.subquery())) or 0

    def mark_read(self, user_id: str, at: datetime) -> None:
        self._connection.execute(
            sa.update(notifications)
            .where(notifications.c.user_id == user_id, notifications.c.read_at.is_(None))
            .values(read_at=at)
        )


notifications = sa.Table(
    "notifications",
    metadata,
    bound("id", Id, primary_key=True),
    bound("user_id", Id, sa.ForeignKey("users.id"), nullable=False),
    bound("case_id", Id),
    bound("task_id", Id),
    bound("template", sa.Text, nullable=False),
    bound("params", JsonText, nullable=False),
    bound("at", Instant, nullable=False),
    bound("read_at", Instant),
    sa.Index("ix_notifications_user_id_at", "user_id", "at"),
)
