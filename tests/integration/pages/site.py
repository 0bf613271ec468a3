"""The web application on the real services: an administrator, a reviewer of procedures, a manager, and somebody without rights."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace as change
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.clock import FixedClock
from tests.support.world import PASSWORD, shipped_folders, shipped_organisations
from webui.app import create_app
from workflow.bootstrap import Container, build
from workflow.calendar.seed import seed_holidays
from workflow.organisation.authority import Actor
from workflow.packages.package import ExaminerHere
from workflow.runtime.recorder import SYSTEM, Provenance
from workflow.services.accounts.accounts import NewUser
from workflow.services.accounts.directory import NewRole
from workflow.services.accounts.sessions import open_session

PEOPLE = {
    "quantri": ("administrator", "thanh-hoa"),
    "quantri2": ("administrator", "thanh-hoa"),
    "duyet": ("definition-reviewer", "thanh-hoa"),
    "quanly": ("manager", "thanh-hoa"),
    "donvi": ("unit-officer", "tho-thanh"),
    "donvi2": ("unit-officer", "dien-bien"),
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

    def work(self) -> None:
        """The worker does what is due, such as checking a draft that was changed."""
        while self.services.jobs.run_due():
            pass

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
        """Send fields without opening a page before. A refused form is shown at an address of its own."""
        answer = self.client.post(address, data=fields, content_type="multipart/form-data")
        return self.client.get(answer.location) if (answer.location or "").startswith("/giu-lai/") else answer


def build_site(data: Path, clock: Any = None) -> Site:
    """An installation with the shipped organisations, calendar and procedures."""
    install(data)
    return open_site(data, clock)


def install(data: Path) -> None:
    """Set the installation up in the directory."""
    services = build(data, clock=FixedClock(NOW))
    setup = Provenance(actor=SYSTEM, at=NOW)
    services.organisations.import_data(*shipped_organisations(), setup)
    services.calendar_days.seed(seed_holidays(2022, 2026), setup)
    for version in shipped_folders():
        services.publishing.install(version.files(), setup)
    for login, held in PEOPLE.items():
        _person(services, setup, login, *held)
    services.close()


def open_site(data: Path, clock: Any = None) -> Site:
    """The application on an installation that is there already."""
    services = build(data, clock=clock or FixedClock(NOW), examiner=ExaminerHere())
    with services.units.reading() as uow:
        users = {login: user.id for login in PEOPLE if (user := uow.accounts.by_login(login)) is not None}
        version_id = next(one.id for one in uow.definitions.all() if one.label == "2023")
    app = create_app(services, testing=True)
    app.config["WTF_CSRF_ENABLED"] = (
        False  # its own tests are elsewhere; here forms are sent without a page's token too
    )
    return Site(app=app, services=services, users=users, version_id=version_id)


def _person(services: Container, setup: Provenance, login: str, role: str, organisation: str) -> None:
    held = NewRole(role=role, organisation_id=organisation, valid_from=date(2022, 1, 1))
    user_id = services.account_changes.set_up(
        setup, NewUser(login=login, name=f"Người thử {login}"), services.account_changes.hashed(PASSWORD), [held]
    )
    with services.units() as uow:  # as if the second factor had been set up, which is somebody else's test
        uow.accounts.save(change(uow.accounts.get(user_id), totp_last_step=1))
        uow.commit()


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory that is set up once; each test works on a copy."""
    data = tmp_path_factory.mktemp("installation") / "data"
    install(data)
    return data


@pytest.fixture
def site(installation: Path, tmp_path: Path) -> Iterator[Site]:
    """The application on a fresh copy of the installation."""
    shutil.copytree(installation, tmp_path / "data")
    built = open_site(tmp_path / "data")
    yield built
    built.services.close()
