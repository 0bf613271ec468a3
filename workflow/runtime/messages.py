"""Messages and signals between cases: what one throws reaches those that wait for it, each in a transaction of its own.

A delivery never leaves its province: provinces may be moved to databases of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Protocol

from workflow.engine import commands as cmd
from workflow.errors import N_, NotFound
from workflow.feel.values import from_json
from workflow.ids import new_id
from workflow.model.events import MessageDefinition
from workflow.model.starts import start_points
from workflow.runtime.jobs import Runner
from workflow.runtime.recorder import Provenance
from workflow.runtime.steps import Steps
from workflow.store.cases import CaseRecord
from workflow.store.jobs import JobRecord
from workflow.store.unit_of_work import UnitOfWork

KEPT_FOR = timedelta(days=30)
"""How long a message that nobody waits for yet is offered again, at growing intervals, before it counts as failed work."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(hours=1)

_NOBODY = N_("For %(days)s days nobody has waited for the message “%(name)s” of the case %(business_key)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageStart:
    """A process of the sender's file that the message starts, at which of its events, and with what it carries."""

    process_id: str
    start_node: str
    variables: Mapping[str, Any]


class StartCase(Protocol):
    """Opens a case because of a message: for whom, and under which number, the application knows."""

    def __call__(self, uow: UnitOfWork, sender: CaseRecord, start: MessageStart, by: Provenance) -> None: ...


class MessageJobs:
    """Runners of the jobs by which thrown messages and signals travel."""

    def __init__(self, steps: Steps, start: StartCase) -> None:
        self._steps = steps
        self._start_case = start

    def runners(self) -> dict[str, Runner]:
        """Runner by kind of job."""
        return {"message": self.run_message, "signal": self.run_signal, "signal-case": self.run_signal_case}

    def run_message(self, uow: UnitOfWork, job: JobRecord, by: Provenance) -> None:
        """Deliver a thrown message to the case that has waited longest, or start a case by it, or keep it for later."""
        sender = uow.cases.get(str(job.case_id))
        name, key = str(job.payload["name"]), str(job.payload["key"])
        variables = from_json(job.payload["variables"])
        for wait in uow.waits.for_message(sender.province, name, key):
            case = uow.cases.get(wait.case_id)
            arrival = cmd.CorrelateMessage(name=name, variables=variables, subscription_id=wait.subscription_id)
            self._steps.apply(uow, case, arrival, by)
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
            self._steps.apply(uow, case, cmd.BroadcastSignal(name=job.payload["name"], variables=variables), by)

    def _start(
        self, uow: UnitOfWork, sender: CaseRecord, name: str, variables: Mapping[str, Any], by: Provenance
    ) -> bool:
        """Open a case on a process of the sender's file that the message starts. Return whether there is one."""
        processes = self._steps.version(uow, sender).program.processes
        points = (point for process in processes.values() for point in start_points(process))
        found = next((one for one in points if one.needs == 1 and one.listens_for(MessageDefinition, name)), None)
        if found is None:
            return False
        start = MessageStart(process_id=found.process_id, start_node=found.node_id, variables=variables)
        self._start_case(uow, sender, start, by)
        return True

    def _keep(self, uow: UnitOfWork, job: JobRecord, sender: CaseRecord, by: Provenance) -> None:
        waited = by.at - job.created_at
        if waited > KEPT_FOR:
            name = job.payload["name"]
            raise NotFound(_NOBODY, days=KEPT_FOR.days, name=name, business_key=sender.business_key)
        pause = min(max(waited, FIRST_PAUSE), LONGEST_PAUSE)
        uow.jobs.add([replace(job, id=new_id(), run_at=by.at + pause, attempts=0, locked_until=None)])
