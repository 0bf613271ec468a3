"""Roles by organisation with dates, and deputies for them."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from workflow.errors import N_, InvalidInput, NotFound, PermissionDenied
from workflow.ids import new_id
from workflow.organisation.authority import Actor
from workflow.organisation.permissions import SYSTEM_ROLES
from workflow.ports import Clock
from workflow.runtime.recorder import Fact, Provenance, record
from workflow.services.accounts.directory import STREAM, Administration, NewRole, new_assignment
from workflow.services.ground.changes import plain
from workflow.services.ground.idempotence import done_before, remember
from workflow.services.ground.register import OrganisationRegister
from workflow.store.accounts import AssignmentRecord, DeputyshipRecord
from workflow.store.unit_of_work import UnitOfWork, UnitsOfWork

_ROLE = re.compile(r"[a-z][a-z0-9-]{0,63}")
_BAD_ROLE = N_("%(role)s is no role.")
_OWN = N_("You may not give yourself a role or a deputyship. Another administrator must do it.")
_PERIOD = N_("The last day (%(valid_to)s) is before the first day (%(valid_from)s).")
_OUTSIDE = N_("A deputy's days must lie within the days of the role (%(valid_from)s to %(valid_to)s).")
_SAME = N_("Nobody can be their own deputy.")
_ENDED = N_("This account has ended.")


class RoleService:
    """For administrators. Whoever gets or loses a role of the installation must sign in anew."""

    def __init__(self, units: UnitsOfWork, clock: Clock, register: OrganisationRegister) -> None:
        self._units = units
        self._administration = Administration(clock, register)
        self._register = register

    def assign(self, actor: Actor, user_id: str, role: NewRole, *, command_id: str) -> str:
        """Give a role and return the assignment's id. Raises `InvalidInput`, `NotFound`, `PermissionDenied`."""
        if not _ROLE.fullmatch(role.role):
            raise InvalidInput(_BAD_ROLE, role=role.role)

        def work(uow: UnitOfWork) -> tuple[str, Fact, Provenance]:
            by = self._administration.for_role(uow, actor, role.organisation_id, command_id)
            self._other(uow, actor, user_id)
            new = new_assignment(user_id, role)
            uow.accounts.add_assignment(new)
            self._sign_out(uow, new, by)
            return new.id, Fact(type="RoleAssigned", payload={"user": user_id, "new": plain(new)}), by

        return self._carry_out("AssignRole", actor, command_id, work)

    def end_role(self, actor: Actor, assignment_id: str, *, last_day: date, command_id: str) -> None:
        """Give the role a last day; the day before its first one takes it back wholly."""

        def work(uow: UnitOfWork) -> tuple[str, Fact, Provenance]:
            old = uow.accounts.assignment(assignment_id)
            by = self._administration.for_role(uow, actor, old.organisation_id, command_id)
            if last_day < old.valid_from - timedelta(days=1):
                raise InvalidInput(_PERIOD, valid_from=old.valid_from.isoformat(), valid_to=last_day.isoformat())
            uow.accounts.end_assignment(assignment_id, last_day)
            self._sign_out(uow, old, by)
            payload = {
                "user": old.user_id,
                "assignment": plain(old),
                "old": plain(old.valid_to),
                "new": plain(last_day),
            }
            return assignment_id, Fact(type="RoleEnded", payload=payload), by

        self._carry_out("EndRole", actor, command_id, work)

    def appoint_deputy(
        self,
        actor: Actor,
        *,
        assignment_id: str,
        deputy_user_id: str,
        valid_from: date,
        valid_to: date,
        paper: str,
        command_id: str,
    ) -> str:
        """Let another user stand in for the role within its days; return the deputyship's id."""

        def work(uow: UnitOfWork) -> tuple[str, Fact, Provenance]:
            held = uow.accounts.assignment(assignment_id)
            by = self._administration.for_role(uow, actor, held.organisation_id, command_id)
            self._other(uow, actor, deputy_user_id)
            _check_days(held, deputy_user_id, valid_from, valid_to)
            new = DeputyshipRecord(
                id=new_id(),
                assignment_id=assignment_id,
                deputy_user_id=deputy_user_id,
                valid_from=valid_from,
                valid_to=valid_to,
                paper=paper.strip(),
            )
            uow.accounts.add_deputyship(new)
            payload = {"user": deputy_user_id, "assignment": plain(held), "new": plain(new)}
            return new.id, Fact(type="DeputyAppointed", payload=payload), by

        return self._carry_out("AppointDeputy", actor, command_id, work)

    def end_deputyship(self, actor: Actor, deputyship_id: str, *, last_day: date, command_id: str) -> None:
        """Give the deputyship an earlier last day; the day before its first one takes it back wholly."""

        def work(uow: UnitOfWork) -> tuple[str, Fact, Provenance]:
            old = uow.accounts.deputyship(deputyship_id)
            held = uow.accounts.assignment(old.assignment_id)
            by = self._administration.for_role(uow, actor, held.organisation_id, command_id)
            if not old.valid_from - timedelta(days=1) <= last_day <= old.valid_to:
                raise InvalidInput(_OUTSIDE, valid_from=old.valid_from.isoformat(), valid_to=old.valid_to.isoformat())
            uow.accounts.end_deputyship(deputyship_id, last_day)
            payload = {
                "user": old.deputy_user_id,
                "deputyship": plain(old),
                "old": plain(old.valid_to),
                "new": plain(last_day),
            }
            return deputyship_id, Fact(type="DeputyshipEnded", payload=payload), by

        self._carry_out("EndDeputyship", actor, command_id, work)

    def _carry_out(
        self, kind: str, actor: Actor, command_id: str, work: Callable[[UnitOfWork], tuple[str, Fact, Provenance]]
    ) -> str:
        with self._units() as uow:
            self._administration.lock(uow)
            if (done := done_before(uow, command_id, actor.user_id)) is not None:
                return str(done["id"])
            id_, fact, by = work(uow)
            record(uow, STREAM, [fact], by)
            remember(uow, kind, by, {"id": id_})
            uow.commit()
        return id_

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


def _check_days(held: AssignmentRecord, deputy_user_id: str, valid_from: date, valid_to: date) -> None:
    if held.user_id == deputy_user_id:
        raise InvalidInput(_SAME)
    if valid_to < valid_from:
        raise InvalidInput(_PERIOD, valid_from=valid_from.isoformat(), valid_to=valid_to.isoformat())
    if valid_from < held.valid_from or (held.valid_to is not None and valid_to > held.valid_to):
        raise InvalidInput(
            _OUTSIDE,
            valid_from=held.valid_from.isoformat(),
            valid_to=held.valid_to.isoformat() if held.valid_to else "…",
        )
