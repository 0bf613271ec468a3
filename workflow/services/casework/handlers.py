"""The service handlers that a procedure may name: each works in the transaction of the job that calls it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from workflow.calendar.zone import local_date
from workflow.errors import N_, InvalidInput
from workflow.organisation.candidates import group_key, resolve_body
from workflow.runtime.recorder import Fact, Provenance
from workflow.services.casework.ground import CaseGround
from workflow.services.casework.notifications import tell
from workflow.services.ground.people import doers_of
from workflow.store.cases import CaseRecord
from workflow.store.unit_of_work import UnitOfWork

NOTICE = N_("%(business_key)s, %(unit)s: %(text)s")


class BpmnError(Exception):
    """A fault that the process itself is to handle, by a boundary event that catches its code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What a handler gets: the case as it stands and the evaluated inputs."""

    ground: CaseGround
    uow: UnitOfWork
    case: CaseRecord
    inputs: Mapping[str, Any]
    by: Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The case (changed, perhaps), variables for the process, and what to record."""

    case: CaseRecord
    variables: Mapping[str, Any]
    facts: tuple[Fact, ...] = ()


Handler = Callable[[Call], Answer]


def notify(call: Call) -> Answer:
    """Tell the holders of `role` at `to` (`subject` or `<body>@<level>`) the `text`."""
    tree = call.ground.register.tree(call.uow)
    role, to = str(call.inputs.get("role") or ""), str(call.inputs.get("to") or "subject")
    if not role:
        raise InvalidInput(N_("The input %(name)s is missing."), name="role")
    body = resolve_body(tree, to, call.case.unit_id, call.case.as_of_on)
    people = doers_of(call.uow, [group_key(role, body)], local_date(call.by.at))
    unit = tree.get(call.case.unit_id)
    params = {
        "business_key": call.case.business_key,
        "unit": unit.name_vi,
        "unit_en": unit.name_en,
        "text": str(call.inputs.get("text") or ""),
    }
    told = tell(call.uow, people, NOTICE, params, call.by, case=call.case)
    fact = Fact(type="PeopleNotified", payload={**params, "role": role, "organisation_id": body, "told": told})
    return Answer(case=call.case, variables={}, facts=(fact,))


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
    payload = {
        "outcome": outcome,
        "decision_number": case.decision_number,
        "decided_on": decided_on.isoformat() if decided_on else None,
    }
    return Answer(case=case, variables={}, facts=(Fact(type="ResultRecorded", payload=payload),))


RECORD_RESULT = "record-result"
HANDLERS: Mapping[str, Handler] = {"notify": notify, RECORD_RESULT: record_result}
