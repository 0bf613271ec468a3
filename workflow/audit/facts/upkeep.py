"""What happens to the installation itself: alarms, and who is told of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from workflow.audit.facts.fact import Fact
from workflow.errors import N_
from workflow.model.event_fields import words

Alarm = Annotated[
    str,
    words(
        guessing=N_("somebody guesses at a password"),
        verification=N_("a verification found faults"),
        roles=N_("a role with power over others was given"),
        worker=N_("no worker works"),
        mail=N_("mails cannot be sent"),
        jobs=N_("machine work has failed"),
        checkpoint=N_("the newest checkpoint is old"),
        disk=N_("the disk is nearly full"),
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmFact(Fact):
    """`subject`: what it is about, so that the same is not said twice."""

    family: ClassVar[str] = "Upkeep"

    alarm: Alarm
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRaised(AlarmFact):
    """`values`: what stood there at that moment; `told`: how many people were told."""

    sentence: ClassVar[str] = N_("An alarm was raised: %(alarm)s. People told: %(told)s.")

    values: Mapping[str, Any]
    told: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmSeen(AlarmFact):
    sentence: ClassVar[str] = N_("%(actor)s has seen the alarm: %(alarm)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmEnded(AlarmFact):
    """What it was about is no longer so."""

    sentence: ClassVar[str] = N_("The alarm is over: %(alarm)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRecipientsNamed(Fact):
    """`users` get alarms by mail and in the application from then on; none: every administrator does."""

    family: ClassVar[str] = "Upkeep"
    sentence: ClassVar[str] = N_("%(actor)s named who is told of alarms.")

    users: Sequence[str]


MailEnd = Annotated[
    str,
    words(
        taken=N_("the server took it"),
        unset=N_("no mail server is configured"),
        unknown=N_("the server's name is not known"),
        closed=N_("nobody listens there"),
        silent=N_("the server did not answer in time"),
        certificate=N_("the server's certificate is not trusted"),
        unencrypted=N_("the server offers no encryption"),
        sign_in=N_("the server refused the sign-in"),
        sender=N_("the server refused the sender"),
        recipient=N_("the server refused the recipient"),
        content=N_("the server refused the mail"),
        broken=N_("the connection broke"),
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailTrialAsked(Fact):
    """Before anything is sent: a test mail goes to who asked for it."""

    family: ClassVar[str] = "Upkeep"
    sentence: ClassVar[str] = N_("%(actor)s asked for a test mail to their own address.")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailTrialAnswered(Fact):
    """What became of it. `code` and `answer`: the server's own words."""

    family: ClassVar[str] = "Upkeep"
    sentence: ClassVar[str] = N_("What became of the test mail of %(actor)s: %(end)s.")

    end: MailEnd
    code: int | None
    answer: str
