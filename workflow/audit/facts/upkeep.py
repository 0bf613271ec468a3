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
