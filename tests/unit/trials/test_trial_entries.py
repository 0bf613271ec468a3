"""The form of a task in a trial: suggestions that the application would accept, and entries read as it would read them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.support.world import shipped_package
from workflow.errors import InvalidInput
from workflow.model.user_task import UserTaskSpec
from workflow.packages.package import load_published
from workflow.services.trials.entries import read_entries, suggested

NOW = datetime(2025, 7, 31, 18, 0, tzinfo=UTC)
"""In our zone the next day has begun."""


@pytest.fixture(scope="module")
def specs() -> Mapping[str, UserTaskSpec]:
    package = load_published(shipped_package("dien-hinh-2025"))
    return {task_id: task.spec for task_id, task in package.process.user_tasks.items()}


def test_every_suggestion_can_be_read(specs: Mapping[str, UserTaskSpec]) -> None:
    for spec in specs.values():
        values = read_entries(spec, suggested(spec, NOW))
        assert all(values[item.id] not in (None, []) for item in spec.fields if item.required)


def test_people_are_as_many_as_are_asked_for_and_within_whom_they_must_be(specs: Mapping[str, UserTaskSpec]) -> None:
    forming = read_entries(specs["team_forming"], suggested(specs["team_forming"], NOW))

    assert forming["members"] == ["inspector-1", "inspector-2", "inspector-3"]
    assert forming["leader"] == ["inspector-1"]


def test_a_session_is_suggested_with_its_quorum(specs: Mapping[str, UserTaskSpec]) -> None:
    opening = read_entries(specs["open_session"], suggested(specs["open_session"], NOW))

    assert opening["present"] == opening["roster"]
    assert opening["recused"] == []
    assert opening["quorum"]["met"] is True
    assert opening["quorum"]["voters"] == opening["roster"]


def test_days_are_those_of_our_zone(specs: Mapping[str, UserTaskSpec]) -> None:
    assert read_entries(specs["convene"], suggested(specs["convene"], NOW))["held_on"] == date(2025, 8, 1)


@pytest.mark.parametrize(("chosen", "all_met"), [("all_met", True), ("not_met", False)])
def test_an_assessment_is_what_conditions_read(specs: Mapping[str, UserTaskSpec], chosen: str, all_met: bool) -> None:
    assessment: Mapping[str, Any] = read_entries(specs["evaluation"], {"assessment": chosen})["assessment"]

    assert assessment["all_met"] is all_met
    assert assessment["met"] + assessment["not_met"] == assessment["total"]
    assert isinstance(assessment["met"], Decimal)


@pytest.mark.parametrize(
    ("task", "entries", "said"),
    [
        ("registration", {"pilot": "moon"}, "choose one of the list"),
        ("convene", {"held_on": "tomorrow"}, "give a date"),
        ("convene", {"place": "x" * 3_000}, "At most"),
        ("open_session", {"roster": "", "present": ""}, ""),
    ],
)
def test_a_wrong_entry_is_refused_by_name(
    specs: Mapping[str, UserTaskSpec], task: str, entries: dict[str, str], said: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_entries(specs[task], entries)

    assert said in str(refused.value)
