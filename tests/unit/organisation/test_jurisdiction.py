"""Whose jurisdiction covers what, and what it does not cover."""

from datetime import date

import pytest

from workflow.organisation.tree import OrganisationTree

IN_2023 = date(2023, 6, 15)
FIRST_DAY = date(2025, 7, 1)


@pytest.mark.parametrize(
    ("holder", "organisation", "on"),
    [
        ("tho-thanh", "tho-thanh", IN_2023),
        ("htx-tan-son", "htx-tan-son", IN_2023),
        ("bcd-antt-tho-thanh", "tho-thanh", IN_2023),
        ("bcd138-thuong-xuan", "tho-thanh", IN_2023),
        ("cong-an-thuong-xuan", "bcd138-thuong-xuan", IN_2023),
        ("bcd138-thanh-hoa", "tho-thanh", IN_2023),
        ("thanh-hoa", "bcd-antt-tho-thanh", IN_2023),
        ("bcd138-tp-thanh-hoa", "htx-tan-son", IN_2023),
        ("bcd-antt-xa-minh-hoa", "hop-tac-xa-minh-hoa", IN_2023),
        ("bcd138-thanh-hoa", "dai-hoc-hong-duc", IN_2023),
        ("bcd138-thanh-hoa", "tho-thanh", FIRST_DAY),
        ("bcd-antt-xa-thuong-xuan", "tho-thanh", FIRST_DAY),
        ("bcd-antt-xa-minh-hoa-2025", "hop-tac-xa-minh-hoa", FIRST_DAY),
    ],
)
def test_covered(tree: OrganisationTree, holder: str, organisation: str, on: date) -> None:
    assert tree.covers(holder, organisation, on)


@pytest.mark.parametrize(
    ("holder", "organisation", "on"),
    [
        pytest.param("bcd-antt-xa-lang-gieng", "xa-minh-hoa", IN_2023, id="a neighbour"),
        pytest.param("bcd-antt-xa-lang-gieng", "hop-tac-xa-minh-hoa", IN_2023, id="a neighbour's enterprise"),
        pytest.param("bcd-antt-tho-thanh", "bcd138-thuong-xuan", IN_2023, id="upward"),
        pytest.param("bcd138-dong-son", "tho-thanh", IN_2023, id="another district"),
        pytest.param("bcd138-tp-thanh-hoa", "dai-hoc-hong-duc", IN_2023, id="a provincial unit in the city"),
        pytest.param("htx-tan-son", "tp-thanh-hoa", IN_2023, id="a unit over its territory"),
        pytest.param("dai-hoc-hong-duc", "thanh-hoa", IN_2023, id="a provincial unit over the province"),
        pytest.param("bcd138-thuong-xuan", "tho-thanh", FIRST_DAY, id="an ended body"),
        pytest.param("bcd-antt-xa-thuong-xuan", "tho-thanh", IN_2023, id="a successor before its turn"),
        pytest.param("bcd-antt-phuong-dong-son", "tho-thanh", FIRST_DAY, id="another commune's successor"),
        pytest.param("bcd138-tp-thanh-hoa", "rung-thong", date(2024, 12, 31), id="before the merger of districts"),
    ],
)
def test_not_covered(tree: OrganisationTree, holder: str, organisation: str, on: date) -> None:
    assert not tree.covers(holder, organisation, on)


def test_a_merged_district_is_covered_by_the_city_it_went_into(tree: OrganisationTree) -> None:
    assert tree.covers("bcd138-tp-thanh-hoa", "rung-thong", date(2025, 1, 1))


def test_every_organisation_that_exists_is_covered_by_its_province(tree: OrganisationTree) -> None:
    for on in (IN_2023, FIRST_DAY):
        assert [o.id for o in tree.valid(on) if not tree.covers("thanh-hoa", o.id, on)] == []
