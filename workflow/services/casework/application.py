"""What the application plugs into the runtime: which body is meant, who may act there, when people work; and what service tasks do."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from workflow.audit.facts.casework import ResultRecorded
from workflow.audit.facts.notifications import PeopleNotified
from workflow.calendar.working_time import WorkingCalendar
from workflow.calendar.zone import local_date
from workflow.errors import N_, InvalidInput
from workflow.organisation.candidates import group_key, resolve_body
from workflow.packages.records import RECORD_RESULT
from workflow.packages.roles import held_as
from workflow.runtime.handlers import Answer, Call, Handler
from workflow.services.ground.people import doers_of
from workflow.services.ground.register import OrganisationRegister
from workflow.services.notifications.telling import tell
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


class CaseHandlers:
    """The application's answers to what the service tasks of its procedures ask for."""

    def __init__(self, register: OrganisationRegister) -> None:
        self._register = register

    def by_name(self) -> dict[str, Handler]:
        """Handler by the name that a procedure gives."""
        return {"notify": self.notify, RECORD_RESULT: self.record_result}

    def notify(self, call: Call) -> Answer:
        """Tell the holders of `role` at `to` (`subject` or `<body>@<level>`) the `text`."""
        tree = self._register.tree(call.uow)
        role, to = str(call.inputs.get("role") or ""), str(call.inputs.get("to") or "subject")
        if not role:
            raise InvalidInput(N_("The input %(name)s is missing."), name="role")
        case = call.uow.unit_cases.get(call.case.id)
        body = resolve_body(tree, to, case.unit_id, case.as_of_on)
        version = call.uow.definitions.get(call.case.version_id)
        held = held_as(version.key, version.roles, role)
        people = doers_of(call.uow, [group_key(held, body)], local_date(call.by.at))
        unit = tree.get(case.unit_id)
        params = {
            "business_key": call.case.business_key,
            "unit": unit.name_vi,
            "unit_en": unit.name_en,
            "text": str(call.inputs.get("text") or ""),
        }
        told = tell(call.uow, people, PeopleNotified.notice, params, call.by, case=call.case)
        fact = PeopleNotified(**params, role=role, organisation_id=body, told=told)
        return Answer(case=call.case, variables={}, facts=(fact,))

    @staticmethod
    def record_result(call: Call) -> Answer:
        """Write `outcome`, and where there is one `decision_number` and `decided_on`, on the case itself."""
        outcome = call.inputs.get("outcome")
        if not isinstance(outcome, str) or not outcome:
            raise InvalidInput(N_("The input %(name)s is missing."), name="outcome")
        decided_on = call.inputs.get("decided_on")
        if decided_on is not None and not isinstance(decided_on, date):
            raise InvalidInput(N_("The input %(name)s is missing."), name="decided_on")
        number = call.inputs.get("decision_number")
        case = replace(
            call.case,
            outcome=outcome,
            decision_number=None if number is None else str(number),
            decided_on=decided_on,
        )
        fact = ResultRecorded(
            outcome=outcome,
            decision_number=case.decision_number,
            decided_on=decided_on.isoformat() if decided_on else None,
        )
        return Answer(case=case, variables={}, facts=(fact,))
