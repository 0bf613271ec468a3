"""A sitting is an agenda of many cases, made of each case's own tasks; what a case alone may not tell, its agenda does not either."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from tests.support.house import COMMUNE_UNIT, House
from tests.support.sittings import BODY, CHAIR, CLERK, DAY, MEMBERS, UNITS
from workflow.calendar.zone import local_date
from workflow.errors import InvalidInput, NotFound
from workflow.services.accounts.roles import EndRole
from workflow.services.auditing.trail import EventQuery
from workflow.services.casework.fields import FormRefused
from workflow.services.casework.tasks import CompleteTask
from workflow.services.sittings.agenda import Agenda
from workflow.services.sittings.sittings import (
    AgreeToOpened,
    Away,
    CastVote,
    Done,
    LookAtCase,
    OpenCases,
    StayAway,
)
from workflow.store.rows import Page

HERE: dict[str, Any] = {"body": BODY, "on": DAY}
COMMITTEE = (CHAIR, *MEMBERS)
WHY = "có người thân công tác tại đơn vị"
SECRET = "Lý do bí mật của một lá phiếu 7f3a"


def agenda(house: House, login: str) -> Agenda:
    return house.container.sittings.agenda(house.actor(login), BODY, DAY)


def ids(house: House) -> list[str]:
    return [one.case_id for one in agenda(house, CLERK).lines]


def open_all(house: House, *, present: Sequence[str] = COMMITTEE, outcome: str = "open", **more: Any) -> list[Done]:
    command = OpenCases(
        **HERE, **{"case_ids": ids(house), **more}, outcome=outcome, present=[house.users[one] for one in present]
    )
    found = house.container.sittings.open(house.actor(CLERK), command)
    house.settle()
    return found


def look(house: House, login: str, case_id: str, **more: str) -> None:
    house.container.sittings.look(house.actor(login), LookAtCase(**HERE, case_id=case_id, **more))


def vote(house: House, login: str, case_id: str, outcome: str = "agree", reason: str = "") -> None:
    look(house, login, case_id)
    command = CastVote(**HERE, case_id=case_id, outcome=outcome, reason=reason)
    house.container.sittings.vote(house.actor(login), command)
    house.settle()


def everybody(house: House, case_id: str, but: Sequence[str] = ()) -> None:
    for login in COMMITTEE:
        if login not in but:
            vote(house, login, case_id)


def refused(found: Sequence[Done]) -> list[int]:
    return [one.line.number for one in found if one.refusal is not None]


class TestTheAgenda:
    def test_holds_the_cases_of_one_convening_with_what_is_proposed_and_who_is_to_come(self, sitting: House) -> None:
        found = agenda(sitting, CLERK)

        assert [one.unit.id for one in found.lines] == sorted(UNITS, key=lambda unit: sitting.case(unit).business_key)
        assert {(one.proposed.vi, one.met, one.total, one.stand) for one in found.lines} == {
            ("Đề nghị công nhận", 14, 14, "waiting")
        }
        assert [one.user_id for one in found.members] == [sitting.users[one] for one in COMMITTEE]
        assert (found.members[0].office.vi, found.members[0].present, found.needed) == ("Trưởng Ban Chỉ đạo", None, 4)

    @pytest.mark.parametrize("login", [CLERK, CHAIR, MEMBERS[0], "kiemsoat.tinh", "quanly.tinh"])
    def test_is_there_for_its_members_its_clerk_and_who_looks_after_such_cases(
        self, sitting: House, login: str
    ) -> None:
        assert len(agenda(sitting, login).lines) == len(UNITS)

    @pytest.mark.parametrize(
        "login", ["donvi.hoilhpn", "kiemtra1.tinh", "uyvien1.thuongxuan", "thuongtruc.thuongxuan", "quantri.tinh"]
    )
    def test_is_not_there_for_the_judged_unit_nor_for_other_bodies(self, sitting: House, login: str) -> None:
        actor, service, case_id = sitting.actor(login), sitting.container.sittings, ids(sitting)[0]
        asked: list[Callable[[], object]] = [
            lambda: service.agenda(actor, BODY, DAY),
            lambda: service.pane(actor, BODY, DAY, case_id),
            lambda: service.minutes(actor, BODY, DAY),
            lambda: service.roll(actor, BODY, DAY),
            lambda: service.look(actor, LookAtCase(**HERE, case_id=case_id)),
            lambda: service.vote(actor, CastVote(**HERE, case_id=case_id, outcome="agree")),
            lambda: service.agree(actor, AgreeToOpened(**HERE, case_ids=[case_id])),
            lambda: service.open(actor, OpenCases(**HERE, case_ids=[case_id], outcome="open", present=[])),
            lambda: service.stay_away(actor, StayAway(**HERE, case_id=case_id, reason=WHY)),
        ]

        for ask in asked:
            with pytest.raises(NotFound):
                ask()
        assert service.overview(actor) == []

    def test_is_offered_in_the_navigation_to_whoever_has_a_role_for_sittings(self, sitting: House) -> None:
        takes_part = sitting.container.sittings.takes_part

        assert [takes_part(sitting.actor(one)) for one in (CLERK, CHAIR, MEMBERS[0])] == [True] * 3
        assert [takes_part(sitting.actor(one)) for one in ("donvi.hoilhpn", "kiemsoat.tinh")] == [False] * 2


class TestOpening:
    def test_many_cases_are_opened_with_one_roster_each_by_itself(self, sitting: House) -> None:
        case_id = ids(sitting)[1]
        away = Away(case_id=case_id, person=sitting.users[MEMBERS[-1]], reason=WHY)

        assert refused(open_all(sitting, away=[away])) == []

        found = agenda(sitting, MEMBERS[-1])
        assert [(one.stand, one.mine, one.parts) for one in found.lines] == [
            ("voting", "unopened", 5),
            ("voting", "recused", 4),
            ("voting", "unopened", 5),
        ]
        assert found.lines[1].recusals == [(sitting.actor(MEMBERS[-1]).name, WHY)]
        assert (found.present, found.needed, {one.present for one in found.members}) == (5, 4, {True})
        assert len({tuple(sitting.events(unit, "TaskCompleted")[-1].command_id) for unit in UNITS}) == len(UNITS)
        sitting.verify()

    def test_what_the_rules_refuse_is_named_and_waits_for_its_group_as_before_while_the_others_go_on(
        self, sitting: House
    ) -> None:
        first = ids(sitting)[0]
        away = Away(case_id=first, person=sitting.users[MEMBERS[-1]], reason="ngắn")

        found = open_all(sitting, away=[away])

        assert refused(found) == [1]
        assert isinstance(found[0].refusal, FormRefused)
        line = agenda(sitting, CLERK).lines[0]
        assert (line.stand, bool(line.opening)) == ("waiting", True)
        assert sitting.task_by_id(str(line.opening)).state == "ready"

    def test_a_recused_chair_needs_a_signer_for_that_case(self, sitting: House) -> None:
        first, signer = ids(sitting)[0], sitting.users[MEMBERS[0]]
        chair = sitting.users[CHAIR]

        assert refused(open_all(sitting, away=[Away(case_id=first, person=chair, reason=WHY)])) == [1]
        away = [Away(case_id=first, person=chair, reason=WHY, signer=signer)]
        assert refused(open_all(sitting, case_ids=[first], away=away)) == []
        line = agenda(sitting, MEMBERS[0]).lines[0]
        assert (line.recusals, line.signer) == ([(sitting.actor(CHAIR).name, WHY)], sitting.actor(MEMBERS[0]).name)

    def test_without_a_quorum_none_is_opened_but_all_can_be_put_off(self, sitting: House) -> None:
        few = COMMITTEE[:2]

        assert refused(open_all(sitting, present=few)) == [1, 2, 3]
        assert refused(open_all(sitting, present=few, outcome="adjourn")) == [1, 2, 3], "without a reason"
        put_off = {"case_ids": ids(sitting)[1:], "outcome": "adjourn", "reason": WHY}
        assert refused(open_all(sitting, present=few, **put_off)) == []
        found = agenda(sitting, CLERK)
        assert (found.opened_at, bool(found.counted_at), found.present) == (None, True, 2)
        assert [one.put_off_why for one in found.lines] == ["", WHY, WHY]

        assert [one.stand for one in agenda(sitting, CLERK).lines] == ["waiting", "put_off", "put_off"]
        assert refused(open_all(sitting, case_ids=ids(sitting)[:1])) == [], "the sitting goes on with the others"

    def test_whoever_is_no_member_any_more_counts_for_the_share_and_cannot_be_there(self, sitting: House) -> None:
        gone, last_day = sitting.actor(MEMBERS[-1]).assignments[0], DAY - timedelta(days=1)
        sitting.container.roles.end_role(
            sitting.actor("quantri.tinh"), EndRole(assignment_id=gone.id, last_day=last_day)
        )

        assert [one.gone for one in agenda(sitting, CLERK).members] == [False] * 4 + [True]
        assert refused(open_all(sitting)) == [1, 2, 3], "nobody is there who is no member"
        assert refused(open_all(sitting, present=COMMITTEE[:3])) == [1, 2, 3], "three of five are not two thirds"
        assert refused(open_all(sitting, present=COMMITTEE[:4])) == []

        assert [(one.stand, one.parts) for one in agenda(sitting, CLERK).lines] == [("voting", 4)] * 3
        sitting.verify()

    def test_cases_that_were_not_opened_are_opened_on_another_day_with_whoever_is_there_then(
        self, sitting: House
    ) -> None:
        first, *others = ids(sitting)
        assert refused(open_all(sitting, case_ids=[first])) == []
        sitting.move_to(DAY.month, DAY.day + 1)
        gone = sitting.actor(MEMBERS[-1]).assignments[0]
        sitting.container.roles.end_role(sitting.actor("quantri.tinh"), EndRole(assignment_id=gone.id, last_day=DAY))

        assert refused(open_all(sitting, case_ids=others, present=COMMITTEE[:4])) == []

        assert [one.parts for one in agenda(sitting, CLERK).lines] == [5, 4, 4]
        assert [one.mine for one in agenda(sitting, MEMBERS[0]).lines] == ["unopened"] * 3

    def test_nobody_else_opens_a_case(self, sitting: House) -> None:
        command = OpenCases(**HERE, case_ids=ids(sitting), outcome="open", present=[sitting.users[CHAIR]])

        found = sitting.container.sittings.open(sitting.actor(CHAIR), command)

        assert refused(found) == [1, 2, 3]

    def test_shows_who_has_said_that_they_take_no_part(self, sitting: House) -> None:
        service, case_id = sitting.container.sittings, ids(sitting)[0]
        with pytest.raises(InvalidInput):
            service.stay_away(sitting.actor(MEMBERS[0]), StayAway(**HERE, case_id=case_id, reason="không"))

        service.stay_away(sitting.actor(MEMBERS[0]), StayAway(**HERE, case_id=case_id, reason=WHY))

        said = service.roll(sitting.actor(CLERK), BODY, DAY).remarks
        assert [(name, WHY in text) for name, text in said[case_id]] == [(sitting.actor(MEMBERS[0]).name, True)]


class TestVoting:
    @pytest.fixture
    def open_sitting(self, sitting: House) -> House:
        open_all(sitting)
        return sitting

    def test_a_case_counts_as_opened_once_it_was_looked_at(self, open_sitting: House) -> None:
        case_id = ids(open_sitting)[0]

        look(open_sitting, MEMBERS[0], case_id)
        look(open_sitting, MEMBERS[0], case_id)

        assert [one.mine for one in agenda(open_sitting, MEMBERS[0]).lines] == ["opened", "unopened", "unopened"]
        assert [one.mine for one in agenda(open_sitting, MEMBERS[1]).lines] == ["unopened"] * 3
        assert len(open_sitting.events(agenda(open_sitting, CLERK).lines[0].unit.id, "TaskStarted")) >= 1

    def test_documents_that_were_opened_are_remembered_with_what_was_entered_of_the_vote(
        self, open_sitting: House
    ) -> None:
        case_id, actor = ids(open_sitting)[0], open_sitting.actor(MEMBERS[0])
        pane = open_sitting.container.sittings.pane(actor, BODY, DAY, case_id)
        letter = pane.documents[0].id

        look(open_sitting, MEMBERS[0], case_id, document=letter, outcome="disagree", reason=SECRET)

        pane = open_sitting.container.sittings.pane(actor, BODY, DAY, case_id)
        assert [one.opened for one in pane.documents] == [True] + [False] * (len(pane.documents) - 1)
        assert (pane.chosen, pane.reason) == ("disagree", SECRET)
        other = open_sitting.container.sittings.pane(open_sitting.actor(MEMBERS[1]), BODY, DAY, case_id)
        assert (other.chosen, other.reason, {one.opened for one in other.documents}) == ("", "", {False})

    def test_a_case_that_was_not_opened_is_not_voted_on_by_itself_either(self, open_sitting: House) -> None:
        service, actor, case_id = open_sitting.container.sittings, open_sitting.actor(MEMBERS[0]), ids(open_sitting)[0]

        with pytest.raises(InvalidInput):
            service.vote(actor, CastVote(**HERE, case_id=case_id, outcome="agree"))

        assert agenda(open_sitting, MEMBERS[0]).lines[0].mine == "unopened"
        vote(open_sitting, MEMBERS[0], case_id)
        assert agenda(open_sitting, MEMBERS[0]).lines[0].mine == "voted"

    def test_only_opened_cases_are_agreed_to_at_once_and_the_others_are_named(self, open_sitting: House) -> None:
        first, second, third = ids(open_sitting)
        look(open_sitting, MEMBERS[0], first)
        look(open_sitting, MEMBERS[0], second)
        vote(open_sitting, MEMBERS[0], second, "disagree", WHY)

        command = AgreeToOpened(**HERE, case_ids=[first, second, third])
        found = open_sitting.container.sittings.agree(open_sitting.actor(MEMBERS[0]), command)

        assert refused(found) == [3]
        assert [one.mine for one in agenda(open_sitting, MEMBERS[0]).lines] == ["voted", "voted", "unopened"]
        parts = {one.id: open_sitting.tasks("vote", one.id) for one in _units(open_sitting)}
        cast = [one.outcome for tasks in parts.values() for one in tasks if one.state == "completed"]
        assert sorted(map(str, cast)) == ["agree", "disagree"]
        open_sitting.verify()

    def test_the_result_is_told_with_the_last_vote(self, open_sitting: House) -> None:
        first = ids(open_sitting)[0]
        everybody(open_sitting, first, but=[CHAIR])
        line = agenda(open_sitting, CHAIR).lines[0]
        assert (line.stand, line.cast, line.parts, line.tally) == ("voting", 4, 5, ())

        vote(open_sitting, CHAIR, first, "abstain")

        line = agenda(open_sitting, CLERK).lines[0]
        assert (line.stand, [(one.outcome, one.count) for one in line.tally]) == (
            "deciding",
            [("agree", 4), ("disagree", 0), ("abstain", 1)],
        )
        assert [bool(one.decision) for one in agenda(open_sitting, CHAIR).lines] == [True, False, False]
        decisions = open_sitting.container.sittings.pane(open_sitting.actor(CHAIR), BODY, DAY, first).decisions
        assert [(one.label.vi, one.refusal is None) for one in decisions] == [
            ("Công nhận", True),
            ("Chưa công nhận", False),
        ]

    def test_a_tie_is_decided_as_the_procedure_says(self, sitting: House) -> None:
        first = ids(sitting)[0]
        away = Away(case_id=first, person=sitting.users[MEMBERS[-1]], reason=WHY)
        open_all(sitting, case_ids=[first], away=[away])
        for login in COMMITTEE[:2]:
            vote(sitting, login, first)
        for login in COMMITTEE[2:4]:
            vote(sitting, login, first, "disagree", WHY)

        decisions = sitting.container.sittings.pane(sitting.actor(CHAIR), BODY, DAY, first).decisions

        assert [(one.label.vi, one.refusal is None) for one in decisions] == [
            ("Công nhận", False),
            ("Chưa công nhận", True),
        ]

    def test_until_the_vote_closes_nobody_reads_on_any_page_of_the_sitting_how_anybody_voted(
        self, open_sitting: House
    ) -> None:
        first = ids(open_sitting)[0]
        before = {login: _told(open_sitting, login, first) for login in _readers()}

        vote(open_sitting, MEMBERS[0], first, "disagree", SECRET)

        for login in _readers():
            told = _told(open_sitting, login, first)
            assert SECRET not in told, login
            assert _counted(told) == _counted(before[login]), login
        for login in (*MEMBERS[1:], CHAIR):
            vote(open_sitting, login, first)
        assert SECRET in repr(
            open_sitting.container.sittings.minutes(open_sitting.actor(CLERK), BODY, DAY).minutes[0].votes
        )

    def test_a_deputy_votes_for_the_principal_from_the_same_agenda(self, open_sitting: House) -> None:
        open_sitting.person("phuta")
        open_sitting.deputy("phuta", MEMBERS[0], DAY.replace(day=1), DAY.replace(day=31))
        first = ids(open_sitting)[0]

        look(open_sitting, "phuta", first)
        vote(open_sitting, "phuta", first)

        assert agenda(open_sitting, MEMBERS[0]).lines[0].mine == "voted"
        done = next(one for one in open_sitting.tasks("vote", _units(open_sitting)[0].id) if one.completed_by)
        assert done.on_behalf_of == open_sitting.users[MEMBERS[0]]

    def test_a_case_that_is_voted_on_by_itself_stands_on_the_agenda_all_the_same(self, open_sitting: House) -> None:
        task = open_sitting.task("vote", UNITS[0], MEMBERS[0])
        open_sitting.container.tasks.complete(
            open_sitting.actor(MEMBERS[0]), CompleteTask(task_id=task.id, outcome="agree")
        )

        line = next(one for one in agenda(open_sitting, MEMBERS[0]).lines if one.unit.id == UNITS[0])
        assert (line.mine, line.cast) == ("voted", 1)


class TestAfterTheVote:
    def test_a_decided_case_stays_with_its_result_and_the_minutes_name_all_of_it(self, sitting: House) -> None:
        open_all(sitting)
        first = ids(sitting)[0]
        unit = agenda(sitting, CLERK).lines[0].unit.id
        everybody(sitting, first)
        fields = {"decision_number": "09/QĐ-BCĐ", "decided_on": f"{DAY.day}/{DAY.month}/{DAY.year}"}
        sitting.do(unit, CHAIR, "decision", "recognise", fields=fields)

        line = agenda(sitting, MEMBERS[0]).lines[0]
        assert (line.stand, line.recognised, line.result is not None) == ("decided", True, True)
        minutes = sitting.container.sittings.minutes(sitting.actor(CLERK), BODY, DAY)
        assert [name for name, _vote, _why in minutes.minutes[0].votes] == [
            sitting.actor(login).name for login in COMMITTEE
        ]
        assert "09/QĐ-BCĐ" in [value for _label, value in minutes.minutes[0].decision]
        assert minutes.minutes[1].votes == []

    def test_the_list_counts_what_waits(self, sitting: House) -> None:
        service = sitting.container.sittings
        assert [(one.cases, one.done, one.mine) for one in service.overview(sitting.actor(CLERK))] == [(3, 0, 3)]
        assert [(one.cases, one.done, one.mine) for one in service.overview(sitting.actor(CHAIR))] == [(3, 0, 0)]
        open_all(sitting)
        everybody(sitting, ids(sitting)[0], but=[CHAIR])

        assert [(one.cases, one.done, one.mine) for one in service.overview(sitting.actor(MEMBERS[0]))] == [(3, 0, 2)]
        assert [(one.cases, one.done, one.mine) for one in service.overview(sitting.actor(CHAIR))] == [(3, 0, 3)]


@pytest.mark.stage("session")
def test_a_case_alone_is_a_sitting_of_one_on_both_databases(house: House) -> None:
    house.convene()
    login = "thuongtruc.thuongxuan"
    (brief,) = house.container.sittings.overview(house.actor(login))

    found = house.container.sittings.agenda(house.actor(login), brief.body.id, brief.on)

    assert brief.on == local_date(house.clock.now())
    assert [(one.unit.id, one.met, one.stand) for one in found.lines] == [(COMMUNE_UNIT, 34, "waiting")]
    pane = house.container.sittings.pane(house.actor(login), brief.body.id, brief.on, found.lines[0].case_id)
    assert (len(pane.documents) > 0, pane.choices, pane.differing) == (True, (), [])
    assert house.container.sittings.roll(house.actor(login), brief.body.id, brief.on).remarks == {}


def _readers() -> tuple[str, ...]:
    return (CLERK, CHAIR, *MEMBERS[1:], "kiemsoat.tinh", "quanly.tinh")


def _units(house: House) -> list[Any]:
    return [one.unit for one in agenda(house, CLERK).lines]


def _told(house: House, login: str, case_id: str) -> str:
    """Everything that the sitting's services hand out to this reader."""
    actor, service = house.actor(login), house.container.sittings
    parts: list[object] = [service.agenda(actor, BODY, DAY), service.pane(actor, BODY, DAY, case_id)]
    parts += [service.minutes(actor, BODY, DAY), service.overview(actor), service.roll(actor, BODY, DAY)]
    if login == "kiemsoat.tinh":
        parts.append(house.container.audit.search_events(actor, EventQuery(text="bí mật của một"), Page(limit=50)))
    return repr(parts)


def _counted(told: str) -> tuple[int, int]:
    """How often an outcome that was chosen may be read in it: an open vote changes nothing of that."""
    return told.count("Không đồng ý"), told.count("disagree")
