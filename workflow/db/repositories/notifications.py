"""What the system tells its users."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from workflow.db.rows import build_all, values
from workflow.db.tables.cases import notifications
from workflow.services.ports.notifications import NotificationRecord


class SqlNotifications:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, new: Sequence[NotificationRecord]) -> None:
        if new:
            self._connection.execute(sa.insert(notifications), [values(one) for one in new])

    def of_user(self, user_id: str, limit: int = 50) -> Sequence[NotificationRecord]:
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
