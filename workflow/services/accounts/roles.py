"""Roles by organisation with dates, and deputies for them."""

from collections.abc import Mapping
from datetime import timedelta

from workflow.audit.facts.accounts import DeputyshipEnded, RoleEnded
from workflow.errors import N_, InvalidInput
from workflow.organisation.authority import Actor
from workflow.runtime.recorder import Provenance, record
from workflow.services.accounts.acts import sign_out
from workflow.services.accounts.commands import AppointDeputy, AssignRole, EndDeputyship, EndRole
from workflow.services.accounts.directory import LOCK, STREAM
from workflow.services.accounts.requests import Desk, Done
from workflow.services.ground.changes import plain
from workflow.services.ground.ground import Ground
from workflow.services.ground.idempotence import Command
from workflow.store.unit_of_work import UnitOfWork

__all__ = ["AppointDeputy", "AssignRole", "EndDeputyship", "EndRole", "RoleService"]

_PERIOD = N_("The last day (%(valid_to)s) is before the first day (%(valid_from)s).")
_LONGER = N_("The role ends on %(valid_to)s already. To make it longer, give it anew.")
_OUTSIDE = N_("A deputy's days must lie within the days of the role (%(valid_from)s to %(valid_to)s).")


class RoleService:
    """For administrators. Whoever gets or loses a role of the installation must sign in anew.

    A role that two people give, and its deputies, wait for the second: `Done.request` says so.
    """

    def __init__(self, ground: Ground, desk: Desk) -> None:
        self._ground = ground
        self._desk = desk

    def assign(self, actor: Actor, command: AssignRole) -> Done:
        """Give a role. Raises `InvalidInput`, `NotFound`, `PermissionDenied`."""
        return self._desk.submit(actor, command)

    def end_role(self, actor: Actor, command: EndRole) -> None:
        """Give the role a last day, or an earlier one."""
        last_day = command.last_day

        def work(uow: UnitOfWork) -> Mapping[str, str]:
            old = uow.accounts.assignment(command.assignment_id)
            by = self._by(uow, actor, command, old.organisation_id)
            if last_day < old.valid_from - timedelta(days=1):
                raise InvalidInput(_PERIOD, valid_from=old.valid_from, valid_to=last_day)
            if old.valid_to is not None and last_day > old.valid_to:
                raise InvalidInput(_LONGER, valid_to=old.valid_to)
            uow.accounts.end_assignment(old.id, last_day)
            sign_out(uow, old, by)
            fact = RoleEnded(user=old.user_id, assignment=plain(old), old=plain(old.valid_to), new=plain(last_day))
            record(uow, STREAM, [fact], by)
            return {"id": old.id}

        self._ground.carry_out(actor, command, work, lock=LOCK)

    def appoint_deputy(self, actor: Actor, command: AppointDeputy) -> Done:
        """Let another user stand in for the role."""
        return self._desk.submit(actor, command)

    def end_deputyship(self, actor: Actor, command: EndDeputyship) -> None:
        """Give the deputyship an earlier last day."""

        def work(uow: UnitOfWork) -> Mapping[str, str]:
            old, last_day = uow.accounts.deputyship(command.deputyship_id), command.last_day
            held = uow.accounts.assignment(old.assignment_id)
            by = self._by(uow, actor, command, held.organisation_id)
            if not old.valid_from - timedelta(days=1) <= last_day <= old.valid_to:
                raise InvalidInput(_OUTSIDE, valid_from=old.valid_from, valid_to=old.valid_to)
            uow.accounts.end_deputyship(old.id, last_day)
            fact = DeputyshipEnded(
                user=old.deputy_user_id, deputyship=plain(old), old=plain(old.valid_to), new=plain(last_day)
            )
            record(uow, STREAM, [fact], by)
            return {"id": old.id}

        self._ground.carry_out(actor, command, work, lock=LOCK)

    def _by(self, uow: UnitOfWork, actor: Actor, command: Command, organisation_id: str) -> Provenance:
        return self._ground.by(uow, actor, command, "administer_accounts", organisation_id)
