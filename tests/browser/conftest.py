"""Browser tests share one Chromium; each of these offices is an installation of its own."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.support.house import Model
from tests.support.office import Office, OfficeAt, opened_office
from tests.support.stages import Stages


@pytest.fixture
def office(browser: Browser, sqlite_model: Model, tmp_path: Path) -> Iterator[Office]:
    """An installation in the spring of 2023; every unit's case waits for its registration."""
    with opened_office(sqlite_model, tmp_path / "data", browser) as office:
        yield office


@pytest.fixture
def office_at(browser: Browser, stages: Stages, tmp_path: Path) -> Iterator[OfficeAt]:
    """An installation in which the made-up commune's case has come to a stage of `tests.support.stages`."""
    with ExitStack() as stack:
        yield lambda stage: stack.enter_context(opened_office(stages.at(stage), tmp_path / stage, browser))
