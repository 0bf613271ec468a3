"""What happens to accounts: who may sign in, in which roles, and who stands in for whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from workflow.audit.facts.fact import Fact, part
from workflow.errors import N_
from workflow.model.event_fields import Organisation, Person, Remark, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFact(Fact):
    """`user`: whose account it is."""

    family: ClassVar[str] = "Accounts"

    user: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class UserCreated(AccountFact):
    sentence: ClassVar[str] = N_("%(actor)s created the account of %(user)s.")

    new: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class UserChanged(AccountFact):
    sentence: ClassVar[str] = N_("%(actor)s changed the account of %(user)s.")

    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class UserEnded(AccountFact):
    sentence: ClassVar[str] = N_("%(actor)s ended the account of %(user)s. Reason: %(reason)s")

    reason: Remark
    sessions_revoked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordReset(AccountFact):
    sentence: ClassVar[str] = N_("%(actor)s gave %(user)s a temporary password.")

    sessions_revoked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordChanged(AccountFact):
    sentence: ClassVar[str] = N_("%(actor)s changed their own password.")

    sessions_revoked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorEnrolled(AccountFact):
    sentence: ClassVar[str] = N_("%(actor)s set up a second factor.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorReset(AccountFact):
    sentence: ClassVar[str] = N_("%(actor)s reset the second factor of %(user)s. Reason: %(reason)s")

    reason: Remark


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionsRevoked(AccountFact):
    sentence: ClassVar[str] = N_("%(actor)s signed %(user)s out everywhere.")

    sessions_revoked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn(AccountFact):
    sentence: ClassVar[str] = N_("%(actor)s signed in.")

    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOut(AccountFact):
    sentence: ClassVar[str] = N_("%(actor)s signed out.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInFailed(AccountFact):
    """`user` is None for a login that nobody has. What was entered is not kept."""

    sentence: ClassVar[str] = N_("A sign-in failed for %(user)s.")

    address: str
    wrong: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GuessingNoticed(AccountFact):
    """Recorded once an hour while it goes on."""

    sentence: ClassVar[str] = N_(
        "Somebody guesses at the password of %(user)s: %(failures)s sign-ins failed within an hour."
    )

    failures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleAssigned(AccountFact):
    sentence: ClassVar[str] = N_("%(actor)s gave %(user)s the role %(role)s at %(organisation)s.")

    new: Mapping[str, Any]

    @property
    def role(self) -> Role:
        return part(self.new, "role")

    @property
    def organisation(self) -> Organisation:
        return part(self.new, "organisation_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleEnded(AccountFact):
    """`old` and `new`: the last day."""

    sentence: ClassVar[str] = N_("%(actor)s ended the role %(role)s of %(user)s at %(organisation)s.")

    assignment: Mapping[str, Any]
    old: str | None
    new: str

    @property
    def role(self) -> Role:
        return part(self.assignment, "role")

    @property
    def organisation(self) -> Organisation:
        return part(self.assignment, "organisation_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeputyAppointed(AccountFact):
    """`user` stands in for who holds the `assignment`."""

    sentence: ClassVar[str] = N_("%(actor)s appointed %(user)s as deputy for the role %(role)s.")

    assignment: Mapping[str, Any]
    new: Mapping[str, Any]

    @property
    def role(self) -> Role:
        return part(self.assignment, "role")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeputyshipEnded(AccountFact):
    """`old` and `new`: the last day."""

    sentence: ClassVar[str] = N_("%(actor)s ended the deputyship of %(user)s.")

    deputyship: Mapping[str, Any]
    old: str
    new: str
