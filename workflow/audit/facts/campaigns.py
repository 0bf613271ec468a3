"""What happens to campaigns: their units and their deadlines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from workflow.audit.facts.fact import Audience, Fact
from workflow.errors import N_
from workflow.model.event_fields import Remark


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignFact(Fact):
    family: ClassVar[str] = "Campaigns"


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignCreated(CampaignFact):
    sentence: ClassVar[str] = N_("%(actor)s created a campaign.")

    new: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignMoved(CampaignFact):
    """`old` and `new`: the campaign's state."""

    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignOpened(CampaignMoved):
    sentence: ClassVar[str] = N_("%(actor)s opened the campaign.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignClosed(CampaignMoved):
    sentence: ClassVar[str] = N_("%(actor)s closed the campaign.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignUnitsAdded(CampaignFact):
    """`units`: id → the variables that its case begins with."""

    sentence: ClassVar[str] = N_("%(actor)s added units to the campaign.")

    units: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignUnitRemoved(CampaignFact):
    sentence: ClassVar[str] = N_("%(actor)s removed a unit from the campaign.")

    old: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignStartRequested(CampaignFact):
    sentence: ClassVar[str] = N_("%(actor)s started the cases of the campaign's waiting units.")

    units: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignUnitsReminded(CampaignFact):
    """`units`: ids of those that had not sent their dossier; each of their cases has a `UnitReminded` of its own."""

    sentence: ClassVar[str] = N_("%(actor)s reminded the units of the campaign that have not sent their dossier.")

    units: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitReminded(CampaignFact):
    """In the stream of a case of the campaign that waits for the unit itself. `due_on`: the day until which it may send; None: none."""

    sentence: ClassVar[str] = N_("%(actor)s reminded the unit that its dossier has not been sent.")
    notice: ClassVar[str] = N_("%(actor)s reminds you: the dossier of %(unit)s (%(business_key)s) has not been sent.")
    who: ClassVar[tuple[Audience, ...]] = ("unit",)
    urgent: ClassVar[bool] = True

    due_on: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignExported(CampaignFact):
    """The roster and the figures were taken out as a spreadsheet. `rows`: of all its sheets; `sha256`: of the file."""

    sentence: ClassVar[str] = N_("%(actor)s took out the roster and the figures of the campaign.")

    rows: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineChanged(CampaignFact):
    """In the campaign's stream; each running case has a `DeadlinesChanged` of its own."""

    sentence: ClassVar[str] = N_("%(actor)s changed a deadline of the campaign.")

    deadline: str
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    reason: Remark


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlinesChanged(CampaignFact):
    """In the stream of a case of the campaign: all its deadlines as they are now."""

    sentence: ClassVar[str] = N_("The campaign's deadlines were changed.")

    deadlines: Mapping[str, Any]
