"""The chair decides on many cases of a sitting at once: those whose votes allow the same result, each by itself."""

import io
from pathlib import Path
from typing import Any

import pytest

from tests.support.house import PASSWORD, House, Model
from tests.support.many_cases import choosing, open_the_votes, put_before_the_committee, short_package
from tests.support.sittings import BODY, CHAIR, CLERK, MEMBERS
from tests.support.stages import house_of
from tests.support.web import Person
from webui.app import create_app
from webui.settings import WebSettings
from workflow.calendar.zone import local_date
from workflow.demo.player import pdf
from workflow.services.sittings.agenda import Agenda
from workflow.services.sittings.deciding import DecideTogether
from workflow.services.sittings.hall import Done
from workflow.services.sittings.sittings import CastVote, LookAtCase

CASES = 4
WHY = "Minh họa: số liệu chưa khớp"
NUMBER = "Minh họa 07/QĐ-BCĐ"


def open_and_vote(house: House, login: str, cast: CastVote) -> None:
    house.container.sittings.look(house.actor(login), LookAtCase(body=BODY, on=cast.on, case_id=cast.case_id))
    house.container.sittings.vote(house.actor(login), cast)


@pytest.fixture
def voted(four_cases: House) -> House:
    """Three of four cases have their majority, the last has a tie: two for, two against, one without an opinion."""
    house = four_cases
    open_the_votes(house)
    for line in agenda(house, CLERK).lines:
        for number, login in enumerate((CHAIR, *MEMBERS)):
            against = line.number == CASES and number in (1, 2)
            outcome = "disagree" if against else "abstain" if line.number == CASES and number == 3 else "agree"
            cast = CastVote(body=BODY, on=today(house), case_id=line.case_id, outcome=outcome, reason=WHY)
            open_and_vote(house, login, cast)
    house.settle()
    return house


def today(house: House) -> Any:
    return local_date(house.clock.now())


def agenda(house: House, login: str) -> Agenda:
    return house.container.sittings.agenda(house.actor(login), BODY, today(house))


def decide(house: House, login: str = CHAIR, outcome: str = "recognise", **more: Any) -> list[Done]:
    on = today(house)
    entries = {"decision_number": NUMBER, "decided_on": f"{on.day}/{on.month}/{on.year}"}
    command = DecideTogether(
        **{
            "body": BODY,
            "on": on,
            "outcome": outcome,
            "case_ids": [one.case_id for one in agenda(house, CLERK).lines],
            "fields": entries,
            "papers": {"session_minutes": ("bien-ban.pdf", pdf("Bien ban"))},
            **more,
        }
    )
    found = house.container.joint_decisions.decide(house.actor(login), command)
    house.settle()
    return found


def refused(found: list[Done]) -> list[int]:
    return [one.line.number for one in found if one.refusal is not None]


def test_what_can_be_decided_at_once_is_offered_result_by_result_as_the_votes_allow(voted: House) -> None:
    _agenda, offered = voted.container.joint_decisions.offered(voted.actor(CHAIR), BODY, today(voted))

    assert [(one.outcome.id, [line.number for line in one.lines]) for one in offered] == [
        ("recognise", [1, 2, 3]),
        ("not_recognise", [4]),
    ]
    assert [one.id for one in offered[0].fields] == ["decision_number", "decided_on"]
    for login in (CLERK, MEMBERS[0]):
        assert voted.container.joint_decisions.offered(voted.actor(login), BODY, today(voted))[1] == []


def test_each_case_gets_a_decision_of_its_own_and_the_one_whose_vote_does_not_allow_it_is_named(voted: House) -> None:
    assert refused(decide(voted)) == [CASES]

    lines = agenda(voted, CLERK).lines
    assert [one.stand for one in lines] == ["decided"] * 3 + ["deciding"]
    decided = [_completed(voted, one.case_id) for one in lines[:3]]
    assert [len(one) for one in decided] == [1, 1, 1]
    assert len({one[0].command_id for one in decided}) == 3
    assert _state(voted, lines[3].case_id) == "ready", "it waits for the chair as before"
    assert refused(decide(voted, outcome="not_recognise", case_ids=[lines[3].case_id])) == [CASES], (
        "a reason is asked for"
    )
    assert refused(decide(voted, outcome="not_recognise", case_ids=[lines[3].case_id], reason=WHY)) == []
    with voted.container.units.reading() as uow:
        papers = [one.paper_id for one in uow.evidence.of_case(lines[3].case_id) if one.paper_id == "session_minutes"]
    assert papers == ["session_minutes"], "after an attempt that was refused it is not attached twice"
    voted.verify()


def test_a_second_click_decides_nothing_twice_and_nobody_else_decides(voted: House) -> None:
    for login in (CLERK, MEMBERS[0], "quanly.tinh"):
        assert refused(decide(voted, login)) == [1, 2, 3, 4], login

    one = {"command_id": "00000000-0000-7000-8000-00000000d001"}
    decide(voted, **one)
    assert refused(decide(voted, **one)) == [1, 2, 3, 4]

    assert [len(_completed(voted, line.case_id)) for line in agenda(voted, CLERK).lines] == [1, 1, 1, 0]


@pytest.fixture
def chair(voted: House) -> Person:
    app = create_app(voted.container, WebSettings(secret_key="k" * 40, demonstration=True), testing=True)
    return Person.at(app).sign_in(CHAIR, PASSWORD)


def test_the_page_lists_them_chooses_none_and_keeps_what_was_entered(voted: House, chair: Person) -> None:
    here = f"/phien-hop/{BODY}/{today(voted).isoformat()}/"
    chair.open(here).follow("Công nhận: quyết định 3 hồ sơ")
    assert not chair.page.xpath("//main//*[@checked or @selected]")
    form = chair.page.xpath("//main//form")[0]
    sent = {str(one.get("name")): str(one.get("value")) for one in form.xpath(".//input[@type='hidden']")}
    sent |= {"field-decision_number": NUMBER, "field-decided_on": "20/3/2023"}

    chair.post(f"{here}quyet-dinh/recognise", sent, status=422)
    assert "Chọn hồ sơ" in chair.text
    assert chair.value("field-decision_number") == NUMBER
    chair.post(f"{here}quyet-dinh/recognise", {**sent, "which": "all"})
    assert "Biên bản phiên họp" in chair.text, "the paper is missing"
    chair.post(
        f"{here}quyet-dinh/recognise",
        {**sent, "which": "all", "paper-session_minutes": (io.BytesIO(pdf("Bien ban")), "bien-ban.pdf")},
    )

    assert "Đã quyết định 3 hồ sơ" in chair.text
    assert [one.stand for one in agenda(voted, CHAIR).lines] == ["decided"] * 3 + ["deciding"]
    chair.open(f"{here}quyet-dinh/recognise")
    assert "Không có hồ sơ nào chờ" in chair.text


def _completed(house: House, case_id: str) -> list[Any]:
    with house.container.units.reading() as uow:
        events = list(uow.events.of_stream(f"case:{case_id}"))
    return [one for one in events if one.type == "TaskCompleted" and one.payload["node_id"] == "decision"]


def _state(house: House, case_id: str) -> str:
    with house.container.units.reading() as uow:
        return next(one.state for one in uow.sittings.tasks([case_id]) if one.node_id == "decision")


def test_what_asks_for_people_is_decided_one_by_one_and_the_page_says_so(sqlite_model: Model, tmp_path: Path) -> None:
    """Given a procedure whose decision chooses who signs, when the chair opens the sitting, then each case is led to by itself, and no joint one goes through."""
    with house_of(sqlite_model, tmp_path / "house") as house:
        put_before_the_committee(house, 2, choosing(short_package()))
        open_the_votes(house)
        for line in agenda(house, CLERK).lines:
            for login in (CHAIR, *MEMBERS):
                cast = CastVote(body=BODY, on=today(house), case_id=line.case_id, outcome="agree")
                open_and_vote(house, login, cast)
        house.settle()
        person = Person.at(
            create_app(house.container, WebSettings(secret_key="k" * 40, demonstration=True), testing=True)
        )
        here = f"/phien-hop/{BODY}/{today(house).isoformat()}/"

        person.sign_in(CHAIR, PASSWORD).open(here)

        tasks = [line.decision for line in agenda(house, CHAIR).lines]
        links = person.page.xpath("//*[@class='shared']//a/@href")
        assert [link.rpartition("/")[2] for link in links] == tasks
        assert "Phải quyết định từng hồ sơ" in person.text
        assert "phải quyết định từng hồ sơ" in person.open(f"{here}quyet-dinh/recognise").text
        assert refused(decide(house)) == [1, 2]
        assert house.container.joint_decisions.offered(house.actor(CHAIR), BODY, today(house))[1] == []
