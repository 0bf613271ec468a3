"""The web application on the services as they are wired, with the shipped procedure and the demonstration campaign."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
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
    container = build(data, clock=FixedClock(BEGIN), examiner=ExaminerHere())
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
    container = build(data, clock=clock, examiner=ExaminerHere())
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
