"""A body has ended while work waits with it: what took its place is given the work, looked at first, and not by one person alone."""

import pytest

from tests.integration.notifications.test_attendance import (
    ADMINISTRATOR,
    BOARD,
    MANAGER,
    ROLE,
    end_role,
    give,
    told,
    unattended,
)
from tests.integration.notifications.test_ended_bodies import LAST_DAY, merge
from tests.support.house import House
from tests.support.nothing import NOTHING_TO_SEE
from tests.support.web import Person
from webui.app import create_app
from workflow.audit.facts.casework import TaskReaddressed
from workflow.errors import InvalidInput, PermissionDenied
from workflow.services.accounts.sessions import open_session
from workflow.services.moving.handover import HandOverWork

OLD, NEW, OTHER = ROLE[1], "bcd-moi", "bcd-antt-thuong-xuan"
REASON = "Sáp nhập theo QĐ (minh họa)"


def after_the_merger(house: House) -> None:
    """The body that the evaluation waits at has ended; a member of the new one is there, and a second administrator."""
    house.person("quantri.hai", ("administrator", "thanh-hoa"))
    merge(house, "quantri.hai")
    end_role(house, BOARD, LAST_DAY)
    house.person("ban.moi", ("board-member", NEW))
    house.move_to(4, 17)


@pytest.fixture
def merged(house: House) -> House:
    """The installation after the merger: see the mark of this module."""
    return house


pytestmark = pytest.mark.stage("to evaluate", then=after_the_merger)


def hand_over(house: House, login: str = ADMINISTRATOR, to: str = NEW, **other: object) -> int:
    command = HandOverWork(
        **{
            "organisation_id": OLD,
            "successor_id": to,
            "task_ids": [house.task("evaluation").id],
            "reason": REASON,
            **other,
        }  # type: ignore[arg-type] # as the page sends it
    )
    return house.container.handovers.hand_over(house.actor(login), command)


def test_what_waits_is_looked_at_handed_over_told_and_done_by_the_successors_people(merged: House) -> None:
    assert [one.node_id for one in unattended(merged)] == ["evaluation"]
    found = merged.container.handovers.look(merged.actor(ADMINISTRATOR), OLD)
    assert [(one.case_key, one.stays) for one in found.tasks] == [(merged.case().business_key, False)]
    assert [(one.body.id, one.doers, one.refusal) for one in found.successors] == [(NEW, 1, None)]

    assert hand_over(merged) == 1
    merged.settle()

    assert unattended(merged) == []
    assert merged.task("evaluation").organisation_id == NEW
    (event,) = merged.events("xa-minh-hoa", "TaskReaddressed")
    assert (event.payload["former_body"], event.payload["body"], event.payload["reason"]) == (OLD, NEW, REASON)
    assert TaskReaddressed.notice in told(merged, "ban.moi")
    assert TaskReaddressed.notice in told(merged, MANAGER)
    assert merged.container.handovers.look(merged.actor(ADMINISTRATOR), OLD).tasks == []
    merged.take("ban.moi", "evaluation")
    merged.verify()


@pytest.mark.stage("to evaluate")
def test_what_somebody_has_in_hand_stays_with_them(house: House) -> None:
    house.take(BOARD, "evaluation")
    house.person("quantri.hai", ("administrator", "thanh-hoa"))
    merge(house, "quantri.hai")
    house.move_to(4, 17)

    (one,) = house.container.handovers.look(house.actor(ADMINISTRATOR), OLD).tasks
    assert one.stays
    with pytest.raises(InvalidInput, match="no longer waits"):
        hand_over(house)
    assert house.task("evaluation").assignee_id == house.users[BOARD]


def test_whoever_named_the_successor_does_not_hand_over_and_no_administrator_is_of_it(merged: House) -> None:
    (shown,) = merged.container.handovers.look(merged.actor("quantri.hai"), OLD).successors
    assert shown.refusal is not None
    with pytest.raises(PermissionDenied, match="recorded this successor yourself"):
        hand_over(merged, "quantri.hai")
    with pytest.raises(InvalidInput, match="must not have both"):
        give(merged, "quantri.hai", ("board-member", NEW))

    assert merged.task("evaluation").organisation_id == OLD
    assert merged.events("xa-minh-hoa", "TaskReaddressed") == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"to": OTHER}, "does not say"),
        ({"reason": "  "}, "reason"),
        ({"task_ids": []}, "Choose the tasks"),
    ],
    ids=["no successor", "no reason", "no task"],
)
def test_only_a_successor_is_given_work_for_a_reason(merged: House, given: dict[str, object], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        hand_over(merged, **given)  # type: ignore[arg-type] # one wrong thing each
    assert merged.task("evaluation").organisation_id == OLD


def test_a_reason_in_which_nobody_sees_anything_hands_nothing_over(merged: House) -> None:
    for nothing in NOTHING_TO_SEE:
        with pytest.raises(InvalidInput, match="reason"):
            hand_over(merged, reason=nothing * 12)
    assert merged.task("evaluation").organisation_id == OLD


@pytest.mark.stage("to evaluate")
def test_a_body_that_stands_keeps_its_work_and_others_than_administrators_hand_nothing_over(house: House) -> None:
    with pytest.raises(InvalidInput, match="still stands"):
        hand_over(house)
    for login in (MANAGER, BOARD, "kiemsoat.tinh"):
        with pytest.raises(PermissionDenied):
            house.container.handovers.look(house.actor(login), OLD)
        with pytest.raises(PermissionDenied):
            hand_over(house, login)


def test_the_page_shows_it_first_keeps_what_was_typed_and_hands_it_over(merged: House) -> None:
    page = Person.at(create_app(merged.container, testing=True))
    with merged.container.units() as uow:
        token = open_session(uow, merged.users[ADMINISTRATOR], merged.clock.now())
        uow.commit()
    with page.client.session_transaction() as session:
        session["_user_id"] = token
    page.open(f"/quan-tri/to-chuc/{OLD}/").follow("Việc còn chờ ở đây và bàn giao")
    assert merged.case().business_key in page.text

    page.send("/ban-giao", {"reason": REASON}, status=422)
    assert page.value("reason") == REASON
    page.send("/ban-giao", {"reason": REASON, "successor": NEW})

    assert "Đã bàn giao 1 nhiệm vụ." in page.text
    assert "Không còn nhiệm vụ nào chờ ở tổ chức này." in page.text
    assert merged.task("evaluation").organisation_id == NEW
