"""No form of more than a line loses what was typed: every one that a page shows is tried, after the session has ended and when it is refused."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from tests.support.house import House, Model
from tests.support.pages import PEOPLE, addresses, prepare
from tests.support.stages import Stages, house_of
from tests.support.web import KEPT, Person
from webui.app import create_app
from workflow.services.accounts.sessions import open_session

WORDS = "Một câu đã nhập, nếu mất thì phải nghĩ lại từ đầu"
TOO_MUCH = f"{WORDS} " * 600
KNOWN = frozenset(
    {
        *("accounts.end_account", "campaigns.change_deadline", "moving.revert", "moving.start", "trials.step"),
        *("casework.add_comment", "casework.case_step", "casework.delegate", "casework.incident", "casework.move"),
        *("casework.reassign", "casework.save_criterion", "casework.work"),
        *("procedures.edit_text", "procedures.return_to_draft"),
    }
)
"""Some of those that must be among what is found on the pages: else the search has become blind."""


@dataclass(frozen=True, kw_only=True)
class Lines:
    """A form on a page, with a field that takes more than a line."""

    endpoint: str
    login: str
    page: str
    action: str


@pytest.fixture(scope="module")
def house(sqlite_model: Model, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One for the module: nothing here is carried out."""
    stages = Stages(sqlite_model, tmp_path_factory.mktemp("stages"))
    with house_of(stages.at("evaluation"), tmp_path_factory.mktemp("words") / "data") as house:
        house.enrol(*PEOPLE.values())
        held = house.actor(PEOPLE["reviewer"]).assignments[0]
        house.person("dong.nghiep", (held.role, held.organisation_id))  # somebody to hand over to
        prepare(house)
        yield house


@pytest.fixture(scope="module")
def app(house: House) -> Flask:
    return create_app(house.container, testing=True)


def enter(app: Flask, house: House, login: str, person: Person | None = None) -> Person:
    """Signed in, in a browser of their own or in the one that is there."""
    person = person or Person.at(app)
    with house.container.units() as uow:
        token = open_session(uow, house.users[login], house.clock.now())
        uow.commit()
    with person.client.session_transaction() as session:
        session["_user_id"] = token
    return person


@pytest.fixture(scope="module")
def forms(app: Flask, house: House) -> list[Lines]:
    """One of each route, found on the pages of five people."""
    found: dict[str, Lines] = {}
    adapter = app.url_map.bind("localhost")
    for role, login in PEOPLE.items():
        person = enter(app, house, login)
        for page in addresses(house, role):
            for form in person.open(page).page.forms:
                if form.method == "POST" and form.xpath(".//textarea[not(@readonly)]"):
                    action = action_of(form, page)
                    endpoint, _ = adapter.match(action.partition("?")[0], method="POST")
                    found.setdefault(
                        str(endpoint), Lines(endpoint=str(endpoint), login=login, page=page, action=action)
                    )
    return list(found.values())


def action_of(form: Any, page: str) -> str:
    """Where a browser sends the form to."""
    return str(form.get("action") or page).removeprefix("http://localhost").partition("#")[0]


def the_form(person: Person, lines: Lines) -> Any:
    forms = (form for form in person.page.forms if form.method == "POST")
    return next(form for form in forms if action_of(form, lines.page) == lines.action)


def filled(person: Person, form: Any, text: str) -> Any:
    """What a browser sends where the text stands in every box and the first button is pressed."""
    pressed = {button.get("name"): button.get("value", "") for button in form.xpath(".//button[@name][1]")[:1]}
    return pressed | dict(person.filled(form, {area.get("name"): text for area in form.xpath(".//textarea")}))


def send(person: Person, lines: Lines, text: str) -> Person:
    """Type into every field of the form on its page and send it; whatever the answer is, it is gone on to."""
    person.open(lines.page)
    form = the_form(person, lines)
    data = person.filled(form, {area.get("name"): text for area in form.xpath(".//textarea")})
    response = person.client.post(lines.action, data=data, follow_redirects=True)
    return person._take(response, response.status_code)


def look(person: Person, address: str) -> Person:
    """Open it, whatever is said to what stands there."""
    response = person.client.get(address)
    return person._take(response, response.status_code)


def shown(person: Person) -> list[str]:
    """What stands in the fields of the present page."""
    return [str(area.value or "").strip() for area in person.page.xpath("//textarea")]


def heads(house: House) -> Any:
    with house.container.units.reading() as uow:
        return uow.events.heads()


def test_the_forms_are_found(forms: list[Lines]) -> None:
    found = {lines.endpoint for lines in forms}
    assert found >= KNOWN, " ".join(sorted(found))


def test_what_is_sent_after_the_session_has_ended_stands_in_the_form_after_the_sign_in(
    app: Flask, house: House, forms: list[Lines]
) -> None:
    lost = []
    for lines in forms:
        person = enter(app, house, lines.login)
        person.open(lines.page)
        house.clock.move_to(house.clock.now() + timedelta(hours=1))
        before = heads(house)
        form = the_form(person, lines)
        data = filled(person, form, WORDS)
        person._take(person.client.post(lines.action, data=data, follow_redirects=True), 200)
        kept = str(person.page.xpath("string(//input[@name='then']/@value)"))
        again = look(enter(app, house, lines.login), kept) if kept.startswith(KEPT) else person
        if WORDS not in shown(again) or again.page.xpath("//textarea[@readonly]"):
            lost.append(f"{lines.endpoint}: {again.status} {again.address} {again.text[:300]}")
        assert heads(house) == before, lines.endpoint
    assert not lost, "\n".join(lost)


def test_what_is_refused_lies_at_an_address_that_opens_again_with_it(
    app: Flask, house: House, forms: list[Lines]
) -> None:
    lost = []
    for lines in forms:
        person = send(enter(app, house, lines.login), lines, TOO_MUCH)
        kept = person.address
        again = person.open(kept, status=person.status) if kept.startswith(KEPT) else person
        if not kept.startswith(KEPT) or TOO_MUCH.strip() not in shown(again):
            lost.append(f"{lines.endpoint}: {again.status} {again.address} {again.text[:300]}")
    assert not lost, "\n".join(lost)


# And every word that a page shows an auditor or an administrator is in their language. It stands here for the house, which takes long to make.

ENGLISH = re.compile(r"\b(the|of|and|is|was|were|with|for|from|not|by|are|this|has|been|which|nobody)\b", re.IGNORECASE)
QUOTED = (
    "ancestor-or-self::*[self::code or self::pre or self::textarea or self::script or self::style or @lang='en'"
    " or (self::li and contains(., '(tiếng Anh)'))]"
)
"""What is shown as it was recorded, or is said to be in another language."""


@pytest.mark.parametrize("role", ["auditor", "administrator"])
def test_no_english_sentence_stands_on_a_vietnamese_page(house: House, app: Flask, role: str) -> None:
    person = enter(app, house, PEOPLE[role])
    found: dict[str, list[str]] = {}
    for address in addresses(house, role):
        person.open(address)
        texts = person.page.xpath(f"//main//text()[not(parent::*[{QUOTED}])]")
        said = [
            " ".join(text.split()) for text in texts if not text.lstrip().startswith('{"')
        ]  # payloads stay as recorded
        if english := [text for text in said if len(ENGLISH.findall(text)) > 1]:
            found[address] = english
    assert found == {}
