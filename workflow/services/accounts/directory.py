"""Accounts as administrators see them, each within their jurisdiction; one writer at a time on their stream."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from workflow.audit.facts.fact import ABSENT, Absent
from workflow.errors import N_, InvalidInput, NotFound, PermissionDenied
from workflow.ids import new_id
from workflow.organisation.authority import Actor, Assignment
from workflow.organisation.permissions import INSPECTION, Permission
from workflow.runtime.recorder import Provenance
from workflow.services.ground.access import actor_in, provenance
from workflow.services.ground.changes import plain, required
from workflow.services.ground.ground import Ground
from workflow.services.ground.idempotence import Command
from workflow.spelling import entered
from workflow.store.accounts import AssignmentRecord, DeputyshipRecord, UserFilter, UserRecord
from workflow.store.rows import Page
from workflow.store.unit_of_work import UnitOfWork

_NEEDS_END = N_("The role of an inspection team needs a last day.")
_NO_SCOPE = N_("Only the role of an inspection team is bounded to procedures, campaigns or days of opening.")
_PERIOD = N_("The last day (%(valid_to)s) is before the first day (%(valid_from)s).")


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleScope:
    """Which cases an inspection team reads: empty means all. Days of opening, both included."""

    procedures: tuple[str, ...] = ()
    campaigns: tuple[str, ...] = ()
    opened_from: date | None = None
    opened_to: date | None = None

    @property
    def is_given(self) -> bool:
        return self != RoleScope()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRole:
    """A role to be given: by whom it is held is said beside it. `scope`: only an inspection team's."""

    role: str
    organisation_id: str
    valid_from: date
    valid_to: date | None = None
    paper: str = ""
    scope: RoleScope = RoleScope()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who asked for what a second person has confirmed, and the request; nothing where it took none."""

    by: str | Absent = ABSENT
    request: str | Absent = ABSENT


ALONE = Asked()


@dataclass(frozen=True, slots=True, kw_only=True)
class UserCommand(Command):
    """What every command on an account says."""

    user_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountView:
    """An account without its secrets. `deputies` stand in for it, `stands_in` are those it stands in for."""

    id: str
    login: str
    name: str
    email: str | None
    locale: str
    email_confirmed: bool
    has_second_factor: bool
    has_password: bool
    way_in_by: str | None
    demonstration: bool
    ended_at: datetime | None
    revision: int
    assignments: Sequence[AssignmentRecord]
    deputies: Sequence[DeputyshipRecord]
    stands_in: Sequence[DeputyshipRecord]


def new_assignment(user_id: str, role: NewRole) -> AssignmentRecord:
    """The role as it is stored. Raises `InvalidInput`."""
    if role.valid_to is not None and role.valid_to < role.valid_from:
        raise InvalidInput(_PERIOD, valid_from=role.valid_from, valid_to=role.valid_to)
    if role.role == INSPECTION and role.valid_to is None:
        raise InvalidInput(_NEEDS_END)
    if role.role != INSPECTION and role.scope.is_given:
        raise InvalidInput(_NO_SCOPE)
    first, last = role.scope.opened_from, role.scope.opened_to
    if first is not None and last is not None and last < first:
        raise InvalidInput(_PERIOD, valid_from=first, valid_to=last)
    return AssignmentRecord(
        id=new_id(),
        user_id=user_id,
        role=required(role.role, "role", 120),
        organisation_id=role.organisation_id,
        valid_from=role.valid_from,
        valid_to=role.valid_to,
        paper=entered(role.paper),
        scope=plain(role.scope) if role.role == INSPECTION else None,
    )


class AccountDirectory:
    """Reads accounts; an administrator sees those that have, or had, a role in their jurisdiction."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def actor_of(self, user_id: str, at: datetime | None = None) -> Actor:
        """As `actor_in`, now or at another instant."""
        with self._ground.units.reading() as uow:
            return actor_in(uow, user_id, at or self._ground.clock.now())

    def own_address(self, actor: Actor) -> tuple[str | None, bool]:
        """The actor's own mail address, and whether they have confirmed it."""
        with self._ground.units.reading() as uow:
            user = uow.accounts.get(actor.user_id)
        return user.email, user.own_address is not None

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
        with self._ground.units.reading() as uow:
            where = UserFilter(
                text=text.strip() or None,
                role=role,
                organisation_ids=reach(self._ground, uow, actor),
                with_ended=with_ended,
            )
            users, total = uow.accounts.search(where, page or Page())
            return [view_of(uow, user) for user in users], total

    def get(self, actor: Actor, user_id: str) -> AccountView:
        """One account within the actor's reach. Raises `NotFound` for any other."""
        with self._ground.units.reading() as uow:
            user = uow.accounts.get(user_id)
            within = reach(self._ground, uow, actor)
            if not any(one.organisation_id in within for one in uow.accounts.assignments_of([user_id])):
                raise NotFound()
            return view_of(uow, user)


def view_of(uow: UnitOfWork, user: UserRecord) -> AccountView:
    """The account as it is shown."""
    assignments = uow.accounts.assignments_of([user.id])
    return AccountView(
        id=user.id,
        login=user.login,
        name=user.name,
        email=user.email,
        locale=user.locale,
        email_confirmed=user.email_confirmed_at is not None,
        has_second_factor=user.totp_last_step is not None,
        has_password=user.has_password,
        way_in_by=user.way_in_by,
        demonstration=user.demonstration,
        ended_at=user.ended_at,
        revision=user.revision,
        assignments=assignments,
        deputies=uow.accounts.deputyships_on({one.id for one in assignments}),
        stands_in=uow.accounts.deputyships_for(user.id),
    )


STREAM = "accounts"
LOCK = "accounts.revision"
_PERMISSION: Permission = "administer_accounts"
_OWN = N_("You may not change your own rights. Another administrator must do it.")


def lock(uow: UnitOfWork) -> None:
    """Let one writer at a time onto the accounts' stream: many people sign in at once, and none should meet a conflict."""
    uow.settings.raise_number(LOCK)


def reach(ground: Ground, uow: UnitOfWork, actor: Actor) -> frozenset[str]:
    """The ids of the organisations, ended ones included, whose accounts the actor administers."""
    tree, today = ground.register.tree(uow), ground.today()
    return frozenset(one.id for one in uow.organisations.all() if actor.can(_PERMISSION, one.id, tree, today))


def administered(
    ground: Ground, uow: UnitOfWork, actor: Actor, command: UserCommand, *, others_only: bool = False
) -> tuple[UserRecord, Provenance]:
    """The command's account, which the actor must reach wholly, and in whose name they change it. Raises as `reached`."""
    user, held = reached(ground, uow, actor, command.user_id, others_only=others_only)
    return user, provenance(actor, held, ground.clock.now(), command.command_id)


def reached(
    ground: Ground, uow: UnitOfWork, actor: Actor, user_id: str, *, others_only: bool = False
) -> tuple[UserRecord, Assignment]:
    """An account that the actor administers wholly, and by which assignment.

    Every role that still counts must lie within the jurisdiction: else somebody could take over, by a new password, an
    account that may do more than they. Raises `NotFound` when no role lies there, `PermissionDenied` when only some do.
    """
    tree, today = ground.register.tree(uow), ground.today()
    user = uow.accounts.get(user_id)
    assignments = uow.accounts.assignments_of([user.id])
    covered = [a for a in assignments if actor.can(_PERMISSION, a.organisation_id, tree, today)]
    if not covered:
        raise NotFound()
    if any(a not in covered for a in assignments if a.valid_to is None or a.valid_to >= today):
        raise PermissionDenied()
    if others_only and user.id == actor.user_id:
        raise PermissionDenied(_OWN)
    return user, ground.require(uow, actor, _PERMISSION, covered[0].organisation_id)
