"""What the events of a case tell: old and new, who and in which role, and nothing that does not belong there."""

import re

import pytest

from tests.support.house import PASSWORD, House
from workflow.demo.stories import COMMUNE
from workflow.services.casework.assessments import SaveResult
from workflow.services.casework.comments import AddComment

SECRETS = re.compile(r"\$argon2|@example\.org|totp|token=|" + re.escape(PASSWORD))


@pytest.mark.stage("to evaluate")
def test_every_event_says_who_when_and_by_which_command(house: House) -> None:
    events = house.events()

    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert all(event.actor and event.command_id and event.case_id == house.case().id for event in events)
    assert {event.province for event in events} == {"thanh-hoa"}
    people = [event for event in events if event.actor not in ("system", house.users["quanly.tinh"])]
    assert {(event.role, event.organisation) for event in people} == {
        ("unit-officer", "xa-minh-hoa"),
        ("standing-officer", "cong-an-thuong-xuan"),
    }


@pytest.mark.stage("to inspect")
def test_time_never_goes_back_in_a_case(house: House) -> None:
    instants = [event.at for event in house.events()]
    assert instants == sorted(instants)


@pytest.mark.stage("to assess")
def test_a_changed_result_and_a_claimed_task_show_old_and_new(house: House) -> None:
    task = house.take("donvi.minhhoa", "self_assessment")
    for result in ("met", "not_met"):
        house.container.assessments.save_result(
            house.actor("donvi.minhhoa"), SaveResult(task_id=task.id, criterion_id="I.1", result=result)
        )
    payload = house.events("xa-minh-hoa", "CriterionAssessed")[-1].payload
    assert (payload["from"]["result"], payload["to"]["result"]) == ("met", "not_met")
    claimed = house.events("xa-minh-hoa", "TaskClaimed")[-1].payload
    assert claimed["from"] == {"state": "ready", "assignee": None}
    assert claimed["to"] == {"state": "reserved", "assignee": house.users["donvi.minhhoa"]}


@pytest.mark.stage("to assess")
def test_the_completion_of_an_assessment_carries_every_result_and_the_hashes_of_its_evidence(house: House) -> None:
    task = house.take("donvi.minhhoa", "self_assessment")
    evidence_id = house.attach("donvi.minhhoa", task.id, criterion_id="I.2")
    house.do("xa-minh-hoa", "donvi.minhhoa", "self_assessment", "submit")

    payload = house.events("xa-minh-hoa", "TaskCompleted")[-1].payload
    with house.container.units.reading() as uow:
        sha256 = uow.evidence.get(evidence_id).sha256
    assert len(payload["results"]) == 34
    assert payload["results"]["I.2"]["evidence"] == [sha256]
    assert payload["result"]["assessment"]["all_met"] is True


@pytest.mark.stage("to assess")
def test_why_a_gateway_went_its_way_is_recorded_with_its_inputs(house: House) -> None:
    (rule,) = [e for e in house.events("xa-minh-hoa", "RuleEvaluated") if e.payload["decision"] == "routing"]
    assert rule.payload["value"]["track"] == "P13"
    assert rule.payload["matched"]
    decided = house.events("xa-minh-hoa", "GatewayDecided")
    assert all(event.payload["taken"] for event in decided)
    assert any(condition["inputs"] for event in decided for condition in event.payload["conditions"])


def test_no_secret_and_no_name_or_address_of_a_person_stands_in_the_events(house: House) -> None:
    house.person("thu.mail", ("unit-officer", "xa-minh-hoa"), email="thu@example.org")
    house.until_inspection()
    house.move_to(12, 30)
    with house.container.units.reading() as uow:
        names = {user.name for user in uow.accounts.many(house.users.values()).values()}
    for event in house.events():
        text = str(event.payload)
        assert not SECRETS.search(text), event.type
        assert not any(f"'{name}'" in text for name in names), event.type


@pytest.mark.stage("to evaluate")
def test_a_comment_is_kept_once_for_a_double_click(house: House) -> None:
    click = AddComment(case_id=house.case().id, text="Đề nghị xem lại\r\ntiêu chí này", criterion_id="I.1")
    first = house.container.comments.add(house.actor(str(COMMUNE.evaluator)), click)
    assert house.container.comments.add(house.actor(str(COMMUNE.evaluator)), click) == first
    assert first.text == "Đề nghị xem lại\ntiêu chí này"
    (event,) = house.events("xa-minh-hoa", "CommentAdded")
    assert event.payload["criterion_id"] == "I.1"
