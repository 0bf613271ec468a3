"""What proves who somebody is: passwords, one-time codes, known browsers, and the vault that keeps their secrets."""

import hashlib
import hmac
import json
import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import cache
from threading import BoundedSemaphore

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.fernet import Fernet, InvalidToken

from workflow.alphabets import composed
from workflow.audit.facts.accounts import SecondFactorEnrolled
from workflow.errors import N_, Busy, ConfigurationError, InvalidInput, SignInRefused
from workflow.ports import Clock
from workflow.runtime.recorder import Provenance, record
from workflow.services.accounts.attempts import Throttle, code_limits, decide_failed, take_back
from workflow.services.accounts.directory import STREAM, lock
from workflow.services.accounts.sessions import open_session
from workflow.services.ground.ground import Ground
from workflow.store.accounts import NO_PASSWORD, UserRecord
from workflow.store.unit_of_work import UnitOfWork

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


_AT_ONCE = 2
_PATIENCE = 10.0
HASHER = PasswordHasher()
"""Its cost is argon2-cffi's own, that of RFC 9106 for machines with little memory."""


@cache
def _hash_of_nobody(hasher: PasswordHasher) -> str:
    """What no password fits, made before anybody signs in: a login that is not there takes no other time than one that is."""
    return hasher.hash(secrets.token_urlsafe())


class Passwords:
    """Hashes and verifies, few at once: each takes 64 MiB and a processor."""

    def __init__(
        self, hasher: PasswordHasher | None = None, *, at_once: int = _AT_ONCE, patience: float = _PATIENCE
    ) -> None:
        self._hasher = hasher or HASHER
        self._turns = BoundedSemaphore(at_once)
        self._patience = patience
        self._nobody = _hash_of_nobody(self._hasher)

    def hash(self, password: str) -> str:
        """Return the hash to store. Raises `Busy`."""
        with self._turn():
            return self._hasher.hash(composed(password))

    def verify(self, stored: str | None, password: str) -> bool:
        """Whether the password fits; without a stored hash the same work is done and the answer is no. Raises `Busy`."""
        if stored == NO_PASSWORD:
            stored = None
        with self._turn():
            fits = True in [self._fits(stored or self._nobody, spelt[: LONGEST + 1]) for spelt in _spellings(password)]
        return fits and stored is not None

    def _fits(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False

    def is_outdated(self, stored: str) -> bool:
        """Whether the hash was made with another cost than today's."""
        return self._hasher.check_needs_rehash(stored)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(timeout=self._patience):
            raise Busy(seconds=max(1, round(self._patience)))
        try:
            yield
        finally:
            self._turns.release()


def _spellings(password: str) -> list[str]:
    """Composed, as passwords are kept; and decomposed, as a keyboard may have given one before that was so."""
    return list(dict.fromkeys([composed(password), unicodedata.normalize("NFD", password)]))


def check_password(password: str, login: str) -> None:
    """Raise `InvalidInput` for a password that may not be used."""
    password = composed(password)
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


_MOST_DEVICES = 10
_DEVICE_SECONDS = 180 * 86_400


class Devices:
    """Which browsers a person has signed in with before: a token that the browser keeps and cannot read or change.

    One browser may be several people's. It is known until the person's password changes, or for half a year without a sign-in.
    """

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def known(self, token: str | None, user: UserRecord | None, now: datetime) -> str | None:
        """The id of the browser where it is known to be the person's, else None."""
        if user is None:
            return None
        for device, user_id, mark in self._read(token, now):
            if (user_id, mark) == (user.id, mark_of(user)):
                return device
        return None

    def remember(self, token: str | None, user: UserRecord, now: datetime) -> str:
        """The token that the browser keeps from now on."""
        others = [entry for entry in self._read(token, now) if entry[1] != user.id]
        device = self.known(token, user, now) or secrets.token_urlsafe(12)
        entries = [[device, user.id, mark_of(user)], *others]
        return self._vault.seal_for(json.dumps(entries[:_MOST_DEVICES]), int(now.timestamp()))

    def _read(self, token: str | None, now: datetime) -> list[list[str]]:
        opened = self._vault.open_within(token, _DEVICE_SECONDS, int(now.timestamp())) if token else None
        held = json.loads(opened) if opened else []
        return held if isinstance(held, list) else []  # a begun sign-in is sealed by the same key, and is none


def mark_of(user: UserRecord) -> str:
    """Changes with the password, so that nothing begun with an older one can be finished."""
    return hashlib.sha256(user.password_hash.encode()).hexdigest()[:16]


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

    def sealed(self, secret: str) -> str:
        """The secret as it is stored."""
        return self._vault.seal(secret)

    def opened(self, sealed: str) -> str:
        """The secret that is stored so."""
        return self._vault.open(sealed)

    def code_of(self, secret: str) -> str:
        """The code that a device with this secret shows now."""
        return pyotp.TOTP(secret).at(self._devices.now())

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
                # A demonstration shows its code to everybody; what is public may be entered twice.
                return step if step > (user.totp_last_step or 0) or user.demonstration else None
        return None


def _uri(user: UserRecord, secret: str) -> str:
    return pyotp.TOTP(secret).provisioning_uri(name=user.login, issuer_name=ISSUER)


class EnrolmentService:
    """A signed-in user sets up their own second factor."""

    def __init__(self, ground: Ground, factor: SecondFactor) -> None:
        self._ground = ground
        self._factor = factor
        self._throttle = Throttle(ground)

    def code_of(self, secret: str) -> str:
        """The code that a device with this secret shows now."""
        return self._factor.code_of(secret)

    def sealed(self, secret: str) -> str:
        """The secret as it is stored."""
        return self._factor.sealed(secret)

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
        return _uri(user, secret)

    def begun(self, user_id: str) -> str | None:
        """The URI that `begin` gave last, while no code has confirmed it; else None."""
        with self._ground.units.reading() as uow:
            user = uow.accounts.get(user_id)
        if user.totp_secret is None or user.totp_last_step is not None:
            return None
        return _uri(user, self._factor.opened(user.totp_secret))

    def confirm(self, user_id: str, code: str, *, address: str) -> str:
        """Make the second factor count, sign out every session, and return the token of a new one.

        Raises `InvalidInput`, `SignInRefused` for a wrong code, `TooManyAttempts`.
        """
        with self._ground.units.reading() as uow:
            user = uow.accounts.get(user_id)
        attempt = self._throttle.begin(code_limits(user_id, address), user, address)
        with self._ground.units() as uow:
            lock(uow)
            now = self._ground.clock.now()
            user = uow.accounts.get(user_id)
            if user.totp_last_step is not None or user.totp_secret is None:
                raise InvalidInput(_NOT_BEGUN)
            step = self._factor.step_of(user, code)
            if step is None:
                decide_failed(uow, attempt, user, now)
                uow.commit()
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
