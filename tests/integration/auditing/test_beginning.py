"""The book of seals begins once: whoever throws it away, or sets the database back, does not get the rows sealed anew."""

import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from tests.integration.auditing.conftest import Tamper
from tests.support.clock import FixedClock
from tests.support.secrets import keep, mark_of
from tests.support.world import World
from workflow.audit.breach import BreachKind as Kind
from workflow.audit.event import AuditEvent
from workflow.audit.facts.auditing import RowsTakenOver
from workflow.audit.seal_mark import SealMark
from workflow.bootstrap import Container, build
from workflow.outside.mail import NoMailer
from workflow.runtime.recorder import SYSTEM, Provenance
from workflow.services.auditing.checkpoints import RequestCheckpoint, note
from workflow.services.auditing.seals import promise, told
from workflow.store.auditing import events, stream_heads
from workflow.store.database import bring_up_to_date, configuration, create_engine

Start = Callable[[str], Container]


@pytest.fixture
def host(database_url: str, tmp_path: Path, clock: FixedClock) -> Iterator[Start]:
    """Starts the application on a host of that name; all hosts have the same vault key and the same database."""
    running: list[Container] = []

    def start(name: str) -> Container:
        keep(tmp_path / name)
        running.append(build(tmp_path / name, url=database_url, clock=clock, mailer=NoMailer()))
        return running[-1]

    yield start
    for one in running:
        one.close()


def at_work(app: Container, clock: FixedClock) -> None:
    """People have accounts, and a checkpoint is signed."""
    World.build(app.units, clock).load().person("can-bo", "unit-officer", "xa-minh-hoa")
    app.checkpoints.make(None, RequestCheckpoint())


def thrown_away(tamper: Tamper) -> None:
    """A password's hash is changed; the book, and every event that tells of it, are gone."""
    assert tamper("UPDATE users SET password_hash = 'x'") == 1
    for table in ("row_seals", "checkpoints"):
        assert tamper(f"DELETE FROM {table}"), table  # noqa: S608 - a constant
    for table in ("events", "stream_heads"):
        assert tamper(f"DELETE FROM {table} WHERE stream IN ('audit', 'checkpoints')"), table  # noqa: S608


def kinds(app: Container) -> set[Kind]:
    return {breach.kind for breach in app.verification.verify().breaches}


def sealed_as_it_stood(app: Container) -> list[AuditEvent]:
    with app.units.reading() as uow:
        return told(uow)


def test_a_new_database_is_sealed_and_the_mark_lies_beside_the_key(host: Start, clock: FixedClock) -> None:
    app = host("a")
    at_work(app, clock)

    (event,) = sealed_as_it_stood(app)
    place = app.data / "keys" / "seals.json"
    mark = mark_of(app.data).read()
    assert mark == SealMark(event=event.id, hash=event.hash, revision=str(event.payload["revision"]))
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert kinds(app) == set()


def test_a_book_that_was_thrown_away_is_not_begun_anew(host: Start, clock: FixedClock, tamper: Tamper) -> None:
    at_work(host("a"), clock)
    thrown_away(tamper)

    again = host("a")

    assert sealed_as_it_stood(again) == []
    assert Kind.SEALS_REMOVED in kinds(again)
    again.alarms.look()
    with again.units.reading() as uow:
        assert "seals" in {one.payload["alarm"] for one in uow.events.of_type("upkeep", "AlarmRaised")}
    assert Kind.SEALS_REMOVED in kinds(again), "what is written afterwards does not hide it"


def test_a_host_that_has_never_seen_the_book_does_not_begin_it_either(
    host: Start, clock: FixedClock, tamper: Tamper
) -> None:
    at_work(host("a"), clock)
    thrown_away(tamper)

    other = host("b")

    assert sealed_as_it_stood(other) == []
    assert mark_of(other.data).read() is None
    assert Kind.SEALS_REMOVED in kinds(other)


def test_a_second_host_notes_the_book_that_there_is(host: Start, clock: FixedClock, tamper: Tamper) -> None:
    first = host("a")
    at_work(first, clock)

    second = host("b")

    assert mark_of(second.data).read() == mark_of(first.data).read() is not None
    assert len(sealed_as_it_stood(second)) == 1
    thrown_away(tamper)
    assert Kind.SEALS_REMOVED in kinds(host("b"))


@contextmanager
def older(engine: sa.Engine, tmp_path: Path) -> Iterator[str]:
    """The address of a database with the same events, from before there was a book."""
    with engine.connect() as connection:
        rows = {table: connection.execute(sa.select(table)).mappings().all() for table in (events, stream_heads)}
    old = engine
    if engine.dialect.name == "sqlite":
        old = create_engine(f"sqlite:///{tmp_path / 'old.db'}")
    else:
        with engine.begin() as connection:
            connection.execute(sa.text("DROP SCHEMA public CASCADE"))
            connection.execute(sa.text("CREATE SCHEMA public"))
    with old.begin() as connection:
        command.upgrade(configuration(connection), "0005")
        for table, some in rows.items():
            connection.execute(sa.insert(table), [dict(row) for row in some])
    yield old.url.render_as_string(hide_password=False)
    old.dispose()


@pytest.mark.parametrize("dies_between", [False, True])
def test_an_installation_from_before_the_book_is_sealed_when_it_is_brought_up_to_date(
    world: World, engine: sa.Engine, tmp_path: Path, *, dies_between: bool
) -> None:
    """Also by the next start, where the one that brought it up to date died before it had sealed the rows."""
    data = tmp_path / "old"
    keep(data)
    with older(engine, tmp_path) as url:
        if dies_between:
            dying = create_engine(url)
            bring_up_to_date(dying, lambda steps: promise(mark_of(data), steps))
            dying.dispose()
        app = build(data, url=url, clock=world.clock, mailer=NoMailer())
        (event,) = sealed_as_it_stood(app)
        assert event.payload["why"] == "first"
        assert mark_of(data).read() == SealMark(
            event=event.id, hash=event.hash, revision=str(event.payload["revision"])
        )
        assert kinds(app) == set()
        app.close()


def test_a_database_that_was_set_back_gets_no_rows_sealed_anew(
    host: Start, clock: FixedClock, engine: sa.Engine
) -> None:
    at_work(host("a"), clock)
    with engine.begin() as connection:
        command.downgrade(configuration(connection), "0007")

    again = host("a")

    assert len(sealed_as_it_stood(again)) == 1
    (named,) = (one for one in again.verification.verify().breaches if one.kind is Kind.SEALS_BEHIND)
    assert (named.actual, named.expected) >= ("0008", "0012")
    assert "keys/seals.json" in str(named)


def test_rows_that_were_sealed_anew_for_a_revision_of_before_are_named(host: Start, clock: FixedClock) -> None:
    app = host("a")
    at_work(app, clock)
    (event,) = sealed_as_it_stood(app)

    with app.units() as uow:
        fact = RowsTakenOver(why="upgrade", revision=str(event.payload["revision"]), rows=1, tables={"users": 1})
        note(uow, Provenance(actor=SYSTEM, at=clock.now()), fact)
        uow.commit()

    (named,) = app.verification.verify().breaches
    assert (named.kind, named.stream) == (Kind.SEALED_AGAIN, "audit")


@pytest.mark.parametrize("content", [b"", b"{}", b'{"mark": "{}", "mac": "00"}', b"\xff"])
def test_a_mark_that_was_changed_is_named_and_the_application_starts(
    host: Start, clock: FixedClock, content: bytes
) -> None:
    app = host("a")
    at_work(app, clock)
    (app.data / "keys" / "seals.json").write_bytes(content)

    assert kinds(host("a")) == {Kind.SEAL_MARK}
