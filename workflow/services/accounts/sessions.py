"""Sessions: who is signed in, for how long, and with which rights at this moment."""

import hashlib
import logging
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from workflow.audit.facts.accounts import SessionsRevoked, SignedOut
from workflow.errors import Busy, Conflict, StorageRefused, Unavailable
from workflow.organisation.authority import Actor
from workflow.organisation.permissions import Permission, permissions_of
from workflow.runtime.recorder import Provenance, record
from workflow.services.accounts.directory import STREAM, lock
from workflow.services.accounts.powers import Powers
from workflow.services.ground.access import actor_of
from workflow.services.ground.ground import Ground
from workflow.store.accounts import UserRecord
from workflow.store.people.sign_ins import SessionRecord
from workflow.store.unit_of_work import UnitOfWork

log = logging.getLogger(__name__)
_TOUCH = timedelta(minutes=1)
"""How old `last_seen_at` may become before it is written again: not every request should be a write."""
_KEEP = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRules:
    """Limits of a session. `demonstration`: whether accounts of people who do not exist may sign in at all."""

    idle: timedelta = timedelta(minutes=30)
    absolute: timedelta = timedelta(hours=12)
    demonstration: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """The user of a session. `must_enrol`: nothing else is permitted before that is done. `single_keys`: they act in the table of criteria."""

    actor: Actor
    login: str
    locale: str
    demonstration: bool
    must_enrol: bool
    has_second_factor: bool
    since: datetime
    single_keys: bool = True

    @property
    def permissions(self) -> frozenset[Permission]:
        """What the user's roles permit somewhere: pages offer by it, services decide by jurisdiction too."""
        return frozenset(found for one in self.actor.assignments for found in permissions_of(one.role))


class SessionService:
    def __init__(self, ground: Ground, powers: Powers, rules: SessionRules | None = None) -> None:
        self._ground = ground
        self._powers = powers
        self.rules = rules or SessionRules()

    def current(self, token: str) -> SignedIn | None:
        """Return whose session it is, or None when it is unknown, revoked, idle for too long or too old."""
        now, token_hash = self._ground.clock.now(), hash_of(token)
        with self._ground.units.reading() as uow:
            held = uow.sign_ins.signed_in(token_hash)
            if held is None or not self._is_alive(held[0], now):
                return None
            session, user = held
            if not may_sign_in(user, now, demonstration=self.rules.demonstration):
                return None
            found = self._signed_in(uow, user, session, now)
        if now - session.last_seen_at >= _TOUCH:
            self._touch(token_hash, now)
        return found

    def _touch(self, token_hash: str, now: datetime) -> None:
        """Reading must not wait for who writes: another request will do it."""
        try:
            with self._ground.units(waits=False) as uow:
                uow.sign_ins.touch(token_hash, now)
                uow.commit()
        except (Busy, Conflict, StorageRefused, Unavailable) as error:
            log.info("a session was not touched: %s", error)

    def sign_out(self, token: str) -> None:
        """Revoke the session; an unknown one is let pass."""
        now, token_hash = self._ground.clock.now(), hash_of(token)
        with self._ground.units() as uow:
            lock(uow)
            session = uow.sign_ins.session(token_hash)
            if session is None or session.revoked_at is not None:
                return
            uow.sign_ins.revoke(token_hash, now)
            by = Provenance(actor=session.user_id, at=now)
            record(uow, STREAM, [SignedOut(user=session.user_id)], by)
            uow.commit()

    def sign_out_everywhere(self, token: str) -> int:
        """Revoke the user's other sessions and return how many; an unknown token revokes none."""
        now, token_hash = self._ground.clock.now(), hash_of(token)
        with self._ground.units() as uow:
            lock(uow)
            session = uow.sign_ins.session(token_hash)
            if session is None:
                return 0
            revoked = uow.sign_ins.revoke_all(session.user_id, now, but=token_hash)
            by = Provenance(actor=session.user_id, at=now)
            record(uow, STREAM, [SessionsRevoked(user=session.user_id, sessions_revoked=revoked)], by)
            uow.commit()
            return revoked

    def open_sessions(self, user_id: str) -> int:
        """How many browsers are signed in for the user at this moment."""
        now = self._ground.clock.now()
        with self._ground.units.reading() as uow:
            return sum(self._is_alive(session, now) for session in uow.sign_ins.sessions_of(user_id))

    def forget_old(self) -> None:
        """Delete sessions and failures that no longer count; the worker calls it daily."""
        now = self._ground.clock.now()
        with self._ground.units() as uow:
            uow.sign_ins.drop_before(now - timedelta(days=1), now - _KEEP)
            uow.commit()

    def _is_alive(self, session: SessionRecord, now: datetime) -> bool:
        return (
            session.revoked_at is None
            and now - session.last_seen_at < self.rules.idle
            and now - session.created_at < self.rules.absolute
        )

    def _signed_in(self, uow: UnitOfWork, user: UserRecord, session: SessionRecord, now: datetime) -> SignedIn:
        actor = actor_of(uow, user, now)
        enrolled = user.totp_last_step is not None
        must_enrol = not enrolled and self._powers.needs_second_factor(uow, actor.assignments)
        if must_enrol:
            # Nothing may be done before that: the rights themselves are withheld, whatever a page would let through.
            actor = replace(actor, assignments=())
        return SignedIn(
            actor=actor,
            login=user.login,
            locale=user.locale,
            demonstration=user.demonstration,
            must_enrol=must_enrol,
            has_second_factor=enrolled,
            since=session.created_at,
            single_keys=user.single_keys,
        )


def may_sign_in(user: UserRecord, now: datetime, *, demonstration: bool) -> bool:
    """Whether the account is one that may sign in here: it has not ended, and is no made-up person's outside a demonstration."""
    return (user.ended_at is None or user.ended_at > now) and (demonstration or not user.demonstration)


def hash_of(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_session(uow: UnitOfWork, user_id: str, now: datetime) -> str:
    """Add a session in the caller's transaction and return its token of 256 bits, which is kept nowhere."""
    token = secrets.token_urlsafe(32)
    uow.sign_ins.add_session(
        SessionRecord(token_hash=hash_of(token), user_id=user_id, created_at=now, last_seen_at=now)
    )
    return token
