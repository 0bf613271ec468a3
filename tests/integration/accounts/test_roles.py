"""Roles and deputyships hold on their days and not a day longer."""

from datetime import UTC, date, datetime

import pytest

from tests.support.world import PASSWORD, World
from workflow.errors import InvalidInput, PermissionDenied
from workflow.services.accounts.accounts import EndUser
from workflow.services.accounts.directory import NewRole
from workflow.services.accounts.roles import AppointDeputy, AssignRole, EndRole
from workflow.services.accounts.sign_in import Session


def at(day: int, month: int = 3) -> datetime:
    """Noon of a day of 2023, in Việt Nam."""
    return datetime(2023, month, day, 5, tzinfo=UTC)


def test_a_role_holds_from_its_first_to_its_last_day(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    board = world.person("uy-vien", "board-member", "bcd-antt-dien-bien")
    role = NewRole(
        role="committee-member",
        organisation_id="bcd138-tp-thanh-hoa",
        valid_from=date(2023, 3, 10),
        valid_to=date(2023, 3, 20),
    )

    world.sure(world.roles.assign(admin, AssignRole(user_id=board.user_id, role=role)))

    held = [
        day for day in range(8, 23) if world.directory.actor_of(board.user_id, at(day)).has_role("committee-member")
    ]
    assert held == list(range(10, 21))


def test_an_ended_role_is_taken_back_with_old_and_new_on_the_record(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    board = world.person("uy-vien", "board-member", "bcd-antt-dien-bien")

    world.roles.end_role(admin, EndRole(assignment_id=board.assignments[0].id, last_day=date(2023, 2, 28)))

    assert world.again(board).assignments == ()
    event = world.events("accounts")[-1]
    assert (event.type, event.payload["old"], event.payload["new"]) == ("RoleEnded", None, "2023-02-28")


def test_a_deputy_acts_for_another_on_the_days_of_the_paper_only(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    board = world.person("uy-vien", "board-member", "bcd-antt-dien-bien")
    deputy = world.person("thay", "unit-officer", "dai-hoc-hong-duc")

    wish = AppointDeputy(
        assignment_id=board.assignments[0].id,
        deputy_user_id=deputy.user_id,
        valid_from=date(2023, 3, 10),
        valid_to=date(2023, 3, 12),
        paper="QĐ ủy quyền",
    )
    world.sure(world.roles.appoint_deputy(admin, wish))

    for day, expected in ((9, None), (10, board.user_id), (12, board.user_id), (13, None)):
        actor = world.directory.actor_of(deputy.user_id, at(day))
        lent = [one.via_deputy_of for one in actor.assignments if one.role == "board-member"]
        assert lent == ([expected] if expected else [])


def test_the_deputy_of_an_ended_account_has_nothing_from_it(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    board = world.person("uy-vien", "board-member", "bcd-antt-dien-bien")
    deputy = world.person("thay", "unit-officer", "dai-hoc-hong-duc")
    days = {"valid_from": date(2023, 3, 1), "valid_to": date(2023, 3, 31)}
    wish = AppointDeputy(assignment_id=board.assignments[0].id, deputy_user_id=deputy.user_id, paper="", **days)
    world.sure(world.roles.appoint_deputy(admin, wish))
    assert world.again(deputy).has_role("board-member")

    world.accounts.end(admin, EndUser(user_id=board.user_id, reason="Nghỉ việc"))

    assert not world.again(deputy).has_role("board-member")


def test_the_role_of_an_ended_account_gets_no_deputy(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    board = world.person("uy-vien", "board-member", "bcd-antt-dien-bien")
    deputy = world.person("thay", "unit-officer", "dai-hoc-hong-duc")
    world.accounts.end(admin, EndUser(user_id=board.user_id, reason="Nghỉ việc"))
    days = {"valid_from": date(2023, 3, 1), "valid_to": date(2023, 3, 31)}
    wish = AppointDeputy(assignment_id=board.assignments[0].id, deputy_user_id=deputy.user_id, paper="", **days)

    with pytest.raises(InvalidInput, match="has ended"):
        world.roles.appoint_deputy(admin, wish)


@pytest.mark.parametrize(
    ("first", "last"),
    [(date(2021, 12, 31), date(2023, 3, 1)), (date(2023, 3, 2), date(2023, 3, 1))],
    ids=["before the role began", "ends before it begins"],
)
def test_a_deputyship_lies_within_the_role(world: World, first: date, last: date) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    board = world.person("uy-vien", "board-member", "bcd-antt-dien-bien")
    deputy = world.person("thay", "unit-officer", "dai-hoc-hong-duc")

    with pytest.raises(InvalidInput):
        world.roles.appoint_deputy(
            admin,
            AppointDeputy(
                assignment_id=board.assignments[0].id,
                deputy_user_id=deputy.user_id,
                valid_from=first,
                valid_to=last,
                paper="",
            ),
        )


def test_roles_elsewhere_are_not_the_administrators_to_give(world: World) -> None:
    stranger = world.person("khac", "administrator", "thuong-xuan")
    board = world.person("uy-vien", "board-member", "bcd-antt-dien-bien")
    role = NewRole(role="committee-chair", organisation_id="bcd138-tp-thanh-hoa", valid_from=date(2023, 1, 1))

    with pytest.raises(PermissionDenied):
        world.roles.assign(stranger, AssignRole(user_id=board.user_id, role=role))
    with pytest.raises(PermissionDenied):
        world.roles.end_role(stranger, EndRole(assignment_id=board.assignments[0].id, last_day=date(2023, 2, 1)))


def test_whoever_gets_a_role_of_the_installation_must_sign_in_anew(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    board = world.person("uy-vien", "unit-officer", "dai-hoc-hong-duc")
    session = world.sign_ins.sign_in("uy-vien", PASSWORD, address="192.0.2.1")
    assert isinstance(session, Session)

    role = NewRole(role="manager", organisation_id="thuong-xuan", valid_from=date(2023, 1, 1))
    world.sure(world.roles.assign(admin, AssignRole(user_id=board.user_id, role=role)))

    assert world.sessions.current(session.token) is None
