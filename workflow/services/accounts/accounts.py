"""Accounts are created, edited and ended by administrators, each within their jurisdiction."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from workflow.errors import N_, InvalidInput
from workflow.ids import new_id
from workflow.organisation.authority import Actor
from workflow.ports import Clock
from workflow.runtime.recorder import Fact, Provenance, record
from workflow.services.accounts.credentials import Passwords, check_password, temporary_password
from workflow.services.accounts.directory import STREAM, Administration, NewRole, new_assignment
from workflow.services.ground.changes import changes, plain, required
from workflow.services.ground.idempotence import done_before, remember
from workflow.services.ground.register import OrganisationRegister
from workflow.store.accounts import AssignmentRecord, UserRecord
from workflow.store.unit_of_work import UnitOfWork, UnitsOfWork

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


class AccountService:
    """An administrator reaches the accounts whose roles all lie in their jurisdiction, and never their own rights."""

    def __init__(self, units: UnitsOfWork, clock: Clock, register: OrganisationRegister, passwords: Passwords) -> None:
        self._units = units
        self._clock = clock
        self._passwords = passwords
        self._administration = Administration(clock, register)

    def create(self, actor: Actor, user: NewUser, role: NewRole, *, command_id: str) -> tuple[str, str | None]:
        """Create an account with its first role; return its id and the temporary password, which is shown this once.

        A repeated command gives None for the password. Raises `InvalidInput`, `PermissionDenied`.
        """
        password = temporary_password()
        password_hash = self._passwords.hash(password)
        with self._units() as uow:
            self._administration.lock(uow)
            if (done := done_before(uow, command_id, actor.user_id)) is not None:
                return str(done["id"]), None
            by = self._administration.for_role(uow, actor, role.organisation_id, command_id)
            new = self._new(uow, user, password_hash, must_change_password=True)
            assignment = new_assignment(new.id, role)
            uow.accounts.add_assignment(assignment)
            _record(uow, by, _created(new), _assigned(assignment))
            remember(uow, "CreateUser", by, {"id": new.id})
            uow.commit()
        return new.id, password

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
        with self._units.reading() as uow:
            if (known := uow.accounts.by_login(user.login)) is not None:
                return known.id
        with self._units() as uow:
            self._administration.lock(uow)
            new = self._new(
                uow, user, password_hash, demonstration=demonstration, must_change_password=must_change_password
            )
            assignments = [new_assignment(new.id, role) for role in roles]
            for assignment in assignments:
                uow.accounts.add_assignment(assignment)
            _record(uow, by, _created(new), *map(_assigned, assignments))
            uow.commit()
        return new.id

    def edit(
        self, actor: Actor, user_id: str, *, name: str, email: str | None, locale: str, revision: int, command_id: str
    ) -> None:
        """Change name, e-mail and language. Raises `Conflict`, `InvalidInput`, `NotFound`, `PermissionDenied`."""
        with self._units() as uow:
            self._administration.lock(uow)
            if done_before(uow, command_id, actor.user_id) is not None:
                return
            old, by = self._administration.for_user(uow, actor, user_id, command_id)
            new = replace(
                old,
                name=required(name, "name"),
                email=_email(email),
                locale=_locale(locale),
                revision=revision,
            )
            uow.accounts.save(new)
            _record(
                uow, by, Fact(type="UserChanged", payload={"user": user_id, "changes": changes(old, new, but=SECRET)})
            )
            remember(uow, "EditUser", by, {})
            uow.commit()

    def end(self, actor: Actor, user_id: str, *, reason: str, command_id: str) -> None:
        """End the account at once: its sessions are revoked, its roles count no longer; what it did stays."""
        with self._units() as uow:
            self._administration.lock(uow)
            if done_before(uow, command_id, actor.user_id) is not None:
                return
            old, by = self._administration.for_user(uow, actor, user_id, command_id, others_only=True)
            uow.accounts.save(replace(old, ended_at=old.ended_at or by.at))
            revoked = uow.sign_ins.revoke_all(user_id, by.at)
            payload = {"user": user_id, "reason": required(reason, "reason", 2000), "sessions_revoked": revoked}
            _record(uow, by, Fact(type="UserEnded", payload=payload))
            remember(uow, "EndUser", by, {})
            uow.commit()

    def reset_password(self, actor: Actor, user_id: str, *, command_id: str) -> str | None:
        """Return a temporary password, shown this once, and sign the user out everywhere; None for a repeated command."""
        password = temporary_password()
        password_hash = self._passwords.hash(password)
        with self._units() as uow:
            self._administration.lock(uow)
            if done_before(uow, command_id, actor.user_id) is not None:
                return None
            old, by = self._administration.for_user(uow, actor, user_id, command_id, others_only=True)
            uow.accounts.save(replace(old, password_hash=password_hash, must_change_password=True))
            revoked = uow.sign_ins.revoke_all(user_id, by.at)
            _record(uow, by, Fact(type="PasswordReset", payload={"user": user_id, "sessions_revoked": revoked}))
            remember(uow, "ResetPassword", by, {})
            uow.commit()
        return password

    def reset_second_factor(self, actor: Actor, user_id: str, *, reason: str, command_id: str) -> None:
        """Forget a lost second factor: the user must enrol anew, and is signed out everywhere."""
        with self._units() as uow:
            self._administration.lock(uow)
            if done_before(uow, command_id, actor.user_id) is not None:
                return
            old, by = self._administration.for_user(uow, actor, user_id, command_id, others_only=True)
            uow.accounts.save(replace(old, totp_secret=None, totp_last_step=None))
            uow.sign_ins.revoke_all(user_id, by.at)
            payload = {"user": user_id, "reason": required(reason, "reason", 2000)}
            _record(uow, by, Fact(type="SecondFactorReset", payload=payload))
            remember(uow, "ResetSecondFactor", by, {})
            uow.commit()

    def revoke_sessions(self, actor: Actor, user_id: str, *, command_id: str) -> int:
        """Sign the user out everywhere and return how many sessions that ended."""
        with self._units() as uow:
            self._administration.lock(uow)
            if (done := done_before(uow, command_id, actor.user_id)) is not None:
                return int(done["revoked"])
            _, by = self._administration.for_user(uow, actor, user_id, command_id)
            revoked = uow.sign_ins.revoke_all(user_id, by.at)
            _record(uow, by, Fact(type="SessionsRevoked", payload={"user": user_id, "sessions_revoked": revoked}))
            remember(uow, "RevokeSessions", by, {"revoked": revoked})
            uow.commit()
        return revoked

    def _new(
        self,
        uow: UnitOfWork,
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
            id=new_id(),
            login=user.login,
            name=required(user.name, "name"),
            email=_email(user.email),
            locale=_locale(user.locale),
            password_hash=password_hash,
            created_at=self._clock.now(),
            demonstration=demonstration,
            must_change_password=must_change_password,
        )
        uow.accounts.add(new)
        return new


def _created(user: UserRecord) -> Fact:
    shown = {"id": user.id, "login": user.login, "name": user.name, "email": user.email, "locale": user.locale}
    return Fact(type="UserCreated", payload={"user": user.id, "new": {**shown, "demonstration": user.demonstration}})


def _assigned(assignment: AssignmentRecord) -> Fact:
    return Fact(type="RoleAssigned", payload={"user": assignment.user_id, "new": plain(assignment)})


def _record(uow: UnitOfWork, by: Provenance, *facts: Fact) -> None:
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
