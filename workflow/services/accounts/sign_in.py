"""Signing in with a password and, where it is compulsory or set up, a code; changing one's own password."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from workflow.audit.facts.accounts import AccountFact, PasswordChanged, SignedIn, SignInFailed
from workflow.errors import N_, Conflict, SignInRefused
from workflow.runtime.recorder import Provenance, record
from workflow.services.accounts.credentials import (
    LONGEST,
    Attempt,
    Limit,
    Passwords,
    SecondFactor,
    Vault,
    begin,
    check_password,
    code_limits,
    sign_in_limits,
    take_back,
)
from workflow.services.accounts.directory import STREAM, lock
from workflow.services.accounts.sessions import hash_of, open_session
from workflow.services.ground.ground import Ground
from workflow.store.accounts import UserRecord
from workflow.store.unit_of_work import UnitOfWork

_CODE_SECONDS = 300


_NOBODY = "anonymous"


_LONGEST_LOGIN = 80


_EXPIRED = N_("This took too long. Sign in again.")


_WRONG_OLD = N_("The present password is not right.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Signed in: `token` goes into the browser's cookie and nowhere else."""

    token: str
    user_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeNeeded:
    """The password was right; `pending` comes back with the code within five minutes. It shows nothing to who reads it."""

    pending: str


class SignInService:
    def __init__(self, ground: Ground, passwords: Passwords, factor: SecondFactor, vault: Vault) -> None:
        self._ground = ground
        self._passwords = passwords
        self._factor = factor
        self._vault = vault

    def sign_in(self, login: str, password: str, *, address: str, replaces: str | None = None) -> Session | CodeNeeded:
        """Check login and password; `replaces` is the token that the browser held, which is revoked.

        An unknown login, an ended account and a wrong password take the same work and give the same `SignInRefused`. Raises
        `TooManyAttempts`.
        """
        now, login = self._ground.clock.now(), login.strip().casefold()[: _LONGEST_LOGIN + 1]
        attempt = self._begin(sign_in_limits(login, address), now)
        with self._ground.units.reading() as uow:
            user = uow.accounts.by_login(login)
        alive = user is not None and (user.ended_at is None or user.ended_at > now)
        fits = self._passwords.verify(user.password_hash if user else None, password)
        if user is None or not fits or not alive:
            self._failed(user, address, "password", now)
            raise SignInRefused()
        if user.totp_last_step is not None:
            with self._ground.units() as uow:
                take_back(uow, attempt)
                uow.commit()
            return CodeNeeded(pending=self._pending(user, now))
        return self._open(user, attempt, now, address, replaces, lambda fresh: self._rehashed(fresh, password))

    def enter_code(self, pending: str, code: str, *, address: str, replaces: str | None = None) -> Session:
        """Finish a sign-in by the second factor. Raises `SignInRefused`, `TooManyAttempts`."""
        now = self._ground.clock.now()
        sealed = self._vault.open_within(pending, _CODE_SECONDS, int(now.timestamp()))
        if sealed is None:
            raise SignInRefused(_EXPIRED)
        begun = json.loads(sealed)
        attempt = self._begin(code_limits(begun["user"], address), now)
        with self._ground.units.reading() as uow:
            user = uow.accounts.get(begun["user"])
        alive = user.ended_at is None or user.ended_at > now
        step = self._factor.step_of(user, code) if alive and begun["mark"] == _mark(user) else None
        if step is None:
            self._failed(user, address, "code", now)
            raise SignInRefused()
        return self._open(user, attempt, now, address, replaces, lambda fresh: self._used(fresh, step))

    def change_password(self, user_id: str, old: str, new: str, *, address: str) -> Session:
        """Change one's own password: every session ends, a new one is opened.

        Raises `SignInRefused` for a wrong present password, `InvalidInput` for an unusable new one, `TooManyAttempts`.
        """
        now = self._ground.clock.now()
        with self._ground.units.reading() as uow:
            user = uow.accounts.get(user_id)
        attempt = self._begin(sign_in_limits(user.login, address), now)
        if not self._passwords.verify(user.password_hash, old):
            self._failed(user, address, "password", now)
            raise SignInRefused(_WRONG_OLD)
        check_password(new, user.login)
        password_hash = self._passwords.hash(new)
        with self._ground.units() as uow:
            lock(uow)
            uow.accounts.save(replace(user, password_hash=password_hash, must_change_password=False))
            take_back(uow, attempt)
            revoked = uow.sign_ins.revoke_all(user_id, now)
            token = open_session(uow, user_id, now)
            _record(uow, user_id, now, PasswordChanged(user=user_id, sessions_revoked=revoked))
            uow.commit()
        return Session(token=token, user_id=user_id)

    def _begin(self, limits: tuple[Limit, ...], now: datetime) -> Attempt:
        with self._ground.units() as uow:
            lock(uow)
            attempt = begin(uow, limits, now)
            uow.commit()
        return attempt

    def _open(
        self,
        user: UserRecord,
        attempt: Attempt,
        now: datetime,
        address: str,
        replaces: str | None,
        change: Callable[[UserRecord], UserRecord],
    ) -> Session:
        with self._ground.units() as uow:
            lock(uow)
            # `user` as it was when it was checked: a code or a password that was changed or used meanwhile is a conflict.
            if uow.accounts.get(user.id).revision != user.revision:
                raise Conflict()
            changed = change(user)
            if changed != user:
                uow.accounts.save(changed)
            take_back(uow, attempt)
            if replaces:
                uow.sign_ins.revoke(hash_of(replaces), now)
            token = open_session(uow, user.id, now)
            _record(uow, user.id, now, SignedIn(user=user.id, address=address))
            uow.commit()
        return Session(token=token, user_id=user.id)

    def _failed(self, user: UserRecord | None, address: str, what: str, now: datetime) -> None:
        """Record the failure; what was entered is not kept, since people type passwords into the login's field.

        The throttle bounds how many such events there can be.
        """
        with self._ground.units() as uow:
            lock(uow)
            user_id = user.id if user else None
            _record(uow, user_id or _NOBODY, now, SignInFailed(user=user_id, address=address, wrong=what))
            uow.commit()

    def _rehashed(self, user: UserRecord, password: str) -> UserRecord:
        if len(password) <= LONGEST and self._passwords.is_outdated(user.password_hash):
            return replace(user, password_hash=self._passwords.hash(password))
        return user

    @staticmethod
    def _used(user: UserRecord, step: int) -> UserRecord:
        return replace(user, totp_last_step=step)

    def _pending(self, user: UserRecord, now: datetime) -> str:
        return self._vault.seal_for(json.dumps({"user": user.id, "mark": _mark(user)}), int(now.timestamp()))


def _mark(user: UserRecord) -> str:
    """Changes with the password, so that a sign-in begun with an older one cannot be finished."""
    return hashlib.sha256(user.password_hash.encode()).hexdigest()[:16]


def _record(uow: UnitOfWork, actor: str, now: datetime, fact: AccountFact) -> None:
    record(uow, STREAM, [fact], Provenance(actor=actor, at=now))
