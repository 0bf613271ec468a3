"""Browser tests share one Chromium; each of these offices is an installation of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.support.house import Model
from tests.support.office import Office, opened_office


@pytest.fixture
def office(browser: Browser, sqlite_model: Model, tmp_path: Path) -> Iterator[Office]:
    """An installation in the spring of 2023; every unit's case waits for its registration."""
    with opened_office(sqlite_model, tmp_path / "data", browser) as office:
        yield office
