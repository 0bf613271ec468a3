"""An installation whose procedure gets a second version."""

from collections.abc import Callable

import pytest

from tests.support.house import House
from tests.support.versions import Files, Move, To
from tests.support.world import shipped_package
from workflow.runtime.recorder import SYSTEM, Provenance


@pytest.fixture
def to(house: House) -> To:
    """Publish a second version, made from the shipped one."""

    def publish(change: Callable[[Files], Files]) -> Move:
        by = Provenance(actor=SYSTEM, at=house.clock.now())
        new = house.container.publishing.install(change(shipped_package()), by)
        return Move(house=house, old=house.case().version_id, new=new)

    return publish
