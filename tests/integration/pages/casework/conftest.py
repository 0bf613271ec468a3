"""A commune that assesses itself, for whoever begins there."""

import shutil
from pathlib import Path

import pytest

from tests.integration.pages.conftest import BEGIN
from tests.support.casework import UNIT, Casework
from tests.support.clock import FixedClock
from tests.support.web import Person
from webui.app import create_app
from webui.settings import WebSettings
from workflow.bootstrap import build
from workflow.packages.package import ExaminerHere


@pytest.fixture(scope="module")
def registered(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory in which the commune has registered and is to assess itself."""
    data = tmp_path_factory.mktemp("registered") / "data"
    shutil.copytree(installed, data)
    container = build(data, clock=FixedClock(BEGIN), examiner=ExaminerHere())
    app = create_app(container, WebSettings(secret_key="k" * 40), testing=True)
    Casework(app=app, container=container).register()
    container.close()
    return data


@pytest.fixture
def installed(request: pytest.FixtureRequest, installed: Path) -> Path:
    """What a test's own installation is a copy of."""
    found: Path = request.getfixturevalue("registered") if "assessing" in request.fixturenames else installed
    return found


@pytest.fixture
def assessing(work: Casework) -> Person:
    """The commune's officer at its self-assessment."""
    return work.begin(UNIT, "Tự đánh giá")
