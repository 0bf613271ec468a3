"""What proves who somebody is: passwords, one-time codes, and the vault that keeps their secrets.

Attempts are counted by login and address together, and by address alone: a stranger's failures never lock a user out from elsewhere. A
failure is written before the password is looked at and taken back afterwards, so that many guesses at once count too.
"""

import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.fernet import Fernet, InvalidToken

from workflow.audit.facts.accounts import SecondFactorEnrolled
from workflow.errors import N_, ConfigurationError, InvalidInput, SignInRefused, TooManyAttempts
from workflow.ids import new_id
from workflow.ports import Clock
from workflow.runtime.recorder import Provenance, record
from workflow.services.accounts.directory import STREAM, lock
from workflow.services.accounts.sessions import open_session
from workflow.services.ground.ground import Ground
from workflow.store.accounts import UserRecord
from workflow.store.unit_of_work import UnitOfWork


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


WINDOW = timedelta(hours=1)


_LONGEST = timedelta(minutes=15)


_BOUND = 50


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


SHORTEST = 12
LONGEST = 256
_TOO_SHORT = N_("The password must have at least %(shortest)s characters.")
_TOO_LONG = N_("The password must have at most %(longest)s characters.")
_LIKE_LOGIN = N_("The password must not contain the login.")
_COMMON = N_("This password is too easy to guess.")
_FEWEST_DIFFERENT = 5

_COMMON_PARTS = frozenset(
    {
        "password",
        "matkhau",
        "qwertyuiop",
        "1234567890",
        "0123456789",
        "abcdefghij",
        "congan",
        "congnhan",
        "administrator",
    }
)
"""What people fill twelve characters with; a password that is little more than one of them is refused."""
_SLACK = 5


class Passwords:
    """Hashes and verifies. The default cost is argon2-cffi's own, that of RFC 9106 for ordinary servers."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobody = self._hasher.hash(secrets.token_urlsafe())

    def hash(self, password: str) -> str:
        """Return the hash to store."""
        return self._hasher.hash(password)

    def verify(self, stored: str | None, password: str) -> bool:
        """Whether the password fits; without a stored hash the same work is done and the answer is no."""
        try:
            fits = self._hasher.verify(stored or self._nobody, password[: LONGEST + 1])
        except (VerificationError, InvalidHashError):
            return False
        return fits and stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Whether the hash was made with another cost than today's."""
        return self._hasher.check_needs_rehash(stored)


def check_password(password: str, login: str) -> None:
    """Raise `InvalidInput` for a password that may not be used."""
    if len(password) < SHORTEST:
        raise InvalidInput(_TOO_SHORT, shortest=SHORTEST)
    if len(password) > LONGEST:
        raise InvalidInput(_TOO_LONG, longest=LONGEST)
    folded = password.casefold()
    if login and login.casefold() in folded:
        raise InvalidInput(_LIKE_LOGIN)
    letters = "".join(sign for sign in folded if sign.isalnum())
    if len(set(folded)) < _FEWEST_DIFFERENT or any(
        part in letters and len(letters) - len(part) <= _SLACK for part in _COMMON_PARTS
    ):
        raise InvalidInput(_COMMON)


def temporary_password() -> str:
    """A password to be handed over once and changed at the first sign-in."""
    return secrets.token_urlsafe(15)


_UNREADABLE = N_("The key in %(path)s does not open what the database holds. Restore the key that belongs to it.")


class Vault:
    def __init__(self, key: bytes) -> None:
        self._fernet = Fernet(key)

    @staticmethod
    def new_key() -> bytes:
        """A fresh key."""
        return Fernet.generate_key()

    def seal(self, secret: str) -> str:
        """Return the secret encrypted."""
        return self._fernet.encrypt(secret.encode()).decode()

    def open(self, sealed: str) -> str:
        """Return the secret. Raises `ConfigurationError` when it was sealed with another key."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken as error:
            raise ConfigurationError(_UNREADABLE, path="vault.key") from error

    def seal_for(self, text: str, at: int) -> str:
        """Return a text that a browser may carry but not read or change; `at` in seconds since 1970."""
        return self._fernet.encrypt_at_time(text.encode(), at).decode()

    def open_within(self, sealed: str, seconds: int, at: int) -> str | None:
        """Return the text if it was sealed at most `seconds` before `at`, else None."""
        try:
            return self._fernet.decrypt_at_time(sealed, seconds, at).decode()
        except (InvalidToken, ValueError):
            return None


ISSUER = "Công nhận"
STEP = 30
_DRIFT = (0, -1, 1)
"""A clock may be one step off, as RFC 6238 advises."""
_ENROLLED = N_("A second factor is already set up. An administrator can reset it.")
_NOT_BEGUN = N_("Begin again: no second factor is waiting to be confirmed.")
_WRONG = N_("This code is not right. Check the time on your device and enter the next one.")


class SecondFactor:
    """Checks codes; secrets are sealed in the vault.

    `devices` is the time that people's devices show, which is ours even where a demonstration's clock is shifted.
    """

    def __init__(self, vault: Vault, devices: Clock) -> None:
        self._vault = vault
        self._devices = devices

    def fresh(self) -> tuple[str, str]:
        """A new secret, plain and sealed."""
        secret = pyotp.random_base32()
        return secret, self._vault.seal(secret)

    def step_of(self, user: UserRecord, code: str) -> int | None:
        """The time step of a right code that is newer than the last one used, else None."""
        code = "".join(code.split())
        if user.totp_secret is None or not (code.isascii() and code.isdigit()):
            return None
        totp = pyotp.TOTP(self._vault.open(user.totp_secret))
        present = int(self._devices.now().timestamp()) // STEP
        for drift in _DRIFT:
            step = present + drift
            if hmac.compare_digest(totp.at(step * STEP), code):
                return step if step > (user.totp_last_step or 0) else None
        return None


class EnrolmentService:
    """A signed-in user sets up their own second factor."""

    def __init__(self, ground: Ground, factor: SecondFactor) -> None:
        self._ground = ground
        self._factor = factor

    def begin(self, user_id: str) -> str:
        """Return the `otpauth://` URI with a new secret, shown this once; it counts when a code confirms it.

        Raises `InvalidInput` where a second factor is set up already.
        """
        secret, sealed = self._factor.fresh()
        with self._ground.units() as uow:
            user = uow.accounts.get(user_id)
            if user.totp_last_step is not None:
                raise InvalidInput(_ENROLLED)
            uow.accounts.save(replace(user, totp_secret=sealed))
            uow.commit()
        return pyotp.TOTP(secret).provisioning_uri(name=user.login, issuer_name=ISSUER)

    def confirm(self, user_id: str, code: str, *, address: str) -> str:
        """Make the second factor count, sign out every session, and return the token of a new one.

        Raises `InvalidInput`, `SignInRefused` for a wrong code, `TooManyAttempts`.
        """
        now = self._ground.clock.now()
        with self._ground.units() as uow:
            attempt = begin(uow, code_limits(user_id, address), now)
            uow.commit()
        with self._ground.units() as uow:
            lock(uow)
            user = uow.accounts.get(user_id)
            if user.totp_last_step is not None or user.totp_secret is None:
                raise InvalidInput(_NOT_BEGUN)
            step = self._factor.step_of(user, code)
            if step is None:
                raise SignInRefused(_WRONG)
            uow.accounts.save(replace(user, totp_last_step=step))
            take_back(uow, attempt)
            token = self._rotate(uow, user_id, now)
            uow.commit()
        return token

    @staticmethod
    def _rotate(uow: UnitOfWork, user_id: str, now: datetime) -> str:
        uow.sign_ins.revoke_all(user_id, now)
        by = Provenance(actor=user_id, at=now)
        record(uow, STREAM, [SecondFactorEnrolled(user=user_id)], by)
        return open_session(uow, user_id, now)
