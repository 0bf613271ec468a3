"""The web application on the services as they are wired, with the shipped procedure and the demonstration campaign."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask

from tests.integration.pages.site import installation, site
from tests.support.casework import PASSWORD, Casework
from tests.support.clock import FixedClock
from tests.support.web import Person
from webui.app import create_app
from webui.settings import WebSettings
from workflow.bootstrap import Container, build
from workflow.installation import install, install_accounts, install_campaign, keep_clock
from workflow.packages.package import ExaminerHere

__all__ = ["installation", "site"]

BEGIN = datetime(2023, 3, 20, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with everything in it, to be copied."""
    data = tmp_path_factory.mktemp("installed")
    keep_clock(data, BEGIN)
    with pytest.MonkeyPatch.context() as patch:
        container = _build(patch, data, FixedClock(BEGIN))
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
def container(
    installed: Path, tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Container]:
    data = tmp_path / "data"
    shutil.copytree(installed, data)
    container = _build(monkeypatch, data, clock)
    yield container
    container.close()


@pytest.fixture
def app(container: Container) -> Flask:
    return create_app(container, WebSettings(secret_key="k" * 40), testing=True)


@pytest.fixture
def visitor(app: Flask) -> Person:
    """Nobody yet."""
    return Person.at(app)


@pytest.fixture
def work(app: Flask, container: Container) -> Casework:
    """The made-up commune's case and its people."""
    return Casework(app=app, container=container)


def _build(patch: pytest.MonkeyPatch, data: Path, clock: FixedClock) -> Container:
    """Wire with the cheapest parameters that argon2 has: these tests are not about how long a hash takes."""
    patch.setattr("workflow.services.accounts.credentials.PasswordHasher", lambda: PasswordHasher(1, 8, 1))
    return build(data, clock=clock, examiner=ExaminerHere())
