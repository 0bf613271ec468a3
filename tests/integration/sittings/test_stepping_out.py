"""A member takes no part in one case while its vote is open: the quorum and the votes are counted without them, or the vote cannot spare them."""

from typing import Any

import pytest

from tests.support.house import House
from tests.support.many_cases import open_the_votes, put_before_the_committee
from tests.support.sittings import BODY, CHAIR, CLERK, MEMBERS
from workflow.calendar.zone import local_date
from workflow.demo.player import pdf
from workflow.errors import InvalidInput, WorkflowError
from workflow.services.casework.rounds.stepping_out import CannotSpare, StepOut
from workflow.services.casework.tasks import ReassignTask
from workflow.services.sittings.agenda import Agenda, Line
from workflow.services.sittings.deciding import DecideTogether
from workflow.services.sittings.sittings import CastVote, LookAtCase, StayAway

WHY = "có người thân công tác tại đơn vị"
SECRET = "Lý do bí mật của một lá phiếu 7f3a"


@pytest.fixture
def voting(four_cases: House) -> House:
    """The vote on two of four cases is open: five may vote, four are needed."""
    open_the_votes(four_cases, 2)
    return four_cases


def here(house: House) -> dict[str, Any]:
    return {"body": BODY, "on": local_date(house.clock.now())}


def agenda(house: House, login: str = CLERK) -> Agenda:
    return house.container.sittings.agenda(house.actor(login), **here(house))


def line(house: House, login: str = CLERK, number: int = 1) -> Line:
    return agenda(house, login).lines[number - 1]


def stay_away(house: House, login: str, reason: str = WHY) -> bool:
    command = StayAway(**here(house), case_id=line(house).case_id, reason=reason)
    out = house.container.sittings.stay_away(house.actor(login), command)
    house.settle()
    return out


def vote(house: House, login: str, outcome: str = "agree") -> None:
    look = LookAtCase(**here(house), case_id=line(house).case_id)
    house.container.sittings.look(house.actor(login), look)
    command = CastVote(**here(house), case_id=line(house).case_id, outcome=outcome, reason=WHY)
    house.container.sittings.vote(house.actor(login), command)
    house.settle()


def events(house: House, kind: str) -> list[Any]:
    with house.container.units.reading() as uow:
        return [one for one in uow.events.of_stream(f"case:{line(house).case_id}") if one.type == kind]


def test_who_steps_out_has_no_part_and_the_others_decide_without_them(voting: House) -> None:
    service, member = voting.container.sittings, voting.actor(MEMBERS[0])
    drafted = LookAtCase(**here(voting), case_id=line(voting).case_id)
    service.look(member, drafted)

    assert stay_away(voting, MEMBERS[0])

    mine = line(voting, MEMBERS[0])
    assert (mine.mine, mine.vote, mine.parts, mine.recusals) == ("recused", None, 4, [(member.name, WHY)])
    assert line(voting, MEMBERS[0], 2).mine == "unopened", "of the other case they are a member as before"
    assert [one.payload["reason"] for one in events(voting, "MemberSteppedOut")] == [WHY]
    for login, outcome in zip((CHAIR, *MEMBERS[1:]), ("agree", "agree", "agree", "disagree"), strict=True):
        vote(voting, login, outcome)
    done = line(voting, CHAIR)
    assert (done.stand, [(one.outcome, one.count) for one in done.tally]) == (
        "deciding",
        [("agree", 3), ("disagree", 1), ("abstain", 0)],
    )
    assert [one.id for one in done.possible] == ["recognise"], "three of four are more than half"
    voting.verify()


def test_they_get_no_part_back_while_the_vote_is_open(voting: House) -> None:
    stay_away(voting, MEMBERS[0])
    with voting.container.units.reading() as uow:
        tasks = [one for one in uow.sittings.tasks([line(voting).case_id]) if one.node_id == "vote"]
    gone = next(one for one in tasks if one.state == "cancelled")
    other = next(one for one in tasks if one.state == "reserved")

    with pytest.raises(WorkflowError):
        vote(voting, MEMBERS[0])
    give = ReassignTask(task_id=other.id, user_id=voting.users[MEMBERS[0]], reason=WHY)
    with pytest.raises(WorkflowError, match="recused"):
        voting.container.tasks.reassign(voting.actor("quanly.tinh"), give)

    assert gone.draft is None


def test_a_vote_that_could_not_be_decided_without_them_cannot_spare_them(voting: House) -> None:
    assert stay_away(voting, MEMBERS[0])

    assert not stay_away(voting, MEMBERS[1]), "three of five are not two thirds"
    assert line(voting, MEMBERS[1]).parts == 4
    with voting.container.units.reading() as uow:
        remarks = uow.sittings.remarks([line(voting).case_id], [voting.users[MEMBERS[1]]])
    assert [WHY in text for _case, _author, text in remarks] == [True], "the opening shows it"

    assert not stay_away(voting, CHAIR), "nobody else decides"
    part = voting.container.rounds
    with pytest.raises(CannotSpare):
        part.step_out(voting.actor(CHAIR), StepOut(task_id=str(line(voting, CHAIR).vote), reason=WHY))


def test_nobody_steps_out_after_voting_nor_for_another_nor_without_a_reason(voting: House) -> None:
    theirs = str(line(voting, MEMBERS[1]).vote)
    vote(voting, MEMBERS[0])

    for login in (MEMBERS[0], CLERK, "quanly.tinh", "kiemsoat.tinh"):
        with pytest.raises(WorkflowError):
            stay_away(voting, login)
        with pytest.raises(WorkflowError):
            voting.container.rounds.step_out(voting.actor(login), StepOut(task_id=theirs, reason=WHY))
    for reason in ("", "không", "\u200b" * 20, "a" + "\u3164" * 20):
        with pytest.raises(InvalidInput):
            stay_away(voting, MEMBERS[1], reason)

    assert (line(voting).cast, line(voting).parts) == (1, 5)
    assert events(voting, "MemberSteppedOut") == []


def test_the_last_who_has_not_voted_closes_the_vote_by_stepping_out(voting: House) -> None:
    for login in (CHAIR, *MEMBERS[1:]):
        vote(voting, login)

    assert stay_away(voting, MEMBERS[0])

    assert (line(voting).stand, [one.count for one in line(voting).tally]) == ("deciding", [4, 0, 0])
    voting.verify()


def test_a_member_steps_out_the_others_vote_and_the_chair_decides_on_both_databases(house: House) -> None:
    put_before_the_committee(house, 1)
    open_the_votes(house)
    assert stay_away(house, MEMBERS[0])
    for login in (CHAIR, *MEMBERS[1:]):
        vote(house, login)
    on = here(house)["on"]
    entries = {"decision_number": "Minh họa 07/QĐ-BCĐ", "decided_on": f"{on.day}/{on.month}/{on.year}"}
    paper = {"session_minutes": ("bien-ban.pdf", pdf("Bien ban"))}
    case_ids = [line(house).case_id]
    command = DecideTogether(**here(house), outcome="recognise", case_ids=case_ids, fields=entries, papers=paper)

    assert [one.refusal for one in house.container.joint_decisions.decide(house.actor(CHAIR), command)] == [None]

    house.settle()
    assert line(house).stand == "decided"
    house.verify()
