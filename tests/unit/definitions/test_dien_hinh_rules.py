"""The decision tables: eligibility, who is competent, which criteria."""

from typing import Any

import pytest

from tests.unit.definitions.support import VERSIONS, decisions, registration

ORGANISATIONS = ("agency", "enterprise", "school")


def routed(label: str, kind: str, managing_level: str | None, pilot: str) -> tuple[Any, ...]:
    inputs = {"unit": {"kind": kind, "managing_level": managing_level}, "registration": registration(pilot)}
    value = decisions(label).explain("routing", inputs).value
    return (value["track"], value["evaluator"], value["inspector"], value["recogniser"])


P11 = ("P11", "steering-committee@district", "police@province", "steering-committee@province")
P12 = ("P12", None, "police@province", "steering-committee@province")
P12_COMMUNE = ("P12", "steering-committee@commune", "police@province", "steering-committee@province")
P13 = ("P13", "steering-committee@commune", "police@district", "steering-committee@district")
T1 = ("T1", "steering-committee@commune", "police@province", "steering-committee@province")
T2 = ("T2", None, "police@province", "steering-committee@province")


@pytest.mark.parametrize("kind", ORGANISATIONS)
@pytest.mark.parametrize(
    ("managing_level", "pilot", "expected"),
    [
        ("commune", "district", P13),
        ("district", "district", P11),
        ("province", "district", P12),
        ("commune", "province", P12),
        ("district", "province", P12),
        ("province", "province", P12),
    ],
)
def test_organisations_with_three_levels(kind: str, managing_level: str, pilot: str, expected: tuple[Any, ...]) -> None:
    assert routed("2023", kind, managing_level, pilot) == expected


def test_communes_with_three_levels() -> None:
    assert routed("2023", "commune", "district", "district") == P13
    assert routed("2023", "commune", "district", "province") == P12_COMMUNE


@pytest.mark.parametrize(
    ("kind", "managing_level", "pilot", "expected"),
    [
        ("commune", "province", "commune", T1),
        ("commune", "province", "province", T1),
        ("enterprise", "commune", "commune", T1),
        ("enterprise", "commune", "province", T2),
        ("school", "province", "commune", T2),
    ],
)
def test_everybody_with_two_levels(kind: str, managing_level: str, pilot: str, expected: tuple[Any, ...]) -> None:
    assert routed("2025", kind, managing_level, pilot) == expected


@pytest.mark.parametrize("label", VERSIONS)
def test_a_unit_without_a_managing_level_is_sent_nowhere(label: str) -> None:
    inputs = {"unit": {"kind": "agency", "managing_level": None}, "registration": registration("other")}

    assert decisions(label).explain("routing", inputs).value is None


@pytest.mark.parametrize("label", VERSIONS)
@pytest.mark.parametrize(
    ("safe", "previous_class", "eligible"),
    [
        (True, "xuat_sac", True),
        (True, "kha", True),
        (True, "trung_binh", False),
        (True, "yeu", False),
        (False, "xuat_sac", False),
        (None, "kha", False),
    ],
)
def test_the_gate_of_last_year(label: str, safe: bool | None, previous_class: str, eligible: bool) -> None:
    inputs = {"registration": registration("province", safe=safe, previous_class=previous_class)}

    found = decisions(label).explain("eligibility", inputs)

    assert found.value["eligible"] is eligible
    assert found.value["reason_vi"]
    assert found.value["reason_en"]
    assert len(found.matched) == 1


@pytest.mark.parametrize("label", VERSIONS)
def test_the_criteria_follow_the_kind_of_unit(label: str) -> None:
    chosen = {
        kind: decisions(label).explain("criteria_set", {"unit": {"kind": kind}}).value
        for kind in ("commune", *ORGANISATIONS)
    }

    assert chosen == {
        "commune": "xa-phuong-thi-tran",
        **dict.fromkeys(ORGANISATIONS, "co-quan-doanh-nghiep-nha-truong"),
    }
