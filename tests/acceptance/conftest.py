"""One installation a session for the tests of doors; each test puts it back before it begins."""

import pytest

from tests.acceptance.scene import Scene, build_scene
from tests.support.postgres import PostgresServer


@pytest.fixture(scope="session")
def built_scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return build_scene(tmp_path_factory.mktemp("scene"))


@pytest.fixture(scope="session")
def postgres_scene(tmp_path_factory: pytest.TempPathFactory, postgres_server: PostgresServer) -> Scene:
    """The same on PostgreSQL."""
    return build_scene(tmp_path_factory.mktemp("postgres-scene"), postgres_server)


@pytest.fixture
def scene(built_scene: Scene) -> Scene:
    """The case's evaluation is in the hands of its commune's board member."""
    built_scene.set("working")
    return built_scene
