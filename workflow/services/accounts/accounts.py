"""Accounts are created, edited and ended by administrators, each within their jurisdiction."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from workflow.audit.facts.accounts import (
    AccountFact,
    PasswordReset,
    RoleAssigned,
    SecondFactorReset,
    SessionsRevoked,
    UserChanged,
    UserCreated,
    UserEnded,
)
from workflow.errors import N_, InvalidInput
from workflow.ids import new_id
from workflow.organisation.authority import Actor
from workflow.runtime.recorder import Provenance, record
from workflow.services.accounts.credentials import Passwords, check_password, temporary_password
from workflow.services.accounts.directory import LOCK, STREAM, NewRole, UserCommand, administered, lock, new_assignment
from workflow.services.ground.changes import changes, plain, required
from workflow.services.ground.ground import Ground
from workflow.services.ground.idempotence import Command
from workflow.store.accounts import AssignmentRecord, UserRecord
from workflow.store.unit_of_work import UnitOfWork

SECRET = frozenset({"revision", "password_hash", "totp_secret", "totp_last_step"})
"""What never goes into an event."""
LOCALES = ("vi", "en")
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{1,78}[a-z0-9]", re.ASCII)
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,189}")
_BAD_LOGIN = N_("A login has 3 to 80 characters: small letters without marks, digits, and . _ - @ between them.")
_TAKEN = N_("This login is already in use.")
_BAD_EMAIL = N_("%(email)s is no e-mail address.")
_BAD_LOCALE = N_("%(locale)s is no language of this application.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    login: str
    name: str
    email: str | None = None
    locale: str = "vi"


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateUser(Command):
    """An account begins with its first role."""

    A_MINUTE: ClassVar[int] = 60

    user: NewUser
    role: NewRole


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeUser(UserCommand):
    STORED_AS: ClassVar[str] = "EditUser"
    name: str
    email: str | None
    locale: str
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EndUser(UserCommand):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetPassword(UserCommand):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetSecondFactor(UserCommand):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeSessions(UserCommand):
    pass


class AccountService:
    """An administrator reaches the accounts whose roles all lie in their jurisdiction, and never their own rights."""

    def __init__(self, ground: Ground, passwords: Passwords) -> None:
        self._ground = ground
        self._passwords = passwords

    def create(self, actor: Actor, command: CreateUser) -> tuple[str, str | None]:
        """Create an account with its first role; return its id and the temporary password, which is shown this once.

        A repeated command gives None for the password. Raises `InvalidInput`, `PermissionDenied`.
        """
        password, user_id = temporary_password(), new_id()
        password_hash = self._passwords.hash(password)

        def work(uow: UnitOfWork) -> Mapping[str, str]:
            by = self._ground.by(uow, actor, command, "administer_accounts", command.role.organisation_id)
            new = self._new(uow, user_id, command.user, password_hash, must_change_password=True)
            assignment = new_assignment(new.id, command.role)
            uow.accounts.add_assignment(assignment)
            _record(uow, by, _created(new), _assigned(assignment))
            return {"id": new.id}

        created = str(self._ground.carry_out(actor, command, work, lock=LOCK)["id"])
        return created, password if created == user_id else None

    def hashed(self, password: str) -> str:
        """The hash of a password for `set_up`. Raises `InvalidInput` for a weak one."""
        check_password(password, "")
        return self._passwords.hash(password)

    def set_up(
        self,
        by: Provenance,
        user: NewUser,
        password_hash: str,
        roles: Sequence[NewRole],
        *,
        demonstration: bool = False,
        must_change_password: bool = False,
    ) -> str:
        """Create an account at setup, without an administrator; one that is there already stays as it is. Return its id."""
        with self._ground.units.reading() as uow:
            if (known := uow.accounts.by_login(user.login)) is not None:
                return known.id
        with self._ground.units() as uow:
            lock(uow)
            new = self._new(
                uow,
                new_id(),
                user,
                password_hash,
                demonstration=demonstration,
                must_change_password=must_change_password,
            )
            assignments = [new_assignment(new.id, role) for role in roles]
            for assignment in assignments:
                uow.accounts.add_assignment(assignment)
            _record(uow, by, _created(new), *map(_assigned, assignments))
            uow.commit()
        return new.id

    def change(self, actor: Actor, command: ChangeUser) -> None:
        """Change name, e-mail and language. Raises `Conflict`, `InvalidInput`, `NotFound`, `PermissionDenied`."""

        def work(uow: UnitOfWork) -> Mapping[str, str]:
            old, by = administered(self._ground, uow, actor, command)
            new = replace(
                old,
                name=required(command.name, "name"),
                email=_email(command.email),
                locale=_locale(command.locale),
                revision=command.revision,
            )
            uow.accounts.save(new)
            _record(uow, by, UserChanged(user=old.id, changes=changes(old, new, but=SECRET)))
            return {}

        self._ground.carry_out(actor, command, work, lock=LOCK)

    def end(self, actor: Actor, command: EndUser) -> None:
        """End the account at once: its sessions are revoked, its roles count no longer; what it did stays."""

        def work(uow: UnitOfWork) -> Mapping[str, str]:
            old, by = administered(self._ground, uow, actor, command, others_only=True)
            uow.accounts.save(replace(old, ended_at=old.ended_at or by.at))
            revoked = uow.sign_ins.revoke_all(old.id, by.at)
            reason = required(command.reason, "reason", 2000)
            _record(uow, by, UserEnded(user=old.id, reason=reason, sessions_revoked=revoked))
            return {}

        self._ground.carry_out(actor, command, work, lock=LOCK)

    def reset_password(self, actor: Actor, command: ResetPassword) -> str | None:
        """Return a temporary password, shown this once, and sign the user out everywhere; None for a repeated command."""
        password, reset_id = temporary_password(), new_id()
        password_hash = self._passwords.hash(password)

        def work(uow: UnitOfWork) -> Mapping[str, str]:
            old, by = administered(self._ground, uow, actor, command, others_only=True)
            uow.accounts.save(replace(old, password_hash=password_hash, must_change_password=True))
            revoked = uow.sign_ins.revoke_all(old.id, by.at)
            _record(uow, by, PasswordReset(user=old.id, sessions_revoked=revoked))
            return {"id": reset_id}

        done = self._ground.carry_out(actor, command, work, lock=LOCK)
        return password if done.get("id") == reset_id else None  # else an earlier click has shown its own

    def reset_second_factor(self, actor: Actor, command: ResetSecondFactor) -> None:
        """Forget a lost second factor: the user must enrol anew, and is signed out everywhere."""

        def work(uow: UnitOfWork) -> Mapping[str, str]:
            old, by = administered(self._ground, uow, actor, command, others_only=True)
            uow.accounts.save(replace(old, totp_secret=None, totp_last_step=None))
            uow.sign_ins.revoke_all(old.id, by.at)
            _record(uow, by, SecondFactorReset(user=old.id, reason=required(command.reason, "reason", 2000)))
            return {}

        self._ground.carry_out(actor, command, work, lock=LOCK)

    def revoke_sessions(self, actor: Actor, command: RevokeSessions) -> int:
        """Sign the user out everywhere and return how many sessions that ended."""

        def work(uow: UnitOfWork) -> Mapping[str, int]:
            user, by = administered(self._ground, uow, actor, command)
            revoked = uow.sign_ins.revoke_all(user.id, by.at)
            _record(uow, by, SessionsRevoked(user=user.id, sessions_revoked=revoked))
            return {"revoked": revoked}

        return int(self._ground.carry_out(actor, command, work, lock=LOCK)["revoked"])

    def _new(
        self,
        uow: UnitOfWork,
        user_id: str,
        user: NewUser,
        password_hash: str,
        *,
        demonstration: bool = False,
        must_change_password: bool = False,
    ) -> UserRecord:
        if not _LOGIN.fullmatch(user.login):
            raise InvalidInput(_BAD_LOGIN)
        if uow.accounts.by_login(user.login) is not None:
            raise InvalidInput(_TAKEN)
        new = UserRecord(
            id=user_id,
            login=user.login,
            name=required(user.name, "name"),
            email=_email(user.email),
            locale=_locale(user.locale),
            password_hash=password_hash,
            created_at=self._ground.clock.now(),
            demonstration=demonstration,
            must_change_password=must_change_password,
        )
        uow.accounts.add(new)
        return new


def _created(user: UserRecord) -> UserCreated:
    shown = {"id": user.id, "login": user.login, "name": user.name, "email": user.email, "locale": user.locale}
    return UserCreated(user=user.id, new={**shown, "demonstration": user.demonstration})


def _assigned(assignment: AssignmentRecord) -> RoleAssigned:
    return RoleAssigned(user=assignment.user_id, new=plain(assignment))


def _record(uow: UnitOfWork, by: Provenance, *facts: AccountFact) -> None:
    record(uow, STREAM, facts, by)


def _email(email: str | None) -> str | None:
    email = (email or "").strip()
    if email and not _EMAIL.fullmatch(email):
        raise InvalidInput(_BAD_EMAIL, email=email)
    return email or None


def _locale(locale: str) -> str:
    if locale not in LOCALES:
        raise InvalidInput(_BAD_LOCALE, locale=locale)
    return locale
