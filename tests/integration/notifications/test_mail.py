"""Mails that really arrive at a mail server, in their reader's language."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.support.house import COMMUNE_UNIT, House, Model, open_house
from workflow.errors import InvalidInput
from workflow.outside.mail import mailer_of
from workflow.services.accounts.accounts import ChangeUser
from workflow.services.accounts.own_choices import ChooseMail
from workflow.services.casework.tasks import ReassignTask

PAGES = "https://congnhan.example.org/app"


class Letterbox:
    """Takes every mail, and answers so many of them with a fault that is said to pass."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.receivers: list[list[str]] = []
        self.faults = 0

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        letter = message_from_bytes(envelope.content, policy=default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        self.receivers.append(list(envelope.rcpt_tos))
        if self.faults:
            self.faults -= 1
            return "451 Try again later"
        return "250 OK"

    def of(self, address: str) -> list[EmailMessage]:
        return [letter for letter in self.letters if letter["To"] == address]


@pytest.fixture
def letterbox() -> Iterator[tuple[Letterbox, int]]:
    box = Letterbox()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, port
    controller.stop()


@pytest.fixture
def with_mail(place: tuple[Model, Path, str], letterbox: tuple[Letterbox, int]) -> Iterator[House]:
    environment = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(letterbox[1]), "SMTP_SENDER": "congnhan@example.org"}
    house = open_house(*place, mailer=mailer_of(environment), base_url=PAGES)
    yield house
    house.container.close()


def test_a_reminder_and_an_escalation_arrive_in_the_readers_language(
    with_mail: House, letterbox: tuple[Letterbox, int]
) -> None:
    house, box = with_mail, letterbox[0]
    house.person("tran.an", ("unit-officer", COMMUNE_UNIT), email="an@example.org", locale="vi")
    house.person("bob.smith", ("standing-officer", "cong-an-thuong-xuan"), email="bob@example.org", locale="en")
    house.until_self_assessment()
    house.move_to(12, 1)
    key = house.case().business_key

    to_an, to_bob = box.of("an@example.org"), box.of("bob@example.org")
    assert [letter["From"] for letter in (*to_an, *to_bob)] == ["congnhan@example.org"] * len((*to_an, *to_bob))
    assert all(key in letter["Subject"] for letter in to_an)
    late = [letter.get_content() for letter in to_bob if key in letter["Subject"]]
    assert any(text.startswith("Overdue: “Self-assessment by the criteria” for Minh Họa Commune") for text in late)
    assert any("was due on 30/11/2023" in text for text in late)
    texts = [letter.get_content() for letter in to_an]
    assert any("đến hạn" in text.lower() or "nhắc" in text.lower() for text in texts), texts
    assert not any("Reminder:" in text or "Overdue:" in text for text in texts)
    assert all("Xã Minh Họa (đơn vị minh họa)" in text for text in texts)


def assigned(house: House, *logins: str) -> None:
    """Each gets the task in turn: one mail a person."""
    for login in logins:
        command = ReassignTask(task_id=house.task("self_assessment").id, user_id=house.users[login], reason="Thử thư")
        house.container.tasks.reassign(house.actor("quanly.tinh"), command)
        house.settle()


def test_a_mail_that_is_tried_again_is_one_thing_with_a_link(
    with_mail: House, letterbox: tuple[Letterbox, int]
) -> None:
    house, box = with_mail, letterbox[0]
    house.until_self_assessment()
    house.person("tran.an", ("unit-officer", COMMUNE_UNIT), email="an@example.org", locale="en")
    box.faults = 1
    assigned(house, "tran.an")
    assert house.container.notifications.mails_in_trouble() == 1
    house.clock.move_to(house.clock.now() + timedelta(minutes=2))
    house.settle()

    first, second = box.of("an@example.org")
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Date"] == second["Date"]
    assert str(first["Message-ID"]).endswith("@example.org>")
    assert {letter["Auto-Submitted"] for letter in (first, second)} == {"auto-generated"}
    assert house.container.notifications.mails_in_trouble() == 0
    (told,) = [one for one in house.container.notifications.list(house.actor("tran.an")) if one.task_id]
    assert f"{PAGES}/thong-bao/{told.id}" in first.get_content()


def test_no_entry_makes_a_mail_go_to_others_or_say_more(with_mail: House, letterbox: tuple[Letterbox, int]) -> None:
    house, box = with_mail, letterbox[0]
    house.until_self_assessment()
    house.person("tran.an", ("unit-officer", COMMUNE_UNIT), email="an@example.org", locale="en")
    with house.container.units() as uow:  # as a form of before would have let through
        old = uow.accounts.get(house.users["tran.an"])
        uow.accounts.save(replace(old, email="a,b@example.org"))
        uow.commit()
    assigned(house, "tran.an")
    for _ in range(6):
        house.clock.move_to(house.clock.now() + timedelta(hours=2))
        house.settle()

    assert [receivers for receivers in box.receivers if "@example.org" in str(receivers)] == []
    (failed,) = house.container.failed_jobs.list(house.actor("quantri.tinh"))
    assert (failed.kind, failed.last_error) == ("mail", "a,b@example.org is no e-mail address.")
    assert house.container.notifications.mails_in_trouble() == 1


@pytest.mark.parametrize("email", ["a,b@minhhoa.vn", "An <an@minhhoa.vn>", "an@minhhoa.vn\nBcc: x@y.vn"])
def test_the_form_takes_one_address_only(house: House, email: str) -> None:
    old = next(one for one in [house.container.accounts.get(house.actor("quantri.tinh"), house.users["donvi.minhhoa"])])
    command = ChangeUser(user_id=old.id, name=old.name, email=email, locale="vi", revision=old.revision)
    with pytest.raises(InvalidInput):
        house.container.account_changes.change(house.actor("quantri.tinh"), command)


def test_mail_comes_as_each_has_chosen(with_mail: House, letterbox: tuple[Letterbox, int]) -> None:
    house, box = with_mail, letterbox[0]
    house.until_self_assessment()
    for login, mail in (("so.mot", "at_once"), ("so.hai", "daily"), ("so.ba", "none")):
        house.person(login, ("unit-officer", COMMUNE_UNIT), email=f"{login}@example.org", locale="en")
        house.container.own_choices.choose_mail(house.actor(login), ChooseMail(mail=mail))
    assigned(house, "so.mot", "so.hai", "so.ba", "so.hai")
    assert [len(box.of(f"{login}@example.org")) for login in ("so.mot", "so.hai", "so.ba")] == [2, 0, 0]

    house.move_to(3, 21, 7)

    (digest,) = box.of("so.hai@example.org")
    text = digest.get_content()
    assert text.count("You have been given the task") == 2
    assert text.count("has been given to somebody else") == 1
    assert text.count(f"{PAGES}/thong-bao/") == 3
    assert box.of("so.ba@example.org") == []
    house.move_to(3, 22, 8)
    assert len(box.of("so.hai@example.org")) == 1, "nothing new, no mail"


def test_without_the_address_of_the_pages_a_sentence_says_where_to_look(
    place: tuple[Model, Path, str], letterbox: tuple[Letterbox, int]
) -> None:
    environment = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(letterbox[1])}
    house = open_house(*place, mailer=mailer_of(environment))
    house.until_self_assessment()
    house.person("tran.an", ("unit-officer", COMMUNE_UNIT), email="an@example.org", locale="en")
    assigned(house, "tran.an")
    house.container.close()

    (letter,) = letterbox[0].of("an@example.org")
    assert "Sign in to Công nhận and open your notifications to see it." in letter.get_content()
    assert "http" not in letter.get_content()
