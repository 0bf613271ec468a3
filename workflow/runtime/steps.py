"""One step of a case: decide, evolve, project, record and save, inside the caller's transaction."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar, cast

from workflow.audit.facts.fact import Fact
from workflow.budget import STEP, within
from workflow.engine import commands as cmd, events as ev
from workflow.engine.codec import state_from_json, state_to_json
from workflow.engine.decide import advance
from workflow.engine.program import Program
from workflow.engine.state import ProcessState
from workflow.lifecycle.case import CASE, CaseContext
from workflow.runtime.application import Application
from workflow.runtime.programs import CompiledVersion, Programs
from workflow.runtime.projection import Projection
from workflow.runtime.recorder import Happening, Provenance, record
from workflow.store.cases import CaseRecord
from workflow.store.unit_of_work import UnitOfWork

CaseT = TypeVar("CaseT", bound=CaseRecord)
"""A case, and whatever more the application knows of it: a step gives back what it was given."""
_BY_SYSTEM = CaseContext(by_system=True, is_manager=True)


def case_stream(case_id: str) -> str:
    """The name of a case's audit stream."""
    return f"case:{case_id}"


class Steps:
    """Carries engine commands out on cases."""

    def __init__(self, programs: Programs, application: Application) -> None:
        self._programs = programs
        self._application = application

    def version(self, uow: UnitOfWork, case: CaseRecord) -> CompiledVersion:
        """The compiled version that the case runs on."""
        found = self.compiled(uow, case.version_id)
        if not case.former_versions:
            return found
        former = tuple(self.compiled(uow, version_id).package for version_id in reversed(case.former_versions))
        return replace(found, package=replace(found.package, former=former))

    def compiled(self, uow: UnitOfWork, version_id: str) -> CompiledVersion:
        """A published version, compiled. Raises as `Programs.get`."""
        return self._programs.get(uow, version_id)

    def program(self, uow: UnitOfWork, case: CaseRecord) -> Program:
        """What the engine needs to run the case."""
        program = self.version(uow, case).program
        return program if case.process_id is None else replace(program, main=case.process_id)

    def start(
        self,
        uow: UnitOfWork,
        case: CaseT,
        variables: dict[str, Any],
        by: Provenance,
        facts: Sequence[Fact] = (),
        start_node: str | None = None,
    ) -> CaseT:
        """Insert the case and run it to its first waiting point, from the event `start_node` where one starts it.

        `facts` tell for what it was opened; they come first in its stream.
        """
        uow.cases.add(replace(case, state=None))
        return self._step(uow, case, None, cmd.StartProcess(variables=variables, start_node=start_node), by, facts)

    def apply(
        self,
        uow: UnitOfWork,
        case: CaseT,
        command: cmd.Command,
        by: Provenance,
        facts: Sequence[Fact] = (),
        state: ProcessState | None = None,
    ) -> CaseT:
        """Run one command on the case; `facts` are recorded before what the engine says. Raises `Conflict`.

        `state`: that of the case, from who has read it already.
        """
        if state is None and case.state is not None:
            state = state_from_json(case.state)
        return self._step(uow, case, state, command, by, facts)

    def note(self, uow: UnitOfWork, case: CaseRecord, by: Provenance, *happened: Happening) -> None:
        """Record facts about the case that do not move it."""
        record(uow, case_stream(case.id), happened, by, case_id=case.id, province=case.province)

    def _step(
        self,
        uow: UnitOfWork,
        case: CaseT,
        state: ProcessState | None,
        command: cmd.Command,
        by: Provenance,
        facts: Sequence[Fact],
    ) -> CaseT:
        with within(STEP):
            return self._worked_out(uow, case, state, command, by, facts)

    def _worked_out(
        self,
        uow: UnitOfWork,
        case: CaseT,
        state: ProcessState | None,
        command: cmd.Command,
        by: Provenance,
        facts: Sequence[Fact],
    ) -> CaseT:
        version = self.version(uow, case)
        program = self.program(uow, case)
        counted = state.counter if state is not None else 0
        projection = Projection(uow, version.package, self._application, case, by.at, counted=counted)
        events: list[ev.Event] = []
        pending: list[cmd.Command] = [command]
        while pending:
            new, state = advance(program, state, pending.pop(0), by.at)
            events += new
            for event in new:
                projection.apply(event)
            pending += [cmd.FailJob(activity_id=activity, message=message) for activity, message in projection.failures]
            projection.failures.clear()
        assert state is not None  # noqa: S101 - the loop has run once, and evolve never returns None
        done = _ended(projection.write(state), state, events, by.at)
        self.note(uow, done, by, *facts, *events)
        saved = uow.cases.save(replace(done, state=state_to_json(state)))
        return cast(CaseT, saved)  # copies of one record are of one class


def _ended(case: CaseRecord, state: ProcessState, events: Sequence[ev.Event], now: datetime) -> CaseRecord:
    """A completed process completes its case; the end event is the outcome where no handler recorded one."""
    if state.status != "completed" or case.ended_at is not None:
        return case
    ends = next(event.end_nodes for event in reversed(events) if isinstance(event, ev.ProcessCompleted))
    outcome = case.outcome or (ends[-1] if ends else None)
    return replace(case, status=CASE.move(case.status, "complete", _BY_SYSTEM), outcome=outcome, ended_at=now)
