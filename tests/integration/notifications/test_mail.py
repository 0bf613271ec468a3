"""Mails that really arrive at a mail server, in their reader's language."""

import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.support.house import COMMUNE_UNIT, House, Model, open_house
from workflow.outside.mail import mailer_of


class Letterbox:
    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        letter = message_from_bytes(envelope.content, policy=default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
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
    house = open_house(*place, mailer=mailer_of(environment))
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
