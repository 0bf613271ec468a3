"""Each writer has a book of seals of its own: none waits for another, and together they still show whatever is taken away."""

import multiprocessing
import os
from collections.abc import Collection, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa
from alembic import command
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.support.postgres import PostgresServer
from tests.support.secrets import VAULT_KEY
from workflow.audit.breach import Breach, BreachKind as Kind
from workflow.audit.row_seal import SealKey
from workflow.services.auditing.seals import SealBook, check_table
from workflow.store.database import bring_up_to_date, configuration, create_engine, metadata, rewritten_by
from workflow.store.sealing.book import OLD_WRITER, Writers, pages_of
from workflow.store.unit_of_work import UnitOfWork, UnitsOfWork

KEY = SealKey.derived(VAULT_KEY)
Page = tuple[str, int]
"""A writer and a number."""


def faults(units: UnitsOfWork, noted: dict[Page, str] | None = None) -> list[Breach]:
    """What is wrong with the books and with the rows of `settings`."""
    book = SealBook(KEY)
    with units.reading() as uow:
        found = list(book.read(uow.seals.pages(), noted or {}))
        return found + list(check_table(uow, "settings", book.tables.get("settings", {})))


def pages(units: UnitsOfWork) -> dict[Page, str]:
    with units.reading() as uow:
        return {(page.writer, page.number): page.mac for page in uow.seals.pages()}


def write(units: UnitsOfWork, name: str) -> Page:
    """One transaction that writes the row of that name, and the page that it leaves."""
    before = pages(units)
    with units() as uow:
        uow.settings.raise_number(name)
        uow.commit()
    (page,) = pages(units).keys() - before.keys()
    return page


def write_page(uow: UnitOfWork) -> Page:
    """The page of what was written so far, while the transaction stays open."""
    uow._ledger.close()
    assert uow._ledger.writer is not None
    return uow._ledger.writer.id, uow._ledger.writer.number


def by_hand(engine: sa.Engine, statement: str, **given: object) -> None:
    """As somebody who owns the database and has no keys."""
    with engine.begin() as connection:
        assert connection.execute(sa.text(statement), given).rowcount


def delete(engine: sa.Engine, page: Page) -> None:
    by_hand(engine, "DELETE FROM row_seals WHERE writer = :writer AND number = :number", writer=page[0], number=page[1])


def another_process(engine: sa.Engine) -> UnitsOfWork:
    """Units of work with writers of their own, as another process of the installation has them."""
    return UnitsOfWork(engine, KEY)


@pytest.fixture
def postgres(request: pytest.FixtureRequest) -> Iterator[sa.Engine]:
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.create_database(request.getfixturevalue("postgres_template"))
    engine = create_engine(url)
    yield engine
    engine.dispose()
    server.drop_database(url)


@pytest.mark.postgresql
def test_a_writer_that_keeps_its_transaction_open_holds_up_nobody(postgres: sa.Engine) -> None:
    units = UnitsOfWork(postgres, KEY)
    with units() as slow, units() as quick:
        slow.settings.raise_number("slow")
        write_page(slow)
        quick._connection.exec_driver_sql("SET LOCAL lock_timeout = '1ms'")
        quick.settings.raise_number("quick")

        quick.commit()

        assert len(pages(units)) == 1, "the slow one has not committed"
        slow.commit()
    assert len({writer for writer, _ in pages(units)}) == 2
    assert faults(units) == []


def busily(url: str, names: Collection[str]) -> None:
    engine = create_engine(url)
    units = UnitsOfWork(engine, KEY)
    for name in names:
        with units() as uow:
            uow.settings.raise_number(name)
            uow.commit()
    engine.dispose()


def test_processes_that_write_the_same_rows_leave_books_that_fit(database_url: str, units: UnitsOfWork) -> None:
    names = ["shared", "own", "shared"] * 20
    processes = [multiprocessing.get_context("spawn").Process(target=busily, args=(database_url, names)) for _ in "ab"]
    for process in processes:
        process.start()
    for process in processes:
        process.join(timeout=60)

    assert [process.exitcode for process in processes] == [0, 0]
    assert sorted(number for _, number in pages(units)) == sorted([*range(1, 61)] * 2)
    assert faults(units) == []


def given_up(uow: UnitOfWork) -> None:
    """A part of a transaction that writes a page of its own and is taken back."""
    with uow.savepoint():
        assert uow.seals.take_over([metadata.tables["settings"]]) == {"settings": 1}
        raise ZeroDivisionError


def test_a_rollback_leaves_no_gap(units: UnitsOfWork) -> None:
    write(units, "a")
    with units() as uow:
        uow.settings.raise_number("a")
        write_page(uow)
    with units() as uow:
        uow.settings.raise_number("a")
        with pytest.raises(ZeroDivisionError):
            given_up(uow)
        uow.commit()
    write(units, "b")

    assert len(pages(units)) == 3
    assert faults(units) == []


def test_a_forked_process_begins_books_of_its_own() -> None:
    writers = Writers()
    writer = writers.take()
    writers.give_back(writer)

    child = os.fork()
    if not child:
        os._exit(0 if writers.take().id != writer.id else 1)

    assert os.waitpid(child, 0)[1] == 0
    assert writers.take().id == writer.id


@pytest.mark.postgresql
def test_a_server_that_was_lost_finds_new_books(postgres: sa.Engine) -> None:
    """It may have come back without what it had confirmed last: a gap that nobody has made."""
    units = UnitsOfWork(postgres, KEY)
    first, _ = write(units, "a")
    with create_engine(postgres.url.render_as_string(hide_password=False)).begin() as other:
        other.execute(
            sa.text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )

    assert write(units, "a")[0] != first
    assert faults(units) == []


def test_whoever_let_go_of_the_database_begins_new_books(units: UnitsOfWork, engine: sa.Engine) -> None:
    """An earlier copy may have been put in its place, in which the last pages are not."""
    first, _ = write(units, "a")
    engine.dispose()
    second = write(units, "a")

    assert second[0] != first
    assert second[1] == 1
    assert faults(units) == []


ATTACKS = (
    "DELETE FROM row_seals",
    "UPDATE row_seals SET stamp = stamp + 100",
    "UPDATE row_seals SET stamp = stamp - 1",
    "UPDATE row_seals SET number = number + 100",
    "UPDATE row_seals SET writer = 'another'",
    "UPDATE row_seals SET follows = follows || ' '",
    "UPDATE row_seals SET follows = '{\"another\"'",
    "UPDATE row_seals SET body = '{}'",
    "UPDATE row_seals SET mac = 'another'",
    "UPDATE row_seals SET key_id = 'another'",
)


def found_after(engine: sa.Engine, statement: str, **given: object) -> list[Breach]:
    """What is wrong with the books while what a statement has changed by hand stands; it is taken back."""
    with engine.connect() as connection, connection.begin() as transaction:
        assert connection.execute(sa.text(statement), given).rowcount
        found = list(SealBook(KEY).read(pages_of(connection), {}))
        transaction.rollback()
    return found


def test_no_page_that_others_follow_can_be_touched(units: UnitsOfWork, engine: sa.Engine) -> None:
    """The first and the last page of a book, one whose writer is gone, one in the middle."""
    other = another_process(engine)
    written = [write(units, "a"), write(other, "b"), write(units, "a"), write(another_process(engine), "c")]
    write(other, "b")

    for writer, number in written:
        for attack in ATTACKS:
            where = " WHERE writer = :writer AND number = :number"
            found = found_after(engine, attack + where, writer=writer, number=number)
            assert found, (attack, number)
            assert {one.stream.partition(" ")[0] for one in found} == {"row_seals"}


def test_a_row_cannot_be_put_back_with_the_newest_page_of_its_writer(units: UnitsOfWork, engine: sa.Engine) -> None:
    """No checkpoint has noted the page; but somebody else has written since."""
    write(units, "a")
    page = write(units, "a")
    write(another_process(engine), "b")

    by_hand(engine, "UPDATE settings SET value = '1' WHERE name = 'a'")
    delete(engine, page)

    assert [(one.kind, one.stream, one.seq) for one in faults(units)] == [
        (Kind.SEAL_GONE, f"row_seals {page[0]}", page[1])
    ]


def test_a_whole_book_cannot_go(units: UnitsOfWork, engine: sa.Engine) -> None:
    page = write(units, "a")
    write(another_process(engine), "b")

    delete(engine, page)
    by_hand(engine, "DELETE FROM settings WHERE name = 'a'")

    assert [(one.kind, one.seq) for one in faults(units)] == [(Kind.SEAL_GONE, 1)]


def test_a_page_of_another_installation_is_named(units: UnitsOfWork, engine: sa.Engine) -> None:
    elsewhere = UnitsOfWork(engine, SealKey.derived(b"the secret of another installation"))
    write(units, "a")
    page = write(elsewhere, "a")

    found = faults(units)

    assert [(one.kind, one.stream) for one in found] == [(Kind.SEAL_KEY, f"row_seals {page[0]}")]


def test_what_a_checkpoint_has_noted_stays_noted(units: UnitsOfWork, engine: sa.Engine) -> None:
    page = write(units, "a")
    noted = {page: pages(units)[page]}
    delete(engine, page)
    by_hand(engine, "DELETE FROM settings WHERE name = 'a'")

    assert faults(units) == [], "nobody has written since, so nobody has seen it"
    assert [one.kind for one in faults(units, noted)] == [Kind.SEAL_GONE]


def test_pages_that_were_numbered_through_still_prove_their_rows(units: UnitsOfWork, engine: sa.Engine) -> None:
    """As releases up to revision 0011 wrote them; afterwards nobody can shorten or lengthen that book."""
    with engine.begin() as connection:
        command.downgrade(configuration(connection), "0011")
        texts = [f'["settings","name","a","value","{number}"]' for number in (1, 2, 3)]
        bodies = [f'{{"settings":{{"a":"{KEY.digest(text.encode())}"}}}}' for text in texts]
        for number, body in enumerate(bodies, 1):
            page = {"number": number, "key": KEY.id, "body": body, "mac": KEY.old_mac(number, body)}
            connection.execute(sa.text("INSERT INTO row_seals VALUES (:number, :key, :body, :mac)"), page)
        connection.execute(sa.text("INSERT INTO settings (name, value) VALUES ('a', '3')"))
    assert "settings" not in rewritten_by(bring_up_to_date(engine))

    assert faults(units) == []
    write(units, "b")
    assert faults(units) == []
    longer = bodies[0]
    added = f"SELECT writer, 4, 4, key_id, follows, '{longer}', '{KEY.old_mac(4, longer)}' FROM row_seals"  # noqa: S608
    for attack in (
        "DELETE FROM row_seals WHERE writer = :writer AND number = 1",
        "DELETE FROM row_seals WHERE writer = :writer AND number = 3",
        "UPDATE row_seals SET body = body || ' ' WHERE writer = :writer AND number = 2",
        "UPDATE row_seals SET stamp = 9 WHERE writer = :writer AND number = 2",
        f"INSERT INTO row_seals {added} WHERE writer = :writer AND number = 3",
    ):
        found = found_after(engine, attack, writer=OLD_WRITER)
        assert [one for one in found if one.stream == f"row_seals {OLD_WRITER}"], attack


CONNECTIONS, ROWS = 3, 3
Act = tuple[str, int, int]
acts = st.lists(
    st.tuples(st.sampled_from(["write", "write", "commit", "commit", "rollback"]), st.integers(0, CONNECTIONS - 1), st.integers(0, ROWS - 1)),
    min_size=4,
    max_size=24,
)  # fmt: skip


@dataclass
class Play:
    """Transactions of several writers at once, as the acts say: each writes one row and its page, and later commits or not."""

    units: UnitsOfWork
    open: dict[int, tuple[ExitStack, UnitOfWork, str, Page, set[Page]]] = field(default_factory=dict)
    seen_by: dict[Page, set[Page]] = field(default_factory=dict)
    """A page that was committed → those that were before it was written."""

    def act(self, what: str, connection: int, row: int) -> None:
        taken = {name for _, _, name, _, _ in self.open.values()}
        if what == "write" and connection not in self.open and f"row-{row}" not in taken:  # else it would wait
            stack = ExitStack()
            uow = stack.enter_context(self.units())
            uow.settings.raise_number(f"row-{row}")
            self.open[connection] = stack, uow, f"row-{row}", write_page(uow), set(self.seen_by)
        elif what != "write" and connection in self.open:
            stack, uow, _, page, seen = self.open.pop(connection)
            if what == "commit":
                uow.commit()
                self.seen_by[page] = seen
            stack.close()

    def finish(self) -> None:
        for connection in list(self.open):
            self.act("commit", connection, 0)


@pytest.fixture(scope="module")
def stage(postgres_server: PostgresServer, postgres_template: str) -> Iterator[sa.Engine]:
    engine = create_engine(postgres_server.create_database(postgres_template))
    yield engine
    engine.dispose()


@pytest.mark.postgresql
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=acts, data=st.data())
def test_however_writers_meet_the_books_fit_and_nothing_seen_can_go(
    stage: sa.Engine, acts: list[Act], data: st.DataObject
) -> None:
    with stage.begin() as connection:
        connection.exec_driver_sql("TRUNCATE row_seals, settings")
    units = UnitsOfWork(stage, KEY)
    play = Play(units)
    for act in acts:
        play.act(*act)
    play.finish()

    assert faults(units) == []
    assert pages(units).keys() == play.seen_by.keys()

    if play.seen_by:
        taken = data.draw(st.sets(st.sampled_from(sorted(play.seen_by)), min_size=1))
        was_seen = any(seen & taken for page, seen in play.seen_by.items() if page not in taken)
        for page in taken:
            delete(stage, page)
        found = [one for one in faults(units) if one.stream.startswith("row_seals")]
        assert bool(found) == was_seen
