"""The database refuses to change what is recorded, whoever asks."""

import pytest
import sqlalchemy as sa

from tests.integration.auditing.conftest import Tamper
from tests.support.clock import FixedClock
from workflow.audit.checkpoint import CheckpointKind, sign_checkpoint
from workflow.audit.facts.accounts import SignedIn, SignedOut
from workflow.audit.keys import SigningKey
from workflow.audit.merkle import Leaf
from workflow.ids import new_id
from workflow.runtime.recorder import Provenance, record
from workflow.store import triggers
from workflow.store.unit_of_work import UnitsOfWork

pytestmark = pytest.mark.usefixtures("recorded")
CHANGES = [
    "UPDATE events SET payload = '{}'",
    "UPDATE events SET seq = seq",
    "DELETE FROM events",
    "DELETE FROM events WHERE seq = 2",
    "UPDATE checkpoints SET body = 'x'",
    "UPDATE checkpoints SET signature = 'x'",
    "UPDATE checkpoints SET kind = 'hourly'",
    "UPDATE checkpoints SET leaves = '' WHERE kind = 'daily'",
    "UPDATE checkpoints SET leaves = 'x' WHERE kind = 'hourly'",
    "DELETE FROM checkpoints",
]


@pytest.fixture
def recorded(units: UnitsOfWork, clock: FixedClock) -> None:
    """Two events and two checkpoints."""
    with units() as uow:
        by = Provenance(actor="somebody", at=clock.now())
        head = record(uow, "accounts", [SignedIn(user="u", address=""), SignedOut(user="u")], by)
        assert head is not None
        leaves = [Leaf(stream=head.stream, seq=head.seq, hash=head.hash)]
        for kind in (CheckpointKind.HOURLY, CheckpointKind.DAILY):
            key = SigningKey.generate()
            checkpoint = sign_checkpoint(leaves, key, id=new_id(), at=clock.now(), kind=kind, previous=None)
            uow.checkpoints.add(checkpoint, leaves)
        uow.commit()


@pytest.mark.parametrize("statement", CHANGES)
def test_a_change_is_refused(engine: sa.Engine, statement: str) -> None:
    with engine.connect() as connection, pytest.raises(sa.exc.IntegrityError):
        connection.execute(sa.text(statement))


def test_hourly_checkpoints_may_let_go_of_their_leaves(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        done = connection.execute(sa.text("UPDATE checkpoints SET leaves = '' WHERE kind = 'hourly'"))

    assert done.rowcount == 1


def test_replacing_and_truncating_are_refused_too(engine: sa.Engine) -> None:
    copied = "SELECT * FROM events LIMIT 1"
    if engine.dialect.name == "postgresql":
        statements = ["TRUNCATE events", "TRUNCATE checkpoints", "TRUNCATE events, checkpoints CASCADE"]
    else:
        statements = [f"REPLACE INTO events {copied}", "INSERT OR REPLACE INTO checkpoints SELECT * FROM checkpoints"]
    for statement in statements:
        with engine.connect() as connection, pytest.raises(sa.exc.IntegrityError):
            connection.execute(sa.text(statement))


def test_the_migrated_database_has_exactly_the_triggers_of_the_module(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        triggers.remove(connection)
        triggers.install(connection)

    with engine.connect() as connection, pytest.raises(sa.exc.IntegrityError):
        connection.execute(sa.text("DELETE FROM events"))


def test_without_them_the_same_change_goes_through(tamper: Tamper) -> None:
    assert tamper("UPDATE events SET payload = '{}' WHERE seq = 1") == 1
