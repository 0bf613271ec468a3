"""The shipped organisations, read as the application reads them."""

from pathlib import Path

import pytest

from workflow.organisation.data import load_organisations
from workflow.organisation.tree import OrganisationTree

FOLDER = Path(__file__).parents[3] / "definitions" / "organisations"


@pytest.fixture(scope="session")
def shipped_files() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(FOLDER.glob("*.toml"))}


@pytest.fixture(scope="session")
def tree(shipped_files: dict[str, bytes]) -> OrganisationTree:
    return OrganisationTree(*load_organisations(shipped_files))
