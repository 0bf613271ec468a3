"""The audit pages on an installation in which one commune has handed in its dossier, with auditors of two provinces."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from tests.support.house import House, Model, open_house
from tests.support.web import Person
from webui.app import create_app
from workflow.organisation.records import Organisation
from workflow.runtime.recorder import SYSTEM, Provenance
from workflow.services.accounts.accounts import NewUser
from workflow.services.accounts.directory import NewRole
from workflow.services.accounts.sessions import open_session
from workflow.services.casework.comments import AddComment

AUDITOR, REVIEWER, NEIGHBOUR = "kiemsoat.tinh", "danhgia.minhhoa", "kiemsoat.khac"
FORMULA = '=HYPERLINK("x")'
Doors = Callable[[str], Person]


@dataclass(frozen=True, kw_only=True)
class Site:
    """The application, and the house it stands on."""

    app: Flask
    house: House

    @property
    def case_id(self) -> str:
        return self.house.case().id

    def events(self, *types: str) -> list[str]:
        """The types of the commune's events, oldest first."""
        return [event.type for event in self.house.events("xa-minh-hoa", *types)]

    def enter(self, login: str, language: str = "en") -> Person:
        """A browser in which the person is signed in."""
        person = Person.at(self.app)
        with self.house.container.units() as uow:
            token = open_session(uow, self.house.users[login], self.house.clock.now())
            uow.commit()
        with person.client.session_transaction() as session:
            session["_user_id"] = token
            session["language"] = language
        return person


@pytest.fixture(scope="session")
def played(sqlite_model: Model, tmp_path_factory: pytest.TempPathFactory) -> Model:
    """The model, played on to the evaluation, and an auditor of another province."""
    data = tmp_path_factory.mktemp("audited") / "data"
    shutil.copytree(sqlite_model.data, data)
    url = f"sqlite:///{data / 'congnhan.sqlite3'}"
    house = open_house(sqlite_model, data, url)
    neighbour = _neighbour(house)
    house.until_evaluation()
    house.container.comments.add(house.actor("donvi.minhhoa"), AddComment(case_id=house.case().id, text=FORMULA))
    now = house.clock.now()
    house.container.close()
    return replace(sqlite_model, data=data, url=url, users={**sqlite_model.users, NEIGHBOUR: neighbour}, now=now)


@pytest.fixture
def site(played: Model, tmp_path: Path) -> Iterator[Site]:
    """A copy of its own for each test."""
    data = tmp_path / "data"
    shutil.copytree(played.data, data)
    house = open_house(played, data, f"sqlite:///{data / 'congnhan.sqlite3'}")
    app = create_app(house.container, testing=True)
    yield Site(app=app, house=house)
    house.container.close()


@pytest.fixture
def auditor(site: Site) -> Person:
    return site.enter(AUDITOR)


def _neighbour(house: House) -> str:
    by = Provenance(actor=SYSTEM, at=house.clock.now())
    province = Organisation(
        id="tinh-khac",
        code="tinh-khac",
        kind="province",
        level="province",
        name_vi="Tỉnh Khác (minh họa)",
        name_en="Another Province (made up)",
        valid_from=date(2000, 1, 1),
    )
    house.container.organisations.import_data([province], [], by)
    held = [NewRole(role="auditor", organisation_id="tinh-khac", valid_from=date(2022, 1, 1))]
    new = NewUser(login=NEIGHBOUR, name="Người Minh Họa Khác")
    house.users[NEIGHBOUR] = house.container.account_changes.set_up(by, new, "-", held)
    house.enrol(NEIGHBOUR)
    return house.users[NEIGHBOUR]
