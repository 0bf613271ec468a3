"""Who counts for a quorum, and who may vote."""

import pytest
from hypothesis import given, strategies as st

from workflow.errors import InvalidInput
from workflow.recognition.committee import quorum

ROSTER = [f"m{n}" for n in range(1, 10)]
MEMBERS = st.lists(st.sampled_from(ROSTER), unique=True)


@pytest.mark.parametrize(
    ("present", "recused", "needed", "met"),
    [(6, 0, 6, True), (5, 0, 6, False), (7, 2, 6, False), (9, 3, 6, True), (0, 0, 6, False)],
)
def test_two_thirds_of_the_roster_must_be_there_and_not_recused(
    present: int, recused: int, needed: int, met: bool
) -> None:
    found = quorum(ROSTER, ROSTER[:present], ROSTER[:recused], 2, 3)

    assert (found.needed, found.met) == (needed, met)
    assert found.voters == tuple(ROSTER[recused:present])


def test_a_share_that_does_not_divide_is_rounded_up() -> None:
    assert quorum(ROSTER[:5], [], [], 1, 2).needed == 3
    assert quorum(ROSTER[:4], [], [], 2, 3).needed == 3


def test_somebody_named_twice_counts_once() -> None:
    found = quorum(["m1", "m2", "m1"], ["m1", "m1"], [], 1, 2)

    assert (found.roster, found.present, found.needed, found.met) == (2, 1, 1, True)


@pytest.mark.parametrize(
    ("roster", "present", "recused", "share", "expected"),
    [
        ([], [], [], (1, 2), "roster is empty"),
        (["m1"], ["x"], [], (1, 2), "x does not belong"),
        (["m1"], [], ["x"], (1, 2), "x does not belong"),
        (["m1"], ["m1"], [], (3, 2), "3/2 is not a share"),
        (["m1"], ["m1"], [], (0, 2), "0/2 is not a share"),
    ],
)
def test_what_is_no_session_is_refused(
    roster: list[str], present: list[str], recused: list[str], share: tuple[int, int], expected: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        quorum(roster, present, recused, *share)

    assert expected in str(refused.value)


def test_the_variables_that_conditions_read() -> None:
    assert quorum(ROSTER, ROSTER[:6], [], 2, 3).as_variables() == {
        "present": 6,
        "roster": 9,
        "needed": 6,
        "met": True,
    }


@given(present=MEMBERS, recused=MEMBERS, share=st.sampled_from([(1, 2), (2, 3), (3, 4), (1, 1)]))
def test_a_quorum_never_rests_on_the_recused(present: list[str], recused: list[str], share: tuple[int, int]) -> None:
    found = quorum(ROSTER, present, recused, *share)

    assert set(found.voters) == set(present) - set(recused)
    assert found.met == (len(found.voters) * share[1] >= len(ROSTER) * share[0])
