"""Where the application plugs into the durable engine: what a body is, who may act on a new task, when people work."""

from collections.abc import Sequence
from typing import Protocol

from workflow.engine.program import WorkingTime
from workflow.store.cases import CaseRecord
from workflow.store.unit_of_work import UnitOfWork


class Application(Protocol):
    """What the engine asks of whoever runs cases on it. `workflow.services.casework.application` has the provinces' answers."""

    def body(self, uow: UnitOfWork, case: CaseRecord, jurisdiction: str | None) -> str | None:
        """The id of the organisation that a task's jurisdiction means for this case; None where tasks belong to none.

        Raises `NotFound` naming what is missing: the activity then becomes an incident.
        """

    def groups(self, roles: Sequence[str], body: str | None) -> list[str]:
        """The groups in whose inboxes a task for these roles waits at that body: their members may act on it."""

    def working_time(self, uow: UnitOfWork) -> WorkingTime | None:
        """The calendar by which working days and hours are counted. The same object until it changes."""
