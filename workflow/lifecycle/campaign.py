"""The campaign: one procedure, one year, one province."""

from dataclasses import dataclass
from enum import StrEnum

from workflow.errors import N_, TransitionRefused
from workflow.lifecycle.lifecycle import Guard, Lifecycle, Transition, refuse_with


class CampaignState(StrEnum):
    """Units can be added while it is `open`."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignContext:
    """What is true of the actor and the campaign. `open_cases`: how many of its cases are neither decided nor ended."""

    is_manager: bool = False
    version_published: bool = False
    open_cases: int = 0
    who_can_act: tuple[str, ...] = ()


_ONLY_MANAGER = N_("Only a manager of campaigns in this province may do that.")
_NOT_PUBLISHED = N_("The procedure has no published version that is in force for this campaign.")
_OPEN_CASES = N_("%(count)s cases of this campaign are still open.")

IS_MANAGER: Guard[CampaignContext] = Guard(
    "is_manager", lambda c: c.is_manager, refuse_with(TransitionRefused, _ONLY_MANAGER)
)
VERSION_PUBLISHED: Guard[CampaignContext] = Guard(
    "version_published", lambda c: c.version_published, refuse_with(TransitionRefused, _NOT_PUBLISHED), of_actor=False
)
NO_OPEN_CASES: Guard[CampaignContext] = Guard(
    "no_open_cases",
    lambda c: c.open_cases == 0,
    refuse_with(TransitionRefused, _OPEN_CASES, count=lambda c: c.open_cases),
    of_actor=False,
)

PLANNED, OPEN, CLOSED = CampaignState.PLANNED.value, CampaignState.OPEN.value, CampaignState.CLOSED.value

TRANSITIONS: tuple[Transition[CampaignContext], ...] = (
    Transition("open", (PLANNED,), OPEN, (IS_MANAGER, VERSION_PUBLISHED)),
    Transition("close", (OPEN,), CLOSED, (IS_MANAGER, NO_OPEN_CASES)),
)

CAMPAIGN = Lifecycle("campaign", CampaignState, CampaignState.PLANNED, TRANSITIONS)
