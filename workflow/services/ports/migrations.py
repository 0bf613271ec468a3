"""Migrations: which cases were to move from one version of a procedure to another, and what came of each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from workflow.services.ports.cases import Page

PENDING = "pending"
DONE = "done"
FAILED = "failed"
CANCELLED = "cancelled"
REVERTING = "reverting"
REVERTED = "reverted"
STATUSES = (PENDING, DONE, FAILED, CANCELLED, REVERTING, REVERTED)
"""Where an item can stand. `failed`: refused, `template` and `params` say why, and nothing of the case was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationRecord:
    """Who moves which cases, why and how. `mapping` is old node id → new node id (None: given up)."""

    id: str
    key: str
    from_version: str
    to_version: str
    mapping: dict[str, Any]
    reason: str
    started_by: str
    by: dict[str, Any]
    """The role, the organisation and for whom, as the case's own events name them."""
    started_at: datetime
    cancelled_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationItem:
    """One case of a migration. `head` is the number of the case's last event after it was moved.

    `undo` is what taking it back needs beside the events: the rows of its tasks and jobs as they were.
    """

    migration_id: str
    case_id: str
    province: str
    status: str = PENDING
    template: str | None = None
    params: dict[str, Any] = field(default_factory=dict)
    first: int | None = None
    head: int | None = None
    undo: dict[str, Any] | None = None
    done_at: datetime | None = None


class Migrations(Protocol):
    def get(self, migration_id: str) -> MigrationRecord:
        """Raise `NotFound`."""

    def all(self, key: str | None = None) -> Sequence[MigrationRecord]:
        """Newest first."""

    def add(self, migration: MigrationRecord, items: Sequence[MigrationItem]) -> None:
        """Raise `Conflict` when a case of it already waits in another migration."""

    def stop(self, migration_id: str, at: datetime) -> Sequence[str]:
        """Note that the rest was cancelled; the cases that were still waiting, whose items are cancelled now."""

    def item(self, migration_id: str, case_id: str) -> MigrationItem:
        """Raise `NotFound`."""

    def items(self, migration_id: str, status: str | None, page: Page) -> Sequence[MigrationItem]:
        """By case id."""

    def case_ids(self, migration_id: str, status: str) -> Sequence[str]: ...

    def waiting(self, case_ids: Collection[str]) -> frozenset[str]:
        """Those of the cases that wait in some migration."""

    def save_item(self, item: MigrationItem, was: str) -> bool:
        """Write the item if its status still is `was`; say whether it was."""

    def mark(self, migration_id: str, case_ids: Collection[str], status: str, was: str) -> None:
        """Give those items a status whose status still is `was`."""

    def counts(self, migration_ids: Collection[str]) -> dict[str, dict[str, int]]:
        """Migration id → status → number of items."""
