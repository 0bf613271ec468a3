"""Every page of the untouched scene, opened once for all tests that read them."""

import pytest
from werkzeug.test import TestResponse

from tests.acceptance.scene import Scene
from tests.acceptance.security.reading import pages

Opened = list[tuple[str, TestResponse]]


@pytest.fixture(scope="session")
def opened(built_scene: Scene) -> Opened:
    """What and who → the answer; nobody may change it."""
    return list(pages(built_scene))
