"""What the system tells its users inside the application."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


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


class Notifications(Protocol):
    def add(self, notifications: Sequence[NotificationRecord]) -> None: ...

    def of_user(self, user_id: str, limit: int = 50) -> Sequence[NotificationRecord]:
        """Newest first."""

    def unread(self, user_id: str, bound: int = 99) -> int: ...

    def mark_read(self, user_id: str, at: datetime) -> None: ...
