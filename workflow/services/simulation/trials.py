"""Trials: a version of a procedure run step by step in memory, by whoever may read definitions. No case is touched.

A trial is kept nowhere but in the text that its page carries: where it began and what was done. Each step does all of it
again, so that the last one is undone by leaving it out and a forged text can only say what a person could have done.
"""

import json
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Any

from workflow.engine.program import Program
from workflow.errors import N_, DefinitionRejected, InvalidInput
from workflow.lifecycle.definition_version import DRAFT, PUBLISHED, RETIRED
from workflow.organisation.authority import Actor
from workflow.packages.package import ProcedurePackage, load_published, read_package
from workflow.packages.saved_tests import package_program
from workflow.ports import Clock
from workflow.services.access import local_date
from workflow.services.acting import authorise
from workflow.services.definitions import DefinitionLibrary
from workflow.services.organisations import OrganisationRegister
from workflow.services.simulation.entries import read_entries
from workflow.services.simulation.records import Offer, Step, Trial
from workflow.services.simulation.running_on import run_on
from workflow.services.simulation.starting import (
    first_instant,
    offered_variables,
    read_instant,
    read_variables,
    variables_text,
)
from workflow.services.simulation.telling import Teller, spec_of_node
from workflow.simulation.actions import Action
from workflow.simulation.session import Session
from workflow.simulation.waiting import Waiting
from workflow.store.procedures import VersionRecord
from workflow.store.unit_of_work import UnitOfWork, UnitsOfWork

LARGEST = 200_000
"""Characters of a trial's text."""
MOST_STEPS = 400
_KEPT = 16
_UNFIT = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)

_UNREADABLE = N_("The trial cannot be read. Start it again.")
_TOO_LONG = N_("A trial has at most %(most)s steps. Start it again.")
_GONE = N_("What was to be done does not wait any more.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A version made ready for trials."""

    version: VersionRecord
    package: ProcedurePackage
    program: Program

    @property
    def teller(self) -> Teller:
        return Teller(self.version, self.package)

    def session(self, run: str) -> Session:
        """The session that the text tells of. Raises `InvalidInput`."""
        if len(run) > LARGEST:
            raise InvalidInput(_UNREADABLE)
        try:
            given = json.loads(run)
            if len(given["actions"]) > MOST_STEPS:
                raise InvalidInput(_TOO_LONG, most=MOST_STEPS)
            return Session.from_json(self.program, given)
        except _UNFIT as error:
            raise InvalidInput(_UNREADABLE) from error


class TrialService:
    """Every method raises `PermissionDenied`, `NotFound` for an unknown version, `InvalidInput` for a text that is no trial."""

    def __init__(
        self, units: UnitsOfWork, clock: Clock, register: OrganisationRegister, library: DefinitionLibrary
    ) -> None:
        self._units = units
        self._clock = clock
        self._register = register
        self._library = library
        self._packages: OrderedDict[str, ProcedurePackage] = OrderedDict()

    def offer(self, actor: Actor, version_id: str) -> Offer:
        """What a trial could begin with, or the faults that forbid one."""
        with self._units.reading() as uow:
            may_edit = self._may_edit(uow, actor)
            try:
                tried = self.ready(uow, actor, version_id)
            except DefinitionRejected as rejected:
                version = uow.definitions.get(version_id)
                faults = tuple(found for found in rejected.findings if found.severity == "error")
                return Offer(version=version, faults=faults, may_edit=may_edit and version.status == DRAFT)
            calendar = self._register.calendar(uow)
            start = first_instant(tried.package, calendar)
            variables = offered_variables(tried.package, start, calendar, self._register.tree(uow))
            return Offer(
                version=tried.version,
                faults=(),
                may_edit=may_edit and tried.version.status == DRAFT,
                start_at=start,
                variables=variables_text(variables),
            )

    def begin(self, actor: Actor, version_id: str, *, start: str, variables: str) -> Trial:
        """Start the main process. `start`: a local day and time; `variables`: a JSON object. Raises `DefinitionRejected`."""
        with self._units.reading() as uow:
            tried = self.ready(uow, actor, version_id)
        begun = read_instant(start)
        try:
            session = Session.start(tried.program, variables=read_variables(variables), start=begun)
        except _UNFIT as error:
            raise InvalidInput(_UNREADABLE) from error
        return tried.teller.trial(session)

    def show(self, actor: Actor, version_id: str, run: str) -> Trial:
        """The trial as it stands."""
        tried, session = self.opened(actor, version_id, run)
        return tried.teller.trial(session)

    def step(self, actor: Actor, version_id: str, run: str, step: Step) -> Trial:
        """Do one thing. Raises `InvalidInput` for a wrong entry and for an outcome that is not possible."""
        tried, session = self.opened(actor, version_id, run)
        if len(session.actions) >= MOST_STEPS:
            raise InvalidInput(_TOO_LONG, most=MOST_STEPS)
        waiting = session.waiting
        if not 0 <= step.index < len(waiting):
            raise InvalidInput(_GONE)
        try:
            after = session.do(_action(session, waiting[step.index], step))
        except _UNFIT as error:
            raise InvalidInput(_UNREADABLE) from error
        return tried.teller.trial(after)

    def undo(self, actor: Actor, version_id: str, run: str) -> Trial:
        """The trial without its last step."""
        tried, session = self.opened(actor, version_id, run)
        return tried.teller.trial(self._again(tried, session, len(session.actions) - 1))

    def restart(self, actor: Actor, version_id: str, run: str) -> Trial:
        """The trial as it began."""
        tried, session = self.opened(actor, version_id, run)
        return tried.teller.trial(self._again(tried, session, 0))

    def run_on(self, actor: Actor, version_id: str, run: str) -> Trial:
        """Go on to the end with the first outcome that is possible everywhere, machine work done, timers last."""
        tried, session = self.opened(actor, version_id, run)
        after, whole = run_on(session, MOST_STEPS)
        return tried.teller.trial(after, stopped_early=not whole)

    def opened(self, actor: Actor, version_id: str, run: str) -> tuple[Tried, Session]:
        """The version and the session of a trial's text. Raises `DefinitionRejected` for a version with faults."""
        with self._units.reading() as uow:
            tried = self.ready(uow, actor, version_id)
        return tried, tried.session(run)

    def ready(self, uow: UnitOfWork, actor: Actor, version_id: str) -> Tried:
        """The version made ready for trials. Raises `DefinitionRejected`."""
        authorise(actor, "read_definitions", None, self._register.tree(uow), self._clock.now())
        version = uow.definitions.get(version_id)
        package = self._package(uow, version)
        program = package_program(
            package.bpmn.processes, package.bpmn.main, package.decisions, self._register.calendar(uow)
        )
        return Tried(version=version, package=package, program=program)

    def _package(self, uow: UnitOfWork, version: VersionRecord) -> ProcedurePackage:
        """The files are the same as long as their hash is."""
        found = self._packages.get(version.sha256)
        if found is None:
            files = uow.definitions.files(version.id)
            published = version.status in (PUBLISHED, RETIRED)
            found = load_published(files) if published else read_package(files, handlers=self._library.handlers)
            while len(self._packages) >= _KEPT:
                self._packages.popitem(last=False)
            self._packages[version.sha256] = found
        return found

    def _may_edit(self, uow: UnitOfWork, actor: Actor) -> bool:
        today = local_date(self._clock.now())
        return actor.can("administer_definitions", None, self._register.tree(uow), today)

    @staticmethod
    def _again(tried: Tried, session: Session, steps: int) -> Session:
        kept: dict[str, Any] = {**session.to_json(), "actions": session.to_json()["actions"][: max(0, steps)]}
        return Session.from_json(tried.program, kept)


def _action(session: Session, waiting: Waiting, step: Step) -> Action:
    variables = read_variables(step.variables)
    action = replace(waiting.action(outcome=step.outcome, variables=variables), reason=step.reason.strip())
    if waiting.kind == "job":
        return replace(action, error=step.error.strip() or None)
    spec = spec_of_node(session, waiting)
    return action if spec is None else replace(action, fields=read_entries(spec, step.entries))
