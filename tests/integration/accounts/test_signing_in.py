"""The door: no enumeration, waits that grow, sessions that end, codes that count once."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

from tests.support.world import PASSWORD, World
from workflow.errors import InvalidInput, SignInRefused, TooManyAttempts
from workflow.services.accounts.accounts import EndUser
from workflow.services.accounts.sessions import hash_of
from workflow.services.accounts.sign_in import CodeNeeded, Session

HERE, ELSEWHERE = "192.0.2.1", "198.51.100.7"


def signed_in(world: World, login: str, address: str = HERE) -> Session:
    session = world.sign_ins.sign_in(login, PASSWORD, address=address)
    assert isinstance(session, Session)
    return session


def enrol(world: World, user_id: str) -> pyotp.TOTP:
    """Set up a second factor and return what the user's device holds."""
    uri = world.enrolment.begin(user_id)
    device = pyotp.TOTP(parse_qs(urlsplit(uri).query)["secret"][0])
    world.enrolment.confirm(user_id, device.at(world.clock.now()), address=HERE)
    return device


def test_unknown_login_wrong_password_and_ended_account_look_the_same(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    ended = world.person("nguoi-cu", "board-member", "bcd-antt-dien-bien")
    world.accounts.end(admin, EndUser(user_id=ended.user_id, reason="Nghỉ việc"))

    said = set()
    for login, password in (("ai-do", PASSWORD), ("admin", "wrong password 1"), ("nguoi-cu", PASSWORD)):
        with pytest.raises(SignInRefused) as refused:
            world.sign_ins.sign_in(login, password, address=HERE)
        said.add((refused.value.template, tuple(refused.value.params)))

    assert len(said) == 1


def test_the_database_holds_no_token(world: World) -> None:
    board = world.person("uy-vien", "board-member", "bcd-antt-dien-bien")

    session = signed_in(world, "uy-vien")

    with world.units.reading() as uow:
        (stored,) = uow.sign_ins.sessions_of(board.user_id)
    assert stored.token_hash == hash_of(session.token)
    assert session.token not in str(stored)
    assert len(session.token) >= 43  # 256 bits in base64


def test_failures_make_the_next_attempt_wait_longer_each_time(world: World) -> None:
    world.person("uy-vien", "board-member", "bcd-antt-dien-bien")
    waits = []
    for _ in range(9):
        try:
            world.sign_ins.sign_in("uy-vien", "wrong password 1", address=HERE)
        except SignInRefused:
            waits.append(0)
        except TooManyAttempts as refused:
            waits.append(refused.params["seconds"])
            world.clock.advance(timedelta(seconds=refused.params["seconds"]))

    assert waits == [0, 0, 0, 0, 0, 1, 0, 2, 0]


def test_a_strangers_failures_lock_nobody_out_from_elsewhere(world: World) -> None:
    world.person("uy-vien", "board-member", "bcd-antt-dien-bien")
    for _ in range(12):
        with pytest.raises((SignInRefused, TooManyAttempts)):
            world.sign_ins.sign_in("uy-vien", "wrong password 1", address=ELSEWHERE)

    with pytest.raises(TooManyAttempts):
        world.sign_ins.sign_in("uy-vien", PASSWORD, address=ELSEWHERE)
    assert signed_in(world, "uy-vien", HERE).user_id


def test_one_address_cannot_try_many_logins(world: World) -> None:
    refused = 0
    for number in range(40):
        try:
            world.sign_ins.sign_in(f"login-{number}", "wrong password 1", address="2001:db8::1")
        except TooManyAttempts:
            refused += 1
        except SignInRefused:
            continue

    assert refused == 9
    with pytest.raises(TooManyAttempts):
        world.sign_ins.sign_in("login-99", "wrong password 1", address="2001:db8::ffff")  # the same /64


def test_failed_sign_ins_are_on_the_record_without_what_was_typed(world: World) -> None:
    board = world.person("uy-vien", "board-member", "bcd-antt-dien-bien")
    for login in ("uy-vien", "MatKhauCuaToi123"):
        with pytest.raises(SignInRefused):
            world.sign_ins.sign_in(login, "wrong password 1", address=HERE)

    known, unknown = world.events("accounts")[-2:]
    assert (known.type, known.payload["user"], known.payload["address"]) == ("SignInFailed", board.user_id, HERE)
    assert unknown.payload == {"user": None, "address": HERE, "wrong": "password"}


def test_signing_in_again_replaces_the_browsers_session(world: World) -> None:
    world.person("uy-vien", "board-member", "bcd-antt-dien-bien")
    first = signed_in(world, "uy-vien")

    second = world.sign_ins.sign_in("uy-vien", PASSWORD, address=HERE, replaces=first.token)

    assert isinstance(second, Session)
    assert second.token != first.token
    assert world.sessions.current(first.token) is None
    assert world.sessions.current(second.token) is not None


def test_signing_out_ends_the_session_and_is_recorded_once(world: World) -> None:
    world.person("uy-vien", "board-member", "bcd-antt-dien-bien")
    session = signed_in(world, "uy-vien")

    world.sessions.sign_out(session.token)
    world.sessions.sign_out(session.token)

    assert world.sessions.current(session.token) is None
    assert [event.type for event in world.events("accounts")].count("SignedOut") == 1


def test_a_session_ends_when_idle_and_when_old(world: World) -> None:
    world.person("uy-vien", "board-member", "bcd-antt-dien-bien")
    idle, busy = signed_in(world, "uy-vien"), signed_in(world, "uy-vien")

    for _ in range(35):
        world.clock.advance(timedelta(minutes=20))
        assert world.sessions.current(busy.token) is not None
    assert world.sessions.current(idle.token) is None
    world.clock.advance(timedelta(minutes=20))
    assert world.sessions.current(busy.token) is None


def test_a_made_up_token_is_nobody(world: World) -> None:
    assert world.sessions.current("made-up") is None
    world.sessions.sign_out("made-up")


def test_an_administrator_has_no_rights_before_a_second_factor_is_set_up(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    session = signed_in(world, "admin")
    before = world.sessions.current(session.token)
    assert before is not None
    assert before.must_enrol
    assert before.actor.assignments == ()

    uri = world.enrolment.begin(admin.user_id)
    device = pyotp.TOTP(parse_qs(urlsplit(uri).query)["secret"][0])
    token = world.enrolment.confirm(admin.user_id, device.at(world.clock.now()), address=HERE)

    after = world.sessions.current(token)
    assert after is not None
    assert not after.must_enrol
    assert after.actor.has_role("administrator")
    assert world.sessions.current(session.token) is None


def test_the_code_is_asked_for_and_counts_once(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    device = enrol(world, admin.user_id)
    world.clock.advance(timedelta(seconds=60))
    code = device.at(world.clock.now())

    begun = world.sign_ins.sign_in("admin", PASSWORD, address=HERE)
    assert isinstance(begun, CodeNeeded)
    session = world.sign_ins.enter_code(begun.pending, code, address=HERE)
    assert world.sessions.current(session.token) is not None

    again = world.sign_ins.sign_in("admin", PASSWORD, address=HERE)
    assert isinstance(again, CodeNeeded)
    with pytest.raises(SignInRefused):
        world.sign_ins.enter_code(again.pending, code, address=HERE)


def test_the_code_of_enrolment_does_not_sign_in(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    device = enrol(world, admin.user_id)

    begun = world.sign_ins.sign_in("admin", PASSWORD, address=HERE)
    assert isinstance(begun, CodeNeeded)
    with pytest.raises(SignInRefused):
        world.sign_ins.enter_code(begun.pending, device.at(world.clock.now()), address=HERE)


def test_a_begun_sign_in_ends_after_five_minutes_and_cannot_be_forged(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    device = enrol(world, admin.user_id)
    begun = world.sign_ins.sign_in("admin", PASSWORD, address=HERE)
    assert isinstance(begun, CodeNeeded)

    world.clock.advance(timedelta(minutes=6))

    for pending in (begun.pending, "forged"):
        with pytest.raises(SignInRefused):
            world.sign_ins.enter_code(pending, device.at(world.clock.now()), address=HERE)


def test_guessing_codes_is_slowed_down_from_any_address(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    enrol(world, admin.user_id)
    refused = []
    for number in range(7):
        begun = world.sign_ins.sign_in("admin", PASSWORD, address=f"192.0.2.{number}")
        assert isinstance(begun, CodeNeeded)
        try:
            world.sign_ins.enter_code(begun.pending, "000000", address=f"192.0.2.{number}")
        except (SignInRefused, TooManyAttempts) as error:
            refused.append(type(error))

    assert refused == [SignInRefused] * 6 + [TooManyAttempts]


def test_a_second_factor_is_not_replaced_by_who_holds_the_session(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    enrol(world, admin.user_id)

    with pytest.raises(InvalidInput):
        world.enrolment.begin(admin.user_id)


@pytest.mark.parametrize(
    "password", ["short", "uy-vien and more", "password1234", "aaaaaaaaaaaa", "Matkhau 123!", "x" * 300]
)
def test_an_easy_password_is_refused(world: World, password: str) -> None:
    board = world.person("uy-vien", "board-member", "bcd-antt-dien-bien")

    with pytest.raises(InvalidInput):
        world.sign_ins.change_password(board.user_id, PASSWORD, password, address=HERE)
    assert signed_in(world, "uy-vien").token


def test_changing_the_password_needs_the_present_one_and_ends_every_session(world: World) -> None:
    board = world.person("uy-vien", "board-member", "bcd-antt-dien-bien")
    first, second = signed_in(world, "uy-vien"), signed_in(world, "uy-vien")
    with pytest.raises(SignInRefused):
        world.sign_ins.change_password(board.user_id, "wrong password 1", "Another fine passphrase", address=HERE)

    fresh = world.sign_ins.change_password(board.user_id, PASSWORD, "Another fine passphrase", address=HERE)

    assert [world.sessions.current(one.token) is not None for one in (first, second, fresh)] == [False, False, True]
    with pytest.raises(SignInRefused):
        world.sign_ins.sign_in("uy-vien", PASSWORD, address=HERE)
