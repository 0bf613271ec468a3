"""The criteria of the plan's Appendices I and II, and what their figures decide."""

import hashlib
from decimal import Decimal

import pytest

from tests.unit.definitions.support import VERSIONS, package
from workflow.recognition.assessment import CriterionResult, Results, check_result, compute, summarise
from workflow.recognition.criteria import CriteriaSet, Criterion

COMMUNE, ORGANISATION = "xa-phuong-thi-tran", "co-quan-doanh-nghiep-nha-truong"


def sets(label: str = "2023") -> tuple[CriteriaSet, CriteriaSet]:
    found = package(label).criteria_sets
    return found[COMMUNE], found[ORGANISATION]


def criterion(id: str) -> Criterion:
    return next(found.criteria[id] for found in sets() if id in found.criteria)


def met(id: str, **figures: int | str) -> bool | None:
    return compute(criterion(id), {name: Decimal(value) for name, value in figures.items()}).met


def test_thirty_four_and_fourteen_in_their_groups() -> None:
    commune, organisation = sets()

    assert [len(group.criteria) for group in commune.groups] == [7, 8, 9, 10]
    assert [len(group.criteria) for group in organisation.groups] == [8, 2, 4]
    assert list(commune.criteria) == [f"I.{n}" for n in range(1, 35)]
    assert list(organisation.criteria) == [f"II.{n}" for n in range(1, 15)]


def test_the_kinds_of_the_plan() -> None:
    counts = [
        [c.kind for c in found.criteria.values()].count(kind)
        for found in sets()
        for kind in ("boolean", "numeric", "mixed")
    ]

    assert counts == [17, 3, 14, 6, 2, 6]


def test_the_official_wording_has_not_been_touched() -> None:
    """A changed letter of the law's text must be meant: then the digest changes with it."""
    digests = [
        hashlib.sha256("\n".join(c.text for c in found.criteria.values()).encode()).hexdigest()[:16] for found in sets()
    ]

    assert digests == ["407c48e059edd1c7", "a5ef29543e747a0f"]


def test_both_versions_apply_the_same_criteria() -> None:
    assert sets("2023") == sets("2025")


@pytest.mark.parametrize("label", VERSIONS)
def test_every_criterion_has_an_english_rendering(label: str) -> None:
    assert [c.id for found in sets(label) for c in found.criteria.values() if not c.text_en] == []


def test_crimes_against_last_year() -> None:
    assert met("I.18", previous=40, current=36) is True
    assert met("I.18", previous=40, current=39) is None, "“kiềm chế” is for the assessor to judge"
    assert met("I.18", previous=40, current=41) is False
    assert met("I.18", previous=0, current=0) is True
    assert met("I.18", previous=0, current=1) is False

    computation = compute(criterion("I.18"), {"previous": Decimal(40), "current": Decimal(36)})
    assert "down 10.0% (required ≥ 5%)" in str(computation.steps[0])


@pytest.mark.parametrize(
    ("opening", "closing", "new", "relapsed", "plants", "expected"),
    [
        (0, 0, 0, 0, 0, True),
        (20, 16, 0, 0, 0, True),
        (20, 17, 0, 0, 0, False),
        (11, 9, 0, 0, 0, False),
        (10, 8, 0, 0, 0, True),
        (10, 9, 0, 0, 0, False),
        (1, 0, 0, 0, 0, True),
        (1, 1, 0, 0, 0, False),
        (20, 10, 1, 0, 0, False),
        (20, 10, 0, 1, 0, False),
        (20, 10, 0, 0, 1, False),
    ],
)
def test_addicts(opening: int, closing: int, new: int, relapsed: int, plants: int, expected: bool) -> None:
    assert met("I.19", opening=opening, closing=closing, new=new, relapsed=relapsed, plants=plants) is expected


def test_managed_and_released_persons() -> None:
    assert met("I.29", managed=40, filed=40, released=200, reoffended=2) is True
    assert met("I.29", managed=40, filed=40, released=200, reoffended=3) is False, "1.5% is not below 1.5%"
    assert met("I.29", managed=40, filed=39, released=200, reoffended=0) is False
    assert met("I.29", managed=0, filed=0, released=0, reoffended=0) is True
    assert compute(criterion("I.29"), dict.fromkeys(criterion("I.29").figure_ids, Decimal(0))).steps


@pytest.mark.parametrize(
    ("id", "good", "bad"),
    [
        ("I.3", {"conferences": 1, "practices": 1}, {"conferences": 1, "practices": 0}),
        ("I.5", {"receptions": 12}, {"receptions": 11}),
        ("I.6", {"officials_disciplined": 0}, {"officials_disciplined": 1}),
        ("I.10", {"events": 7}, {"events": 6}),
        ("I.12", {"briefings": 12, "reviews": 2}, {"briefings": 12, "reviews": 1}),
        ("I.13", {"skilled_models": 1, "movement_models": 1}, {"skilled_models": 2, "movement_models": 0}),
        (
            "I.14",
            {"certificates_of_merit": 1, "commendations": 2, "examples": 1},
            {"certificates_of_merit": 1, "commendations": 1, "examples": 1},
        ),
        ("I.20", {"fires": 0, "filed": 0, "establishments": 0}, {"fires": 0, "filed": 9, "establishments": 10}),
        ("I.26", {"inspected": 12, "areas": 12}, {"inspected": 11, "areas": 12}),
        ("I.30", {"reports": 9, "handled": 9}, {"reports": 9, "handled": 8}),
        ("I.34", {"rated": 6, "officers": 6}, {"rated": 5, "officers": 6}),
        ("II.3", {"conferences": 1, "topics": 1, "practices": 1}, {"conferences": 1, "topics": 1, "practices": 0}),
        (
            "II.6",
            {"guards_disciplined": 0, "trained": 4, "guards": 4},
            {"guards_disciplined": 0, "trained": 3, "guards": 4},
        ),
        ("II.12", {"plan_percent": "100.1", "arrears": 0}, {"plan_percent": 100, "arrears": 0}),
        ("II.13", {"welfare": 2}, {"welfare": 1}),
    ],
)
def test_thresholds_on_both_sides(id: str, good: dict[str, int | str], bad: dict[str, int | str]) -> None:
    assert met(id, **good) is True
    assert met(id, **bad) is False


def test_without_guards_the_assessor_decides() -> None:
    assert met("II.6", guards_disciplined=0, trained=0, guards=0) is None


def test_nothing_may_be_declared_not_applicable() -> None:
    for found in sets():
        for one in found.criteria.values():
            problems = check_result(one, CriterionResult(criterion_id=one.id, result="not_applicable"))
            assert [problem.rule for problem in problems] == ["not-applicable"], one.id


def test_one_criterion_that_fails_keeps_a_unit_from_being_put_forward() -> None:
    _, organisation = sets()
    good: Results = {key: CriterionResult(criterion_id=key, result="met") for key in organisation.criteria}
    failing: Results = {**good, "II.1": CriterionResult(criterion_id="II.1", result="not_met")}

    assert summarise(organisation, good, "none").all_met
    assert not summarise(organisation, failing, "none").all_met
