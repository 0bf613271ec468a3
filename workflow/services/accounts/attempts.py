"""How often one may try to sign in, by whom and from where one tries.

A browser in which the person has signed in before counts for itself: nobody else's failures slow it. Everybody else is counted by login and
address together, by login alone and by address alone; the last two let pass who has lately signed in from that address. So guessing is slow
from however many addresses it comes, and neither a person nor a whole office can be locked out by somebody else.

An attempt is written before the password is looked at and decided afterwards, so that many guesses at once count too. Where only those that
are still being looked at stand in the way, one waits for them: many right sign-ins at once all get through.
"""

import hashlib
import ipaddress
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from threading import Event
from time import monotonic

from workflow.audit.facts.accounts import GuessingNoticed
from workflow.errors import Busy, TooManyAttempts
from workflow.ids import new_id
from workflow.runtime.recorder import Provenance, record
from workflow.services.accounts.directory import STREAM, lock
from workflow.services.ground.ground import Ground
from workflow.store.accounts import UserRecord
from workflow.store.unit_of_work import UnitOfWork

NOBODY = "anonymous"
"""Who acts while it is not known who it is: an account that is guessed at has done nothing."""
WINDOW = timedelta(hours=1)
FREE_OF_ACCOUNT = 20
_BOUND = 60
_CHECKING = timedelta(seconds=60)
"""After that an attempt that is still undecided counts as failed: its process has ended."""
_PATIENCE = 10.0
_PAUSE = 0.1
_KNOWN_FOR = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """After `free` failures under the key, the next attempt must wait 1 s, then 2 s, 4 s … up to `longest`.

    `of_strangers`: it does not hold for who has lately signed in from the address.
    """

    key: str
    free: int
    longest: timedelta = timedelta(minutes=15)
    of_strangers: bool = False

    def wait(self, failures: int) -> timedelta:
        """How long after the last failure the next attempt may come."""
        if failures <= self.free:
            return timedelta(0)
        return min(timedelta(seconds=2 ** min(failures - self.free - 1, 20)), self.longest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """An attempt that is being looked at: (id, key) of each limit that counts it."""

    marks: tuple[tuple[str, str], ...]


def sign_in_limits(login: str, address: str) -> tuple[Limit, ...]:
    """The limits of a sign-in with this login from this address, in a browser that is not known."""
    network = network_of(address)
    person = hashlib.sha256(login.casefold().encode()).hexdigest()[:32]
    return (
        Limit(key=f"login:{person}@{network}", free=4),
        Limit(key=f"address:{network}", free=30, longest=timedelta(minutes=1), of_strangers=True),
        Limit(key=_account_key(login), free=FREE_OF_ACCOUNT, of_strangers=True),
    )


def device_limits(device: str) -> tuple[Limit, ...]:
    """The limits of a sign-in in a browser that the person has signed in with before."""
    return (Limit(key=f"device:{device}", free=4),)


def code_limits(user_id: str, address: str, device: str | None = None) -> tuple[Limit, ...]:
    """The limits of second-factor codes: by user, since whoever enters one has the password already."""
    if device is not None:
        return (Limit(key=f"code-device:{device}", free=5),)
    return (
        Limit(key=f"code:{user_id}", free=5),
        Limit(key=f"address:{network_of(address)}", free=30, longest=timedelta(minutes=1), of_strangers=True),
    )


def network_of(address: str) -> str:
    """One host has a whole /64 of IPv6 addresses to choose from, so those count as one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
    return str(parsed)


class Throttle:
    """Begins and decides attempts. Each is a short transaction of its own: no password is looked at inside one."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def begin(self, limits: Sequence[Limit], user: UserRecord | None, address: str) -> Attempt:
        """Count an attempt. Raises `TooManyAttempts` where one must wait, and `Busy` where too many are being looked at for too long."""
        given_up, waiting = monotonic() + _PATIENCE, Event()
        while True:
            with self._ground.units() as uow:
                lock(uow)
                # Read past the lock: whoever came before has an earlier instant.
                now = self._ground.clock.now()
                attempt = begin(uow, limits, now, partial(_is_known, uow, user, address, now))
                uow.commit()
            if attempt is not None:
                return attempt
            if monotonic() > given_up:
                raise Busy(seconds=round(_PATIENCE))
            waiting.wait(_PAUSE)

    def let_go(self, attempt: Attempt) -> None:
        """The attempt neither failed nor succeeded, such as a password that is right and wants a code."""
        with self._ground.units() as uow:
            take_back(uow, attempt)
            uow.commit()


def begin(
    uow: UnitOfWork, limits: Sequence[Limit], now: datetime, is_known: Callable[[], bool] = lambda: False
) -> Attempt | None:
    """Count an attempt as being looked at; None where others that are being looked at must be decided first.

    Raises `TooManyAttempts` when one must wait, and counts nothing then.
    """
    free = True
    for limit in limits:
        failures, last = uow.sign_ins.failures(limit.key, now - WINDOW, now - _CHECKING, _BOUND)
        undecided = uow.sign_ins.undecided(limit.key, now - _CHECKING)
        wait = limit.wait(failures)
        crowded = undecided > 0 and failures + undecided > limit.free
        if not (wait or crowded) or (limit.of_strangers and is_known()):
            continue
        left = last + wait - now if wait and last is not None else timedelta(0)
        if left > timedelta(0):
            raise TooManyAttempts(seconds=max(1, round(left.total_seconds())))
        free = free and not crowded
    if not free:
        return None
    marks = tuple((new_id(), limit.key) for limit in limits)
    for mark, key in marks:
        uow.sign_ins.add_attempt(mark, key, now)
    return Attempt(marks=marks)


def take_back(uow: UnitOfWork, attempt: Attempt) -> None:
    """The attempt was right: forget the failures of its first key; the others keep what others failed."""
    uow.sign_ins.clear_failures(attempt.marks[0][1])
    for mark, _ in attempt.marks:
        uow.sign_ins.remove_attempt(mark)


def decide_failed(uow: UnitOfWork, attempt: Attempt, user: UserRecord | None, now: datetime) -> None:
    """The attempt was wrong: it counts from now on. Where an account is guessed at, that is recorded, once an hour."""
    for mark, key in attempt.marks:
        uow.sign_ins.decide_failed(mark, key)
    if user is None:
        return
    failures, _ = uow.sign_ins.failures(_account_key(user.login), now - WINDOW, now - _CHECKING, _BOUND)
    if failures <= FREE_OF_ACCOUNT:
        return
    noticed = uow.events.recent("GuessingNoticed", now - WINDOW)
    if not any(event.payload.get("user") == user.id for event in noticed):
        record(uow, STREAM, [GuessingNoticed(user=user.id, failures=failures)], Provenance(actor=NOBODY, at=now))


def _account_key(login: str) -> str:
    return f"account:{hashlib.sha256(login.casefold().encode()).hexdigest()[:32]}"


def _is_known(uow: UnitOfWork, user: UserRecord | None, address: str, now: datetime) -> bool:
    """Whether the person has lately signed in from the address: asked only where a bound is reached."""
    if user is None:
        return False
    network = network_of(address)
    lately = uow.events.recent("SignedIn", now - _KNOWN_FOR, actor=user.id)
    return any(network_of(str(event.payload.get("address"))) == network for event in lately)
