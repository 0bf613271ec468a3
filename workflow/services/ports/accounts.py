"""Users, their roles with dates, their deputies, their sessions and failed sign-ins."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from workflow.services.ports.cases import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class UserRecord:
    """One account. `totp_secret` is encrypted; it counts only once `totp_last_step` is set, which its confirmation does."""

    id: str
    login: str
    name: str
    password_hash: str
    created_at: datetime
    email: str | None = None
    locale: str = "vi"
    totp_secret: str | None = None
    totp_last_step: int | None = None
    must_change_password: bool = False
    demonstration: bool = False
    ended_at: datetime | None = None
    revision: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentRecord:
    """A role that a user has in an organisation, both days included."""

    id: str
    user_id: str
    role: str
    organisation_id: str
    valid_from: date
    valid_to: date | None = None
    paper: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeputyshipRecord:
    """Another user stands in for an assignment, both days included."""

    id: str
    assignment_id: str
    deputy_user_id: str
    valid_from: date
    valid_to: date
    paper: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRecord:
    """A signed-in browser, known by the SHA-256 of its token."""

    token_hash: str
    user_id: str
    created_at: datetime
    last_seen_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UserFilter:
    """All given conditions must hold; `organisation_ids` None means users of every organisation, and of none."""

    text: str | None = None
    role: str | None = None
    organisation_ids: Collection[str] | None = None
    with_ended: bool = False


class Accounts(Protocol):
    def get(self, user_id: str) -> UserRecord:
        """Raise `NotFound`."""

    def many(self, user_ids: Collection[str]) -> dict[str, UserRecord]:
        """Those of the users that exist, by id."""

    def by_login(self, login: str) -> UserRecord | None: ...

    def add(self, user: UserRecord) -> None: ...

    def save(self, user: UserRecord) -> UserRecord:
        """Write the record if its revision is still the stored one and return it with the next; else raise `Conflict`."""

    def search(self, where: UserFilter, page: Page) -> tuple[Sequence[UserRecord], int]:
        """Return the rows of the page, by name, and the number of all."""

    def assignment(self, assignment_id: str) -> AssignmentRecord:
        """Raise `NotFound`."""

    def assignments(self, assignment_ids: Collection[str]) -> Sequence[AssignmentRecord]: ...

    def assignments_of(self, user_ids: Collection[str]) -> Sequence[AssignmentRecord]:
        """Oldest first, ended and future ones included."""

    def holders(self, role: str, organisation_id: str, on: date) -> Sequence[AssignmentRecord]:
        """The assignments of the role in the organisation on that day whose users have not been ended."""

    def add_assignment(self, assignment: AssignmentRecord) -> None: ...

    def end_assignment(self, assignment_id: str, valid_to: date) -> None: ...

    def deputyship(self, deputyship_id: str) -> DeputyshipRecord:
        """Raise `NotFound`."""

    def deputyships_for(self, deputy_user_id: str) -> Sequence[DeputyshipRecord]:
        """Those in which the user stands in for others."""

    def deputyships_on(self, assignment_ids: Collection[str]) -> Sequence[DeputyshipRecord]:
        """Those in which others stand in for the assignments."""

    def add_deputyship(self, deputyship: DeputyshipRecord) -> None: ...

    def end_deputyship(self, deputyship_id: str, valid_to: date) -> None: ...


class SignIns(Protocol):
    def add_session(self, session: SessionRecord) -> None: ...

    def session(self, token_hash: str) -> SessionRecord | None: ...

    def sessions_of(self, user_id: str) -> Sequence[SessionRecord]:
        """Those not revoked, newest first."""

    def touch(self, token_hash: str, at: datetime) -> None: ...

    def revoke(self, token_hash: str, at: datetime) -> None: ...

    def revoke_all(self, user_id: str, at: datetime, *, but: str | None = None) -> int:
        """Revoke every session of the user except the one with the hash `but`; return how many."""

    def add_failure(self, failure_id: str, key: str, at: datetime) -> None: ...

    def failures(self, key: str, since: datetime, bound: int = 50) -> tuple[int, datetime | None]:
        """How many failures (at most `bound`) there were under the key since then, and when the last one was."""

    def remove_failure(self, failure_id: str) -> None: ...

    def clear_failures(self, key: str) -> None: ...

    def drop_before(self, failures: datetime, sessions: datetime) -> None:
        """Forget failures and sessions last seen before those instants."""
