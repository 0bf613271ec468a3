"""The unit of work on SQLAlchemy Core: one connection, one transaction, rolled back unless committed."""

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from functools import cached_property
from types import TracebackType
from typing import Any, NoReturn, Self

import sqlalchemy as sa

from workflow.audit.row_seal import SealKey
from workflow.errors import Rehearsed
from workflow.store.account_requests import AccountLinks, AccountRequests
from workflow.store.accounts import Accounts
from workflow.store.auditing import Checkpoints, Events, Judgements
from workflow.store.campaigns import Campaigns
from workflow.store.cases import Cases, Incidents
from workflow.store.casework import Assessments, Evidence, UnitCases
from workflow.store.criteria.inquiries import Inquiries
from workflow.store.criteria.offers import Offers
from workflow.store.criteria.rows import CriterionRows
from workflow.store.database import meant, revision_of
from workflow.store.inbox import Inbox, SavedFilters
from workflow.store.jobs import Commands, Jobs
from workflow.store.moving import Migrations
from workflow.store.notifications import Notifications
from workflow.store.people.comments import Comments
from workflow.store.people.doers import TaskPeople
from workflow.store.people.sign_ins import KeptForms, SignIns
from workflow.store.places import CalendarDays, Organisations, Settings
from workflow.store.procedures import Definitions
from workflow.store.rows import REMEMBERED
from workflow.store.sealing.book import Writers
from workflow.store.sealing.schema import Schema
from workflow.store.sealing.seals import LEDGER, Ledger, Seals
from workflow.store.searching.rosters import Rosters
from workflow.store.searching.sittings import Sittings
from workflow.store.searching.words import Words
from workflow.store.tasks import Tasks
from workflow.store.upkeep import Workers
from workflow.store.waits import Waits

log = logging.getLogger(__name__)


_rehearsing: ContextVar[bool] = ContextVar("rehearsing", default=False)


@contextmanager
def rehearsal() -> Iterator[None]:
    """Inside, nothing becomes durable: what would be carried out ends in `Rehearsed`, what would be refused is refused as ever."""
    before = _rehearsing.set(True)
    try:
        yield
    finally:
        _rehearsing.reset(before)


class _Moment:
    """What one thread reads, over several services: one transaction, begun when it is first needed."""

    def __init__(self, units: "UnitsOfWork") -> None:
        self.units = units
        self.readers = 0
        self._unit: UnitOfWork | None = None
        self._is_past = False

    def begin(self) -> "UnitOfWork":
        """The unit of work that reads it, for one reader more."""
        if self._unit is None:
            self._unit, self._is_past = self.units.new_reading().__enter__(), False
        self.readers += 1
        return self._unit

    def leave(self, *, failed: bool) -> None:
        """One reader less."""
        self.readers -= 1
        if not self.readers and (failed or self._is_past):
            self._end()

    def let_go(self) -> None:
        """Whoever reads from now on is to see what has been written; who reads already reads on."""
        self._is_past = True
        if not self.readers:
            self._end()

    def _end(self) -> None:
        unit, self._unit = self._unit, None
        if unit is not None:
            unit.__exit__(None, None, None)


class _Lent:
    """A unit of work that others read with, too: leaving it does not end it, unless something went wrong."""

    def __init__(self, moment: _Moment) -> None:
        self._moment = moment

    def __enter__(self) -> "UnitOfWork":
        return self._moment.begin()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._moment.leave(failed=error is not None)
        found = meant(error)
        if found is not None:
            raise found from error


_moment: ContextVar[_Moment | None] = ContextVar("moment", default=None)


def _lenient(text: bytes) -> str:
    return text.decode(errors="replace")


class UnitOfWork:
    """Used once, as `with units() as uow: …; uow.commit()`. A repository is made when it is first asked for."""

    def __init__(
        self, engine: sa.Engine, key: SealKey, writers: Writers, *, reading: bool = False, waits: bool = True
    ) -> None:
        self._engine = engine
        self._key = key
        self._writers = writers
        self._reading = reading
        self._waits = waits

    def __enter__(self) -> Self:
        """Raise `Busy` where others write for too long, `Unavailable` where the database cannot be reached."""
        try:
            connection = self._engine.connect()
        except sa.exc.SQLAlchemyError as error:
            self._fail(error)
        try:
            if self._reading:
                connection = connection.execution_options(reading=True, **{REMEMBERED: {}})
                if connection.dialect.name == "postgresql":  # one moment for all statements, as SQLite gives it
                    connection = connection.execution_options(isolation_level="REPEATABLE READ")
            else:
                self._ledger = Ledger(connection, self._key, self._writers)
                connection = connection.execution_options(**{LEDGER: self._ledger, "waits": self._waits})
            self._connection = connection
            self._transaction = connection.begin()
        except sa.exc.SQLAlchemyError as error:
            connection.close()
            self._fail(error)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self._transaction.is_active:
                self._transaction.rollback()
            self._connection.close()
        except sa.exc.SQLAlchemyError as failure:  # the connection is gone, and the transaction with it
            log.info("a transaction could not be ended: %s", type(failure).__name__)
        found = meant(error)
        if found is not None:
            raise found from error

    @staticmethod
    def _fail(error: sa.exc.SQLAlchemyError) -> NoReturn:
        found = meant(error)
        if found is not None:
            raise found from error
        raise error

    @cached_property
    def cases(self) -> Cases:
        return Cases(self._connection)

    @cached_property
    def unit_cases(self) -> UnitCases:
        return UnitCases(self._connection)

    @cached_property
    def saved_filters(self) -> SavedFilters:
        return SavedFilters(self._connection)

    @cached_property
    def words(self) -> Words:
        return Words(self._connection)

    @property
    def judgements(self) -> Judgements:
        return Judgements(self._connection)

    @cached_property
    def tasks(self) -> Tasks:
        return Tasks(self._connection)

    @cached_property
    def inbox(self) -> Inbox:
        return Inbox(self._connection)

    @cached_property
    def rosters(self) -> Rosters:
        return Rosters(self._connection)

    @cached_property
    def sittings(self) -> Sittings:
        return Sittings(self._connection)

    @cached_property
    def incidents(self) -> Incidents:
        return Incidents(self._connection)

    @cached_property
    def jobs(self) -> Jobs:
        return Jobs(self._connection)

    @cached_property
    def commands(self) -> Commands:
        return Commands(self._connection)

    @cached_property
    def assessments(self) -> Assessments:
        return Assessments(self._connection)

    @cached_property
    def criterion_rows(self) -> CriterionRows:
        return CriterionRows(self._connection)

    @cached_property
    def inquiries(self) -> Inquiries:
        return Inquiries(self._connection)

    @property
    def offers(self) -> Offers:
        return Offers(self._connection)

    @cached_property
    def evidence(self) -> Evidence:
        return Evidence(self._connection)

    @cached_property
    def comments(self) -> Comments:
        return Comments(self._connection)

    @cached_property
    def events(self) -> Events:
        return Events(self._connection)

    @cached_property
    def checkpoints(self) -> Checkpoints:
        return Checkpoints(self._connection)

    @cached_property
    def task_people(self) -> TaskPeople:
        return TaskPeople(self._connection)

    @cached_property
    def accounts(self) -> Accounts:
        return Accounts(self._connection)

    @cached_property
    def sign_ins(self) -> SignIns:
        return SignIns(self._connection)

    @cached_property
    def kept_forms(self) -> KeptForms:
        return KeptForms(self._connection)

    @cached_property
    def account_requests(self) -> AccountRequests:
        return AccountRequests(self._connection)

    @cached_property
    def account_links(self) -> AccountLinks:
        return AccountLinks(self._connection)

    @cached_property
    def organisations(self) -> Organisations:
        return Organisations(self._connection)

    @cached_property
    def calendar_days(self) -> CalendarDays:
        return CalendarDays(self._connection)

    @cached_property
    def settings(self) -> Settings:
        return Settings(self._connection)

    @cached_property
    def definitions(self) -> Definitions:
        return Definitions(self._connection)

    @cached_property
    def campaigns(self) -> Campaigns:
        return Campaigns(self._connection)

    @cached_property
    def migrations(self) -> Migrations:
        return Migrations(self._connection)

    @cached_property
    def notifications(self) -> Notifications:
        return Notifications(self._connection)

    @cached_property
    def waits(self) -> Waits:
        return Waits(self._connection)

    @cached_property
    def seals(self) -> Seals:
        return Seals(self._connection, self._key)

    @cached_property
    def schema(self) -> Schema:
        return Schema(self._connection)

    @contextmanager
    def tolerant(self) -> Iterator[None]:
        """Inside, texts whose bytes are no UTF-8 are read as far as they are."""
        driver: Any = self._connection.connection.dbapi_connection
        before = getattr(driver, "text_factory", None)
        if before is None:
            yield
            return
        driver.text_factory = _lenient
        try:
            yield
        finally:
            driver.text_factory = before

    @cached_property
    def workers(self) -> Workers:
        return Workers(self._connection)

    @property
    def revision(self) -> str | None:
        """Which revision the database stands at."""
        return revision_of(self._connection)

    def savepoint(self) -> AbstractContextManager[object]:
        """What is written inside is undone when the block raises; the transaction itself goes on."""
        return self._savepoint()

    @contextmanager
    def _savepoint(self) -> Iterator[object]:
        writer = None if self._reading else self._ledger.writer
        try:
            with self._connection.begin_nested() as nested:
                yield nested
        except BaseException:
            if not self._reading:
                self._ledger.taken_back(writer)
            raise

    def commit(self) -> None:
        """Make everything durable. Raises `Conflict` when another writer was faster, `Rehearsed` in a rehearsal, and as entering does."""
        if _rehearsing.get() and not self._reading:
            raise Rehearsed()
        try:
            if not self._reading:
                self._ledger.close()
            self._transaction.commit()
            if not self._reading:
                self._ledger.committed()
        except sa.exc.SQLAlchemyError as error:
            self._fail(error)


class UnitsOfWork:
    """Makes units of work on one engine: `units()` may write, `units.reading()` may not and never waits for a writer."""

    def __init__(self, engine: sa.Engine, key: SealKey) -> None:
        self._engine = engine
        self._key = key
        self._writers = Writers()
        sa.event.listen(engine, "handle_error", self._failed)
        sa.event.listen(engine, "engine_disposed", self._disposed)

    def __call__(self, *, waits: bool = True) -> UnitOfWork:
        """`waits` False: for what may as well be done another time; where another one writes, it raises `Busy` at once."""
        self._let_go()
        return UnitOfWork(self._engine, self._key, self._writers, waits=waits)

    def reading(self) -> AbstractContextManager[UnitOfWork]:
        """A unit of work that sees one moment and never waits for a writer."""
        moment = _moment.get()
        return _Lent(moment) if moment is not None and moment.units is self else self.new_reading()

    def new_reading(self) -> UnitOfWork:
        """As `reading`, shared with nobody."""
        return UnitOfWork(self._engine, self._key, self._writers, reading=True)

    def share(self) -> None:
        """From now on, until `unshare`, whatever this thread reads it reads at one moment; after something was written, at the next one."""
        self.unshare()
        _moment.set(_Moment(self))

    def unshare(self) -> None:
        """Each reading has a transaction of its own again."""
        self._let_go()
        _moment.set(None)

    def _let_go(self) -> None:
        moment = _moment.get()
        if moment is not None:
            moment.let_go()

    def _failed(self, context: sa.engine.ExceptionContext) -> None:
        if context.is_disconnect:
            self._writers.forget()

    def _disposed(self, _engine: sa.Engine) -> None:
        """Whoever lets go of every connection may put an earlier database in its place."""
        self._writers.forget()
