"""A commune that assesses itself, for whoever begins there."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.integration.pages.conftest import BEGIN
from tests.support.casework import UNIT, Casework, paper
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
    with copied(installed, data) as work:
        work.register()
    return data


@pytest.fixture(scope="module")
def handed_in(registered: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One in which the commune's board has the unit's sheet, with two files in it."""
    data = tmp_path_factory.mktemp("handed-in") / "data"
    with copied(registered, data) as work:
        unit = work.begin(UNIT, "Tự đánh giá")
        address = unit.address
        work.assess(UNIT, address.rpartition("/")[2])
        unit.open(f"{address}/tieu-chi/I.1").send("/I.1/minh-chung", {"file": paper("một.pdf")})
        unit.open(f"{address}/tieu-chi/I.2").send("/I.2/minh-chung", {"file": paper("hai.pdf")})
        for one in ("submission_letter", "report", "unit_minutes"):
            unit.open(address).send(f"/van-ban/{one}", {f"{one}-file": paper(f"{one}.pdf")})
        work.submit(unit.open(address), {})
    return data


@contextmanager
def copied(start: Path, data: Path) -> Iterator[Casework]:
    """A copy to be played forward, for others to be copied from."""
    shutil.copytree(start, data)
    container = build(data, clock=FixedClock(BEGIN), examiner=ExaminerHere())
    app = create_app(container, WebSettings(secret_key="k" * 40), testing=True)
    yield Casework(app=app, container=container)
    container.close()


@pytest.fixture
def installed(request: pytest.FixtureRequest, installed: Path) -> Path:
    """What a test's own installation is a copy of."""
    for asked, start in (("reviewing", "handed_in"), ("assessing", "registered")):
        if asked in request.fixturenames:
            found: Path = request.getfixturevalue(start)
            return found
    return installed


@pytest.fixture
def assessing(work: Casework) -> Person:
    """The commune's officer at its self-assessment."""
    return work.begin(UNIT, "Tự đánh giá")
