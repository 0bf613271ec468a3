"""A case of the shipped procedure, registered and half assessed by real people through the real services."""

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.integration.auditing.support import Court
from tests.support.clock import FixedClock
from tests.support.secrets import keep
from tests.support.world import World
from workflow.bootstrap import wire
from workflow.outside.mail import NoMailer
from workflow.packages.package import ExaminerHere
from workflow.store import triggers

Tamper = Callable[..., int]


@pytest.fixture
def court(engine: sa.Engine, clock: FixedClock, world: World, tmp_path: Path) -> Court:
    """The application on the fresh database, with one case under way."""
    keep(tmp_path)
    return Court.open(wire(tmp_path, engine, clock, NoMailer(), examiner=ExaminerHere()), world)


@pytest.fixture
def tamper(engine: sa.Engine) -> Tamper:
    """Changes rows as somebody would who owns the database: without its triggers, which stand again afterwards as if nothing had been.

    Returns how many rows it changed.
    """

    def change(statement: str, **values: object) -> int:
        with engine.begin() as connection:
            triggers.remove(connection)
            changed = connection.execute(sa.text(statement), values).rowcount
            triggers.install(connection)
            return changed

    return change
