"""Trials: a version of a procedure run step by step in memory, by whoever may read definitions. No case is touched.

A trial is kept nowhere but in the text that its page carries: where it began and what was done. Each step does all of it
again, so that the last one is undone by leaving it out and a forged text can only say what a person could have done.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any

from workflow.alphabets import fit
from workflow.budget import PAGE, within
from workflow.calendar.working_time import WorkingCalendar
from workflow.calendar.zone import ZONE
from workflow.engine.program import Program
from workflow.errors import N_, DefinitionRejected, InvalidInput, WorkflowError
from workflow.feel.values import coerce, to_json
from workflow.lifecycle.definition_version import DRAFT
from workflow.organisation.authority import Actor
from workflow.organisation.tree import OrganisationTree
from workflow.packages.package import ProcedurePackage
from workflow.packages.saved_tests import package_program
from workflow.services.campaigns.campaigns import resolve_deadlines
from workflow.services.casework.cases import unit_variables
from workflow.services.casework.clocks import deadline_variables
from workflow.services.ground.ground import Ground
from workflow.services.procedures.library import DefinitionLibrary
from workflow.services.trials.entries import ASSESSMENT, criteria_for, read_entries, suggested
from workflow.services.trials.views import Offer, Step, Teller, Trial, choices_of, spec_of_node
from workflow.simulation.actions import Action, values_of
from workflow.simulation.session import Session
from workflow.simulation.waits import Waiting
from workflow.spelling import entered
from workflow.store.procedures import VersionRecord
from workflow.store.unit_of_work import UnitOfWork

LARGEST = 200_000
"""Characters of a trial's text."""
MOST_STEPS = 400
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
            given = fit(json.loads(run))
            if len(given["actions"]) > MOST_STEPS:
                raise InvalidInput(_TOO_LONG, most=MOST_STEPS)
            return Session.from_json(self.program, given)
        except _UNFIT as error:
            raise InvalidInput(_UNREADABLE) from error


class TrialService:
    """Every method raises `PermissionDenied`, `NotFound` for an unknown version, `InvalidInput` for a text that is no trial."""

    def __init__(self, ground: Ground, library: DefinitionLibrary) -> None:
        self._ground = ground
        self._library = library

    def offer(self, actor: Actor, version_id: str) -> Offer:
        """What a trial could begin with, or the faults that forbid one."""
        with self._ground.units.reading() as uow:
            may_edit = self._may_edit(uow, actor)
            try:
                tried = self.ready(uow, actor, version_id)
            except DefinitionRejected as rejected:
                version = uow.definitions.get(version_id)
                faults = tuple(found for found in rejected.findings if found.severity == "error")
                return Offer(version=version, faults=faults, may_edit=may_edit and version.status == DRAFT)
            calendar = self._ground.register.calendar(uow)
            start = first_instant(tried.package, calendar)
            variables = offered_variables(tried.package, start, calendar, self._ground.register.tree(uow))
            return Offer(
                version=tried.version,
                faults=(),
                may_edit=may_edit and tried.version.status == DRAFT,
                start_at=start,
                variables=variables_text(variables),
            )

    @within(PAGE)
    def begin(self, actor: Actor, version_id: str, *, start: str, variables: str) -> Trial:
        """Start the main process. `start`: a local day and time; `variables`: a JSON object. Raises `DefinitionRejected`."""
        with self._ground.units.reading() as uow:
            tried = self.ready(uow, actor, version_id)
        begun = read_instant(start)
        try:
            session = Session.start(tried.program, variables=read_variables(variables), start=begun)
        except _UNFIT as error:
            raise InvalidInput(_UNREADABLE) from error
        return tried.teller.trial(session)

    @within(PAGE)
    def show(self, actor: Actor, version_id: str, run: str) -> Trial:
        """The trial as it stands."""
        tried, session = self.opened(actor, version_id, run)
        return tried.teller.trial(session)

    @within(PAGE)
    def step(self, actor: Actor, version_id: str, run: str, step: Step) -> Trial:
        """Do one thing. Raises `InvalidInput` for a wrong entry and for an outcome that is not possible."""
        tried, session = self.opened(actor, version_id, run)
        if len(session.actions) >= MOST_STEPS:
            raise InvalidInput(_TOO_LONG, most=MOST_STEPS)
        waiting = session.waiting
        if not 0 <= step.index < len(waiting):
            raise InvalidInput(_GONE)
        try:
            after = session.do(_action(tried.package, session, waiting[step.index], step))
        except _UNFIT as error:
            raise InvalidInput(_UNREADABLE) from error
        return tried.teller.trial(after)

    @within(PAGE)
    def undo(self, actor: Actor, version_id: str, run: str) -> Trial:
        """The trial without its last step."""
        tried, session = self.opened(actor, version_id, run)
        return tried.teller.trial(self._again(tried, session, len(session.actions) - 1))

    @within(PAGE)
    def restart(self, actor: Actor, version_id: str, run: str) -> Trial:
        """The trial as it began."""
        tried, session = self.opened(actor, version_id, run)
        return tried.teller.trial(self._again(tried, session, 0))

    @within(PAGE)
    def run_on(self, actor: Actor, version_id: str, run: str) -> Trial:
        """Go on to the end with the first outcome that is possible everywhere, machine work done, timers last."""
        tried, session = self.opened(actor, version_id, run)
        after, whole = run_on(tried.package, session, MOST_STEPS)
        return tried.teller.trial(after, stopped_early=not whole)

    def opened(self, actor: Actor, version_id: str, run: str) -> tuple[Tried, Session]:
        """The version and the session of a trial's text. Raises `DefinitionRejected` for a version with faults."""
        with self._ground.units.reading() as uow:
            tried = self.ready(uow, actor, version_id)
        return tried, tried.session(run)

    def ready(self, uow: UnitOfWork, actor: Actor, version_id: str) -> Tried:
        """The version made ready for trials. Raises `DefinitionRejected`."""
        self._ground.require(uow, actor, "read_definitions")
        version = uow.definitions.get(version_id)
        package = self._library.readable(uow, version)
        program = package_program(
            package.bpmn.processes, package.bpmn.main, package.decisions, self._ground.register.calendar(uow)
        )
        return Tried(version=version, package=package, program=program)

    def _may_edit(self, uow: UnitOfWork, actor: Actor) -> bool:
        return actor.can("administer_definitions", None, self._ground.register.tree(uow), self._ground.today())

    @staticmethod
    def _again(tried: Tried, session: Session, steps: int) -> Session:
        kept: dict[str, Any] = {**session.to_json(), "actions": session.to_json()["actions"][: max(0, steps)]}
        return Session.from_json(tried.program, kept)


def _action(package: ProcedurePackage, session: Session, waiting: Waiting, step: Step) -> Action:
    variables = read_variables(step.variables)
    action = replace(waiting.action(outcome=step.outcome, variables=variables), reason=entered(step.reason))
    if waiting.kind == "job":
        return replace(action, error=entered(step.error) or None)
    spec = spec_of_node(session, waiting)
    if spec is None:
        return action
    criteria = criteria_for(package, spec, waiting.variables, session.now)
    fields = read_entries(spec, step.entries, criteria)
    outcome = next((one for one in spec.outcomes if one.id == step.outcome), None)
    asked = criteria is not None and spec.needs != "none" and outcome is not None and outcome.complete
    if asked and not fields[ASSESSMENT]["complete"]:
        raise InvalidInput(_UNJUDGED)
    return replace(action, fields=fields)


LARGEST_START = 50_000
"""Characters of variables that may be entered."""
_OFFICE_OPENS = time(8, 0)

_UNJUDGED = N_("This outcome needs a result for every criterion.")
_NO_JSON = N_("Line %(line)s, column %(column)s: this is no JSON (%(fault)s).")
_NO_OBJECT = N_("Variables are a JSON object: a name and a value for each.")
_START_TOO_LONG = N_("At most %(longest)s characters.")
_NO_INSTANT = N_("Give a day and time such as 2025-07-01T08:00.")


def first_instant(package: ProcedurePackage, calendar: WorkingCalendar) -> datetime:
    """The morning of the first working day on which a case of this version may start."""
    day = package.effective_from
    if not calendar.is_working_day(day):
        day = calendar.add_working_days(day, 1)
    return datetime.combine(day, _OFFICE_OPENS, ZONE)


def offered_variables(
    package: ProcedurePackage, start: datetime, calendar: WorkingCalendar, tree: OrganisationTree
) -> dict[str, Any]:
    """The variables that a case has: `unit` (the first one that the procedure is for), `campaign`, `deadlines` of that year."""
    on = start.astimezone(ZONE).date()
    kinds = package.subjects
    units = (one for one in tree.valid(on) if one.kind in kinds and one.managing_level is not None)
    unit = min(units, key=lambda one: (kinds.index(one.kind), one.id), default=None)
    deadlines = deadline_variables(resolve_deadlines(package, on.year, calendar))
    return {
        "unit": unit_variables(tree, unit.id, on) if unit is not None else {"id": "unit", "on": on},
        "campaign": {"year": on.year, "province": next(iter(package.province_scope), None)},
        "deadlines": deadlines,
    }


def variables_text(variables: Mapping[str, Any]) -> str:
    """Variables as the text that a person edits; `read_variables` reads it."""
    plain = {name: to_json(coerce(value)) for name, value in variables.items()}
    return json.dumps(plain, ensure_ascii=False, indent=2)


def read_variables(text: str) -> dict[str, Any]:
    """FEEL values by name from a person's text; empty text is none. Raises `InvalidInput` saying where it is wrong."""
    if len(text) > LARGEST_START:
        raise InvalidInput(_START_TOO_LONG, longest=LARGEST_START)
    if not text.strip():
        return {}
    try:
        json_value = fit(json.loads(text))
    except json.JSONDecodeError as error:
        raise InvalidInput(_NO_JSON, line=error.lineno, column=error.colno, fault=error.msg) from error
    except _UNFIT as error:
        raise InvalidInput(_NO_OBJECT) from error
    if not isinstance(json_value, dict):
        raise InvalidInput(_NO_OBJECT)
    try:
        return values_of(json_value, "variables")
    except _UNFIT as error:
        raise InvalidInput(_NO_OBJECT) from error


def read_instant(text: str) -> datetime:
    """A local day and time as a browser's field gives it. Raises `InvalidInput`."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise InvalidInput(_NO_INSTANT) from error
    if not 1900 <= found.year <= 2999:  # what calendars and clocks can count with
        raise InvalidInput(_NO_INSTANT)
    return found if found.tzinfo else found.replace(tzinfo=ZONE)


MOST = 100
"""Steps that are done at once."""
_ORDER = {"job": 0, "node": 1, "message": 2, "signal": 3, "timer": 4}


def run_on(package: ProcedurePackage, session: Session, most_steps: int) -> tuple[Session, bool]:
    """The session after as many steps as lead to an end, and whether it came to one (or to where nothing can be done)."""
    for _ in range(min(MOST, most_steps - len(session.actions))):
        try:
            action = _next(package, session)
            if action is None:
                return session, True
            session = session.do(action)
        except WorkflowError:
            return session, False
    return session, not session.waiting


def _next(package: ProcedurePackage, session: Session) -> Action | None:
    ahead = [one for one in session.waiting if one.instance is not None]
    waiting = min(ahead, key=lambda one: _ORDER[one.kind], default=None)
    return None if waiting is None or session.incidents else _first_possible(package, session, waiting)


def _first_possible(package: ProcedurePackage, session: Session, waiting: Waiting) -> Action:
    spec = spec_of_node(session, waiting)
    if spec is None:
        return waiting.action()
    criteria = criteria_for(package, spec, waiting.variables, session.now)
    possible = (one.id for one in choices_of(spec, waiting, session.now, criteria) if one.refusal is None)
    action = waiting.action(outcome=next(possible, None))
    return replace(action, fields=read_entries(spec, suggested(spec, session.now, criteria), criteria))
