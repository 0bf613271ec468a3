"""The reference pages that are made from tables and tests say what these say today."""

from pathlib import Path

import pytest

from tools.reference import ROOT, out_of_date

PAGES = sorted(path.stem.removeprefix("reference_") for path in (ROOT / "tools").glob("reference_*.py"))


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_up_to_date(name: str) -> None:
    assert not out_of_date(name), f"python -m tools.reference {name}"


def test_there_are_pages() -> None:
    assert {"bpmn", "dmn"} <= set(PAGES)
    assert all(Path(ROOT / "docs" / "reference" / f"{name}.md").is_file() for name in PAGES)
