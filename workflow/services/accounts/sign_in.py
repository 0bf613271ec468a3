"""Signing in with a password and, where it is compulsory or set up, a code; changing one's own password."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from workflow.audit.facts.accounts import AccountFact, PasswordChanged, SignedIn, SignInFailed
from workflow.errors import N_, Busy, Conflict, SignInRefused, WorkflowError
from workflow.runtime.recorder import Provenance, record
from workflow.services.accounts.attempts import (
    NOBODY,
    Attempt,
    Limit,
    Throttle,
    code_limits,
    decide_failed,
    device_limits,
    sign_in_limits,
    take_back,
)
from workflow.services.accounts.credentials import (
    LONGEST,
    Devices,
    Passwords,
    SecondFactor,
    Vault,
    check_password,
    mark_of,
)
from workflow.services.accounts.directory import STREAM, lock
from workflow.services.accounts.sessions import hash_of, may_sign_in, open_session
from workflow.services.ground.ground import Ground
from workflow.store.accounts import UserRecord
from workflow.store.unit_of_work import UnitOfWork

_CODE_SECONDS = 300


_LONGEST_LOGIN = 80


_EXPIRED = N_("This took too long. Sign in again.")


_WRONG_OLD = N_("The present password is not right.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Signed in: `token` goes into the browser's cookie and nowhere else, `device` into another by which the browser is known later."""

    token: str
    user_id: str
    device: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Where somebody signs in: from which address, and what the browser holds: of the session before, of the devices it is known as."""

    address: str
    replaces: str | None = None
    device: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeNeeded:
    """The password was right; `pending` comes back with the code within five minutes. It shows nothing to who reads it."""

    pending: str


class SignInService:
    """A password is looked at outside any transaction, and the clock is read past the lock: many come at the same moment.

    `demonstration`: whether accounts of people who do not exist may sign in at all.
    """

    def __init__(
        self, ground: Ground, passwords: Passwords, factor: SecondFactor, vault: Vault, *, demonstration: bool = False
    ) -> None:
        self._ground = ground
        self._passwords = passwords
        self._factor = factor
        self._vault = vault
        self._devices = Devices(vault)
        self._throttle = Throttle(ground)
        self._demonstration = demonstration

    def sign_in(
        self, login: str, password: str, *, address: str, replaces: str | None = None, device: str | None = None
    ) -> Session | CodeNeeded:
        """Check login and password; `replaces` is the token that the browser held, which is revoked, `device` by what it is known.

        An unknown login, an ended account and a wrong password take the same work and give the same `SignInRefused`. Raises
        `TooManyAttempts`, `Busy`.
        """
        login, door = (
            login.strip().casefold()[: _LONGEST_LOGIN + 1],
            Door(address=address, replaces=replaces, device=device),
        )
        with self._ground.units.reading() as uow:
            user = uow.accounts.by_login(login)
        attempt = self._begin(user, door, sign_in_limits(login, address))
        fits = self._checked(attempt, user, password)
        if user is None or not fits or not self._is_alive(user):
            self._failed(user, attempt, address, "password")
            raise SignInRefused()
        if user.totp_last_step is not None:
            self._throttle.let_go(attempt)
            return CodeNeeded(pending=self._pending(user))
        rehashed = self._rehashed(user, password)
        return self._open(user, attempt, door, lambda fresh: replace(fresh, password_hash=rehashed))

    def enter_code(
        self, pending: str, code: str, *, address: str, replaces: str | None = None, device: str | None = None
    ) -> Session:
        """Finish a sign-in by the second factor. Raises `SignInRefused`, `TooManyAttempts`, `Busy`."""
        door = Door(address=address, replaces=replaces, device=device)
        begun = self._begun(pending)
        with self._ground.units.reading() as uow:
            user = uow.accounts.get(begun["user"])
        known = self._devices.known(device, user, self._ground.clock.now())
        attempt = self._throttle.begin(code_limits(user.id, address, known), user, address)
        fits = self._is_alive(user) and begun["mark"] == mark_of(user)
        step = self._factor.step_of(user, code) if fits else None
        if step is None:
            self._failed(user, attempt, address, "code")
            raise SignInRefused()
        return self._open(user, attempt, door, lambda fresh: replace(fresh, totp_last_step=step))

    def change_password(self, user_id: str, old: str, new: str, *, address: str, device: str | None = None) -> Session:
        """Change one's own password: every session ends, a new one is opened.

        Raises `SignInRefused` for a wrong present password, `InvalidInput` for an unusable new one, `TooManyAttempts`, `Busy`.
        """
        with self._ground.units.reading() as uow:
            user = uow.accounts.get(user_id)
        attempt = self._begin(user, Door(address=address, device=device), sign_in_limits(user.login, address))
        if not self._checked(attempt, user, old):
            self._failed(user, attempt, address, "password", by=user_id)
            raise SignInRefused(_WRONG_OLD)
        try:
            check_password(new, user.login)
            password_hash = self._passwords.hash(new)
        except WorkflowError:
            self._throttle.let_go(attempt)
            raise
        with self._ground.units() as uow:
            lock(uow)
            now = self._ground.clock.now()
            saved = uow.accounts.save(replace(user, password_hash=password_hash))
            take_back(uow, attempt)
            revoked = uow.sign_ins.revoke_all(user_id, now)
            token = open_session(uow, user_id, now)
            _record(uow, user_id, now, PasswordChanged(user=user_id, sessions_revoked=revoked))
            uow.commit()
        return Session(token=token, user_id=user_id, device=self._devices.remember(device, saved, now))

    def _begin(self, user: UserRecord | None, door: Door, limits: Sequence[Limit]) -> Attempt:
        known = self._devices.known(door.device, user, self._ground.clock.now())
        return self._throttle.begin(device_limits(known) if known else limits, user, door.address)

    def _checked(self, attempt: Attempt, user: UserRecord | None, password: str) -> bool:
        try:
            return self._passwords.verify(user.password_hash if user else None, password)
        except Busy:  # it was not looked at, so it is no failure
            self._throttle.let_go(attempt)
            raise

    def _is_alive(self, user: UserRecord) -> bool:
        return may_sign_in(user, self._ground.clock.now(), demonstration=self._demonstration)

    def _open(
        self, user: UserRecord, attempt: Attempt, door: Door, change: Callable[[UserRecord], UserRecord]
    ) -> Session:
        with self._ground.units() as uow:
            lock(uow)
            now = self._ground.clock.now()
            # `user` as it was when it was checked: a code or a password that was changed or used meanwhile is a conflict.
            fresh = uow.accounts.get(user.id)
            if fresh.revision != user.revision:
                raise Conflict()
            changed = change(fresh)
            if changed != fresh:
                changed = uow.accounts.save(changed)
            take_back(uow, attempt)
            if door.replaces:
                uow.sign_ins.revoke(hash_of(door.replaces), now)
            token = open_session(uow, user.id, now)
            _record(uow, user.id, now, SignedIn(user=user.id, address=door.address))
            uow.commit()
        return Session(token=token, user_id=user.id, device=self._devices.remember(door.device, changed, now))

    def _failed(self, user: UserRecord | None, attempt: Attempt, address: str, what: str, *, by: str = NOBODY) -> None:
        """Record the failure, by nobody where nobody is signed in: whose account it is has done nothing.

        What was entered is not kept, since people type passwords into the login's field. The throttle bounds how many such events
        there can be.
        """
        with self._ground.units() as uow:
            lock(uow)
            now = self._ground.clock.now()
            _record(uow, by, now, SignInFailed(user=user.id if user else None, address=address, wrong=what))
            decide_failed(uow, attempt, user, now)
            uow.commit()

    def _rehashed(self, user: UserRecord, password: str) -> str:
        if len(password) <= LONGEST and self._passwords.is_outdated(user.password_hash):
            return self._passwords.hash(password)
        return user.password_hash

    def _pending(self, user: UserRecord) -> str:
        begun = json.dumps({"user": user.id, "mark": mark_of(user)})
        return self._vault.seal_for(begun, int(self._ground.clock.now().timestamp()))

    def _begun(self, pending: str) -> dict[str, str]:
        sealed = self._vault.open_within(pending, _CODE_SECONDS, int(self._ground.clock.now().timestamp()))
        begun = json.loads(sealed) if sealed else None
        if not isinstance(begun, dict):  # what browsers are known by is sealed with the same key
            raise SignInRefused(_EXPIRED)
        return begun


def _record(uow: UnitOfWork, actor: str, now: datetime, fact: AccountFact) -> None:
    record(uow, STREAM, [fact], Provenance(actor=actor, at=now))
