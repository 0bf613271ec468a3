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
from workflow.packages.saved_tests import package_program, read_saved_test, run_saved_test
from workflow.services.trials.entries import criteria_for, entries_of, read_entries, suggested
from workflow.services.trials.saved_runs import is_outdated, renewed

NOW = datetime(2025, 7, 31, 18, 0, tzinfo=UTC)
"""In our zone the next day has begun."""


PACKAGE = load_published(shipped_package("2025"))
SET = PACKAGE.criteria_sets["xa-phuong-thi-tran"]


@pytest.fixture(scope="module")
def specs() -> Mapping[str, UserTaskSpec]:
    return {task_id: task.spec for task_id, task in PACKAGE.process.user_tasks.items()}


def test_every_suggestion_can_be_read(specs: Mapping[str, UserTaskSpec]) -> None:
    for spec in specs.values():
        criteria = SET if spec.criteria_set is not None else None
        values = read_entries(spec, suggested(spec, NOW, criteria), criteria)
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
    assessment: Mapping[str, Any] = read_entries(specs["evaluation"], {"assessment": chosen}, SET)["assessment"]

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


JUDGED = {
    "all": ({}, len(SET), 0, True, True),
    "the first one not": ({"assessment": "not_met"}, len(SET) - 1, 1, False, True),
    "one by itself": ({"criterion-I.2": "not_met"}, len(SET) - 1, 1, False, True),
    "one not assessed": ({"criterion-I.2": "none"}, len(SET) - 1, 0, False, False),
}


@pytest.mark.parametrize(("entered", "met", "not_met", "all_met", "complete"), JUDGED.values(), ids=JUDGED)
def test_a_trial_judges_by_the_criteria_that_there_are(
    specs: Mapping[str, UserTaskSpec], entered: dict[str, str], met: int, not_met: int, all_met: bool, complete: bool
) -> None:
    found: Mapping[str, Any] = read_entries(specs["evaluation"], entered, SET)["assessment"]

    assert (found["total"], found["met"], found["not_met"]) == (len(SET), met, not_met)
    assert (found["all_met"], found["complete"]) == (all_met, complete)


def test_every_criterion_stands_in_the_form_with_its_own_text(specs: Mapping[str, UserTaskSpec]) -> None:
    shown = [entry for entry in entries_of(specs["evaluation"], NOW, SET) if entry.id.startswith("criterion-")]

    assert [entry.id.removeprefix("criterion-") for entry in shown] == list(SET.criteria)
    for entry, criterion in zip(shown, SET.criteria.values(), strict=True):
        assert criterion.text.startswith(entry.label.vi.removeprefix(f"{criterion.id}. ").removesuffix("…"))
        assert ("not_applicable" in dict(entry.choices)) == criterion.not_applicable_allowed


@pytest.mark.parametrize("key", PACKAGE.criteria_sets)
def test_which_set_it_is_the_variables_say(specs: Mapping[str, UserTaskSpec], key: str) -> None:
    assert criteria_for(PACKAGE, specs["evaluation"], {"criteria_set": key}, NOW) is PACKAGE.criteria_sets[key]


def test_without_a_set_nothing_is_invented(specs: Mapping[str, UserTaskSpec]) -> None:
    assert criteria_for(PACKAGE, specs["evaluation"], {}, NOW) is None
    with pytest.raises(InvalidInput):
        read_entries(specs["evaluation"], {})


def test_a_test_that_invented_ten_criteria_is_outdated_and_is_opened_with_those_that_there_are() -> None:
    test = read_saved_test(shipped_package("2025")["tests/duoc-cong-nhan.json"])
    assert is_outdated(PACKAGE, test)
    program = package_program(PACKAGE.bpmn.processes, PACKAGE.bpmn.main, PACKAGE.decisions)

    new = renewed(PACKAGE, program, test)

    assert not is_outdated(PACKAGE, new)
    assert run_saved_test(program, new).differences == run_saved_test(program, test).differences == ()
