"""Guessing is slow from however many addresses it comes, and slows nobody but who guesses."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from argon2 import PasswordHasher

from tests.support.at_once import at_once, raised
from tests.support.world import PASSWORD, World
from workflow.errors import Busy, SignInRefused, TooManyAttempts
from workflow.services.accounts.credentials import Passwords
from workflow.services.accounts.sign_in import Session

OFFICE, HOME = "192.0.2.1", "203.0.113.5"
WRONG = "wrong password 1"


def sign_in(world: World, login: str, address: str, device: str | None = None) -> Session:
    session = world.sign_ins.sign_in(login, PASSWORD, address=address, device=device)
    assert isinstance(session, Session)
    return session


def guess(world: World, login: str, address: str, device: str | None = None) -> bool:
    """Whether the guess was looked at."""
    try:
        world.sign_ins.sign_in(login, WRONG, address=address, device=device)
    except SignInRefused:
        return True
    except TooManyAttempts:
        return False
    raise AssertionError("a wrong password signed in")


def besieged(world: World, login: str) -> int:
    """200 guesses from 40 addresses within two minutes; how many were looked at."""
    looked_at = 0
    for number in range(200):
        looked_at += guess(world, login, f"198.51.100.{number % 40}")
        world.clock.advance(timedelta(milliseconds=600))
    guess(world, login, "198.51.100.99")  # so that one must certainly wait at this very moment
    return looked_at


def fails_often(world: World, address: str) -> None:
    for number in range(40):
        guess(world, f"ai-do-{number}", address)


@dataclass(eq=False)
class Watching:
    """A hasher that notes how many database connections were in use while it worked."""

    world: World
    most: int = 0

    def __post_init__(self) -> None:
        self.real = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

    def look(self) -> None:
        self.most = max(self.most, self.world.units._engine.pool.checkedout())  # type: ignore[attr-defined] # of QueuePool

    def hash(self, password: str) -> str:
        self.look()
        return self.real.hash(password)

    def verify(self, stored: str, password: str) -> bool:
        self.look()
        return self.real.verify(stored, password)

    def check_needs_rehash(self, _stored: str) -> bool:
        return True


class Slow:
    """A hasher that does not come back before it is let go."""

    def __init__(self) -> None:
        self.begun, self.go_on = Event(), Event()

    def hash(self, _password: str) -> str:
        return "$argon2id$"

    def verify(self, _stored: str, _password: str) -> bool:
        self.begun.set()
        return self.go_on.wait(30)

    def check_needs_rehash(self, _stored: str) -> bool:
        return False


def put(world: World, hasher: Any, **more: Any) -> None:
    world.sign_ins._passwords = Passwords(hasher, **more)


def test_many_who_sign_in_rightly_at_one_moment_all_get_in(world: World) -> None:
    world.person("chung", "board-member", "bcd-antt-dien-bien")
    logins = [f"nguoi-{number}" for number in range(12)]
    for login in logins:
        world.person(login, "board-member", "bcd-antt-dien-bien")

    results = at_once(*[lambda login=login: sign_in(world, login, OFFICE) for login in ["chung"] * 12 + logins])

    assert raised(results) == []
    assert [event.type for event in world.events("accounts")].count("SignedIn") == 24


def test_events_of_many_at_one_moment_stand_in_the_order_of_their_instants(world: World) -> None:
    logins = [f"nguoi-{number}" for number in range(8)]
    for login in logins:
        world.person(login, "board-member", "bcd-antt-dien-bien")
    moving = world.clock.now

    def now() -> Any:
        world.clock.advance(timedelta(milliseconds=1))
        return moving()

    world.clock.now = now  # type: ignore[method-assign]
    assert raised(at_once(*[lambda login=login: sign_in(world, login, OFFICE) for login in logins])) == []

    instants = [event.at for event in world.events("accounts") if event.type == "SignedIn"]
    assert instants == sorted(instants)


def test_an_account_is_guessed_at_slowly_from_many_addresses(world: World) -> None:
    world.person("uy-vien", "board-member", "bcd-antt-dien-bien")

    assert besieged(world, "uy-vien") <= 30


def test_an_unknown_login_is_slowed_like_a_known_one(world: World) -> None:
    world.person("uy-vien", "board-member", "bcd-antt-dien-bien")

    assert besieged(world, "khong-co-ai") == besieged(world, "uy-vien")


def test_who_is_guessed_at_gets_in_with_a_browser_that_is_known(world: World) -> None:
    world.person("uy-vien", "board-member", "bcd-antt-dien-bien")
    known = sign_in(world, "uy-vien", OFFICE).device
    besieged(world, "uy-vien")

    with pytest.raises(TooManyAttempts):
        sign_in(world, "uy-vien", HOME)
    assert sign_in(world, "uy-vien", HOME, known).token


def test_who_is_guessed_at_gets_in_from_where_they_have_lately_been(world: World) -> None:
    world.person("uy-vien", "board-member", "bcd-antt-dien-bien")
    sign_in(world, "uy-vien", OFFICE)
    besieged(world, "uy-vien")

    assert sign_in(world, "uy-vien", OFFICE).token


def test_one_who_fails_often_locks_out_nobody_known_behind_the_address(world: World) -> None:
    for login in ("nguoi-a", "nguoi-b", "nguoi-c"):
        world.person(login, "board-member", "bcd-antt-dien-bien")
    at_home, _in_office = sign_in(world, "nguoi-a", HOME).device, sign_in(world, "nguoi-b", OFFICE)
    fails_often(world, OFFICE)

    assert sign_in(world, "nguoi-a", OFFICE, at_home).token
    assert sign_in(world, "nguoi-b", OFFICE).token
    with pytest.raises(TooManyAttempts) as refused:
        sign_in(world, "nguoi-c", OFFICE)
    assert refused.value.params["seconds"] <= 60
    world.clock.advance(timedelta(seconds=60))
    assert sign_in(world, "nguoi-c", OFFICE).token


def test_a_known_browser_is_slowed_by_its_own_failures(world: World) -> None:
    world.person("uy-vien", "board-member", "bcd-antt-dien-bien")
    known = sign_in(world, "uy-vien", OFFICE).device

    looked_at = [guess(world, "uy-vien", f"198.51.100.{number}", known) for number in range(7)]

    assert looked_at == [True] * 5 + [False] * 2


def test_a_browser_is_known_to_whom_it_signed_in_and_until_the_password_changes(world: World) -> None:
    board = world.person("uy-vien", "board-member", "bcd-antt-dien-bien")
    world.person("khac", "board-member", "bcd-antt-dien-bien")
    known = sign_in(world, "uy-vien", OFFICE).device
    both = sign_in(world, "khac", OFFICE, known).device
    besieged(world, "khac")
    with pytest.raises(TooManyAttempts):
        sign_in(world, "khac", HOME, known)
    assert sign_in(world, "khac", HOME, both).token

    world.sign_ins.change_password(board.user_id, PASSWORD, "Another fine passphrase", address=OFFICE)
    besieged(world, "uy-vien")
    with pytest.raises(TooManyAttempts):
        world.sign_ins.sign_in("uy-vien", "Another fine passphrase", address=HOME, device=both)


@pytest.mark.parametrize("token", ["", "x", "gAAAA", "é", "a" * 5000])
def test_a_made_up_browser_is_not_known(world: World, token: str) -> None:
    world.person("uy-vien", "board-member", "bcd-antt-dien-bien")
    assert sign_in(world, "uy-vien", OFFICE, token).device != token


def test_guessing_is_on_the_record_once_an_hour_and_names_nobody_as_who_did_it(world: World) -> None:
    board = world.person("uy-vien", "board-member", "bcd-antt-dien-bien")
    besieged(world, "uy-vien")
    world.clock.advance(timedelta(minutes=30))
    besieged(world, "uy-vien")

    events = world.events("accounts")
    noticed = [event for event in events if event.type == "GuessingNoticed"]
    assert [(event.actor, event.payload["user"]) for event in noticed] == [("anonymous", board.user_id)]
    assert {event.actor for event in events if event.type == "SignInFailed"} == {"anonymous"}


def test_no_password_is_looked_at_or_hashed_inside_a_transaction(world: World) -> None:
    board = world.person("uy-vien", "board-member", "bcd-antt-dien-bien")
    watching = Watching(world)
    put(world, watching)

    sign_in(world, "uy-vien", OFFICE)
    guess(world, "uy-vien", OFFICE)
    world.sign_ins.change_password(board.user_id, PASSWORD, "Another fine passphrase", address=OFFICE)

    assert watching.most == 0


def test_few_passwords_are_looked_at_at_once_and_who_waits_too_long_is_told(world: World) -> None:
    world.person("uy-vien", "board-member", "bcd-antt-dien-bien")
    slow = Slow()
    put(world, slow, at_once=1, patience=0.05)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(sign_in, world, "uy-vien", HOME)
        assert slow.begun.wait(30)
        for _ in range(8):
            with pytest.raises(Busy) as refused:
                sign_in(world, "uy-vien", OFFICE)
        slow.go_on.set()
        assert first.result().token

    assert refused.value.params["seconds"] >= 1
    assert sign_in(world, "uy-vien", OFFICE).token  # what was not looked at does not count as failed
