"""Messages and signals between cases: what one throws reaches those that wait for it, each in a transaction of its own.

A delivery never leaves its province: provinces may be moved to databases of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from workflow.engine import commands as cmd
from workflow.engine.serialise import state_from_json
from workflow.errors import N_, InvalidInput, NotFound
from workflow.feel.values import from_json
from workflow.ids import new_id
from workflow.model.events import MessageDefinition
from workflow.organisation.authority import Actor
from workflow.runtime.recorder import Fact, Provenance
from workflow.services.casework.cases import CaseService
from workflow.services.casework.ground import CaseGround
from workflow.services.ground.access import provenance
from workflow.services.ground.idempotence import once
from workflow.simulation.starts import start_points
from workflow.store.cases import CaseRecord
from workflow.store.jobs import JobRecord
from workflow.store.unit_of_work import UnitOfWork
from workflow.store.waits import WaitRecord

KEPT_FOR = timedelta(days=30)
"""How long a message that nobody waits for yet is offered again, at growing intervals, before it counts as failed work."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(hours=1)

_NOBODY = N_("For %(days)s days nobody has waited for the message “%(name)s” of the case %(business_key)s.")
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
    """`run_message`, `run_signal` and `run_signal_case` are runners of jobs; `deliver` needs the permission `operate`."""

    def __init__(self, ground: CaseGround, cases: CaseService) -> None:
        self._ground = ground
        self._cases = cases

    def waiting(self, actor: Actor, case_id: str) -> list[WaitRecord]:
        """The messages that the case waits for. Raises `PermissionDenied` without the permission `operate`."""
        with self._ground.units.reading() as uow:
            self._ground.access(uow, actor).require("operate", uow.cases.get(case_id))
            return [wait for wait in uow.waits.of_case(case_id) if wait.kind == "message"]

    def deliver(self, actor: Actor, command: DeliverMessage) -> Mapping[str, Any]:
        """Let the message arrive. Raises `PermissionDenied`, `InvalidInput` without a reason, `NotFound` when it came already."""
        reason = command.reason.strip()
        if not reason:
            raise InvalidInput(N_("Give a reason."))

        def work(uow: UnitOfWork) -> Mapping[str, Any]:
            access = self._ground.access(uow, actor)
            case = uow.cases.get(command.case_id)
            by = provenance(actor, access.require("operate", case), access.now, command.command_id)
            return once(uow, "DeliverMessage", by, lambda: self._arrive(uow, case, command, reason, by))

        return self._ground.step(work)

    def _arrive(
        self, uow: UnitOfWork, case: CaseRecord, command: DeliverMessage, reason: str, by: Provenance
    ) -> Mapping[str, Any]:
        state = state_from_json(case.state or {})
        found = state.subscriptions.get(command.subscription_id)
        if found is None or found.kind != "message":
            raise NotFound()
        arrival = cmd.CorrelateMessage(
            name=found.name, key=found.key, variables=command.variables, subscription_id=found.id
        )
        payload = {"command": "CorrelateMessage", "name": found.name, "reason": reason}
        saved = self._ground.steps.apply(uow, case, arrival, by, [Fact(type="CaseOperated", payload=payload)])
        return {"case_id": saved.id}

    def run_message(self, uow: UnitOfWork, job: JobRecord, by: Provenance) -> None:
        """Deliver a thrown message to the case that has waited longest, or start a case by it, or keep it for later."""
        sender = uow.cases.get(str(job.case_id))
        name, key = str(job.payload["name"]), str(job.payload["key"])
        variables = from_json(job.payload["variables"])
        for wait in uow.waits.for_message(sender.province, name, key):
            case = uow.cases.get(wait.case_id)
            arrival = cmd.CorrelateMessage(name=name, variables=variables, subscription_id=wait.subscription_id)
            self._ground.steps.apply(uow, case, arrival, by)
            return
        if not self._start(uow, sender, name, variables, by):
            self._keep(uow, job, sender, by)

    def run_signal(self, uow: UnitOfWork, job: JobRecord, by: Provenance) -> None:
        """Tell each waiting case by a job of its own, so that no case waits for another."""
        sender = uow.cases.get(str(job.case_id))
        told = [
            case for case in uow.waits.cases_for_signal(sender.province, str(job.payload["name"])) if case != sender.id
        ]
        uow.jobs.add(
            [
                replace(job, id=new_id(), kind="signal-case", case_id=case, ref=None, attempts=0, locked_until=None)
                for case in told
            ]
        )

    def run_signal_case(self, uow: UnitOfWork, job: JobRecord, by: Provenance) -> None:
        """Bring the signal to one case; one that has ended meanwhile hears nothing."""
        case = uow.cases.get(str(job.case_id))
        if case.ended_at is None:
            variables = from_json(job.payload["variables"])
            self._ground.steps.apply(uow, case, cmd.BroadcastSignal(name=job.payload["name"], variables=variables), by)

    def _start(
        self, uow: UnitOfWork, sender: CaseRecord, name: str, variables: Mapping[str, Any], by: Provenance
    ) -> bool:
        """Open a case for the sender's unit on a process of the same file that the message starts. Return whether there is one."""
        processes = self._ground.version(uow, sender).program.processes
        points = (point for process in processes.values() for point in start_points(process))
        found = next((one for one in points if one.needs == 1 and one.listens_for(MessageDefinition, name)), None)
        if found is None:
            return False
        sent = state_from_json(sender.state).variables if sender.state else {}
        carried = {key: sent[key] for key in _CARRIED_OVER if key in sent}
        self._cases.start(
            uow,
            by,
            campaign=uow.campaigns.get(sender.campaign_id),
            unit_id=sender.unit_id,
            business_key=_free_key(uow, sender.business_key),
            variables={**carried, **variables},
            process_id=found.process_id,
            start_node=found.node_id,
        )
        return True

    def _keep(self, uow: UnitOfWork, job: JobRecord, sender: CaseRecord, by: Provenance) -> None:
        waited = by.at - job.created_at
        if waited > KEPT_FOR:
            name = job.payload["name"]
            raise NotFound(_NOBODY, days=KEPT_FOR.days, name=name, business_key=sender.business_key)
        pause = min(max(waited, FIRST_PAUSE), LONGEST_PAUSE)
        uow.jobs.add([replace(job, id=new_id(), run_at=by.at + pause, attempts=0, locked_until=None)])


def _free_key(uow: UnitOfWork, business_key: str) -> str:
    number = 2
    while uow.cases.by_business_key(f"{business_key}-{number}") is not None:
        number += 1
    return f"{business_key}-{number}"
