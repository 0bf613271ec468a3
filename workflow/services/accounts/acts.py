"""What a second person may have to confirm: the acts by which somebody gets a power, or a way into an account that has one.

Each act checks and carries itself out in the transaction of who performs it, at once or when it is confirmed: everything is asked again then.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Generic, TypeVar

from workflow.audit.facts.accounts import (
    DeputyAppointed,
    RoleAssigned,
    SecondFactorReset,
    UserChanged,
    UserCreated,
    WayInRenewed,
)
from workflow.audit.facts.fact import ABSENT
from workflow.errors import N_, InvalidInput, NotFound, PermissionDenied
from workflow.ids import new_id
from workflow.organisation.authority import Actor, Assignment
from workflow.organisation.permissions import SYSTEM_ROLES
from workflow.runtime.recorder import Provenance, record
from workflow.services.accounts.commands import (
    AppointDeputy,
    AssignRole,
    ChangeAddress,
    CreateUser,
    NewUser,
    ResetPassword,
    ResetSecondFactor,
    checked_email,
    new_user,
)
from workflow.services.accounts.directory import STREAM, Asked, NewRole, RoleScope, UserCommand, new_assignment, reached
from workflow.services.accounts.links import ADDRESS, PASSWORD, Links
from workflow.services.accounts.powers import Powers, Right
from workflow.services.ground.changes import changes, plain, required
from workflow.services.ground.ground import Ground
from workflow.services.ground.idempotence import Command
from workflow.spelling import entered
from workflow.store.accounts import NO_PASSWORD, AssignmentRecord, DeputyshipRecord, UserRecord
from workflow.store.unit_of_work import UnitOfWork

SECRET = frozenset({"revision", "password_hash", "totp_secret", "totp_last_step", "email_confirmed_at", "way_in_by"})
"""What never goes into an event as a change: it is secret, or events of its own tell it."""
_OWN = N_("You may not give yourself a role or a deputyship. Another administrator must do it.")
_PERIOD = N_("The last day (%(valid_to)s) is before the first day (%(valid_from)s).")
_OUTSIDE = N_("A deputy's days must lie within the days of the role (%(valid_from)s to %(valid_to)s).")
_SAME = N_("Nobody can be their own deputy.")
_ENDED = N_("This account has ended.")
_PRINCIPAL_ENDED = N_(
    "The account whose role this is has ended: a deputy would have nothing from it. Give the role itself to somebody else."
)
_NO_FACTOR = N_("No second factor is set up.")

C = TypeVar("C", bound=Command)


class Act(ABC, Generic[C]):
    """The base of all acts: each stands for one command."""

    def __init__(self, ground: Ground, powers: Powers, links: Links) -> None:
        self._ground = ground
        self._powers = powers
        self._links = links

    @abstractmethod
    def read(self, wish: Mapping[str, Any]) -> C:
        """The command as it was asked for."""

    @abstractmethod
    def about(self, command: C) -> str | None:
        """Whose account it is about."""

    @abstractmethod
    def authority(self, uow: UnitOfWork, actor: Actor, command: C) -> Assignment:
        """By which assignment the actor may do it. Raises `NotFound`, `PermissionDenied`."""

    def check(self, uow: UnitOfWork, asker: str, command: C) -> None:
        """Raise `InvalidInput`, `NotFound` or `PermissionDenied` where it cannot be done."""

    @abstractmethod
    def takes_second(self, uow: UnitOfWork, command: C) -> bool:
        """Whether one person may not do it alone."""

    def gains(self, command: C) -> str | None:
        """Who gets a power by it."""
        return None

    def concerned(self, uow: UnitOfWork, command: C) -> str | None:
        """Who may confirm it besides administrators."""
        return None

    def prints(self, uow: UnitOfWork, command: C, done: Mapping[str, Any]) -> str | None:
        """The user whose link is to be handed over on paper when a second person has confirmed it."""
        return None

    @abstractmethod
    def perform(self, uow: UnitOfWork, command: C, by: Provenance, asked: Asked) -> dict[str, Any]:
        """Do it and record it; the result is JSON."""

    def _alive(self, uow: UnitOfWork, asker: str, user_id: str) -> UserRecord:
        """Another user whose account has not ended."""
        if user_id == asker:
            raise PermissionDenied(_OWN)
        user = uow.accounts.many([user_id]).get(user_id)
        if user is None:
            raise NotFound()
        if user.ended_at is not None:
            raise InvalidInput(_ENDED)
        return user

    def _check_role(self, uow: UnitOfWork, user_id: str | None, role: NewRole) -> None:
        new_assignment(user_id or "", role)
        self._powers.check_place(uow, role)
        self._powers.check_compatible(uow, user_id, role)

    def _is_powerful(self, uow: UnitOfWork, user_id: str) -> bool:
        return self._powers.is_powerful(uow, user_id, self._ground.today())


class GiveRole(Act[AssignRole]):
    def read(self, wish: Mapping[str, Any]) -> AssignRole:
        return AssignRole(user_id=wish["user_id"], role=_role(wish["role"]))

    def about(self, command: AssignRole) -> str | None:
        return command.user_id

    def authority(self, uow: UnitOfWork, actor: Actor, command: AssignRole) -> Assignment:
        return self._ground.require(uow, actor, "administer_accounts", command.role.organisation_id)

    def check(self, uow: UnitOfWork, asker: str, command: AssignRole) -> None:
        self._alive(uow, asker, command.user_id)
        self._check_role(uow, command.user_id, command.role)

    def takes_second(self, uow: UnitOfWork, command: AssignRole) -> bool:
        return self._powers.duty(uow, command.role).second_person

    def gains(self, command: AssignRole) -> str | None:
        return command.user_id

    def perform(self, uow: UnitOfWork, command: AssignRole, by: Provenance, asked: Asked) -> dict[str, Any]:
        new = new_assignment(command.user_id, command.role)
        uow.accounts.add_assignment(new)
        sign_out(uow, new, by)
        fact = RoleAssigned(user=command.user_id, new=plain(new), asked_by=asked.by, request=asked.request)
        record(uow, STREAM, [fact], by)
        return {"id": new.id}


class OpenAccount(Act[CreateUser]):
    def read(self, wish: Mapping[str, Any]) -> CreateUser:
        return CreateUser(user=NewUser(**wish["user"]), role=_role(wish["role"]))

    def about(self, command: CreateUser) -> str | None:
        return None

    def authority(self, uow: UnitOfWork, actor: Actor, command: CreateUser) -> Assignment:
        return self._ground.require(uow, actor, "administer_accounts", command.role.organisation_id)

    def check(self, uow: UnitOfWork, asker: str, command: CreateUser) -> None:
        new_user(uow, new_id(), command.user, self._ground.clock.now())
        self._check_role(uow, None, command.role)

    def takes_second(self, uow: UnitOfWork, command: CreateUser) -> bool:
        return self._powers.duty(uow, command.role).second_person or not self._can_mail(command)

    def prints(self, uow: UnitOfWork, command: CreateUser, done: Mapping[str, Any]) -> str | None:
        return None if self._can_mail(command) else str(done["id"])

    def perform(self, uow: UnitOfWork, command: CreateUser, by: Provenance, asked: Asked) -> dict[str, Any]:
        alone = by.actor if asked.by is ABSENT else None
        new = replace(new_user(uow, new_id(), command.user, by.at), way_in_by=alone)
        uow.accounts.add(new)
        assignment = new_assignment(new.id, command.role)
        uow.accounts.add_assignment(assignment)
        facts = [
            created(new, asked, alone),
            RoleAssigned(user=new.id, new=plain(assignment), asked_by=asked.by, request=asked.request),
        ]
        record(uow, STREAM, facts, by)
        if self._can_mail(command):
            self._links.mail(uow, new, PASSWORD, by, asked)
        return {"id": new.id}

    def _can_mail(self, command: CreateUser) -> bool:
        return self._links.mails and bool((command.user.email or "").strip())


class LetStandIn(Act[AppointDeputy]):
    def read(self, wish: Mapping[str, Any]) -> AppointDeputy:
        return AppointDeputy(
            assignment_id=wish["assignment_id"],
            deputy_user_id=wish["deputy_user_id"],
            valid_from=date.fromisoformat(wish["valid_from"]),
            valid_to=date.fromisoformat(wish["valid_to"]),
            paper=wish["paper"],
        )

    def about(self, command: AppointDeputy) -> str | None:
        return command.deputy_user_id

    def authority(self, uow: UnitOfWork, actor: Actor, command: AppointDeputy) -> Assignment:
        held = uow.accounts.assignment(command.assignment_id)
        return self._ground.require(uow, actor, "administer_accounts", held.organisation_id)

    def check(self, uow: UnitOfWork, asker: str, command: AppointDeputy) -> None:
        held = uow.accounts.assignment(command.assignment_id)
        self._alive(uow, asker, command.deputy_user_id)
        if uow.accounts.get(held.user_id).ended_at is not None:
            raise InvalidInput(_PRINCIPAL_ENDED)
        _check_days(held, command)
        lent = Right(
            role=held.role,
            organisation_id=held.organisation_id,
            valid_from=command.valid_from,
            valid_to=command.valid_to,
        )
        self._powers.check_compatible(uow, command.deputy_user_id, lent)

    def takes_second(self, uow: UnitOfWork, command: AppointDeputy) -> bool:
        return self._powers.duty(uow, uow.accounts.assignment(command.assignment_id)).second_person

    def gains(self, command: AppointDeputy) -> str | None:
        return command.deputy_user_id

    def concerned(self, uow: UnitOfWork, command: AppointDeputy) -> str | None:
        return uow.accounts.assignment(command.assignment_id).user_id

    def perform(self, uow: UnitOfWork, command: AppointDeputy, by: Provenance, asked: Asked) -> dict[str, Any]:
        held = uow.accounts.assignment(command.assignment_id)
        new = DeputyshipRecord(
            id=new_id(),
            assignment_id=held.id,
            deputy_user_id=command.deputy_user_id,
            valid_from=command.valid_from,
            valid_to=command.valid_to,
            paper=entered(command.paper),
        )
        uow.accounts.add_deputyship(new)
        fact = DeputyAppointed(
            user=new.deputy_user_id,
            assignment=plain(held),
            new=plain(new),
            asked_by=asked.by,
            request=asked.request,
        )
        record(uow, STREAM, [fact], by)
        return {"id": new.id}


U = TypeVar("U", bound=UserCommand)


class OnAccount(Act[U]):
    """An act on an account that the actor administers wholly."""

    def about(self, command: U) -> str | None:
        return command.user_id

    def authority(self, uow: UnitOfWork, actor: Actor, command: U) -> Assignment:
        return reached(self._ground, uow, actor, command.user_id, others_only=True)[1]

    def check(self, uow: UnitOfWork, asker: str, command: U) -> None:
        self._alive(uow, asker, command.user_id)


class RenewWayIn(OnAccount[ResetPassword]):
    def read(self, wish: Mapping[str, Any]) -> ResetPassword:
        return ResetPassword(user_id=wish["user_id"], reason=wish["reason"])

    def check(self, uow: UnitOfWork, asker: str, command: ResetPassword) -> None:
        super().check(uow, asker, command)
        required(command.reason, "reason", 2000)

    def takes_second(self, uow: UnitOfWork, command: ResetPassword) -> bool:
        user = uow.accounts.get(command.user_id)
        return self._links.own_address(user) is None or self._is_powerful(uow, user.id)

    def prints(self, uow: UnitOfWork, command: ResetPassword, done: Mapping[str, Any]) -> str | None:
        user = uow.accounts.get(command.user_id)
        return None if self._links.own_address(user) is not None else user.id

    def perform(self, uow: UnitOfWork, command: ResetPassword, by: Provenance, asked: Asked) -> dict[str, Any]:
        user = uow.accounts.get(command.user_id)
        uow.accounts.save(replace(user, password_hash=NO_PASSWORD))
        uow.account_links.revoke(user.id, PASSWORD, by.at)
        fact = WayInRenewed(
            user=user.id,
            reason=required(command.reason, "reason", 2000),
            sessions_revoked=uow.sign_ins.revoke_all(user.id, by.at),
            asked_by=asked.by,
            request=asked.request,
        )
        record(uow, STREAM, [fact], by)
        if self._links.own_address(user) is not None:
            self._links.mail(uow, user, PASSWORD, by, asked)
        return {"id": user.id}


class ForgetSecondFactor(OnAccount[ResetSecondFactor]):
    """Whoever asks: the second factor is the second half of the way in, so losing it takes a second person for everybody."""

    def read(self, wish: Mapping[str, Any]) -> ResetSecondFactor:
        return ResetSecondFactor(user_id=wish["user_id"], reason=wish["reason"])

    def check(self, uow: UnitOfWork, asker: str, command: ResetSecondFactor) -> None:
        super().check(uow, asker, command)
        required(command.reason, "reason", 2000)
        if uow.accounts.get(command.user_id).totp_last_step is None:
            raise InvalidInput(_NO_FACTOR)

    def takes_second(self, uow: UnitOfWork, command: ResetSecondFactor) -> bool:
        return True

    def perform(self, uow: UnitOfWork, command: ResetSecondFactor, by: Provenance, asked: Asked) -> dict[str, Any]:
        user = uow.accounts.get(command.user_id)
        uow.accounts.save(replace(user, totp_secret=None, totp_last_step=None))
        uow.sign_ins.revoke_all(user.id, by.at)
        reason = required(command.reason, "reason", 2000)
        fact = SecondFactorReset(user=user.id, reason=reason, asked_by=asked.by, request=asked.request)
        record(uow, STREAM, [fact], by)
        return {"id": user.id}


class NewAddress(OnAccount[ChangeAddress]):
    """Links are mailed to the address: who changes it alone stands for the way into the account."""

    def read(self, wish: Mapping[str, Any]) -> ChangeAddress:
        return ChangeAddress(user_id=wish["user_id"], email=wish["email"])

    def check(self, uow: UnitOfWork, asker: str, command: ChangeAddress) -> None:
        super().check(uow, asker, command)
        checked_email(command.email)

    def takes_second(self, uow: UnitOfWork, command: ChangeAddress) -> bool:
        return self._is_powerful(uow, command.user_id)

    def concerned(self, uow: UnitOfWork, command: ChangeAddress) -> str | None:
        return command.user_id

    def perform(self, uow: UnitOfWork, command: ChangeAddress, by: Provenance, asked: Asked) -> dict[str, Any]:
        old = uow.accounts.get(command.user_id)
        alone = by.actor if asked.by is ABSENT else None
        new = replace(
            old,
            email=checked_email(command.email),
            email_confirmed_at=None,
            way_in_by=alone or old.way_in_by,
        )
        saved = uow.accounts.save(new)
        uow.account_links.revoke(old.id, None, by.at)
        fact = UserChanged(
            user=old.id,
            changes=changes(old, new, but=SECRET),
            way_in_by=alone or ABSENT,
            asked_by=asked.by,
            request=asked.request,
        )
        record(uow, STREAM, [fact], by)
        if saved.email and self._links.mails:
            self._links.mail(uow, saved, ADDRESS, by, asked)
        return {"id": old.id}


def acts_of(ground: Ground, powers: Powers, links: Links) -> dict[str, Act[Any]]:
    """Every act by the name of its command."""
    return {
        "AssignRole": GiveRole(ground, powers, links),
        "CreateUser": OpenAccount(ground, powers, links),
        "AppointDeputy": LetStandIn(ground, powers, links),
        "ResetPassword": RenewWayIn(ground, powers, links),
        "ResetSecondFactor": ForgetSecondFactor(ground, powers, links),
        "ChangeAddress": NewAddress(ground, powers, links),
    }


def sign_out(uow: UnitOfWork, assignment: AssignmentRecord, by: Provenance) -> None:
    """Whoever gets or loses a role of the installation must sign in anew."""
    if assignment.role in SYSTEM_ROLES:
        uow.sign_ins.revoke_all(assignment.user_id, by.at)


def created(user: UserRecord, asked: Asked, way_in_by: str | None) -> UserCreated:
    """The fact of a new account."""
    shown = {"id": user.id, "login": user.login, "name": user.name, "email": user.email, "locale": user.locale}
    return UserCreated(
        user=user.id,
        new={**shown, "demonstration": user.demonstration},
        way_in_by=way_in_by or ABSENT,
        asked_by=asked.by,
        request=asked.request,
    )


def _role(wish: Mapping[str, Any]) -> NewRole:
    return NewRole(
        role=wish["role"],
        organisation_id=wish["organisation_id"],
        valid_from=date.fromisoformat(wish["valid_from"]),
        valid_to=date.fromisoformat(wish["valid_to"]) if wish["valid_to"] else None,
        paper=wish["paper"],
        scope=_scope(wish.get("scope") or {}),
    )


def _scope(wish: Mapping[str, Any]) -> RoleScope:
    days = {name: date.fromisoformat(wish[name]) for name in ("opened_from", "opened_to") if wish.get(name)}
    return RoleScope(procedures=tuple(wish.get("procedures", ())), campaigns=tuple(wish.get("campaigns", ())), **days)


def _check_days(held: AssignmentRecord, wish: AppointDeputy) -> None:
    if held.user_id == wish.deputy_user_id:
        raise InvalidInput(_SAME)
    if wish.valid_to < wish.valid_from:
        raise InvalidInput(_PERIOD, valid_from=wish.valid_from, valid_to=wish.valid_to)
    if wish.valid_from < held.valid_from or (held.valid_to is not None and wish.valid_to > held.valid_to):
        raise InvalidInput(
            _OUTSIDE,
            valid_from=held.valid_from,
            valid_to=held.valid_to if held.valid_to else "…",
        )
