"""The web application on the services as they are wired, with the shipped procedure and the demonstration campaign."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask

from tests.support.clock import FixedClock
from tests.support.web import Person
from webui.app import create_app
from webui.settings import WebSettings
from workflow.bootstrap import Container, build
from workflow.installation import install, install_accounts, install_campaign

PASSWORD = "Correct horse battery staple"
BEGIN = datetime(2023, 3, 20, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with everything in it, to be copied."""
    data = tmp_path_factory.mktemp("installed")
    patch = pytest.MonkeyPatch()
    # The cheapest parameters argon2 has: these tests are not about how long a hash takes.
    patch.setattr("workflow.services.passwords.PasswordHasher", lambda: PasswordHasher(1, 8, 1))
    container = build(data, clock=FixedClock(BEGIN))
    patch.undo()
    install(container)
    install_campaign(container, install_accounts(container, PASSWORD))
    while container.jobs.run_due():
        pass
    container.close()
    return data


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(BEGIN)


@pytest.fixture
def container(installed: Path, tmp_path: Path, clock: FixedClock) -> Iterator[Container]:
    data = tmp_path / "data"
    shutil.copytree(installed, data)
    container = build(data, clock=clock)
    yield replace(container, web=WebSettings(secret_key="k" * 40))
    container.close()


@pytest.fixture
def app(container: Container) -> Flask:
    return create_app(container, testing=True)


@pytest.fixture
def visitor(app: Flask) -> Person:
    """Nobody yet."""
    return Person.at(app)


def signed_in(app: Flask, login: str) -> Person:
    """Somebody at work."""
    return Person.at(app).sign_in(login, PASSWORD)
