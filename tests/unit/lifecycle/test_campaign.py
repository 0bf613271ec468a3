"""A campaign opens on a published procedure and closes when nothing in it is open."""

from dataclasses import replace

import pytest

from workflow.errors import TransitionRefused
from workflow.lifecycle.campaign import CAMPAIGN, CampaignContext

MANAGER = CampaignContext(is_manager=True, version_published=True)


def test_from_planned_to_closed() -> None:
    assert CAMPAIGN.move("planned", "open", MANAGER) == "open"
    assert CAMPAIGN.move("open", "close", MANAGER) == "closed"


@pytest.mark.parametrize(
    ("state", "trigger", "context", "guard"),
    [
        ("planned", "open", replace(MANAGER, is_manager=False), "is_manager"),
        ("planned", "open", replace(MANAGER, version_published=False), "version_published"),
        ("open", "close", replace(MANAGER, open_cases=2), "no_open_cases"),
        ("open", "close", replace(MANAGER, is_manager=False), "is_manager"),
        ("planned", "close", MANAGER, "state"),
        ("closed", "open", MANAGER, "state"),
    ],
)
def test_the_steps_that_are_refused(state: str, trigger: str, context: CampaignContext, guard: str) -> None:
    with pytest.raises(TransitionRefused) as refusal:
        CAMPAIGN.move(state, trigger, context)
    assert refusal.value.guard == guard
