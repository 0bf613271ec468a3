"""Administrators keep accounts within their jurisdiction; nobody reaches beyond it, and no secret reaches the audit trail."""

import json
from datetime import date, timedelta
from itertools import pairwise

import pytest

from tests.support.world import PASSWORD, World, command
from workflow.errors import Conflict, InvalidInput, NotFound, PermissionDenied, SignInRefused
from workflow.services.accounts.accounts import ChangeUser, CreateUser, EndUser, NewUser, ResetPassword
from workflow.services.accounts.directory import NewRole
from workflow.services.accounts.roles import AssignRole
from workflow.services.accounts.sign_in import Session

FROM = date(2023, 1, 1)
BOARD = NewRole(role="board-member", organisation_id="bcd-antt-dien-bien", valid_from=FROM)
OFFICER = NewRole(role="unit-officer", organisation_id="dai-hoc-hong-duc", valid_from=FROM)
NEW = NewUser(login="moi", name="Người mới", email="moi@example.test")


def test_a_new_account_sets_its_own_password_by_the_link_that_it_is_mailed(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")

    user_id = world.accounts.create(admin, CreateUser(user=NEW, role=OFFICER)).id
    world.links.set_password(world.mailed(), PASSWORD)

    session = world.sign_ins.sign_in("moi", PASSWORD, address="192.0.2.1")
    assert isinstance(session, Session)
    signed_in = world.sessions.current(session.token)
    assert signed_in is not None
    assert signed_in.actor.user_id == user_id
    assert signed_in.actor.groups == {"unit-officer@dai-hoc-hong-duc"}


def test_a_repeated_creation_makes_one_account_and_mails_one_link(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    once = command()

    first = world.accounts.create(admin, CreateUser(user=NEW, role=OFFICER, command_id=once))
    mailed = world.mailed()
    second = world.accounts.create(admin, CreateUser(user=NEW, role=OFFICER, command_id=once))

    assert first == second
    assert world.mailed() == mailed


@pytest.mark.parametrize("login", ["admin", "A B", "ab", "tên", "x" * 81])
def test_a_login_is_unique_and_plain(world: World, login: str) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")

    with pytest.raises(InvalidInput):
        world.accounts.create(admin, CreateUser(user=NewUser(login=login, name="Người mới"), role=BOARD))


def test_an_administrator_sees_and_changes_only_their_jurisdiction(world: World) -> None:
    stranger = world.person("khac", "administrator", "thuong-xuan")
    board = world.person("uy-vien", "board-member", "bcd-antt-dien-bien")

    assert world.directory.search(stranger)[1] == 1  # the administrator's own account
    with pytest.raises(NotFound):
        world.directory.get(stranger, board.user_id)
    with pytest.raises(NotFound):
        world.accounts.reset_password(stranger, ResetPassword(user_id=board.user_id, reason="Quên mật khẩu"))
    with pytest.raises(PermissionDenied):
        world.accounts.create(stranger, CreateUser(user=NewUser(login="moi", name="Người mới"), role=BOARD))


def test_an_account_with_a_role_elsewhere_is_not_taken_over_from_below(world: World) -> None:
    commune = world.person("cap-xa", "administrator", "dien-bien")
    province = world.person("admin", "administrator", "thanh-hoa")
    board = world.person("uy-vien", "board-member", "bcd-antt-dien-bien")
    higher = NewRole(role="committee-member", organisation_id="bcd138-thanh-hoa", valid_from=FROM)
    world.sure(world.roles.assign(province, AssignRole(user_id=board.user_id, role=higher)))

    assert world.directory.get(commune, board.user_id).login == "uy-vien"
    with pytest.raises(PermissionDenied):
        world.accounts.reset_password(commune, ResetPassword(user_id=board.user_id, reason="Quên mật khẩu"))


def test_search_finds_by_name_login_and_role(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    world.person("uy-vien", "board-member", "bcd-antt-dien-bien")
    world.person("can-bo", "standing-officer", "cong-an-thanh-hoa")

    def logins(text: str = "", role: str | None = None) -> list[str]:
        return sorted(user.login for user in world.directory.search(admin, text=text, role=role)[0])

    assert logins(text="UY-V") == ["uy-vien"]
    assert logins(role="standing-officer") == ["can-bo"]
    assert logins(text="thử") == ["admin", "can-bo", "uy-vien"]
    assert logins(text="100%") == []


def test_an_edit_is_guarded_by_its_revision_and_tells_old_and_new(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    board = world.person("uy-vien", "board-member", "bcd-antt-dien-bien")

    world.accounts.change(admin, ChangeUser(user_id=board.user_id, name="Tên mới", email=None, locale="en", revision=1))
    with pytest.raises(Conflict):
        world.accounts.change(
            admin, ChangeUser(user_id=board.user_id, name="Tên khác", email=None, locale="vi", revision=1)
        )

    event = world.events("accounts")[-1]
    assert event.type == "UserChanged"
    assert event.payload["changes"]["name"] == {"old": "Người thử uy-vien", "new": "Tên mới"}


def test_an_ended_account_may_nothing_and_signs_in_no_more(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    board = world.person("uy-vien", "board-member", "bcd-antt-dien-bien")
    session = world.sign_ins.sign_in("uy-vien", PASSWORD, address="192.0.2.1")
    assert isinstance(session, Session)

    world.accounts.end(admin, EndUser(user_id=board.user_id, reason="Nghỉ việc"))

    assert world.again(board).assignments == ()
    assert world.sessions.current(session.token) is None
    with pytest.raises(SignInRefused):
        world.sign_ins.sign_in("uy-vien", PASSWORD, address="192.0.2.1")
    assert world.directory.search(admin, with_ended=False)[1] == 1


def test_nobody_ends_their_own_account_or_gives_themselves_a_role(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    reviewer = NewRole(role="definition-reviewer", organisation_id="thanh-hoa", valid_from=FROM)

    with pytest.raises(PermissionDenied):
        world.accounts.end(admin, EndUser(user_id=admin.user_id, reason="thử"))
    with pytest.raises(PermissionDenied):
        world.roles.assign(admin, AssignRole(user_id=admin.user_id, role=reviewer))


def test_no_password_hash_or_secret_is_in_any_event(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    user_id = str(world.accounts.create(admin, CreateUser(user=NEW, role=OFFICER)).id)
    token = world.mailed()
    world.links.set_password(token, PASSWORD)
    with pytest.raises(SignInRefused):
        world.sign_ins.sign_in("moi", "wrong " + PASSWORD, address="192.0.2.1")
    world.enrolment.begin(user_id)

    told = json.dumps([event.payload for event in world.events("accounts")])
    with world.units.reading() as uow:
        user = uow.accounts.get(user_id)
    assert user.totp_secret is not None
    for secret in (token, PASSWORD, user.password_hash, user.totp_secret, "argon2"):
        assert secret not in told


def test_the_accounts_stream_is_one_unbroken_chain(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    world.accounts.create(admin, CreateUser(user=NewUser(login="moi", name="Người mới"), role=BOARD))
    world.clock.advance(timedelta(minutes=1))
    world.sign_ins.sign_in("admin", PASSWORD, address="192.0.2.1")

    events = world.events("accounts")
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert all(later.prev_hash == earlier.hash for earlier, later in pairwise(events))
