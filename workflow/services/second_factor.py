"""Time-based one-time codes (RFC 6238): enrolment, and checking a code that is used once only."""

import hmac
from dataclasses import replace
from datetime import datetime

import pyotp

from workflow.errors import N_, InvalidInput, SignInRefused
from workflow.ports import Clock
from workflow.services.administration import STREAM, Administration
from workflow.services.recorder import Fact, Provenance, record
from workflow.services.sessions import open_session
from workflow.services.throttle import begin, code_limits, take_back
from workflow.services.vault import Vault
from workflow.store.accounts import UserRecord
from workflow.store.unit_of_work import UnitOfWork, UnitsOfWork

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

    def __init__(self, units: UnitsOfWork, clock: Clock, factor: SecondFactor) -> None:
        self._units = units
        self._clock = clock
        self._factor = factor

    def begin(self, user_id: str) -> str:
        """Return the `otpauth://` URI with a new secret, shown this once; it counts when a code confirms it.

        Raises `InvalidInput` where a second factor is set up already.
        """
        secret, sealed = self._factor.fresh()
        with self._units() as uow:
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
        now = self._clock.now()
        with self._units() as uow:
            attempt = begin(uow, code_limits(user_id, address), now)
            uow.commit()
        with self._units() as uow:
            Administration.lock(uow)
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
        record(uow, STREAM, [Fact(type="SecondFactorEnrolled", payload={"user": user_id})], by)
        return open_session(uow, user_id, now)
