"""Nobody gives a power, or takes over one, alone: what takes a second person waits for one who is really another."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.support.world import PASSWORD, World
from workflow.errors import InvalidInput, NotFound, PermissionDenied, TransitionRefused
from workflow.organisation.authority import Actor
from workflow.services.accounts.accounts import (
    ChangeUser,
    CreateUser,
    EndUser,
    NewUser,
    ResetPassword,
    ResetSecondFactor,
)
from workflow.services.accounts.directory import NewRole
from workflow.services.accounts.requests import (
    ConfirmRequest,
    Done,
    PrintRequestedLink,
    RefuseRequest,
    WithdrawRequest,
)
from workflow.services.accounts.roles import AppointDeputy, AssignRole, EndRole
from workflow.services.accounts.sign_in import Session

FROM = date(2023, 1, 1)
POWERS = {
    "administrator": "thanh-hoa",
    "definition-reviewer": "thanh-hoa",
    "auditor": "thanh-hoa",
    "manager": "thanh-hoa",
    "committee-chair": "bcd138-thanh-hoa",
    "committee-member": "bcd138-thanh-hoa",
    "board-member": "bcd-antt-tho-thanh",
    "standing-officer": "cong-an-thanh-hoa",
}


def role(name: str, place: str | None = None) -> NewRole:
    return NewRole(role=name, organisation_id=place or POWERS[name], valid_from=FROM)


def administrators(world: World, *logins: str) -> list[Actor]:
    return [world.person(login, "administrator", "thanh-hoa") for login in logins]


def confirm(world: World, actor: Actor | None, done: Done) -> Done:
    return world.requests.confirm(actor, ConfirmRequest(request_id=str(done.request)))


@pytest.mark.parametrize("name", sorted(POWERS))
def test_a_power_comes_about_when_another_administrator_confirms_it(world: World, name: str) -> None:
    first, second = administrators(world, "mot", "hai")
    person = (
        world.person("nguoi", "unit-officer", "dai-hoc-hong-duc")
        if name == "board-member"
        else world.person("nguoi", "inspector", "cong-an-dong-son")
    )
    if name in ("administrator", "auditor"):
        world.roles.end_role(first, EndRole(assignment_id=person.assignments[0].id, last_day=date(2022, 12, 31)))

    asked = world.roles.assign(first, AssignRole(user_id=person.user_id, role=role(name)))

    assert asked.id is None
    assert not world.again(person).has_role(name)
    confirm(world, second, asked)
    assert world.again(person).has_role(name)
    given = [event for event in world.events("accounts") if event.type == "RoleAssigned"][-1]
    assert (given.actor, given.payload["asked_by"]) == (second.user_id, first.user_id)
    (confirmed,) = (event for event in world.events("accounts") if event.type == "RequestConfirmed")
    assert (confirmed.actor, confirmed.payload["asked_by"]) == (second.user_id, first.user_id)


def test_what_gives_no_power_takes_one_person(world: World) -> None:
    (admin,) = administrators(world, "mot")
    person = world.person("nguoi", "unit-officer", "dai-hoc-hong-duc")

    given = world.roles.assign(admin, AssignRole(user_id=person.user_id, role=role("unit-officer", "dien-bien")))

    assert given.request is None
    assert world.again(person).groups == {"unit-officer@dai-hoc-hong-duc", "unit-officer@dien-bien"}


Asking = Callable[[World, Actor], Done]


def an_auditor(world: World) -> Actor:
    actor = world.person("kiem-toan", "auditor", "thanh-hoa")
    with world.units() as uow:  # as if the second factor had been set up
        uow.accounts.save(replace(uow.accounts.get(actor.user_id), totp_last_step=1))
        uow.commit()
    return actor


def _account(world: World, admin: Actor) -> Done:
    return world.accounts.create(admin, CreateUser(user=NewUser(login="moi", name="Mới"), role=role("auditor")))


def _role(world: World, admin: Actor) -> Done:
    person = world.person("nguoi", "unit-officer", "dai-hoc-hong-duc")
    return world.roles.assign(admin, AssignRole(user_id=person.user_id, role=role("board-member")))


def _deputy(world: World, admin: Actor) -> Done:
    chair = world.person("truong-ban", "committee-chair", "bcd138-thanh-hoa")
    deputy = world.person("pho", "committee-member", "bcd138-thanh-hoa")
    days = {"valid_from": FROM, "valid_to": date(2023, 12, 31)}
    wish = AppointDeputy(assignment_id=chair.assignments[0].id, deputy_user_id=deputy.user_id, paper="", **days)
    return world.roles.appoint_deputy(admin, wish)


def _password(world: World, admin: Actor) -> Done:
    return world.accounts.reset_password(admin, ResetPassword(user_id=an_auditor(world).user_id, reason="Quên"))


def _factor(world: World, admin: Actor) -> Done:
    return world.accounts.reset_second_factor(admin, ResetSecondFactor(user_id=an_auditor(world).user_id, reason="Mất"))


def _address(world: World, admin: Actor) -> Done:
    wish = ChangeUser(
        user_id=an_auditor(world).user_id, name="Kiểm tra, truy vết", email="a@example.test", locale="vi", revision=2
    )
    return world.accounts.change(admin, wish)


WAYS: list[Asking] = [_account, _role, _deputy, _password, _factor, _address]


@pytest.mark.parametrize("ask", WAYS, ids=lambda way: way.__name__)
def test_who_asked_does_not_confirm_and_nobody_else_changed_anything(world: World, ask: Asking) -> None:
    (admin,) = administrators(world, "mot")

    asked = ask(world, admin)

    assert asked.request is not None
    before = [event.type for event in world.events("accounts")]
    with pytest.raises(TransitionRefused):
        confirm(world, admin, asked)
    assert [event.type for event in world.events("accounts")] == before


@pytest.mark.parametrize("ask", WAYS, ids=lambda way: way.__name__)
def test_another_administrator_confirms_each_of_them_once(world: World, ask: Asking) -> None:
    first, second = administrators(world, "mot", "hai")
    asked = ask(world, first)

    assert confirm(world, second, asked).id is not None

    with pytest.raises(TransitionRefused):
        confirm(world, second, asked)


@pytest.mark.parametrize("ask", WAYS, ids=lambda way: way.__name__)
def test_with_one_administrator_the_servers_command_line_signs_second(world: World, ask: Asking) -> None:
    (admin,) = administrators(world, "mot")
    asked = ask(world, admin)

    confirm(world, None, asked)

    (confirmed,) = (event for event in world.events("accounts") if event.type == "RequestConfirmed")
    assert (confirmed.actor, confirmed.payload["asked_by"]) == ("system", admin.user_id)


@pytest.mark.parametrize("ask", WAYS, ids=lambda way: way.__name__)
def test_an_administrator_of_elsewhere_sees_nothing_of_it(world: World, ask: Asking) -> None:
    (admin,) = administrators(world, "mot")
    stranger = world.person("o-xa", "administrator", "dien-bien")
    asked = ask(world, admin)

    assert world.requests.waiting(stranger) == []
    with pytest.raises(NotFound):
        confirm(world, stranger, asked)


def test_a_refused_and_a_withdrawn_request_change_nothing_and_say_why(world: World) -> None:
    first, second = administrators(world, "mot", "hai")
    asked = _role(world, first)
    with pytest.raises(TransitionRefused):
        world.requests.withdraw(second, WithdrawRequest(request_id=str(asked.request)))
    world.requests.refuse(second, RefuseRequest(request_id=str(asked.request), reason="Chưa có quyết định"))
    with pytest.raises(TransitionRefused):
        confirm(world, second, asked)
    person = next(one for one in world.directory.search(first, text="nguoi")[0] if one.login == "nguoi")
    again = world.roles.assign(first, AssignRole(user_id=person.id, role=role("board-member")))
    world.requests.withdraw(first, WithdrawRequest(request_id=str(again.request)))
    with pytest.raises(TransitionRefused):
        confirm(world, second, again)

    assert [view.request.state for view in world.requests.decided(first)] == ["withdrawn", "refused"]
    assert world.requests.get(second, str(asked.request)).request.reason == "Chưa có quyết định"
    assert not world.directory.actor_of(person.id).has_role("board-member")


def test_the_same_is_not_asked_twice(world: World) -> None:
    (admin,) = administrators(world, "mot")
    person = world.person("nguoi", "unit-officer", "dai-hoc-hong-duc")
    world.roles.assign(admin, AssignRole(user_id=person.user_id, role=role("board-member")))

    with pytest.raises(InvalidInput):
        world.roles.assign(admin, AssignRole(user_id=person.user_id, role=role("board-member")))


def test_what_nobody_confirms_in_time_ends(world: World) -> None:
    first, second = administrators(world, "mot", "hai")
    asked = _role(world, first)
    world.requests.expire()
    assert len(world.requests.waiting(first)) == 1

    world.clock.advance(timedelta(days=15))
    with pytest.raises(TransitionRefused):
        confirm(world, second, asked)
    world.requests.expire()

    assert world.requests.waiting(first) == []
    assert world.events("accounts")[-1].type == "RequestExpired"


def test_everything_is_asked_again_at_the_confirmation(world: World) -> None:
    first, second = administrators(world, "mot", "hai")
    asked = _role(world, first)
    person = next(one for one in world.directory.search(first, text="nguoi")[0] if one.login == "nguoi")
    world.roles.assign(first, AssignRole(user_id=person.id, role=role("unit-officer", "tho-thanh")))

    with pytest.raises(InvalidInput):  # a unit's officer may not be on the board that judges it
        confirm(world, second, asked)
    assert world.requests.get(second, str(asked.request)).request.state == "asked"


def test_who_asked_must_still_be_an_administrator_at_the_confirmation(world: World) -> None:
    first, second = administrators(world, "mot", "hai")
    asked = _role(world, first)
    world.accounts.end(second, EndUser(user_id=first.user_id, reason="Nghỉ việc"))

    with pytest.raises(InvalidInput):
        confirm(world, second, asked)


def test_who_gets_the_power_does_not_confirm_it(world: World) -> None:
    first, second = administrators(world, "mot", "hai")
    more = world.roles.assign(first, AssignRole(user_id=second.user_id, role=role("manager")))

    with pytest.raises(TransitionRefused):
        confirm(world, second, more)


def test_the_principal_confirms_their_own_deputy_but_the_deputy_does_not(world: World) -> None:
    (admin,) = administrators(world, "mot")
    asked = _deputy(world, admin)
    chair, deputy = (
        world.directory.actor_of(world.directory.search(admin, text=login)[0][0].id) for login in ("truong-ban", "pho")
    )
    with pytest.raises(NotFound):
        confirm(world, deputy, asked)

    confirm(world, chair, asked)

    assert world.again(deputy).has_role("committee-chair")


def test_neither_the_deputy_of_who_asked_nor_who_they_stand_in_for_is_another_person(world: World) -> None:
    first, second = administrators(world, "mot", "hai")
    stand_in = world.person("pho", "manager", "thuong-xuan")
    days = {"valid_from": FROM, "valid_to": date(2023, 12, 31)}
    wish = AppointDeputy(assignment_id=first.assignments[0].id, deputy_user_id=stand_in.user_id, paper="", **days)
    confirm(world, second, world.roles.appoint_deputy(first, wish))
    asked = _role(world, first)

    with pytest.raises(TransitionRefused):
        confirm(world, world.again(stand_in), asked)
    confirm(world, second, asked)


def test_an_account_of_the_askers_making_is_no_second_person(world: World) -> None:
    first, second = administrators(world, "mot", "hai")
    puppet = world.accounts.create(
        first,
        CreateUser(
            user=NewUser(login="bu-nhin", name="Bù nhìn", email="mot2@example.test"),
            role=role("unit-officer", "dien-bien"),
        ),
    )
    world.links.set_password(world.mailed(), PASSWORD)
    confirm(world, second, world.roles.assign(first, AssignRole(user_id=str(puppet.id), role=role("administrator"))))
    hand = world.directory.actor_of(str(puppet.id))
    asked = _role(world, first)

    with pytest.raises(TransitionRefused):
        confirm(world, hand, asked)
    assert not any(view.allows("confirm") for view in world.requests.waiting(hand))
    back = world.roles.assign(
        hand,
        AssignRole(
            user_id=world.person("khac", "inspector", "cong-an-thanh-hoa").user_id, role=role("standing-officer")
        ),
    )
    with pytest.raises(TransitionRefused):
        confirm(world, first, back)
    confirm(world, second, back)


def test_nor_are_two_accounts_of_one_making_two_people(world: World) -> None:
    first, second = administrators(world, "mot", "hai")
    hands = []
    for login in ("a-1", "a-2"):
        made = world.accounts.create(
            first,
            CreateUser(
                user=NewUser(login=login, name=login, email=f"{login}@x.test"), role=role("unit-officer", "dien-bien")
            ),
        )
        confirm(world, second, world.roles.assign(first, AssignRole(user_id=str(made.id), role=role("administrator"))))
        hands.append(world.directory.actor_of(str(made.id)))
    person = world.person("nguoi", "unit-officer", "dai-hoc-hong-duc")

    asked = world.roles.assign(hands[0], AssignRole(user_id=person.user_id, role=role("board-member")))

    with pytest.raises(TransitionRefused):
        confirm(world, hands[1], asked)


def test_it_ends_when_the_link_is_handed_over_by_the_server(world: World) -> None:
    first, second = administrators(world, "mot", "hai")
    made = world.accounts.create(
        first,
        CreateUser(user=NewUser(login="thu-ba", name="Ba", email="ba@x.test"), role=role("unit-officer", "dien-bien")),
    )
    confirm(world, second, world.roles.assign(first, AssignRole(user_id=str(made.id), role=role("administrator"))))
    asked = _role(world, first)
    third = world.directory.actor_of(str(made.id))
    with pytest.raises(TransitionRefused):
        confirm(world, third, asked)

    token = world.accounts.link_at_server(world.setup(), "thu-ba")
    assert token is not None
    world.links.set_password(token, PASSWORD)

    confirm(world, third, asked)


def test_an_account_without_address_gets_a_link_that_a_second_person_released(world: World) -> None:
    first, second = administrators(world, "mot", "hai")
    asked = world.accounts.create(
        first, CreateUser(user=NewUser(login="giay", name="Giấy"), role=role("unit-officer", "dien-bien"))
    )
    print_it = PrintRequestedLink(request_id=str(asked.request))
    with pytest.raises(InvalidInput):
        world.requests.print_link(first, print_it)
    made = confirm(world, second, asked)
    with pytest.raises(PermissionDenied):
        world.requests.print_link(second, print_it)

    token = world.requests.print_link(first, print_it)

    assert token is not None
    assert world.requests.print_link(first, print_it) is None
    with pytest.raises(InvalidInput):
        world.requests.print_link(first, PrintRequestedLink(request_id=str(asked.request)))
    world.links.set_password(token, PASSWORD)
    assert isinstance(world.sign_ins.sign_in("giay", PASSWORD, address="192.0.2.1"), Session)
    with world.units.reading() as uow:
        assert uow.accounts.get(str(made.id)).way_in_by == first.user_id


def test_a_released_link_that_is_not_printed_in_time_is_dead(world: World) -> None:
    first, second = administrators(world, "mot", "hai")
    asked = world.accounts.create(
        first, CreateUser(user=NewUser(login="giay", name="Giấy"), role=role("unit-officer", "dien-bien"))
    )
    confirm(world, second, asked)
    world.clock.advance(timedelta(days=3))

    with pytest.raises(InvalidInput):
        world.requests.print_link(first, PrintRequestedLink(request_id=str(asked.request)))


def test_a_role_that_has_ended_is_not_made_longer_by_ending_it_again(world: World) -> None:
    (admin,) = administrators(world, "mot")
    auditor = world.person("kiem-toan", "auditor", "thanh-hoa")
    held = auditor.assignments[0].id
    world.roles.end_role(admin, EndRole(assignment_id=held, last_day=date(2023, 1, 31)))

    with pytest.raises(InvalidInput):
        world.roles.end_role(admin, EndRole(assignment_id=held, last_day=date(2030, 1, 31)))
    assert not world.again(auditor).has_role("auditor")


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("board-member", "thanh-hoa"),
        ("committee-chair", "tho-thanh"),
        ("khong-co", "thanh-hoa"),
        ("auditor", "dai-hoc-hong-duc"),
    ],
)
def test_a_role_that_nobody_knows_there_is_refused_everywhere(world: World, name: str, place: str) -> None:
    (admin,) = administrators(world, "mot")
    person = world.person("nguoi", "inspector", "cong-an-thanh-hoa")
    wrong = NewRole(role=name, organisation_id=place, valid_from=FROM)

    with pytest.raises(InvalidInput):
        world.roles.assign(admin, AssignRole(user_id=person.user_id, role=wrong))
    with pytest.raises(InvalidInput):
        world.accounts.create(admin, CreateUser(user=NewUser(login="moi", name="Mới", email="m@x.test"), role=wrong))
    with pytest.raises(InvalidInput):
        world.person("dung-san", name, place)


def test_roles_that_may_not_meet_are_refused_as_a_role_as_a_deputy_and_at_setup(world: World) -> None:
    (admin,) = administrators(world, "mot")
    officer = world.person("don-vi", "unit-officer", "tho-thanh")
    board = world.person("hoi-dong", "board-member", "bcd-antt-tho-thanh")
    days = {"valid_from": FROM, "valid_to": date(2023, 12, 31)}

    with pytest.raises(InvalidInput):
        world.roles.assign(admin, AssignRole(user_id=officer.user_id, role=role("board-member")))
    wish = AppointDeputy(assignment_id=board.assignments[0].id, deputy_user_id=officer.user_id, paper="", **days)
    with pytest.raises(InvalidInput):
        world.roles.appoint_deputy(admin, wish)
    with pytest.raises(InvalidInput):
        world.accounts.set_up(
            world.setup(),
            NewUser(login="ca-hai", name="Cả hai"),
            "-",
            [role("unit-officer", "tho-thanh"), role("board-member")],
        )


def test_nor_may_a_role_meet_one_that_is_held_as_a_deputy(world: World) -> None:
    first, second = administrators(world, "mot", "hai")
    board = world.person("hoi-dong", "board-member", "bcd-antt-tho-thanh")
    deputy = world.person("pho", "inspector", "cong-an-dong-son")
    days = {"valid_from": FROM, "valid_to": date(2023, 6, 30)}
    wish = AppointDeputy(assignment_id=board.assignments[0].id, deputy_user_id=deputy.user_id, paper="", **days)
    confirm(world, second, world.roles.appoint_deputy(first, wish))

    with pytest.raises(InvalidInput):
        world.roles.assign(first, AssignRole(user_id=deputy.user_id, role=role("unit-officer", "tho-thanh")))
    later = NewRole(role="unit-officer", organisation_id="tho-thanh", valid_from=date(2023, 7, 1))
    assert world.roles.assign(first, AssignRole(user_id=deputy.user_id, role=later)).id
