"""What the runtime asks of the application: which body is meant for a unit's case, who may act there, when people work."""

from collections.abc import Sequence

from workflow.calendar.working_time import WorkingCalendar
from workflow.organisation.candidates import group_key, resolve_body
from workflow.services.ground.register import OrganisationRegister
from workflow.store.cases import CaseRecord
from workflow.store.unit_of_work import UnitOfWork


class UnitApplication:
    """See `workflow.runtime.application.Application`: bodies come from the organisation tree at the case's day."""

    def __init__(self, register: OrganisationRegister) -> None:
        self._register = register

    def body(self, uow: UnitOfWork, case: CaseRecord, jurisdiction: str | None) -> str | None:
        """The unit itself, or the body that has the jurisdiction over it. A case that runs for no unit has no body."""
        if case.unit_id is None or case.as_of_on is None:
            return None
        return resolve_body(self._register.tree(uow), jurisdiction, case.unit_id, case.as_of_on)

    def groups(self, roles: Sequence[str], body: str | None) -> list[str]:
        """One group a role at the body; without one, the roles themselves."""
        return list(roles) if body is None else [group_key(role, body) for role in roles]

    def working_time(self, uow: UnitOfWork) -> WorkingCalendar:
        """The working calendar with every override."""
        return self._register.calendar(uow)
