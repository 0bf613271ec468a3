"""The web application on the real services: an administrator, a reviewer of procedures, a manager, and somebody without rights."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import replace as change
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.clock import FixedClock
from tests.support.world import PASSWORD, shipped_organisations, shipped_package
from webui.app import create_app
from workflow.bootstrap import Container, build
from workflow.calendar.seed import seed_holidays
from workflow.ids import new_id
from workflow.organisation.authority import Actor
from workflow.services.account_changes import NewUser
from workflow.services.accounts import NewRole
from workflow.services.recorder import SYSTEM, Provenance
from workflow.services.sessions import open_session

PEOPLE = {
    "quantri": ("administrator", "thanh-hoa"),
    "quantri2": ("administrator", "thanh-hoa"),
    "duyet": ("definition-reviewer", "thanh-hoa"),
    "quanly": ("manager", "thanh-hoa"),
    "donvi": ("unit-officer", "tho-thanh"),
}
NOW = datetime(2023, 3, 1, 2, 0, tzinfo=UTC)
_COMMAND = re.compile(r'name="(command_id|revision|csrf_token)"[^>]*value="([^"]*)"')


@dataclass(frozen=True, kw_only=True)
class Site:
    """The application and its services."""

    app: Any
    services: Container
    users: dict[str, str]
    version_id: str

    def actor(self, login: str) -> Actor:
        """The person as the services know them."""
        return self.services.accounts.actor_of(self.users[login])

    def visit(self, login: str) -> "Visit":
        """A browser in which the person is signed in."""
        client = self.app.test_client()
        with self.services.units() as uow:
            token = open_session(uow, self.users[login], self.services.clock.now())
            uow.commit()
        with client.session_transaction() as session:
            session["_user_id"] = token
            session["language"] = "en"
        return Visit(client=client)


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One person's browser. Forms are sent as a page gave them: with its hidden fields."""

    client: FlaskClient

    def get(self, address: str, status: int = 200) -> str:
        """The page's text."""
        answer = self.client.get(address)
        assert answer.status_code == status, f"{address}: {answer.status_code}"
        return answer.get_data(as_text=True)

    def hidden(self, address: str) -> dict[str, str]:
        """The hidden fields of the page's last form."""
        return dict(_COMMAND.findall(self.get(address)))

    def send(self, address: str, status: int = 303, to: str | None = None, **fields: Any) -> TestResponse:
        """Open the page, fill in the form and send it (to another address where the page says so)."""
        answer = self.post(to or address, **{**self.hidden(address), **fields})
        assert answer.status_code == status, f"{address}: {answer.status_code}\n{answer.get_data(as_text=True)[-3000:]}"
        return answer

    def post(self, address: str, **fields: Any) -> TestResponse:
        """Send fields without opening a page before."""
        return self.client.post(address, data=fields, content_type="multipart/form-data")


def build_site(data: Path, clock: Any = None) -> Site:
    """An installation with the shipped organisations, calendar and procedures."""
    services = build(data, clock=clock or FixedClock(NOW))
    setup = Provenance(actor=SYSTEM, at=services.clock.now())
    services.organisations.import_data(*shipped_organisations(), setup)
    services.calendar_days.seed(seed_holidays(2022, 2026), setup)
    version_id = services.publishing.install(shipped_package(), setup)
    services.publishing.install(shipped_package("dien-hinh-2025"), setup)
    users = {login: _person(services, setup, login, *held) for login, held in PEOPLE.items()}
    app = create_app(services, testing=True)
    app.config["WTF_CSRF_ENABLED"] = (
        False  # its own tests are elsewhere; here forms are sent without a page's token too
    )
    return Site(app=app, services=services, users=users, version_id=version_id)


def _person(services: Container, setup: Provenance, login: str, role: str, organisation: str) -> str:
    held = NewRole(role=role, organisation_id=organisation, valid_from=date(2022, 1, 1))
    user_id = services.account_changes.set_up(
        setup, NewUser(login=login, name=f"Người thử {login}"), services.account_changes.hashed(PASSWORD), [held]
    )
    with services.units() as uow:  # as if the second factor had been set up, which is somebody else's test
        uow.accounts.save(change(uow.accounts.get(user_id), totp_last_step=1))
        uow.commit()
    return user_id


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    built = build_site(tmp_path / "data")
    yield built
    built.services.close()


@pytest.fixture
def command() -> str:
    return new_id()
