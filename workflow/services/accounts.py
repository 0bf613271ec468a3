"""What a user may do on a day, and the accounts as administrators see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from workflow.errors import N_, InvalidInput, NotFound
from workflow.ids import new_id
from workflow.organisation.authority import Actor, Assignment, Deputyship, effective_assignments
from workflow.ports import Clock
from workflow.services.access import local_date
from workflow.services.acting import required
from workflow.services.administration import Administration
from workflow.services.organisations import OrganisationRegister
from workflow.store.accounts import AssignmentRecord, DeputyshipRecord, UserFilter, UserRecord
from workflow.store.rows import Page
from workflow.store.unit_of_work import UnitOfWork, UnitsOfWork

_PERIOD = N_("The last day (%(valid_to)s) is before the first day (%(valid_from)s).")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRole:
    """A role to be given: by whom it is held is said beside it."""

    role: str
    organisation_id: str
    valid_from: date
    valid_to: date | None = None
    paper: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountView:
    """An account without its secrets. `deputies` stand in for it, `stands_in` are those it stands in for."""

    id: str
    login: str
    name: str
    email: str | None
    locale: str
    has_second_factor: bool
    must_change_password: bool
    demonstration: bool
    ended_at: datetime | None
    revision: int
    assignments: Sequence[AssignmentRecord]
    deputies: Sequence[DeputyshipRecord]
    stands_in: Sequence[DeputyshipRecord]


def actor_in(uow: UnitOfWork, user_id: str, at: datetime) -> Actor:
    """The user with what they may do on that day, as a deputy too; an ended account may do nothing. Raises `NotFound`."""
    user = uow.accounts.get(user_id)
    if _is_ended(user, at):
        return Actor(user_id=user.id, name=user.name)
    deputyships = uow.accounts.deputyships_for(user_id)
    lent = uow.accounts.assignments({one.assignment_id for one in deputyships}) if deputyships else ()
    principals = uow.accounts.many({one.user_id for one in lent}) if lent else {}
    held = [*uow.accounts.assignments_of([user_id]), *(a for a in lent if not _is_ended(principals[a.user_id], at))]
    assignments = effective_assignments(
        user_id, map(assignment_of, held), map(_deputyship_of, deputyships), local_date(at)
    )
    return Actor(user_id=user.id, name=user.name, assignments=assignments)


def assignment_of(record: AssignmentRecord) -> Assignment:
    """The assignment as the authority rules know it."""
    return Assignment(
        id=record.id,
        user_id=record.user_id,
        role=record.role,
        organisation_id=record.organisation_id,
        valid_from=record.valid_from,
        valid_to=record.valid_to,
    )


def new_assignment(user_id: str, role: NewRole) -> AssignmentRecord:
    """The role as it is stored. Raises `InvalidInput`."""
    if role.valid_to is not None and role.valid_to < role.valid_from:
        raise InvalidInput(_PERIOD, valid_from=role.valid_from.isoformat(), valid_to=role.valid_to.isoformat())
    return AssignmentRecord(
        id=new_id(),
        user_id=user_id,
        role=required(role.role, "role", 120),
        organisation_id=role.organisation_id,
        valid_from=role.valid_from,
        valid_to=role.valid_to,
        paper=role.paper.strip(),
    )


class AccountDirectory:
    """Reads accounts; an administrator sees those that have, or had, a role in their jurisdiction."""

    def __init__(self, units: UnitsOfWork, clock: Clock, register: OrganisationRegister) -> None:
        self._units = units
        self._clock = clock
        self._administration = Administration(clock, register)

    def actor_of(self, user_id: str, at: datetime | None = None) -> Actor:
        """As `actor_in`, now or at another instant."""
        with self._units.reading() as uow:
            return actor_in(uow, user_id, at or self._clock.now())

    def search(
        self,
        actor: Actor,
        *,
        text: str = "",
        role: str | None = None,
        with_ended: bool = False,
        page: Page | None = None,
    ) -> tuple[Sequence[AccountView], int]:
        """The accounts that have, or had, a role in the actor's jurisdiction, by name; and how many there are."""
        with self._units.reading() as uow:
            where = UserFilter(
                text=text.strip() or None,
                role=role,
                organisation_ids=self._administration.reach(uow, actor),
                with_ended=with_ended,
            )
            users, total = uow.accounts.search(where, page or Page())
            return [_view(uow, user) for user in users], total

    def get(self, actor: Actor, user_id: str) -> AccountView:
        """One account within the actor's reach. Raises `NotFound` for any other."""
        with self._units.reading() as uow:
            user = uow.accounts.get(user_id)
            reach = self._administration.reach(uow, actor)
            if not any(one.organisation_id in reach for one in uow.accounts.assignments_of([user_id])):
                raise NotFound()
            return _view(uow, user)


def _is_ended(user: UserRecord, at: datetime) -> bool:
    return user.ended_at is not None and user.ended_at <= at


def _deputyship_of(record: DeputyshipRecord) -> Deputyship:
    return Deputyship(
        id=record.id,
        assignment_id=record.assignment_id,
        deputy_user_id=record.deputy_user_id,
        valid_from=record.valid_from,
        valid_to=record.valid_to,
        paper=record.paper,
    )


def _view(uow: UnitOfWork, user: UserRecord) -> AccountView:
    assignments = uow.accounts.assignments_of([user.id])
    return AccountView(
        id=user.id,
        login=user.login,
        name=user.name,
        email=user.email,
        locale=user.locale,
        has_second_factor=user.totp_last_step is not None,
        must_change_password=user.must_change_password,
        demonstration=user.demonstration,
        ended_at=user.ended_at,
        revision=user.revision,
        assignments=assignments,
        deputies=uow.accounts.deputyships_on({one.id for one in assignments}),
        stands_in=uow.accounts.deputyships_for(user.id),
    )
