"""Messages from outside, which an operator lets arrive; and for whom a case is opened that a message starts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workflow.audit.facts.casework import CaseOperated
from workflow.engine import commands as cmd
from workflow.engine.codec import state_from_json
from workflow.errors import N_, InvalidInput, NotFound
from workflow.ids import new_id
from workflow.organisation.authority import Actor
from workflow.runtime.messages import MessageStart
from workflow.runtime.recorder import Provenance
from workflow.services.casework.cases import CaseService
from workflow.services.casework.ground import CaseGround
from workflow.services.casework.operations import refuse_alone, values_set
from workflow.services.ground.access import provenance
from workflow.services.ground.idempotence import once
from workflow.spelling import entered
from workflow.store.cases import CaseRecord
from workflow.store.casework import UnitCase
from workflow.store.unit_of_work import UnitOfWork
from workflow.store.waits import WaitRecord

_CARRIED_OVER = ("deadlines",)
"""Variables of the sender that a case which its message starts begins with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverMessage:
    """Somebody outside has answered: an operator lets the waiting message arrive, with a reason."""

    case_id: str
    subscription_id: str
    reason: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    command_id: str = field(default_factory=new_id)


class MessageService:
    """Needs the permission `operate`; how messages travel by themselves is in `workflow.runtime.messages`."""

    def __init__(self, ground: CaseGround, cases: CaseService) -> None:
        self._ground = ground
        self._cases = cases

    def waiting(self, actor: Actor, case_id: str) -> list[WaitRecord]:
        """The messages that the case waits for. Raises `PermissionDenied` without the permission `operate`."""
        with self._ground.units.reading() as uow:
            self._ground.access(uow, actor).require("operate", uow.unit_cases.get(case_id))
            return [wait for wait in uow.waits.of_case(case_id) if wait.kind == "message"]

    def deliver(self, actor: Actor, command: DeliverMessage) -> Mapping[str, Any]:
        """Let the message arrive. Raises `PermissionDenied`, `InvalidInput` without a reason or for `refuse_alone`, `NotFound` when it came."""
        reason = entered(command.reason)
        if not reason:
            raise InvalidInput(N_("Give a reason."))

        def work(uow: UnitOfWork) -> Mapping[str, Any]:
            access = self._ground.access(uow, actor)
            case = uow.unit_cases.get(command.case_id)
            by = provenance(actor, access.require("operate", case), access.now, command.command_id)
            return once(uow, "DeliverMessage", by, lambda: self._arrive(uow, case, command, reason, by))

        return self._ground.step(work)

    def _arrive(
        self, uow: UnitOfWork, case: UnitCase, command: DeliverMessage, reason: str, by: Provenance
    ) -> Mapping[str, Any]:
        state = state_from_json(case.state or {})
        found = state.subscriptions.get(command.subscription_id)
        if found is None or found.kind != "message":
            raise NotFound()
        arrival = cmd.CorrelateMessage(
            name=found.name, key=found.key, variables=command.variables, subscription_id=found.id
        )
        refuse_alone(self._ground.version(uow, case).package, command.variables)
        operated = CaseOperated(command=type(arrival).__name__, name=found.name, reason=reason)
        facts = [operated, *values_set(case, found.id, command.variables, reason)]
        saved = self._ground.steps.apply(uow, case, arrival, by, facts)
        return {"case_id": saved.id}

    def start_case(self, uow: UnitOfWork, sender: CaseRecord, start: MessageStart, by: Provenance) -> None:
        """Open a case for the sender's unit, in its campaign. See `workflow.runtime.messages.StartCase`."""
        case = uow.unit_cases.get(sender.id)
        sent = state_from_json(case.state).variables if case.state else {}
        carried = {key: sent[key] for key in _CARRIED_OVER if key in sent}
        self._cases.start(
            uow,
            by,
            campaign=uow.campaigns.get(case.campaign_id),
            unit_id=case.unit_id,
            business_key=_free_key(uow, case.business_key),
            variables={**carried, **start.variables},
            process_id=start.process_id,
            start_node=start.start_node,
        )


def _free_key(uow: UnitOfWork, business_key: str) -> str:
    number = 2
    while uow.cases.by_business_key(f"{business_key}-{number}") is not None:
        number += 1
    return f"{business_key}-{number}"
