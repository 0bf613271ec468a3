"""What stands in the place of what: merge, split, type change, chains, circles."""

from datetime import date

import pytest

from workflow.errors import NotFound
from workflow.organisation.records import Organisation, Succession, SuccessionKind
from workflow.organisation.tree import OrganisationTree

TURN = date(2025, 7, 1)
BEFORE = date(2025, 6, 30)


def area(name: str, *, ends: date | None = None, begins: date = date(2022, 1, 1)) -> Organisation:
    return Organisation(
        id=name,
        code=name,
        kind="commune",
        level="commune",
        name_vi=name,
        name_en=name,
        territory_id="tinh",
        valid_from=begins,
        valid_to=ends,
    )


PROVINCE = Organisation(
    id="tinh", code="tinh", kind="province", level="province", name_vi="Tỉnh", name_en="Province", valid_from=date.min
)


def turn(predecessor: str, successor: str, kind: SuccessionKind) -> Succession:
    return Succession(predecessor_id=predecessor, successor_id=successor, kind=kind, on=TURN)


def test_communes_that_merged_have_one_successor() -> None:
    tree = OrganisationTree(
        [PROVINCE, area("a", ends=BEFORE), area("b", ends=BEFORE), area("ab", begins=TURN)],
        [turn("a", "ab", "merge"), turn("b", "ab", "merge")],
    )
    assert tree.current_of("a", TURN).id == "ab"
    assert [o.id for o in tree.successors("a", TURN)] == ["ab"]
    assert [o.id for o in tree.predecessors("ab", TURN)] == ["a", "b"]


def test_before_its_turn_a_successor_does_not_count() -> None:
    tree = OrganisationTree([PROVINCE, area("a", ends=BEFORE), area("ab", begins=TURN)], [turn("a", "ab", "merge")])
    assert tree.successors("a", BEFORE) == ()
    assert tree.current_of("a", BEFORE).id == "a"


def test_a_split_commune_has_no_single_successor_and_both_are_named() -> None:
    tree = OrganisationTree(
        [PROVINCE, area("a", ends=BEFORE), area("x", begins=TURN), area("y", begins=TURN)],
        [turn("a", "x", "split"), turn("a", "y", "split")],
    )
    with pytest.raises(NotFound, match="x, y"):
        tree.current_of("a", TURN)
    assert [o.id for o in tree.path("a", TURN)] == ["tinh"]
    assert not tree.covers("x", "a", TURN)
    assert tree.covers("tinh", "a", TURN)


def test_a_chain_of_changes_is_followed_to_its_end(tree: OrganisationTree) -> None:
    assert tree.current_of("rung-thong", date(2024, 12, 31)).type == "thị trấn"
    assert tree.current_of("rung-thong", date(2025, 1, 1)).type == "phường"
    assert tree.current_of("rung-thong", TURN).id == "phuong-dong-son"


@pytest.mark.parametrize(
    ("before", "after"),
    [("tho-thanh", "xa-thuong-xuan"), ("phuong-rung-thong", "phuong-dong-son"), ("dien-bien", "phuong-hac-thanh")],
)
def test_the_pilots_of_2023_have_their_successors_of_2025(tree: OrganisationTree, before: str, after: str) -> None:
    assert tree.current_of(before, TURN).id == after


def test_an_ended_district_leaves_nothing_in_its_place(tree: OrganisationTree) -> None:
    with pytest.raises(NotFound, match="Huyện Thường Xuân"):
        tree.current_of("thuong-xuan", TURN)


def test_a_circle_of_successions_ends_instead_of_running_for_ever() -> None:
    tree = OrganisationTree(
        [PROVINCE, area("a", ends=BEFORE), area("b", ends=BEFORE)], [turn("a", "b", "rename"), turn("b", "a", "rename")]
    )
    with pytest.raises(NotFound):
        tree.current_of("a", TURN)
