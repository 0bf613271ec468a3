"""One transaction with its repositories: rolled back unless committed."""

from contextlib import AbstractContextManager
from types import TracebackType
from typing import Protocol, Self

from workflow.services.ports.accounts import Accounts, SignIns
from workflow.services.ports.audit import Checkpoints, Events
from workflow.services.ports.cases import Cases, Commands, Incidents, Jobs, Tasks
from workflow.services.ports.definitions import Campaigns, Definitions
from workflow.services.ports.migrations import Migrations
from workflow.services.ports.notifications import Notifications
from workflow.services.ports.organisation import CalendarDays, Organisations, Settings
from workflow.services.ports.recognition import Assessments, Comments, Evidence
from workflow.services.ports.waits import Waits


class UnitOfWork(Protocol):
    """Used as `with units() as uow: …; uow.commit()`."""

    cases: Cases
    tasks: Tasks
    incidents: Incidents
    jobs: Jobs
    commands: Commands
    assessments: Assessments
    evidence: Evidence
    comments: Comments
    events: Events
    checkpoints: Checkpoints
    accounts: Accounts
    sign_ins: SignIns
    organisations: Organisations
    calendar_days: CalendarDays
    settings: Settings
    definitions: Definitions
    campaigns: Campaigns
    migrations: Migrations
    notifications: Notifications
    waits: Waits

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def savepoint(self) -> AbstractContextManager[object]:
        """What is written inside is undone when the block raises; the transaction itself goes on."""

    def commit(self) -> None:
        """Make everything durable. Raises `Conflict` when another writer was faster."""


class UnitsOfWork(Protocol):
    """Makes units of work: `units()` may write, `units.reading()` may not and never waits for a writer."""

    def __call__(self) -> UnitOfWork: ...

    def reading(self) -> UnitOfWork: ...
