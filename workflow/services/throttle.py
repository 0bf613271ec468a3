"""Slows down guessing: waits that double with every failure, kept in the database so that all processes share them.

Counted by login and address together, and by address alone: a stranger's failures never lock a user out from elsewhere. A
failure is written before the password is looked at and taken back afterwards, so that many guesses at once count too.
"""

import hashlib
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from workflow.errors import TooManyAttempts
from workflow.ids import new_id
from workflow.store.unit_of_work import UnitOfWork

WINDOW = timedelta(hours=1)
_LONGEST = timedelta(minutes=15)
_BOUND = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """After `free` failures under the key, the next attempt must wait 1 s, then 2 s, 4 s … up to 15 minutes."""

    key: str
    free: int

    def wait(self, failures: int) -> timedelta:
        """How long after the last failure the next attempt may come."""
        if failures <= self.free:
            return timedelta(0)
        return min(timedelta(seconds=2 ** (failures - self.free - 1)), _LONGEST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """An attempt that counts as failed until it is taken back."""

    marks: tuple[tuple[str, str], ...]


def sign_in_limits(login: str, address: str) -> tuple[Limit, Limit]:
    """The limits of a sign-in with this login from this address."""
    network = _network(address)
    person = hashlib.sha256(login.casefold().encode()).hexdigest()[:32]
    return Limit(key=f"login:{person}@{network}", free=4), Limit(key=f"address:{network}", free=30)


def code_limits(user_id: str, address: str) -> tuple[Limit, Limit]:
    """The limits of second-factor codes: by user, since whoever enters one has the password already."""
    return Limit(key=f"code:{user_id}", free=5), Limit(key=f"address:{_network(address)}", free=30)


def begin(uow: UnitOfWork, limits: Sequence[Limit], now: datetime) -> Attempt:
    """Count an attempt as failed for the time being. Raises `TooManyAttempts` when one must wait, and counts nothing then."""
    for limit in limits:
        failures, last = uow.sign_ins.failures(limit.key, now - WINDOW, _BOUND)
        left = last + limit.wait(failures) - now if last is not None else timedelta(0)
        if left > timedelta(0):
            raise TooManyAttempts(seconds=max(1, round(left.total_seconds())))
    marks = tuple((new_id(), limit.key) for limit in limits)
    for failure_id, key in marks:
        uow.sign_ins.add_failure(failure_id, key, now)
    return Attempt(marks=marks)


def take_back(uow: UnitOfWork, attempt: Attempt) -> None:
    """The attempt was right: forget the failures of its first key; the address keeps what others failed."""
    uow.sign_ins.clear_failures(attempt.marks[0][1])
    for failure_id, _ in attempt.marks[1:]:
        uow.sign_ins.remove_failure(failure_id)


def _network(address: str) -> str:
    """One host has a whole /64 of IPv6 addresses to choose from, so those count as one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
    return str(parsed)
