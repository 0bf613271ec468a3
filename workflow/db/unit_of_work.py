"""The unit of work on SQLAlchemy Core: one connection, one transaction, rolled back unless committed."""

from contextlib import AbstractContextManager
from types import TracebackType
from typing import Self

import sqlalchemy as sa

from workflow.db.repositories.accounts import SqlAccounts
from workflow.db.repositories.audit import SqlEvents
from workflow.db.repositories.cases import SqlCases, SqlCommands, SqlIncidents
from workflow.db.repositories.checkpoints import SqlCheckpoints
from workflow.db.repositories.definitions import SqlCampaigns, SqlDefinitions
from workflow.db.repositories.jobs import SqlJobs
from workflow.db.repositories.migrations import SqlMigrations
from workflow.db.repositories.notifications import SqlNotifications
from workflow.db.repositories.organisation import SqlCalendarDays, SqlOrganisations, SqlSettings
from workflow.db.repositories.recognition import SqlAssessments, SqlComments, SqlEvidence
from workflow.db.repositories.sign_ins import SqlSignIns
from workflow.db.repositories.tasks import SqlTasks
from workflow.db.repositories.waits import SqlWaits
from workflow.errors import Conflict
from workflow.services.ports.accounts import Accounts, SignIns
from workflow.services.ports.audit import Checkpoints, Events
from workflow.services.ports.cases import Cases, Commands, Incidents, Jobs, Tasks
from workflow.services.ports.definitions import Campaigns, Definitions
from workflow.services.ports.migrations import Migrations
from workflow.services.ports.notifications import Notifications
from workflow.services.ports.organisation import CalendarDays, Organisations, Settings
from workflow.services.ports.recognition import Assessments, Comments, Evidence
from workflow.services.ports.waits import Waits

_RACES = ("40001", "40P01")
"""PostgreSQL's codes for a transaction given up for another one's sake: serialisation failure, deadlock."""


def _lost_a_race(error: sa.exc.DBAPIError) -> bool:
    return isinstance(error, sa.exc.IntegrityError) or getattr(error.orig, "sqlstate", None) in _RACES


class SqlUnitOfWork:
    """See `workflow.services.ports.unit_of_work.UnitOfWork`."""

    def __init__(self, engine: sa.Engine, *, reading: bool = False) -> None:
        self._engine = engine
        self._reading = reading

    def __enter__(self) -> Self:
        connection = self._engine.connect()
        if self._reading:
            connection = connection.execution_options(reading=True)
            if connection.dialect.name == "postgresql":  # one moment for all statements, as SQLite gives it
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
        self._connection = connection
        self._transaction = connection.begin()
        self.cases: Cases = SqlCases(connection)
        self.tasks: Tasks = SqlTasks(connection)
        self.incidents: Incidents = SqlIncidents(connection)
        self.jobs: Jobs = SqlJobs(connection)
        self.commands: Commands = SqlCommands(connection)
        self.assessments: Assessments = SqlAssessments(connection)
        self.evidence: Evidence = SqlEvidence(connection)
        self.comments: Comments = SqlComments(connection)
        self.events: Events = SqlEvents(connection)
        self.checkpoints: Checkpoints = SqlCheckpoints(connection)
        self.accounts: Accounts = SqlAccounts(connection)
        self.sign_ins: SignIns = SqlSignIns(connection)
        self.organisations: Organisations = SqlOrganisations(connection)
        self.calendar_days: CalendarDays = SqlCalendarDays(connection)
        self.settings: Settings = SqlSettings(connection)
        self.definitions: Definitions = SqlDefinitions(connection)
        self.campaigns: Campaigns = SqlCampaigns(connection)
        self.migrations: Migrations = SqlMigrations(connection)
        self.notifications: Notifications = SqlNotifications(connection)
        self.waits: Waits = SqlWaits(connection)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._transaction.is_active:
            self._transaction.rollback()
        self._connection.close()
        if isinstance(error, sa.exc.DBAPIError) and _lost_a_race(error):
            raise Conflict() from error

    def savepoint(self) -> AbstractContextManager[object]:
        """See the protocol."""
        return self._connection.begin_nested()

    def commit(self) -> None:
        """Make everything durable. Raises `Conflict` when another writer was faster."""
        try:
            self._transaction.commit()
        except sa.exc.DBAPIError as error:
            if _lost_a_race(error):
                raise Conflict() from error
            raise


class SqlUnitsOfWork:
    """Makes units of work on one engine."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def __call__(self) -> SqlUnitOfWork:
        return SqlUnitOfWork(self._engine)

    def reading(self) -> SqlUnitOfWork:
        """A unit of work that sees one moment and never waits for a writer."""
        return SqlUnitOfWork(self._engine, reading=True)
