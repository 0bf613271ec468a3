"""The revisions of the database are one chain: two that land on one day with one number would leave no database that can be made."""

import re
from collections import Counter

from tests.architecture.test_contracts import ROOT

VERSIONS = sorted((ROOT / "workflow/store/revisions/versions").glob("[0-9]*.py"))


def named(path_text: str, name: str) -> str | None:
    found = re.search(rf'^{name} = "(\w+)"$', path_text, re.MULTILINE)
    return found.group(1) if found else None


def test_every_revision_has_a_number_of_its_own_and_follows_the_one_before() -> None:
    texts = [path.read_text(encoding="utf-8") for path in VERSIONS]
    numbers = [named(text, "revision") for text in texts]

    assert [number for number, times in Counter(numbers).items() if times > 1] == []
    assert numbers == [path.name[:4] for path in VERSIONS]
    assert [named(text, "down_revision") for text in texts] == [None, *numbers[:-1]]
