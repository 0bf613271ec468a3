"""A demonstration in the middle of its year, with work that never ends and people with addresses to whom mails go."""

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from aiosmtpd.controller import Controller

from tests.support.house import CASTS, Model, open_house
from tests.support.running import free_port
from workflow.bootstrap import database_url
from workflow.installation import DEFINITIONS
from workflow.store.notifications import notifications

READER = "hop.thu.doc"
"""Is told of remarks that name them, and of nothing else."""
BOARDS = {
    "tho-thanh": "bcd-antt-tho-thanh",
    "rung-thong": "bcd-antt-rung-thong",
    "dien-bien": "bcd-antt-dien-bien",
    "xa-minh-hoa": "bcd-antt-xa-minh-hoa",
}
"""Units whose dossiers go to and fro between them and their board."""
LISTED = ("htx-tan-son", "dai-hoc-hong-duc", "hoi-lhpn-tinh")
"""Units whose registrations go to and fro between them and the standing office."""
MEMBERS = ("uyvien1.tinh", "uyvien2.tinh", "truongban.tinh")
"""Members of the committee: they sign in with a code, and remark on cases."""


@dataclass(frozen=True, kw_only=True)
class Installation:
    """`workers`: login → the units' pilot level. `cases`: login of a member → the case that they remark on."""

    data: Path
    url: str
    own_url: str | None
    """What the processes are told of the database; None where it lies in the data directory."""
    workers: Mapping[str, str]
    cases: Mapping[str, str]
    mailboxes: Mapping[str, str]
    """User id → address."""
    reader: str
    """The user id of who is told of remarks."""
    told: frozenset[str]
    """The notifications of before, of which there was no mail."""
    figures: Mapping[str, Mapping[str, str]]


def prepare(model: Model, data: Path, own_url: str | None, *, small: bool = False) -> Installation:
    """Play a copy of the model at `data` until everybody has something to do. `small`: fewer units, sooner ready."""
    house = open_house(model, data, own_url or database_url(data))
    try:
        dossiers, listed = (list(BOARDS)[-2:], LISTED[:1]) if small else (list(BOARDS), LISTED)
        house.person(READER, ("auditor", "thanh-hoa"), email=f"{READER}@example.org")
        workers: dict[str, str] = {}
        for unit in dossiers:
            house.person(f"hop.thu.{unit}", ("board-member", BOARDS[unit]), email=f"{unit}@example.org")
            house.until_self_assessment(unit)
            workers |= {CASTS[unit].unit: CASTS[unit].pilot, str(CASTS[unit].evaluator): ""}
        for unit in listed:
            workers |= {CASTS[unit].unit: CASTS[unit].pilot, CASTS[unit].standing: ""}
        house.settle()
        members = MEMBERS[:1] if small else MEMBERS
        named = [READER, *(f"hop.thu.{unit}" for unit in dossiers)]
        with house.container.engine.connect() as connection:
            told = frozenset(connection.scalars(sa.select(notifications.c.id)))
        with house.container.units.reading() as uow:
            accounts = {login: uow.accounts.get(house.users[login]) for login in named}
        return Installation(
            data=data,
            url=str(house.container.engine.url.render_as_string(hide_password=False)),
            own_url=own_url,
            workers=workers,
            cases={login: house.case(unit).id for login, unit in zip(members, dossiers, strict=False)},
            mailboxes={user.id: str(user.own_address) for user in accounts.values()},
            reader=accounts[READER].id,
            told=told,
            figures=_figures(),
        )
    finally:
        house.container.close()


def _figures() -> dict[str, dict[str, str]]:
    """Criterion → figure → number, of every set: no two sets have a criterion of the same name."""
    text = (DEFINITIONS / "demonstration" / "figures.toml").read_text(encoding="utf-8")
    return {key: figures for one in tomllib.loads(text).values() for key, figures in one.items()}


class Letterbox:
    """Takes every mail: (Message-ID, to, text)."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, str, str]] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        letter = message_from_bytes(envelope.content, policy=default)
        self.letters.append((str(letter["Message-ID"]), str(letter["To"]), letter.get_content()))
        return "250 OK"


@contextmanager
def letterbox() -> Iterator[tuple[Letterbox, int]]:
    """A mail server of one's own, and its port."""
    box, port = Letterbox(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box, port
    finally:
        controller.stop()
