"""At eight in the morning everybody signs in: nobody meets a conflict, and the chain stays whole."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pyotp

from tests.support.world import PASSWORD, World
from workflow.errors import WorkflowError
from workflow.services.accounts.sign_in import CodeNeeded, Session

HERE = "192.0.2.1"


def test_people_who_sign_in_at_once_all_get_in(world: World) -> None:
    logins = [f"nguoi-{number}" for number in range(6)]
    for login in logins:
        world.person(login, "board-member", "bcd-antt-dien-bien")

    def sign_in(login: str) -> bool:
        return isinstance(world.sign_ins.sign_in(login, PASSWORD, address=HERE), Session)

    with ThreadPoolExecutor(max_workers=6) as pool:
        assert all(pool.map(sign_in, logins))

    events = world.events("accounts")
    assert [event.type for event in events].count("SignedIn") == 6
    assert [event.seq for event in events] == list(range(1, len(events) + 1))


def test_one_code_entered_by_several_at_once_opens_one_session(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    device = pyotp.TOTP(parse_qs(urlsplit(world.enrolment.begin(admin.user_id)).query)["secret"][0])
    world.enrolment.confirm(admin.user_id, device.at(world.clock.now()), address=HERE)
    world.clock.advance(timedelta(minutes=1))
    begun = world.sign_ins.sign_in("admin", PASSWORD, address=HERE)
    assert isinstance(begun, CodeNeeded)

    def enter(_: int) -> str | None:
        try:
            return world.sign_ins.enter_code(begun.pending, device.at(world.clock.now()), address=HERE).token
        except WorkflowError:
            return None

    with ThreadPoolExecutor(max_workers=4) as pool:
        tokens = [token for token in pool.map(enter, range(4)) if token]

    assert len(tokens) == 1
    assert world.sessions.current(tokens[0]) is not None
