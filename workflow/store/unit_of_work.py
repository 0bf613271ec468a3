"""The unit of work on SQLAlchemy Core: one connection, one transaction, rolled back unless committed."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from types import TracebackType
from typing import Self

import sqlalchemy as sa

from workflow.audit.row_seal import SealKey
from workflow.errors import Conflict
from workflow.store.account_requests import AccountLinks, AccountRequests
from workflow.store.accounts import Accounts, SignIns
from workflow.store.auditing import Checkpoints, Events
from workflow.store.campaigns import Campaigns
from workflow.store.cases import Cases, Incidents
from workflow.store.casework import Assessments, Comments, Evidence, UnitCases
from workflow.store.commands import Commands
from workflow.store.inbox import Inbox
from workflow.store.jobs import Jobs
from workflow.store.moving import Migrations
from workflow.store.notifications import Notifications
from workflow.store.places import CalendarDays, Organisations, Settings
from workflow.store.procedures import Definitions
from workflow.store.sealing.seals import LEDGER, Ledger, Seals
from workflow.store.tasks import Tasks
from workflow.store.waits import Waits

_RACES = ("40001", "40P01")
"""PostgreSQL's codes for a transaction given up for another one's sake: serialisation failure, deadlock."""


def _lost_a_race(error: sa.exc.DBAPIError) -> bool:
    return isinstance(error, sa.exc.IntegrityError) or getattr(error.orig, "sqlstate", None) in _RACES


class UnitOfWork:
    """Used once, as `with units() as uow: …; uow.commit()`. A repository is made when it is first asked for."""

    def __init__(self, engine: sa.Engine, key: SealKey, *, reading: bool = False) -> None:
        self._engine = engine
        self._key = key
        self._reading = reading

    def __enter__(self) -> Self:
        connection = self._engine.connect()
        if self._reading:
            connection = connection.execution_options(reading=True)
            if connection.dialect.name == "postgresql":  # one moment for all statements, as SQLite gives it
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
        else:
            self._ledger = Ledger(connection, self._key)
            connection = connection.execution_options(**{LEDGER: self._ledger})
        self._connection = connection
        self._transaction = connection.begin()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._transaction.is_active:
            self._transaction.rollback()
        self._connection.close()
        if isinstance(error, sa.exc.DBAPIError) and _lost_a_race(error):
            raise Conflict() from error

    @cached_property
    def cases(self) -> Cases:
        return Cases(self._connection)

    @cached_property
    def unit_cases(self) -> UnitCases:
        return UnitCases(self._connection)

    @cached_property
    def tasks(self) -> Tasks:
        return Tasks(self._connection)

    @cached_property
    def inbox(self) -> Inbox:
        return Inbox(self._connection)

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
    def accounts(self) -> Accounts:
        return Accounts(self._connection)

    @cached_property
    def sign_ins(self) -> SignIns:
        return SignIns(self._connection)

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
        return Seals(self._connection)

    def savepoint(self) -> AbstractContextManager[object]:
        """What is written inside is undone when the block raises; the transaction itself goes on."""
        return self._savepoint()

    @contextmanager
    def _savepoint(self) -> Iterator[object]:
        try:
            with self._connection.begin_nested() as nested:
                yield nested
        except BaseException:
            if not self._reading:
                self._ledger.doubt()
            raise

    def commit(self) -> None:
        """Make everything durable. Raises `Conflict` when another writer was faster."""
        try:
            if not self._reading:
                self._ledger.close()
            self._transaction.commit()
        except sa.exc.DBAPIError as error:
            if _lost_a_race(error):
                raise Conflict() from error
            raise


class UnitsOfWork:
    """Makes units of work on one engine: `units()` may write, `units.reading()` may not and never waits for a writer."""

    def __init__(self, engine: sa.Engine, key: SealKey) -> None:
        self._engine = engine
        self._key = key

    def __call__(self) -> UnitOfWork:
        return UnitOfWork(self._engine, self._key)

    def reading(self) -> UnitOfWork:
        """A unit of work that sees one moment and never waits for a writer."""
        return UnitOfWork(self._engine, self._key, reading=True)
