"""The system's own users: accounts, roles by organisation with dates, deputies, sessions, failed sign-ins."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from workflow.errors import NotFound
from workflow.spelling import sought
from workflow.store.columns import Hash, Id, Instant, JsonText, Key, Name, bound, folded, metadata
from workflow.store.rows import Among, Page, build, build_all, columns, read_all, remembered, save_guarded, values
from workflow.store.searching.words import contains, order_column, words_column

users = sa.Table(
    "users",
    metadata,
    folded("id", Id, primary_key=True),
    folded("login", sa.String(80), nullable=False, unique=True),
    folded("name", Name, nullable=False),
    folded("email", sa.String(254)),
    folded("locale", sa.String(5), nullable=False, server_default="vi"),
    bound("password_hash", sa.String(255), nullable=False),
    bound("totp_secret", sa.String(255)),
    bound("totp_last_step", sa.Integer),
    bound("demonstration", sa.Boolean, nullable=False, server_default=sa.false()),
    bound("created_at", Instant, nullable=False),
    folded("ended_at", Instant),
    bound("revision", sa.Integer, nullable=False, server_default="1"),
    bound("email_confirmed_at", Instant),
    bound("way_in_by", Id),
    bound("single_keys", sa.Boolean, nullable=False, server_default=sa.true()),
    words_column("name", "login"),
    order_column("name"),
    sa.Index("ix_users_name_order", "name_order", "id"),
)

role_assignments = sa.Table(
    "role_assignments",
    metadata,
    folded("id", Id, primary_key=True),
    folded("user_id", Id, sa.ForeignKey("users.id"), nullable=False, index=True),
    folded("role", Key, nullable=False),
    folded("organisation_id", Key, sa.ForeignKey("organisations.id"), nullable=False),
    folded("valid_from", sa.Date, nullable=False),
    folded("valid_to", sa.Date),
    folded("paper", Name, nullable=False, server_default=""),
    folded("scope", JsonText),
    sa.Index("ix_role_assignments_group", "organisation_id", "role"),
)

deputyships = sa.Table(
    "deputyships",
    metadata,
    folded("id", Id, primary_key=True),
    folded("assignment_id", Id, sa.ForeignKey("role_assignments.id"), nullable=False, index=True),
    folded("deputy_user_id", Id, sa.ForeignKey("users.id"), nullable=False, index=True),
    folded("valid_from", sa.Date, nullable=False),
    folded("valid_to", sa.Date, nullable=False),
    folded("paper", Name, nullable=False, server_default=""),
)

sign_in_sessions = sa.Table(
    "sign_in_sessions",
    metadata,
    bound("token_hash", Hash, primary_key=True),
    bound("user_id", Id, sa.ForeignKey("users.id"), nullable=False, index=True),
    bound("created_at", Instant, nullable=False),
    bound("last_seen_at", Instant, nullable=False),
    bound("revoked_at", Instant),
)

sign_in_failures = sa.Table(
    "sign_in_failures",
    metadata,
    bound("id", Id, primary_key=True),
    bound("key", sa.String(160), nullable=False),
    bound("at", Instant, nullable=False),
    sa.Index("ix_sign_in_failures_key_at", "key", "at"),
)

kept_forms = sa.Table(
    "kept_forms",
    metadata,
    bound("id", Id, primary_key=True),
    bound("user_id", Id, sa.ForeignKey("users.id"), nullable=False),
    bound("form_key", Hash, nullable=False),
    bound("why", Key, nullable=False),
    bound("address", sa.Text, nullable=False),
    bound("fields", JsonText, nullable=False),
    bound("files", JsonText, nullable=False),
    bound("said", JsonText, nullable=False),
    bound("size", sa.Integer, nullable=False),
    bound("kept_at", Instant, nullable=False),
    sa.UniqueConstraint("user_id", "form_key"),
)

NO_PASSWORD = "-"  # noqa: S105 - it is none
"""What stands for a password where there is none: no password fits it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserRecord:
    """One account. `totp_secret` is encrypted; it counts only once `totp_last_step` is set, which its confirmation does.

    `way_in_by`: through whose hands alone the way into the account went: who printed its link, or entered the address for links alone.
    """

    id: str
    login: str
    name: str
    password_hash: str
    created_at: datetime
    email: str | None = None
    locale: str = "vi"
    totp_secret: str | None = None
    totp_last_step: int | None = None
    demonstration: bool = False
    ended_at: datetime | None = None
    revision: int = 1
    email_confirmed_at: datetime | None = None
    way_in_by: str | None = None
    single_keys: bool = True

    @property
    def own_address(self) -> str | None:
        """The address that is known to be the user's: they confirmed it."""
        return self.email if self.email_confirmed_at is not None else None

    @property
    def has_password(self) -> bool:
        return self.password_hash != NO_PASSWORD


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentRecord:
    """A role that a user has in an organisation, both days included.

    `scope`, of an inspection team's: `procedures` (keys) and `campaigns` (ids), empty for all, `opened_from` and `opened_to` (days or null).
    """

    id: str
    user_id: str
    role: str
    organisation_id: str
    valid_from: date
    valid_to: date | None = None
    paper: str = ""
    scope: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeputyshipRecord:
    """Another user stands in for an assignment, both days included."""

    id: str
    assignment_id: str
    deputy_user_id: str
    valid_from: date
    valid_to: date
    paper: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserFilter:
    """All given conditions must hold; `organisation_ids` None means users of every organisation, and of none."""

    text: str | None = None
    role: str | None = None
    organisation_ids: Collection[str] | None = None
    with_ended: bool = False


_NAMESAKES = 20  # more people of one name are not looked for


def _valid(table: sa.Table, on: date | sa.BindParameter[date]) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.valid_from <= on, sa.or_(table.c.valid_to.is_(None), table.c.valid_to >= on))


_ALIVE = sa.select(users.c.id).where(users.c.id == role_assignments.c.user_id, users.c.ended_at.is_(None)).exists()
_OF = role_assignments.c
_HELD = sa.select(*columns(role_assignments, AssignmentRecord)).order_by(_OF.valid_from, _OF.id)
_LENT = sa.select(*columns(deputyships, DeputyshipRecord)).order_by(deputyships.c.valid_from, deputyships.c.id)
_GET_USERS = Among("user", lambda ids: sa.select(*columns(users, UserRecord)).where(users.c.id.in_(ids)))
_HELD_BY = _HELD.where(role_assignments.c.user_id.in_(sa.bindparam("user_ids", expanding=True)))
_REACHED = _HELD.where(
    sa.or_(
        _OF.user_id == sa.bindparam("user_id"),
        _OF.id.in_(
            sa.select(deputyships.c.assignment_id).where(deputyships.c.deputy_user_id == sa.bindparam("user_id"))
        ),
    )
)
_AT = sa.and_(_OF.organisation_id == sa.bindparam("at"), _OF.role == sa.bindparam("called"))
_HOLDERS = _HELD.where(_AT, _valid(role_assignments, sa.bindparam("on", type_=sa.Date)), _ALIVE)
_LENT_TO = _LENT.where(deputyships.c.deputy_user_id == sa.bindparam("user_id"))
_LENT_OF = _LENT.where(deputyships.c.assignment_id.in_(sa.bindparam("of", expanding=True)))


class Accounts:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def get(self, user_id: str) -> UserRecord:
        """Raise `NotFound`."""
        for user in self.many([user_id]).values():
            return user
        raise NotFound()

    @remembered
    def many(self, user_ids: Collection[str]) -> Mapping[str, UserRecord]:
        """Those of the users that exist, by id."""
        found = read_all(UserRecord, self._connection.execute(*_GET_USERS(user_ids))) if user_ids else []
        return {user.id: user for user in found}

    def by_login(self, login: str) -> UserRecord | None:
        row = self._connection.execute(sa.select(users).where(users.c.login == login)).mappings().first()
        return build(UserRecord, row) if row else None

    def named(self, name: str) -> frozenset[str]:
        """The ids of those who have that very name and have not been ended."""
        query = sa.select(users.c.id).where(users.c.name == name, users.c.ended_at.is_(None)).limit(_NAMESAKES)
        return frozenset(self._connection.scalars(query))

    def add(self, user: UserRecord) -> None:
        self._connection.execute(sa.insert(users).values(**values(user)))

    def save(self, user: UserRecord) -> UserRecord:
        """Write the record if its revision is still the stored one and return it with the next; else raise `Conflict`."""
        save_guarded(self._connection, users, user)
        return replace(user, revision=user.revision + 1)

    def search(self, where: UserFilter, page: Page) -> tuple[Sequence[UserRecord], int]:
        """Return the rows of the page, by name, and the number of all."""
        query = _filtered(where)
        total = self._connection.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
        rows = self._connection.execute(
            query.order_by(users.c.name_order, users.c.id).limit(page.limit).offset(page.offset)
        ).mappings()
        return build_all(UserRecord, rows), total

    def assignment(self, assignment_id: str) -> AssignmentRecord:
        """Raise `NotFound`."""
        return build(AssignmentRecord, self._one(role_assignments, assignment_id))

    def assignments(self, assignment_ids: Collection[str]) -> Sequence[AssignmentRecord]:
        return self._assignments(role_assignments.c.id.in_(assignment_ids))

    def assignments_reached(self, user_id: str) -> Sequence[AssignmentRecord]:
        """The user's own and those in which they have ever been made to stand in, oldest first."""
        return read_all(AssignmentRecord, self._connection.execute(_REACHED, {"user_id": user_id}))

    @remembered
    def assignments_of(self, user_ids: Collection[str]) -> Sequence[AssignmentRecord]:
        """Oldest first, ended and future ones included."""
        return read_all(AssignmentRecord, self._connection.execute(_HELD_BY, {"user_ids": list(user_ids)}))

    @remembered
    def holders(self, role: str, organisation_id: str, on: date) -> Sequence[AssignmentRecord]:
        """The assignments of the role in the organisation on that day whose users have not been ended."""
        given = {"at": organisation_id, "called": role, "on": on}
        return read_all(AssignmentRecord, self._connection.execute(_HOLDERS, given))

    @remembered
    def assignments_at(self, organisation_id: str) -> Sequence[AssignmentRecord]:
        """All roles ever held at the organisation, oldest first."""
        return self._assignments(role_assignments.c.organisation_id == organisation_id)

    def holders_anywhere(self, role: str, on: date) -> int:
        """How many people who have not been ended have the role somewhere on that day or later."""
        query = (
            sa.select(sa.func.count(sa.distinct(role_assignments.c.user_id)))
            .join(users, users.c.id == role_assignments.c.user_id)
            .where(
                role_assignments.c.role == role,
                users.c.ended_at.is_(None),
                sa.or_(role_assignments.c.valid_to.is_(None), role_assignments.c.valid_to >= on),
            )
        )
        return self._connection.scalar(query) or 0

    def holding(
        self, on: date, *, roles: Collection[str] | None = None, organisation_id: str | None = None
    ) -> Sequence[AssignmentRecord]:
        """The assignments of that day, of one of these roles or at that organisation, whose users have not been ended."""
        where = [_valid(role_assignments, on), _ALIVE]
        if roles is not None:
            where.append(role_assignments.c.role.in_(roles))
        if organisation_id is not None:
            where.append(role_assignments.c.organisation_id == organisation_id)
        return self._assignments(*where)

    def turning(self, since: date, until: date) -> tuple[Sequence[AssignmentRecord], Sequence[DeputyshipRecord]]:
        """The assignments and deputyships that begin on one of these days, or whose last day was the one before."""
        day = timedelta(days=1)

        def turned(table: sa.Table) -> sa.ColumnElement[bool]:
            return sa.or_(table.c.valid_from.between(since, until), table.c.valid_to.between(since - day, until - day))

        lent = read_all(DeputyshipRecord, self._connection.execute(_LENT.where(turned(deputyships))))
        return self._assignments(turned(role_assignments)), lent

    def add_assignment(self, assignment: AssignmentRecord) -> None:
        self._connection.execute(sa.insert(role_assignments).values(**values(assignment)))

    def end_assignment(self, assignment_id: str, valid_to: date) -> None:
        self._end(role_assignments, assignment_id, valid_to)

    def deputyship(self, deputyship_id: str) -> DeputyshipRecord:
        """Raise `NotFound`."""
        return build(DeputyshipRecord, self._one(deputyships, deputyship_id))

    def deputyships_for(self, deputy_user_id: str) -> Sequence[DeputyshipRecord]:
        """Those in which the user stands in for others."""
        return read_all(DeputyshipRecord, self._connection.execute(_LENT_TO, {"user_id": deputy_user_id}))

    @remembered
    def deputyships_on(self, assignment_ids: Collection[str]) -> Sequence[DeputyshipRecord]:
        """Those in which others stand in for the assignments."""
        return read_all(DeputyshipRecord, self._connection.execute(_LENT_OF, {"of": list(assignment_ids)}))

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
        return read_all(AssignmentRecord, self._connection.execute(_HELD.where(*where)))

    def _end(self, table: sa.Table, id_: str, valid_to: date) -> None:
        self._connection.execute(sa.update(table).where(table.c.id == id_).values(valid_to=valid_to))


def _filtered(where: UserFilter) -> sa.Select[Any]:
    query = sa.select(users)
    if not where.with_ended:
        query = query.where(users.c.ended_at.is_(None))
    if where.text:
        query = query.where(contains(users.c.folded_words, sought(where.text)))
    roles = [role_assignments.c.user_id == users.c.id]
    if where.role:
        roles.append(role_assignments.c.role == where.role)
    if where.organisation_ids is not None:
        roles.append(role_assignments.c.organisation_id.in_(where.organisation_ids))
    if len(roles) > 1:
        query = query.where(sa.select(role_assignments.c.id).where(*roles).exists())
    return query
