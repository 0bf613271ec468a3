"""Roles by organisation with dates, and deputies for them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from workflow.audit.facts.accounts import DeputyAppointed, DeputyshipEnded, RoleAssigned, RoleEnded
from workflow.errors import N_, InvalidInput, NotFound, PermissionDenied
from workflow.ids import new_id
from workflow.organisation.authority import Actor
from workflow.organisation.permissions import SYSTEM_ROLES
from workflow.runtime.recorder import Provenance, record
from workflow.services.accounts.directory import LOCK, STREAM, NewRole, new_assignment
from workflow.services.ground.changes import plain
from workflow.services.ground.ground import Ground
from workflow.services.ground.idempotence import Command
from workflow.store.accounts import AssignmentRecord, DeputyshipRecord
from workflow.store.unit_of_work import UnitOfWork

_ROLE = re.compile(r"[a-z][a-z0-9-]{0,63}")
_BAD_ROLE = N_("%(role)s is no role.")
_OWN = N_("You may not give yourself a role or a deputyship. Another administrator must do it.")
_PERIOD = N_("The last day (%(valid_to)s) is before the first day (%(valid_from)s).")
_OUTSIDE = N_("A deputy's days must lie within the days of the role (%(valid_from)s to %(valid_to)s).")
_SAME = N_("Nobody can be their own deputy.")
_ENDED = N_("This account has ended.")


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignRole(Command):
    user_id: str
    role: NewRole


@dataclass(frozen=True, slots=True, kw_only=True)
class EndRole(Command):
    """The day before the role's first one takes it back wholly."""

    assignment_id: str
    last_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointDeputy(Command):
    """The days lie within the role's."""

    assignment_id: str
    deputy_user_id: str
    valid_from: date
    valid_to: date
    paper: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndDeputyship(Command):
    """The day before the deputyship's first one takes it back wholly."""

    deputyship_id: str
    last_day: date


class RoleService:
    """For administrators. Whoever gets or loses a role of the installation must sign in anew."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def assign(self, actor: Actor, command: AssignRole) -> str:
        """Give a role and return the assignment's id. Raises `InvalidInput`, `NotFound`, `PermissionDenied`."""
        if not _ROLE.fullmatch(command.role.role):
            raise InvalidInput(_BAD_ROLE, role=command.role.role)

        def work(uow: UnitOfWork) -> Mapping[str, str]:
            by = self._by(uow, actor, command, command.role.organisation_id)
            self._other(uow, actor, command.user_id)
            new = new_assignment(command.user_id, command.role)
            uow.accounts.add_assignment(new)
            self._sign_out(uow, new, by)
            record(uow, STREAM, [RoleAssigned(user=command.user_id, new=plain(new))], by)
            return {"id": new.id}

        return str(self._ground.carry_out(actor, command, work, lock=LOCK)["id"])

    def end_role(self, actor: Actor, command: EndRole) -> None:
        """Give the role a last day."""
        last_day = command.last_day

        def work(uow: UnitOfWork) -> Mapping[str, str]:
            old = uow.accounts.assignment(command.assignment_id)
            by = self._by(uow, actor, command, old.organisation_id)
            if last_day < old.valid_from - timedelta(days=1):
                raise InvalidInput(_PERIOD, valid_from=old.valid_from.isoformat(), valid_to=last_day.isoformat())
            uow.accounts.end_assignment(old.id, last_day)
            self._sign_out(uow, old, by)
            fact = RoleEnded(user=old.user_id, assignment=plain(old), old=plain(old.valid_to), new=plain(last_day))
            record(uow, STREAM, [fact], by)
            return {"id": old.id}

        self._ground.carry_out(actor, command, work, lock=LOCK)

    def appoint_deputy(self, actor: Actor, command: AppointDeputy) -> str:
        """Let another user stand in for the role; return the deputyship's id."""

        def work(uow: UnitOfWork) -> Mapping[str, str]:
            held = uow.accounts.assignment(command.assignment_id)
            by = self._by(uow, actor, command, held.organisation_id)
            self._other(uow, actor, command.deputy_user_id)
            _check_days(held, command)
            new = DeputyshipRecord(
                id=new_id(),
                assignment_id=held.id,
                deputy_user_id=command.deputy_user_id,
                valid_from=command.valid_from,
                valid_to=command.valid_to,
                paper=command.paper.strip(),
            )
            uow.accounts.add_deputyship(new)
            fact = DeputyAppointed(user=new.deputy_user_id, assignment=plain(held), new=plain(new))
            record(uow, STREAM, [fact], by)
            return {"id": new.id}

        return str(self._ground.carry_out(actor, command, work, lock=LOCK)["id"])

    def end_deputyship(self, actor: Actor, command: EndDeputyship) -> None:
        """Give the deputyship an earlier last day."""

        def work(uow: UnitOfWork) -> Mapping[str, str]:
            old, last_day = uow.accounts.deputyship(command.deputyship_id), command.last_day
            held = uow.accounts.assignment(old.assignment_id)
            by = self._by(uow, actor, command, held.organisation_id)
            if not old.valid_from - timedelta(days=1) <= last_day <= old.valid_to:
                raise InvalidInput(_OUTSIDE, valid_from=old.valid_from.isoformat(), valid_to=old.valid_to.isoformat())
            uow.accounts.end_deputyship(old.id, last_day)
            fact = DeputyshipEnded(
                user=old.deputy_user_id, deputyship=plain(old), old=plain(old.valid_to), new=plain(last_day)
            )
            record(uow, STREAM, [fact], by)
            return {"id": old.id}

        self._ground.carry_out(actor, command, work, lock=LOCK)

    def _by(self, uow: UnitOfWork, actor: Actor, command: Command, organisation_id: str) -> Provenance:
        return self._ground.by(uow, actor, command, "administer_accounts", organisation_id)

    @staticmethod
    def _other(uow: UnitOfWork, actor: Actor, user_id: str) -> None:
        if user_id == actor.user_id:
            raise PermissionDenied(_OWN)
        user = uow.accounts.many([user_id]).get(user_id)
        if user is None:
            raise NotFound()
        if user.ended_at is not None:
            raise InvalidInput(_ENDED)

    @staticmethod
    def _sign_out(uow: UnitOfWork, assignment: AssignmentRecord, by: Provenance) -> None:
        if assignment.role in SYSTEM_ROLES:
            uow.sign_ins.revoke_all(assignment.user_id, by.at)


def _check_days(held: AssignmentRecord, wish: AppointDeputy) -> None:
    if held.user_id == wish.deputy_user_id:
        raise InvalidInput(_SAME)
    if wish.valid_to < wish.valid_from:
        raise InvalidInput(_PERIOD, valid_from=wish.valid_from.isoformat(), valid_to=wish.valid_to.isoformat())
    if wish.valid_from < held.valid_from or (held.valid_to is not None and wish.valid_to > held.valid_to):
        raise InvalidInput(
            _OUTSIDE,
            valid_from=held.valid_from.isoformat(),
            valid_to=held.valid_to.isoformat() if held.valid_to else "…",
        )
