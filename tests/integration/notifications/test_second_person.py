"""What takes a second person: those who can be it hear of it, and who asked hears what came of it."""

from datetime import date, timedelta

import pytest

from tests.support.house import House
from workflow.services.accounts.directory import NewRole
from workflow.services.accounts.requests import ConfirmRequest, RefuseRequest
from workflow.services.accounts.roles import AppointDeputy, AssignRole

ASKER, SECOND, ELSEWHERE, BOARD, NEWCOMER = "quantri.tinh", "quantri.hai", "quantri.xa", "danhgia.minhhoa", "nguoi.moi"
EVERYBODY = (ASKER, SECOND, ELSEWHERE, BOARD, NEWCOMER)


@pytest.fixture
def administered(house: House) -> House:
    """Two administrators of the province, one of a commune that is not concerned, and somebody new."""
    house.person(SECOND, ("administrator", "cong-an-thanh-hoa"))
    house.person(ELSEWHERE, ("administrator", "xa-lang-gieng"))
    house.person(NEWCOMER)
    house.settle()
    return house


def heard(house: House, words: str) -> set[str]:
    """Who has been told something with these words, each once."""
    house.settle()
    found = {
        login: [one for one in house.container.notifications.list(house.actor(login), 500) if words in one.template]
        for login in EVERYBODY
    }
    assert all(one.template % one.params for notes in found.values() for one in notes), "every place is filled in"
    assert all(len(notes) <= 1 for notes in found.values()), "one thing once"
    assert all(one.about == "request" for notes in found.values() for one in notes), "it leads to the request"
    return {login for login, notes in found.items() if notes}


def asked(house: House) -> str:
    """The administrator wants to give somebody a role that decides."""
    role = NewRole(role="board-member", organisation_id="bcd-antt-xa-minh-hoa", valid_from=date(2023, 1, 1))
    done = house.container.roles.assign(house.actor(ASKER), AssignRole(user_id=house.users[NEWCOMER], role=role))
    return str(done.request)


def test_other_administrators_who_reach_it_are_asked(administered: House) -> None:
    asked(administered)

    assert heard(administered, "asks for a second person") == {SECOND}


def test_whose_role_is_to_be_lent_is_asked_too(administered: House) -> None:
    house = administered
    wish = AppointDeputy(
        assignment_id=house.actor(BOARD).assignments[0].id,
        deputy_user_id=house.users[NEWCOMER],
        valid_from=date(2023, 6, 1),
        valid_to=date(2023, 6, 30),
        paper="Giấy ủy quyền minh họa",
    )
    house.container.roles.appoint_deputy(house.actor(ASKER), wish)

    assert heard(house, "asks for a second person") == {SECOND, BOARD}


def test_who_asked_hears_that_it_was_confirmed(administered: House) -> None:
    request = asked(administered)
    administered.container.account_requests.confirm(administered.actor(SECOND), ConfirmRequest(request_id=request))

    assert heard(administered, "confirmed what you asked") == {ASKER}


def test_who_asked_hears_that_it_was_refused(administered: House) -> None:
    request = asked(administered)
    refusal = RefuseRequest(request_id=request, reason="Chưa có quyết định")
    administered.container.account_requests.refuse(administered.actor(SECOND), refusal)

    assert heard(administered, "refused what you asked") == {ASKER}


def test_who_asked_hears_that_nobody_confirmed_in_time(administered: House) -> None:
    asked(administered)
    administered.clock.move_to(administered.clock.now() + timedelta(days=15))
    administered.container.account_requests.expire()

    assert heard(administered, "Nobody confirmed in time") == {ASKER}
