"""What administrators ask for on accounts, roles and deputies, and the checks on what was typed."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from workflow.errors import N_, InvalidInput
from workflow.ports import mail_address
from workflow.services.accounts.directory import NewRole, UserCommand
from workflow.services.ground.changes import required
from workflow.services.ground.idempotence import Command
from workflow.store.accounts import NO_PASSWORD, UserRecord
from workflow.store.unit_of_work import UnitOfWork

LOCALES = ("vi", "en")
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{1,78}[a-z0-9]", re.ASCII)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateUser(Command):
    """An account begins with its first role."""

    A_MINUTE: ClassVar[int] = 60

    user: NewUser
    role: NewRole


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeUser(UserCommand):
    STORED_AS: ClassVar[str] = "EditUser"
    name: str
    email: str | None
    locale: str
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeAddress(UserCommand):
    email: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOwnAddress(Command):
    """The same address again: another link to confirm it."""

    A_MINUTE: ClassVar[int] = 6

    email: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndUser(UserCommand):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetPassword(UserCommand):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetSecondFactor(UserCommand):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeSessions(UserCommand):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignRole(Command):
    user_id: str
    role: NewRole


@dataclass(frozen=True, slots=True, kw_only=True)
class EndRole(Command):
    """The day before the role's first one takes it back wholly; a role never becomes longer by it."""

    assignment_id: str
    last_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointDeputy(Command):
    """The days lie within the role's."""

    assignment_id: str
    deputy_user_id: str
    valid_from: date
    valid_to: date
    paper: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndDeputyship(Command):
    """The day before the deputyship's first one takes it back wholly."""

    deputyship_id: str
    last_day: date


def new_user(uow: UnitOfWork, user_id: str, user: NewUser, at: datetime) -> UserRecord:
    """The account as it is stored, without a password. Raises `InvalidInput`."""
    if not _LOGIN.fullmatch(user.login):
        raise InvalidInput(_BAD_LOGIN)
    if uow.accounts.by_login(user.login) is not None:
        raise InvalidInput(_TAKEN)
    return UserRecord(
        id=user_id,
        login=user.login,
        name=required(user.name, "name"),
        email=checked_email(user.email),
        locale=checked_locale(user.locale),
        password_hash=NO_PASSWORD,
        created_at=at,
    )


def checked_email(email: str | None) -> str | None:
    """The address without outer blanks; None for none. Raises `InvalidInput`."""
    email = (email or "").strip()
    if email and mail_address(email) is None:
        raise InvalidInput(_BAD_EMAIL, email=email)
    return email or None


def checked_locale(locale: str) -> str:
    """Raise `InvalidInput` for a language that there is not."""
    if locale not in LOCALES:
        raise InvalidInput(_BAD_LOCALE, locale=locale)
    return locale
