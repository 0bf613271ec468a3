"""A test mail goes the way of every mail, and the administrator reads what the server really answered."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.support.house import House, Model, open_house
from workflow.errors import InvalidInput, PermissionDenied, TooManyAttempts
from workflow.outside.mail import NoMailer, SmtpMailer
from workflow.services.ground.pace import Pace
from workflow.services.upkeep.alarms import STREAM
from workflow.services.upkeep.mail_trials import MailTrial, MailTrialService, TryMail

ADMIN, OFFICER = "an.quantri", "donvi.thothanh"


class Server:
    """Answers as it is told to, and keeps what it took."""

    def __init__(self) -> None:
        self.taken: list[tuple[list[str], str]] = []
        self.to_sender = self.to_recipient = self.to_mail = ""

    async def handle_MAIL(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 - aiosmtpd's name
        envelope.mail_from = address
        return self.to_sender or "250 OK"

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if not self.to_recipient:
            envelope.rcpt_tos.append(address)
        return self.to_recipient or "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if not self.to_mail:
            self.taken.append((list(envelope.rcpt_tos), envelope.content.decode("utf-8", "replace")))
        return self.to_mail or "250 2.0.0 queued as 4AB12"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.fixture
def server() -> Iterator[tuple[Server, int]]:
    kept, port = Server(), free_port()
    controller = Controller(kept, hostname="127.0.0.1", port=port)
    controller.start()
    yield kept, port
    controller.stop()


@pytest.fixture
def with_mail(place: tuple[Model, Path, str], server: tuple[Server, int]) -> Iterator[House]:
    mailer = SmtpMailer(host="127.0.0.1", port=server[1], sender="congnhan@example.org")
    house = open_house(*place, mailer=mailer)
    house.person(ADMIN, ("administrator", "thanh-hoa"), email="an.quantri@example.org")
    yield house
    house.container.close()


def trials(house: House) -> list[MailTrial]:
    return list(house.container.mail_trials.look(house.actor(ADMIN))[2])


def facts(house: House) -> list[str]:
    with house.container.units.reading() as uow:
        return [one.type for one in uow.events.of_stream(STREAM) if one.type.startswith("MailTrial")]


def test_the_mail_arrives_and_the_servers_answer_is_on_the_record(with_mail: House, server: tuple[Server, int]) -> None:
    wish = TryMail()
    with_mail.container.mail_trials.send(with_mail.actor(ADMIN), wish)
    with_mail.container.mail_trials.send(with_mail.actor(ADMIN), wish)

    ((receivers, letter),) = server[0].taken
    assert receivers == ["an.quantri@example.org"], "a repeated click sends no second mail"
    assert "Auto-Submitted: auto-generated" in letter
    (trial,) = trials(with_mail)
    assert (trial.end, trial.code, trial.answer) == ("taken", 250, "2.0.0 queued as 4AB12")
    assert trial.by == with_mail.actor(ADMIN).user_id
    assert facts(with_mail) == ["MailTrialAsked", "MailTrialAnswered"]


@pytest.mark.parametrize(
    ("at", "said", "end"),
    [
        ("to_sender", "553 5.1.8 Domain of sender does not exist", "sender"),
        ("to_recipient", "550 5.1.1 Không có hộp thư này", "recipient"),
        ("to_mail", "554 5.7.1 Looks like spam", "content"),
    ],
)
def test_a_refusal_is_told_with_the_servers_own_words(
    with_mail: House, server: tuple[Server, int], at: str, said: str, end: str
) -> None:
    setattr(server[0], at, said)

    with_mail.container.mail_trials.send(with_mail.actor(ADMIN), TryMail())

    (trial,) = trials(with_mail)
    assert (trial.end, f"{trial.code} {trial.answer}") == (end, said)
    assert server[0].taken == []


def test_a_server_without_encryption_and_one_that_is_not_there_are_told_apart(
    with_mail: House, server: tuple[Server, int]
) -> None:
    for mailer, end in (
        (SmtpMailer(host="127.0.0.1", port=server[1], starttls=True), "unencrypted"),
        (SmtpMailer(host="127.0.0.1", port=server[1], user="an", password="bi mat"), "sign_in"),
        (SmtpMailer(host="127.0.0.1", port=free_port()), "closed"),
        (SmtpMailer(host="khong-co.invalid"), "unknown"),
        (NoMailer(), "unset"),
    ):
        MailTrialService(replace(with_mail.container.ground, pace=Pace()), mailer).send(
            with_mail.actor(ADMIN), TryMail()
        )
        assert trials(with_mail)[0].end == end
        assert "bi mat" not in trials(with_mail)[0].answer


def test_only_administrators_with_an_address_and_not_too_often(with_mail: House, server: tuple[Server, int]) -> None:
    service = with_mail.container.mail_trials
    with pytest.raises(PermissionDenied):
        service.send(with_mail.actor(OFFICER), TryMail())
    with pytest.raises(PermissionDenied):
        service.look(with_mail.actor(OFFICER))
    with_mail.person("binh.quantri", ("administrator", "thanh-hoa"))
    with pytest.raises(InvalidInput):
        service.send(with_mail.actor("binh.quantri"), TryMail())
    assert facts(with_mail) == []

    for _ in range(TryMail.A_MINUTE):
        service.send(with_mail.actor(ADMIN), TryMail())
    with pytest.raises(TooManyAttempts):
        service.send(with_mail.actor(ADMIN), TryMail())
    assert len(server[0].taken) == TryMail.A_MINUTE
