"""Moves of running cases to another version (migrations), and what came of each case."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from workflow.errors import Conflict, NotFound
from workflow.store.cases import cases
from workflow.store.columns import Id, Instant, JsonText, Key, bound, metadata
from workflow.store.rows import Page, build, build_all, values

_WAITING = sa.text("status = 'pending'")

migrations = sa.Table(
    "migrations",
    metadata,
    bound("id", Id, primary_key=True),
    bound("key", Key, nullable=False),
    bound("from_version", Id, sa.ForeignKey("definition_versions.id"), nullable=False),
    bound("to_version", Id, sa.ForeignKey("definition_versions.id"), nullable=False),
    bound("mapping", JsonText, nullable=False),
    bound("reason", sa.Text, nullable=False),
    bound("started_by", Id, nullable=False),
    bound("by", JsonText, nullable=False),
    bound("started_at", Instant, nullable=False),
    bound("cancelled_at", Instant),
    sa.Index("ix_migrations_key_started_at", "key", "started_at"),
)

migration_items = sa.Table(
    "migration_items",
    metadata,
    bound("migration_id", Id, sa.ForeignKey("migrations.id"), primary_key=True),
    bound("case_id", Id, sa.ForeignKey("cases.id"), primary_key=True),
    bound("province", Key, nullable=False),
    bound("status", Key, nullable=False),
    bound("template", sa.Text),
    bound("params", JsonText, nullable=False),
    bound("first", sa.Integer),
    bound("head", sa.Integer),
    bound("undo", JsonText),
    bound("done_at", Instant),
    sa.Index(
        "uq_migration_items_waiting_case", "case_id", unique=True, sqlite_where=_WAITING, postgresql_where=_WAITING
    ),
    sa.Index("ix_migration_items_status", "migration_id", "status"),
    comment="A case waits in one migration at a time: the partial unique index sees to it.",
)

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


_MANY = 500
"""How many ids go into one statement."""


class Migrations:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def get(self, migration_id: str) -> MigrationRecord:
        """Raise `NotFound`."""
        row = self._connection.execute(sa.select(migrations).where(migrations.c.id == migration_id)).mappings().first()
        if row is None:
            raise NotFound()
        return build(MigrationRecord, row)

    def page(self, key: str | None, unit_ids: Collection[str], page: Page) -> tuple[Sequence[MigrationRecord], int]:
        """Return the rows of the page, newest first, and the number of all that move a case of those units, or none at all."""
        query = sa.select(migrations).where(_moves(unit_ids))
        if key is not None:
            query = query.where(migrations.c.key == key)
        total = self._connection.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
        ordered = query.order_by(migrations.c.started_at.desc(), migrations.c.id.desc())
        rows = self._connection.execute(ordered.limit(page.limit).offset(page.offset)).mappings()
        return build_all(MigrationRecord, rows), total

    def moves(self, migration_id: str, unit_ids: Collection[str]) -> bool:
        """Whether it moves a case of those units, or none at all."""
        query = sa.select(migrations.c.id).where(migrations.c.id == migration_id, _moves(unit_ids))
        return self._connection.scalar(query) is not None

    def add(self, migration: MigrationRecord, new: Sequence[MigrationItem]) -> None:
        """Raise `Conflict` when a case of it already waits in another migration."""
        self._connection.execute(sa.insert(migrations).values(**values(migration)))
        try:
            self._connection.execute(sa.insert(migration_items), [values(item) for item in new])
        except sa.exc.IntegrityError as error:
            raise Conflict() from error

    def stop(self, migration_id: str, at: datetime) -> Sequence[str]:
        """Note that the rest was cancelled; the cases that were still waiting, whose items are cancelled now."""
        self._connection.execute(
            sa.update(migrations)
            .where(migrations.c.id == migration_id, migrations.c.cancelled_at.is_(None))
            .values(cancelled_at=at)
        )
        stopped = (
            sa.update(migration_items)
            .where(migration_items.c.migration_id == migration_id, migration_items.c.status == PENDING)
            .values(status=CANCELLED)
            .returning(migration_items.c.case_id)
        )
        return sorted(self._connection.scalars(stopped))

    def item(self, migration_id: str, case_id: str) -> MigrationItem:
        """Raise `NotFound`."""
        row = self._connection.execute(sa.select(migration_items).where(_one(migration_id, case_id))).mappings().first()
        if row is None:
            raise NotFound()
        return build(MigrationItem, row)

    def items(self, migration_id: str, status: str | None, page: Page) -> Sequence[MigrationItem]:
        """By case id."""
        query = (
            sa.select(migration_items)
            .where(migration_items.c.migration_id == migration_id)
            .order_by(migration_items.c.case_id)
        )
        if status is not None:
            query = query.where(migration_items.c.status == status)
        rows = self._connection.execute(query.limit(page.limit).offset(page.offset)).mappings()
        return build_all(MigrationItem, rows)

    def case_ids(self, migration_id: str, status: str) -> Sequence[str]:
        query = sa.select(migration_items.c.case_id).where(
            migration_items.c.migration_id == migration_id, migration_items.c.status == status
        )
        return self._connection.scalars(query.order_by(migration_items.c.case_id)).all()

    def waiting(self, case_ids: Collection[str]) -> frozenset[str]:
        """Those of the cases that wait in some migration."""
        found: set[str] = set()
        asked = list(case_ids)
        for start in range(0, len(asked), _MANY):
            query = sa.select(migration_items.c.case_id).where(
                migration_items.c.case_id.in_(asked[start : start + _MANY]), migration_items.c.status == PENDING
            )
            found.update(self._connection.scalars(query))
        return frozenset(found)

    def save_item(self, item: MigrationItem, was: str) -> bool:
        """Write the item if its status still is `was`; say whether it was."""
        statement = (
            sa.update(migration_items)
            .where(_one(item.migration_id, item.case_id), migration_items.c.status == was)
            .values(**values(item))
        )
        return self._connection.execute(statement).rowcount == 1

    def mark(self, migration_id: str, case_ids: Collection[str], status: str, was: str) -> None:
        """Give those items a status whose status still is `was`."""
        asked = list(case_ids)
        for start in range(0, len(asked), _MANY):
            self._connection.execute(
                sa.update(migration_items)
                .where(migration_items.c.migration_id == migration_id, migration_items.c.status == was)
                .where(migration_items.c.case_id.in_(asked[start : start + _MANY]))
                .values(status=status)
            )

    def counts(self, migration_ids: Collection[str]) -> dict[str, dict[str, int]]:
        """Migration id → status → number of items."""
        query = (
            sa.select(migration_items.c.migration_id, migration_items.c.status, sa.func.count())
            .where(migration_items.c.migration_id.in_(migration_ids))
            .group_by(migration_items.c.migration_id, migration_items.c.status)
        )
        found: dict[str, dict[str, int]] = defaultdict(dict)
        for migration_id, status, number in self._connection.execute(query):
            found[migration_id][status] = number
        return dict(found)


def _moves(unit_ids: Collection[str]) -> sa.ColumnElement[bool]:
    every = sa.select(migration_items.c.case_id).where(migration_items.c.migration_id == migrations.c.id)
    theirs = every.join(cases, cases.c.id == migration_items.c.case_id).where(cases.c.unit_id.in_(unit_ids))
    return sa.or_(theirs.exists(), ~every.exists())


def _one(migration_id: str, case_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(migration_items.c.migration_id == migration_id, migration_items.c.case_id == case_id)
