"""A page whose facts are as they were is not put together again; what is new in every answer is new in it all the same."""

from datetime import timedelta

import pytest

from tests.support.casework import UNIT, Casework
from tests.support.clock import FixedClock
from tests.support.web import Person
from webui.drawing import page as pages

TOKENS = "//input[@name='csrf_token']/@value"
COMMANDS = "//input[@name='command_id']/@value"
NONCES = "//script/@nonce"


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The templates of the pages that were put together, in order."""
    found: list[str] = []
    draw = pages.render_template

    def noted(template: str, **values: object) -> str:
        found.append(template)
        return draw(template, **values)

    monkeypatch.setattr(pages, "render_template", noted)
    return found


def read(person: Person, address: str) -> Person:
    return person.open(address)


@pytest.mark.parametrize("address", ["/nhiem-vu", "/nhiem-vu?tab=group&due=week"])
def test_the_queue_is_put_together_once(work: Casework, drawn: list[str], address: str) -> None:
    work.app.testing = False  # under test a page that is remembered is drawn again and compared
    person = work.sign_in(UNIT)
    read(person, address)
    before = len(drawn)

    read(person, address)

    assert len(drawn) == before


def test_tokens_commands_and_the_nonce_are_new_each_time(work: Casework) -> None:
    person = work.sign_in(UNIT)
    first, second = [[set(read(person, "/nhiem-vu").page.xpath(what)) for what in (COMMANDS, NONCES)] for _ in range(2)]

    assert all(first)
    assert not first[0] & second[0]
    assert not first[1] & second[1]


def test_the_instant_at_the_foot_is_of_this_look(work: Casework, clock: FixedClock) -> None:
    person = work.sign_in(UNIT)
    before = read(person, "/nhiem-vu").page.xpath("string(//div[@class='printed'])")

    clock.set(clock.now() + timedelta(minutes=7))
    after = read(person, "/nhiem-vu").page.xpath("string(//div[@class='printed'])")

    assert before != after


def test_nobody_gets_the_page_of_somebody_else(work: Casework) -> None:
    """Two browsers of one person have the same page with their own tokens; another person has another page."""
    mine, again = work.sign_in(UNIT), work.sign_in(UNIT)
    tokens = [set(read(one, "/nhiem-vu").page.xpath(TOKENS)) for one in (mine, again)]

    assert not tokens[0] & tokens[1]


def test_what_is_said_once_is_not_said_again(work: Casework) -> None:
    person = read(work.sign_in(UNIT), "/nhiem-vu")
    with person.client.session_transaction() as session:
        session["_flashes"] = [("message", "Chỉ nói một lần")]

    assert "Chỉ nói một lần" in read(person, "/nhiem-vu").text
    assert "Chỉ nói một lần" not in read(person, "/nhiem-vu").text


def test_a_changed_row_is_shown_at_the_next_look(work: Casework) -> None:
    person = work.sign_in(UNIT)
    assert "Chờ nhận 1" in read(person, "/nhiem-vu").text
    read(person, "/nhiem-vu")

    person.open("/nhiem-vu?tab=group").send("/lam")

    assert "Chờ nhận 0" in read(person, "/nhiem-vu").text
