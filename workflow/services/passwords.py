"""Passwords: argon2id hashes, constant work for unknown logins, and what a password must be."""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from workflow.errors import N_, InvalidInput

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
