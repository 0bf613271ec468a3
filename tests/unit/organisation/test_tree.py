"""Paths, bodies and codes on the days of the three-level and of the two-level State."""

from datetime import date

import pytest

from workflow.errors import InvalidInput, NotFound
from workflow.organisation.records import Organisation
from workflow.organisation.tree import OrganisationTree

IN_2023 = date(2023, 6, 15)
LAST_DAY, FIRST_DAY = date(2025, 6, 30), date(2025, 7, 1)


def ids(organisations: tuple[Organisation, ...]) -> list[str]:
    return [organisation.id for organisation in organisations]


@pytest.mark.parametrize(
    ("organisation", "on", "path"),
    [
        ("tho-thanh", IN_2023, ["tho-thanh", "thuong-xuan", "thanh-hoa"]),
        ("tho-thanh", LAST_DAY, ["tho-thanh", "thuong-xuan", "thanh-hoa"]),
        ("tho-thanh", FIRST_DAY, ["xa-thuong-xuan", "thanh-hoa"]),
        ("xa-thuong-xuan", FIRST_DAY, ["xa-thuong-xuan", "thanh-hoa"]),
        ("rung-thong", date(2025, 1, 1), ["phuong-rung-thong", "tp-thanh-hoa", "thanh-hoa"]),
        ("rung-thong", FIRST_DAY, ["phuong-dong-son", "thanh-hoa"]),
        ("htx-tan-son", IN_2023, ["tp-thanh-hoa", "thanh-hoa"]),
        ("htx-tan-son", FIRST_DAY, ["thanh-hoa"]),
        ("bcd138-thuong-xuan", IN_2023, ["thuong-xuan", "thanh-hoa"]),
        ("thanh-hoa", IN_2023, ["thanh-hoa"]),
    ],
)
def test_the_path_goes_upward_through_the_areas_of_the_day(
    tree: OrganisationTree, organisation: str, on: date, path: list[str]
) -> None:
    assert ids(tree.path(organisation, on)) == path


def test_territory_and_manager_are_two_things(tree: OrganisationTree) -> None:
    university = tree.get("dai-hoc-hong-duc")
    assert (university.level, university.territory_id, university.managing_level) == (
        "province",
        "tp-thanh-hoa",
        "province",
    )
    assert ids(tree.path(university.id, IN_2023)) == ["tp-thanh-hoa", "thanh-hoa"]
    assert ids(tree.managing_path(university.id, IN_2023)) == ["thanh-hoa"]


def test_a_unit_whose_manager_has_ended_answers_to_the_successor(tree: OrganisationTree) -> None:
    assert ids(tree.managing_path("hop-tac-xa-minh-hoa", FIRST_DAY)) == ["xa-minh-hoa-2025", "thanh-hoa"]


@pytest.mark.parametrize(
    ("jurisdiction", "subject", "on", "body"),
    [
        ("subject", "tho-thanh", IN_2023, "tho-thanh"),
        ("steering-committee@commune", "tho-thanh", IN_2023, "bcd-antt-tho-thanh"),
        ("steering-committee@district", "tho-thanh", IN_2023, "bcd138-thuong-xuan"),
        ("police@district", "htx-tan-son", IN_2023, "cong-an-tp-thanh-hoa"),
        ("steering-committee@province", "tho-thanh", IN_2023, "bcd138-thanh-hoa"),
        ("steering-committee@managing", "dai-hoc-hong-duc", IN_2023, "bcd138-thanh-hoa"),
        ("steering-committee@managing", "hop-tac-xa-minh-hoa", IN_2023, "bcd-antt-xa-minh-hoa"),
        ("steering-committee@commune", "tho-thanh", FIRST_DAY, "bcd-antt-xa-thuong-xuan"),
        ("police@province", "xa-thuong-xuan", FIRST_DAY, "cong-an-thanh-hoa"),
        ("peoples-committee@district", "dai-hoc-hong-duc", IN_2023, "ubnd-tp-thanh-hoa"),
    ],
)
def test_a_jurisdiction_names_one_body_on_the_day(
    tree: OrganisationTree, jurisdiction: str, subject: str, on: date, body: str
) -> None:
    assert tree.body_for(jurisdiction, subject, on).id == body


@pytest.mark.parametrize(
    ("jurisdiction", "subject", "on", "missing"),
    [
        ("police@district", "tho-thanh", date(2025, 3, 1), "police for Huyện Thường Xuân"),
        ("steering-committee@district", "xa-thuong-xuan", FIRST_DAY, "no area of the level district"),
        ("steering-committee@commune", "htx-tan-son", IN_2023, "no area of the level commune"),
        ("emulation-council@province", "tho-thanh", IN_2023, "emulation-council for Tỉnh Thanh Hóa"),
    ],
)
def test_what_is_missing_is_named(
    tree: OrganisationTree, jurisdiction: str, subject: str, on: date, missing: str
) -> None:
    with pytest.raises(NotFound, match=missing):
        tree.body_for(jurisdiction, subject, on)


def test_the_police_lost_their_district_level_four_months_before_the_district_ended(tree: OrganisationTree) -> None:
    last_day_of_police = date(2025, 2, 28)
    assert tree.body_for("police@district", "tho-thanh", last_day_of_police).id == "cong-an-thuong-xuan"
    assert tree.body_for("steering-committee@district", "tho-thanh", LAST_DAY).id == "bcd138-thuong-xuan"


@pytest.mark.parametrize("jurisdiction", ["", "police", "@district", "police@", "police@village", "unit"])
def test_a_malformed_jurisdiction_is_refused(tree: OrganisationTree, jurisdiction: str) -> None:
    with pytest.raises(InvalidInput):
        tree.body_for(jurisdiction, "tho-thanh", IN_2023)


def test_one_code_may_be_borne_by_one_record_after_another(tree: OrganisationTree) -> None:
    assert tree.by_code("xa-minh-hoa", LAST_DAY).id == "xa-minh-hoa"
    assert tree.by_code("xa-minh-hoa", FIRST_DAY).id == "xa-minh-hoa-2025"
    with pytest.raises(NotFound):
        tree.by_code("tho-thanh", FIRST_DAY)


def test_an_unknown_organisation_is_not_found(tree: OrganisationTree) -> None:
    with pytest.raises(NotFound, match="atlantis"):
        tree.get("atlantis")


def test_after_june_2025_no_district_is_valid(tree: OrganisationTree) -> None:
    assert {o.level for o in tree.valid(LAST_DAY)} >= {"district"}
    assert "district" not in {o.level for o in tree.valid(FIRST_DAY)}
