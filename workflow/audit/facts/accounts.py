"""What happens to accounts: who may sign in, in which roles, and who stands in for whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from workflow.audit.facts.fact import ABSENT, Absent, Audience, Fact, part
from workflow.errors import N_
from workflow.model.event_fields import Moment, Organisation, Person, Remark, Role, words


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFact(Fact):
    """`user`: whose account it is."""

    family: ClassVar[str] = "Accounts"

    user: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerFact(AccountFact):
    """Who gave which power to whom, and who renewed whose way in.

    `asked_by`: who asked for it, where it took a second person: then the actor is who confirmed it. `request`: what was asked.
    """

    family: ClassVar[str] = "Powers"
    confirmed: ClassVar[str] = ""
    """The sentence where it took a second person."""

    asked_by: Person | Absent = ABSENT
    request: str | Absent = ABSENT

    @property
    def said(self) -> str:
        return self.confirmed if self.confirmed and self.asked_by is not ABSENT else self.sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class UserCreated(PowerFact):
    """`way_in_by`: who alone entered the address to which the link of the account is mailed."""

    sentence: ClassVar[str] = N_("%(actor)s created the account of %(user)s.")
    confirmed: ClassVar[str] = N_("%(actor)s confirmed what %(asked_by)s asked: the account of %(user)s was created.")

    new: Mapping[str, Any]
    way_in_by: Person | Absent = ABSENT


@dataclass(frozen=True, slots=True, kw_only=True)
class UserChanged(PowerFact):
    """`way_in_by`: who alone entered a new address."""

    sentence: ClassVar[str] = N_("%(actor)s changed the account of %(user)s.")
    confirmed: ClassVar[str] = N_("%(actor)s confirmed what %(asked_by)s asked: the account of %(user)s was changed.")

    changes: Mapping[str, Any]
    way_in_by: Person | Absent = ABSENT


@dataclass(frozen=True, slots=True, kw_only=True)
class UserEnded(AccountFact):
    sentence: ClassVar[str] = N_("%(actor)s ended the account of %(user)s. Reason: %(reason)s")
    unsettles: ClassVar[bool] = True

    reason: Remark
    sessions_revoked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordReset(AccountFact):
    """As it was done before there were links: the temporary password was shown to who reset it."""

    family: ClassVar[str] = "Powers"
    sentence: ClassVar[str] = N_("%(actor)s gave %(user)s a temporary password.")
    notice: ClassVar[str] = N_("Your password was reset by %(actor)s.")
    who: ClassVar[tuple[Audience, ...]] = ("user",)
    urgent: ClassVar[bool] = True

    sessions_revoked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordChanged(AccountFact):
    sentence: ClassVar[str] = N_("%(actor)s changed their own password.")

    sessions_revoked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorEnrolled(AccountFact):
    sentence: ClassVar[str] = N_("%(actor)s set up a second factor.")
    unsettles: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorReset(PowerFact):
    sentence: ClassVar[str] = N_("%(actor)s reset the second factor of %(user)s. Reason: %(reason)s")
    confirmed: ClassVar[str] = N_(
        "%(actor)s confirmed what %(asked_by)s asked: the second factor of %(user)s was reset. Reason: %(reason)s"
    )
    notice: ClassVar[str] = N_(
        "Your second factor was reset. If you did not ask for it, tell your administrator at once."
    )
    who: ClassVar[tuple[Audience, ...]] = ("user",)
    urgent: ClassVar[bool] = True
    unsettles: ClassVar[bool] = True

    reason: Remark


@dataclass(frozen=True, slots=True, kw_only=True)
class WayInRenewed(PowerFact):
    """The password counts no longer; its user gets a link by which to set another."""

    sentence: ClassVar[str] = N_("%(actor)s made the password of %(user)s void. Reason: %(reason)s")
    confirmed: ClassVar[str] = N_(
        "%(actor)s confirmed what %(asked_by)s asked: the password of %(user)s was made void. Reason: %(reason)s"
    )
    notice: ClassVar[str] = N_(
        "Your password was made void. If you did not ask for it, tell your administrator at once."
    )
    who: ClassVar[tuple[Audience, ...]] = ("user",)
    urgent: ClassVar[bool] = True

    reason: Remark
    sessions_revoked: int


LinkPurpose = Annotated[str, words(password=N_("setting a password"), address=N_("confirming the address"))]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkIssued(PowerFact):
    """`link`: its id; `token_hash`: the SHA-256 of what it carries. `email`: where it was mailed to; None for one that was printed."""

    sentence: ClassVar[str] = N_("A one-time link for %(user)s was mailed to %(email)s, for %(purpose)s.")
    confirmed: ClassVar[str] = sentence
    printed: ClassVar[str] = N_("%(actor)s printed a one-time link for %(user)s, for %(purpose)s.")

    link: str
    purpose: LinkPurpose
    email: str | None
    expires_at: Moment
    token_hash: str

    @property
    def said(self) -> str:
        return self.sentence if self.email else self.printed


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordSet(PowerFact):
    """By a link. `way_in_by`: who printed it; `confirms`: it was mailed to the account's address, which is the user's own therefore."""

    sentence: ClassVar[str] = N_("%(user)s set a password by a one-time link.")

    link: str
    confirms: bool
    sessions_revoked: int
    way_in_by: Person | Absent = ABSENT


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressConfirmed(AccountFact):
    sentence: ClassVar[str] = N_("%(user)s confirmed the address %(email)s.")

    link: str
    email: str


ACTS: Mapping[str, str] = {
    "AssignRole": N_("giving a role"),
    "CreateUser": N_("creating an account"),
    "AppointDeputy": N_("appointing a deputy"),
    "ResetPassword": N_("renewing the password"),
    "ResetSecondFactor": N_("resetting the second factor"),
    "ChangeAddress": N_("changing the e-mail address"),
}
"""What takes a second person, in words."""
Act = Annotated[str, words(**ACTS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFact(AccountFact):
    """Something that takes a second person. `user`: whose account it is about; None for one that is to be created."""

    family: ClassVar[str] = "Powers"

    request: str
    act: Act


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestMade(RequestFact):
    """`wish`: the command. `seconds`: who can confirm it, as things stand."""

    sentence: ClassVar[str] = N_("%(actor)s asked for a second person: %(act)s, %(user)s.")
    notice: ClassVar[str] = N_(
        "%(actor)s asks for a second person: %(act)s, %(user)s. It waits for you or another who can confirm it until %(last_day)s."
    )
    who: ClassVar[tuple[Audience, ...]] = ("seconds",)
    urgent: ClassVar[bool] = True

    wish: Mapping[str, Any]
    expires_at: Moment
    seconds: Sequence[Person] | Absent = ABSENT


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestConfirmed(RequestFact):
    sentence: ClassVar[str] = N_("%(actor)s confirmed as the second person what %(asked_by)s asked: %(act)s, %(user)s.")
    notice: ClassVar[str] = N_("%(actor)s confirmed what you asked: %(act)s, %(user)s.")
    who: ClassVar[tuple[Audience, ...]] = ("asker",)

    asked_by: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkReleased(RequestFact):
    """The user has no confirmed address: who asked may print the link, once."""

    sentence: ClassVar[str] = N_("%(asked_by)s may print a one-time link for %(user)s and hand it over.")

    asked_by: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRefused(RequestFact):
    sentence: ClassVar[str] = N_("%(actor)s refused what %(asked_by)s asked: %(act)s, %(user)s. Reason: %(reason)s")
    notice: ClassVar[str] = N_(
        "%(actor)s refused what you asked: %(act)s, %(user)s. The reason stands with the request."
    )
    who: ClassVar[tuple[Audience, ...]] = ("asker",)

    asked_by: Person
    reason: Remark


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestWithdrawn(RequestFact):
    sentence: ClassVar[str] = N_("%(actor)s withdrew what they had asked: %(act)s, %(user)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestExpired(RequestFact):
    sentence: ClassVar[str] = N_("Nobody confirmed in time what %(asked_by)s asked: %(act)s, %(user)s.")
    notice: ClassVar[str] = N_(
        "Nobody confirmed in time what you asked: %(act)s, %(user)s. Ask for it anew where it is still wanted."
    )
    who: ClassVar[tuple[Audience, ...]] = ("asker",)

    asked_by: Person


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
class RoleAssigned(PowerFact):
    sentence: ClassVar[str] = N_("%(actor)s gave %(user)s the role %(role)s at %(organisation)s.")
    confirmed: ClassVar[str] = N_(
        "%(actor)s confirmed what %(asked_by)s asked: %(user)s has the role %(role)s at %(organisation)s."
    )
    notice: ClassVar[str] = N_("You have been given the role “%(role)s” at %(organisation)s.")
    who: ClassVar[tuple[Audience, ...]] = ("user",)
    unsettles: ClassVar[bool] = True

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

    family: ClassVar[str] = "Powers"

    sentence: ClassVar[str] = N_("%(actor)s ended the role %(role)s of %(user)s at %(organisation)s.")
    notice: ClassVar[str] = N_("Your role “%(role)s” at %(organisation)s ends on %(last_day)s.")
    who: ClassVar[tuple[Audience, ...]] = ("user",)
    unsettles: ClassVar[bool] = True

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
class DeputyAppointed(PowerFact):
    """`user` stands in for who holds the `assignment`."""

    sentence: ClassVar[str] = N_("%(actor)s appointed %(user)s as deputy for the role %(role)s.")
    confirmed: ClassVar[str] = N_(
        "%(actor)s confirmed what %(asked_by)s asked: %(user)s is deputy for the role %(role)s."
    )
    notice: ClassVar[str] = N_(
        "%(deputy)s stands in for %(principal)s in the role “%(role)s” at %(organisation)s from %(first_day)s to %(last_day)s."
    )
    who: ClassVar[tuple[Audience, ...]] = ("user", "principal")
    unsettles: ClassVar[bool] = True

    assignment: Mapping[str, Any]
    new: Mapping[str, Any]

    @property
    def role(self) -> Role:
        return part(self.assignment, "role")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeputyshipEnded(AccountFact):
    """`old` and `new`: the last day."""

    family: ClassVar[str] = "Powers"

    sentence: ClassVar[str] = N_("%(actor)s ended the deputyship of %(user)s.")
    notice: ClassVar[str] = N_("The last day on which %(deputy)s stands in for %(principal)s is now %(last_day)s.")
    who: ClassVar[tuple[Audience, ...]] = ("user", "principal")
    unsettles: ClassVar[bool] = True

    deputyship: Mapping[str, Any]
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailChosen(AccountFact):
    """When the user gets by mail what they are told: `at_once`, `daily` or `none`."""

    sentence: ClassVar[str] = N_("%(actor)s chose when to get mail.")

    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysChosen(AccountFact):
    """Whether single keys act for the user in the table of criteria."""

    sentence: ClassVar[str] = N_("%(actor)s switched the keys of the table of criteria on or off.")

    old: bool
    new: bool
