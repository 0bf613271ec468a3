"""Migrations of running cases."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa

from workflow.db.rows import build, build_all, values
from workflow.db.tables.migrations import migration_items as items, migrations
from workflow.errors import Conflict, NotFound
from workflow.services.ports.cases import Page
from workflow.services.ports.migrations import CANCELLED, PENDING, MigrationItem, MigrationRecord

_MANY = 500
"""How many ids go into one statement."""


class SqlMigrations:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def get(self, migration_id: str) -> MigrationRecord:
        row = self._connection.execute(sa.select(migrations).where(migrations.c.id == migration_id)).mappings().first()
        if row is None:
            raise NotFound()
        return build(MigrationRecord, row)

    def all(self, key: str | None = None) -> Sequence[MigrationRecord]:
        query = sa.select(migrations).order_by(migrations.c.started_at.desc(), migrations.c.id.desc())
        if key is not None:
            query = query.where(migrations.c.key == key)
        return build_all(MigrationRecord, self._connection.execute(query).mappings())

    def add(self, migration: MigrationRecord, new: Sequence[MigrationItem]) -> None:
        self._connection.execute(sa.insert(migrations).values(**values(migration)))
        try:
            self._connection.execute(sa.insert(items), [values(item) for item in new])
        except sa.exc.IntegrityError as error:
            raise Conflict() from error

    def stop(self, migration_id: str, at: datetime) -> Sequence[str]:
        self._connection.execute(
            sa.update(migrations)
            .where(migrations.c.id == migration_id, migrations.c.cancelled_at.is_(None))
            .values(cancelled_at=at)
        )
        stopped = (
            sa.update(items)
            .where(items.c.migration_id == migration_id, items.c.status == PENDING)
            .values(status=CANCELLED)
            .returning(items.c.case_id)
        )
        return sorted(self._connection.scalars(stopped))

    def item(self, migration_id: str, case_id: str) -> MigrationItem:
        row = self._connection.execute(sa.select(items).where(_one(migration_id, case_id))).mappings().first()
        if row is None:
            raise NotFound()
        return build(MigrationItem, row)

    def items(self, migration_id: str, status: str | None, page: Page) -> Sequence[MigrationItem]:
        query = sa.select(items).where(items.c.migration_id == migration_id).order_by(items.c.case_id)
        if status is not None:
            query = query.where(items.c.status == status)
        rows = self._connection.execute(query.limit(page.limit).offset(page.offset)).mappings()
        return build_all(MigrationItem, rows)

    def case_ids(self, migration_id: str, status: str) -> Sequence[str]:
        query = sa.select(items.c.case_id).where(items.c.migration_id == migration_id, items.c.status == status)
        return self._connection.scalars(query.order_by(items.c.case_id)).all()

    def waiting(self, case_ids: Collection[str]) -> frozenset[str]:
        found: set[str] = set()
        asked = list(case_ids)
        for start in range(0, len(asked), _MANY):
            query = sa.select(items.c.case_id).where(
                items.c.case_id.in_(asked[start : start + _MANY]), items.c.status == PENDING
            )
            found.update(self._connection.scalars(query))
        return frozenset(found)

    def save_item(self, item: MigrationItem, was: str) -> bool:
        statement = (
            sa.update(items).where(_one(item.migration_id, item.case_id), items.c.status == was).values(**values(item))
        )
        return self._connection.execute(statement).rowcount == 1

    def mark(self, migration_id: str, case_ids: Collection[str], status: str, was: str) -> None:
        asked = list(case_ids)
        for start in range(0, len(asked), _MANY):
            self._connection.execute(
                sa.update(items)
                .where(items.c.migration_id == migration_id, items.c.status == was)
                .where(items.c.case_id.in_(asked[start : start + _MANY]))
                .values(status=status)
            )

    def counts(self, migration_ids: Collection[str]) -> dict[str, dict[str, int]]:
        query = (
            sa.select(items.c.migration_id, items.c.status, sa.func.count())
            .where(items.c.migration_id.in_(migration_ids))
            .group_by(items.c.migration_id, items.c.status)
        )
        found: dict[str, dict[str, int]] = defaultdict(dict)
        for migration_id, status, number in self._connection.execute(query):
            found[migration_id][status] = number
        return dict(found)


def _one(migration_id: str, case_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(items.c.migration_id == migration_id, items.c.case_id == case_id)
