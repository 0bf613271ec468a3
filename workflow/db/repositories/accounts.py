"""Users, their roles and deputies."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from workflow.db.repositories.cases import like
from workflow.db.rows import build, build_all, save_guarded, values
from workflow.db.tables.accounts import deputyships, role_assignments, users
from workflow.errors import NotFound
from workflow.services.ports.accounts import AssignmentRecord, DeputyshipRecord, UserFilter, UserRecord
from workflow.services.ports.cases import Page


class SqlAccounts:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def get(self, user_id: str) -> UserRecord:
        return build(UserRecord, self._one(users, user_id))

    def many(self, user_ids: Collection[str]) -> dict[str, UserRecord]:
        query = sa.select(users).where(users.c.id.in_(user_ids))
        return {user.id: user for user in build_all(UserRecord, self._connection.execute(query).mappings())}

    def by_login(self, login: str) -> UserRecord | None:
        row = self._connection.execute(sa.select(users).where(users.c.login == login)).mappings().first()
        return build(UserRecord, row) if row else None

    def add(self, user: UserRecord) -> None:
        self._connection.execute(sa.insert(users).values(**values(user)))

    def save(self, user: UserRecord) -> UserRecord:
        save_guarded(self._connection, users, user)
        return replace(user, revision=user.revision + 1)

    def search(self, where: UserFilter, page: Page) -> tuple[Sequence[UserRecord], int]:
        query = _filtered(where)
        total = self._connection.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
        rows = self._connection.execute(
            query.order_by(users.c.name, users.c.id).limit(page.limit).offset(page.offset)
        ).mappings()
        return build_all(UserRecord, rows), total

    def assignment(self, assignment_id: str) -> AssignmentRecord:
        return build(AssignmentRecord, self._one(role_assignments, assignment_id))

    def assignments(self, assignment_ids: Collection[str]) -> Sequence[AssignmentRecord]:
        return self._assignments(role_assignments.c.id.in_(assignment_ids))

    def assignments_of(self, user_ids: Collection[str]) -> Sequence[AssignmentRecord]:
        return self._assignments(role_assignments.c.user_id.in_(user_ids))

    def holders(self, role: str, organisation_id: str, on: date) -> Sequence[AssignmentRecord]:
        alive = sa.select(users.c.id).where(users.c.id == role_assignments.c.user_id, users.c.ended_at.is_(None))
        return self._assignments(
            role_assignments.c.organisation_id == organisation_id,
            role_assignments.c.role == role,
            _valid(role_assignments, on),
            alive.exists(),
        )

    def add_assignment(self, assignment: AssignmentRecord) -> None:
        self._connection.execute(sa.insert(role_assignments).values(**values(assignment)))

    def end_assignment(self, assignment_id: str, valid_to: date) -> None:
        self._end(role_assignments, assignment_id, valid_to)

    def deputyship(self, deputyship_id: str) -> DeputyshipRecord:
        return build(DeputyshipRecord, self._one(deputyships, deputyship_id))

    def deputyships_for(self, deputy_user_id: str) -> Sequence[DeputyshipRecord]:
        return self._deputyships(deputyships.c.deputy_user_id == deputy_user_id)

    def deputyships_on(self, assignment_ids: Collection[str]) -> Sequence[DeputyshipRecord]:
        return self._deputyships(deputyships.c.assignment_id.in_(assignment_ids))

    def add_deputyship(self, deputyship: DeputyshipRecord) -> None:
        self._connection.execute(sa.insert(deputyships).values(**values(deputyship)))

    def end_deputyship(self, deputyship_id: str, valid_to: date) -> None:
        self._end(deputyships, deputyship_id, valid_to)

    def _one(self, table: sa.Table, id_: str) -> sa.RowMapping:
        row = self._connection.execute(sa.select(table).where(table.c.id == id_)).mappings().first()
        if row is None:
            raise NotFound()
        return row

    def _assignments(self, *where: sa.ColumnElement[bool]) -> Sequence[AssignmentRecord]:
        query = sa.select(role_assignments).where(*where).order_by(role_assignments.c.valid_from, role_assignments.c.id)
        return build_all(AssignmentRecord, self._connection.execute(query).mappings())

    def _deputyships(self, *where: sa.ColumnElement[bool]) -> Sequence[DeputyshipRecord]:
        query = sa.select(deputyships).where(*where).order_by(deputyships.c.valid_from, deputyships.c.id)
        return build_all(DeputyshipRecord, self._connection.execute(query).mappings())

    def _end(self, table: sa.Table, id_: str, valid_to: date) -> None:
        self._connection.execute(sa.update(table).where(table.c.id == id_).values(valid_to=valid_to))


def _valid(table: sa.Table, on: date) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.valid_from <= on, sa.or_(table.c.valid_to.is_(None), table.c.valid_to >= on))


def _filtered(where: UserFilter) -> sa.Select[Any]:
    query = sa.select(users)
    if not where.with_ended:
        query = query.where(users.c.ended_at.is_(None))
    if where.text:
        pattern = like(where.text)
        query = query.where(
            sa.or_(users.c.name.ilike(pattern, escape="!"), users.c.login.ilike(pattern.lower(), escape="!"))
        )
    roles = [role_assignments.c.user_id == users.c.id]
    if where.role:
        roles.append(role_assignments.c.role == where.role)
    if where.organisation_ids is not None:
        roles.append(role_assignments.c.organisation_id.in_(where.organisation_ids))
    if len(roles) > 1:
        query = query.where(sa.select(role_assignments.c.id).where(*roles).exists())
    return query
