"""A reason in which nobody sees anything is none, at whatever step of a sitting it is asked for; nor do invisible signs make one long enough."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.house import House
from tests.support.nothing import NOTHING_TO_SEE
from tests.support.sittings import BODY, CHAIR, CLERK, DAY, MEMBERS
from workflow.errors import InvalidInput
from workflow.services.casework.comments import AddComment
from workflow.services.casework.fields import FormRefused
from workflow.services.sittings.sittings import Away, CastVote, LookAtCase, OpenCases, StayAway

HERE: dict[str, Any] = {"body": BODY, "on": DAY}
PADDED = [f"a{nothing * 12}" for nothing in NOTHING_TO_SEE]
"""One letter, and nothing to see behind it."""


@pytest.fixture
def voting(sitting: House) -> House:
    """The vote on the first of three cases is open."""
    assert open_them(sitting, [cases(sitting)[0]]) == [None]
    return sitting


def cases(house: House) -> list[str]:
    return [one.case_id for one in house.container.sittings.agenda(house.actor(CLERK), **HERE).lines]


def open_them(house: House, case_ids: list[str], *away: Away) -> list[Any]:
    present = [house.users[one] for one in (CHAIR, *MEMBERS)]
    command = OpenCases(**HERE, case_ids=case_ids, outcome="open", present=present, away=away)
    return [one.refusal for one in house.container.sittings.open(house.actor(CLERK), command)]


def test_nobody_is_recused_for_a_reason_that_nobody_sees(sitting: House) -> None:
    (first, *_others), person = cases(sitting), sitting.users[MEMBERS[-1]]

    for reason in [*(one * 12 for one in NOTHING_TO_SEE), *PADDED]:
        (refusal,) = open_them(sitting, [first], Away(case_id=first, person=person, reason=reason))
        assert isinstance(refusal, FormRefused), ascii(reason)

    assert sitting.container.sittings.agenda(sitting.actor(CLERK), **HERE).lines[0].stand == "waiting"


def test_nobody_stays_away_votes_against_or_remarks_for_a_reason_that_nobody_sees(voting: House) -> None:
    service, member, (first, second, _third) = voting.container.sittings, voting.actor(MEMBERS[0]), cases(voting)
    service.look(member, LookAtCase(**HERE, case_id=first))

    asked: list[Callable[[str], object]] = [
        lambda text: service.stay_away(member, StayAway(**HERE, case_id=first, reason=text)),
        lambda text: service.stay_away(member, StayAway(**HERE, case_id=second, reason=text)),
        lambda text: service.vote(member, CastVote(**HERE, case_id=first, outcome="disagree", reason=text)),
        lambda text: voting.container.comments.add(member, AddComment(case_id=first, text=text)),
    ]
    for ask in asked:
        for nothing in NOTHING_TO_SEE:
            with pytest.raises(InvalidInput):
                ask(nothing * 12)
    for padded in PADDED:
        with pytest.raises(InvalidInput):
            asked[0](padded)

    line = service.agenda(member, **HERE).lines[0]
    assert (line.mine, line.cast, line.parts) == ("opened", 0, 5)
