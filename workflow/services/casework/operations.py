"""What a manager does when a case is stuck, and an administrator when work of the system has failed: each with a reason, on the record."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workflow.audit.event import AuditEvent
from workflow.audit.facts.casework import CaseFact, CaseOperated, CaseValuesSet, JobRetried, WayAsked
from workflow.audit.facts.fact import ABSENT
from workflow.engine import commands as cmd
from workflow.engine.codec import state_from_json
from workflow.engine.state import ProcessState
from workflow.errors import N_, InvalidInput, NotFound, TransitionRefused
from workflow.feel.values import coerce, to_json
from workflow.lifecycle.account_request import ACCOUNT_REQUEST, RequestContext, RequestState
from workflow.organisation.authority import Actor
from workflow.packages.names import decided_by_people, deciding
from workflow.packages.package import ProcedurePackage
from workflow.runtime.recorder import Provenance, record
from workflow.runtime.steps import case_stream
from workflow.services.casework.ground import CaseGround
from workflow.services.casework.rounds.veil import veil_over
from workflow.services.casework.rounds.way import steps_back, way_of
from workflow.services.ground.access import Access, provenance
from workflow.services.ground.ground import Ground
from workflow.services.ground.idempotence import Command, once
from workflow.services.ground.people import root_of, user_names
from workflow.spelling import entered
from workflow.store.cases import IncidentRecord
from workflow.store.casework import UnitCase
from workflow.store.jobs import JobRecord
from workflow.store.rows import Page
from workflow.store.unit_of_work import UnitOfWork

_ONLY_BACK = N_(
    "From “%(node)s” the case can only be moved back, to one of these steps: %(steps)s. What people still have to decide is "
    "not skipped."
)
_NOT_BACK = N_("No step lies behind “%(node)s” to which the case could be moved back.")
_MOVED_ON = N_("The case no longer stands where it was to be moved from.")
_DECIDED = N_("“%(name)s” holds what people have decided. Move the case back to that step instead.")
_DECIDING = N_(
    "One person alone does not set %(names)s: it says who handles the case, by when or on what. Move the case back on its way, so that it "
    "is worked out again; change deadlines on the page of the campaign; or have another version published and move the case to it."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OperateCase(Command):
    """One intervention. Exactly one of the three shapes:

    retry an incident (`incident_id`), resolve it by corrected `variables` or by a `flow_id`, or move a token
    (`activity_id` to `target_node`).
    """

    case_id: str
    reason: str
    incident_id: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    flow_id: str | None = None
    activity_id: str | None = None
    target_node: str | None = None

    def engine_command(self) -> cmd.Command:
        """Raise `InvalidInput` for any other shape."""
        if self.incident_id and not self.activity_id:
            if self.variables or self.flow_id:
                return cmd.ResolveIncident(incident_id=self.incident_id, variables=self.variables, flow_id=self.flow_id)
            return cmd.RetryIncident(incident_id=self.incident_id)
        if self.activity_id and self.target_node and not self.incident_id:
            return cmd.MoveToken(activity_id=self.activity_id, target_node=self.target_node)
        raise InvalidInput(N_("Say which incident to resolve, or what to move and where to."))


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A place where the case stands, and where its token could be moved to."""

    activity_id: str
    node_id: str
    name: str
    targets: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedWay:
    """A way out of a stuck gateway that a manager asked for; `mine`: the actor did, or who stands in for them."""

    by: str
    flow_id: str
    reason: str
    at: datetime
    mine: bool


class OperationService:
    """Needs the permission `operate` for the case."""

    def __init__(self, ground: CaseGround) -> None:
        self._ground = ground

    def operate(self, actor: Actor, command: OperateCase) -> Mapping[str, Any]:
        """Carry the intervention out. Raises `PermissionDenied`, `InvalidInput`, `NotFound`, `TransitionRefused`."""
        reason = entered(command.reason)
        if not reason:
            raise InvalidInput(N_("Give a reason."))
        engine_command = command.engine_command()

        def work(uow: UnitOfWork) -> Mapping[str, Any]:
            access = self._ground.access(uow, actor)
            case = uow.unit_cases.get(command.case_id)
            assignment = access.require("operate", case)
            self._check(uow, case, command)
            by = provenance(actor, assignment, access.now, command.command_id)

            def carry_out() -> Mapping[str, Any]:
                asked = self._second(uow, case, command, by)
                if isinstance(asked, WayAsked):
                    self._ground.steps.note(uow, case, by, asked)
                    return {"case_id": case.id, "open_incidents": case.open_incidents, "asked": True}
                operated = CaseOperated(
                    command=type(engine_command).__name__,
                    incident_id=command.incident_id,
                    activity_id=command.activity_id,
                    target_node=command.target_node,
                    flow_id=command.flow_id,
                    variables=sorted(command.variables),
                    reason=reason,
                    asked_by=asked or ABSENT,
                )
                facts = [operated, *values_set(case, command.incident_id, command.variables, reason)]
                saved = self._ground.steps.apply(uow, case, engine_command, by, facts)
                return {"case_id": saved.id, "open_incidents": saved.open_incidents}

            return once(uow, "OperateCase", by, carry_out)

        return self._ground.step(work)

    def incidents(self, actor: Actor, page: Page, text: str | None = None) -> tuple[list[IncidentRecord], int]:
        """Open incidents of the cases that the actor may operate, newest first, and their number.

        `text`: every word of it begins a word of the case's number or of its unit's name.
        """
        with self._ground.units.reading() as uow:
            access = self._ground.access(uow, actor)
            rows, total = uow.incidents.open(access.units("operate"), page, text)
            return [self._told(uow, access, one) for one in rows], total

    def _told(self, uow: UnitOfWork, access: Access, one: IncidentRecord) -> IncidentRecord:
        case = uow.unit_cases.get(one.case_id)
        return veil_over(uow, self._ground.version(uow, case).package, case, access).incident(one)

    def positions(self, actor: Actor, case_id: str) -> list[Position]:
        """Where the case stands, and the steps behind it on its present way, to which it could be moved back."""
        with self._ground.units.reading() as uow:
            case = uow.unit_cases.get(case_id)
            self._ground.access(uow, actor).require("operate", case)
            return self._positions(uow, case)

    def _positions(self, uow: UnitOfWork, case: UnitCase) -> list[Position]:
        if case.state is None:
            return []
        state, package = state_from_json(case.state), self._ground.version(uow, case).package
        way = way_of(uow.events.of_stream(case_stream(case.id)))
        found = []
        for activity in state.activities.values():
            if activity.loop_counter is not None:
                continue  # one of several instances moves with all the others: the whole stands for them
            process = package.bpmn.processes[state.scopes[activity.scope_id].process_id]
            name = process.all_nodes[activity.node_id].name or activity.node_id
            targets = tuple(steps_back(package, state, way, activity))
            found.append(Position(activity_id=activity.id, node_id=activity.node_id, name=name, targets=targets))
        return found

    def asked(self, actor: Actor, case_id: str, incident_id: str) -> list[AskedWay]:
        """The ways out of the stuck gateway that managers have asked for, oldest first."""
        with self._ground.units.reading() as uow:
            case = uow.unit_cases.get(case_id)
            self._ground.access(uow, actor).require("operate", case)
            told = ways_asked(uow, case, incident_id)
            names = user_names(uow, [event.actor for event in told])
            return [
                AskedWay(
                    by=names.get(event.actor, ""),
                    flow_id=str(event.payload["flow_id"]),
                    reason=str(event.payload["reason"]),
                    at=event.at,
                    mine=actor.user_id in (event.actor, event.on_behalf_of),
                )
                for event in told
            ]

    def _second(self, uow: UnitOfWork, case: UnitCase, command: OperateCase, by: Provenance) -> WayAsked | str | None:
        """Who has asked for the same way before; a request of this manager's own where nobody has; None where it takes no second person.

        A way that is chosen by hand goes past the gateway's conditions, whatever they read: nobody alone decides by it how a case goes on.
        Raises `TransitionRefused` for who is no second person to who asked.
        """
        if command.flow_id is None or command.incident_id is None:
            return None
        told = [one for one in ways_asked(uow, case, command.incident_id) if one.payload["flow_id"] == command.flow_id]
        if not told:
            return self._asking(uow, case, command)
        deciding = {by.actor, by.on_behalf_of} - {None}
        roots = {root_of(uow, one) for one in deciding if one is not None}
        refusal: TransitionRefused | None = None
        for event in told:
            asking = {event.actor, event.on_behalf_of} - {None}
            context = RequestContext(
                may_decide=True,
                is_asker=bool(asking & deciding),
                is_dependent=any(root_of(uow, one) in roots for one in asking if one is not None),
            )
            try:
                ACCOUNT_REQUEST.move(RequestState.ASKED.value, "confirm", context)
            except TransitionRefused as refused:
                refusal = refused
            else:
                return event.actor
        raise refusal or NotFound()

    def _asking(self, uow: UnitOfWork, case: UnitCase, command: OperateCase) -> WayAsked:
        """Raises `NotFound` for an incident or a flow that there is not."""
        state = state_from_json(case.state or {})
        incident = state.incidents.get(command.incident_id or "")
        if incident is None:
            raise NotFound()
        for process in self._ground.version(uow, case).package.bpmn.processes.values():
            for flow in process.outgoing.get(incident.node_id, ()):
                if flow.id == command.flow_id:
                    return WayAsked(
                        incident_id=incident.id,
                        flow_id=flow.id,
                        node_id=incident.node_id,
                        to_node=flow.target,
                        reason=entered(command.reason),
                    )
        raise NotFound()

    def _check(self, uow: UnitOfWork, case: UnitCase, command: OperateCase) -> None:
        """One person must not decide a case alone: nothing is skipped, and what people decided is not rewritten."""
        if command.target_node:
            self._check_target(uow, case, command)
        refuse_alone(self._ground.version(uow, case).package, command.variables)

    def _check_target(self, uow: UnitOfWork, case: UnitCase, command: OperateCase) -> None:
        place = next((one for one in self._positions(uow, case) if one.activity_id == command.activity_id), None)
        if place is None:
            raise TransitionRefused(_MOVED_ON)
        if not place.targets:
            raise TransitionRefused(_NOT_BACK, node=place.name)
        if command.target_node not in dict(place.targets):
            steps = ", ".join(f"“{name}”" for _, name in place.targets)
            raise TransitionRefused(_ONLY_BACK, node=place.name, steps=steps)


def ways_asked(uow: UnitOfWork, case: UnitCase, incident_id: str) -> list[AuditEvent]:
    """What managers have asked for at this incident, oldest first."""
    told = uow.events.of_type(case_stream(case.id), WayAsked.__name__, limit=200)
    return [event for event in reversed(told) if event.payload.get("incident_id") == incident_id]


# Values that one person writes: by resolving an incident, or by letting a message bring them.


def refuse_alone(package: ProcedurePackage, names: Iterable[str]) -> None:
    """Raise `InvalidInput` for values that nobody sets alone: what people have decided, and by what it is decided who decides."""
    given = set(names)
    if not given:
        return
    processes = package.bpmn.processes
    if decided := given & decided_by_people(processes):
        raise InvalidInput(_DECIDED, name=min(decided))
    if steering := given & deciding(processes, package.decisions):
        raise InvalidInput(_DECIDING, names=", ".join(f"“{name}”" for name in sorted(steering)))


def values_set(case: UnitCase, at: str | None, variables: Mapping[str, Any], reason: str) -> list[CaseFact]:
    """What is to be told of values that are set where the incident, or the wait, `at` stands: none where nothing changes."""
    if not variables or at is None or case.state is None:
        return []
    state = state_from_json(case.state)
    incident, wait = state.incidents.get(at), state.subscriptions.get(at)
    holder = incident.activity_id if incident else wait.activity_id if wait else state.root_id
    activity = state.activities.get(holder)
    before = _seen_from(state, activity.scope_id if activity else holder)
    changed = {
        name: {**({"from": to_json(coerce(before[name]))} if name in before else {}), "to": to_json(coerce(value))}
        for name, value in sorted(variables.items())
    }
    kept = {name: one for name, one in changed.items() if one.get("from", _NOTHING) != one["to"]}
    return [CaseValuesSet(values=kept, reason=reason)] if kept else []


_NOTHING = object()


def _seen_from(state: ProcessState, scope_id: str) -> dict[str, Any]:
    """The variables of a scope and of those around it."""
    scope = state.scopes.get(scope_id)
    if scope is None:
        return {}
    outer = {} if scope.isolated or scope.parent_id is None else _seen_from(state, scope.parent_id)
    return {**outer, **scope.snapshot, **scope.variables}


STREAM = "jobs"
"""The audit stream of what people do with jobs."""
_LOCK = "jobs.revision"


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryJob(Command):
    job_id: str


class FailedJobService:
    """For administrators of accounts: jobs belong to the installation, and what stands in one is no page of a case."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def list(self, actor: Actor, limit: int = 100) -> Sequence[JobRecord]:
        """The failed jobs, newest first. Raises `PermissionDenied`."""
        with self._ground.units.reading() as uow:
            self._ground.require(uow, actor, "administer_accounts")
            return uow.jobs.failed(Page(limit=limit))

    def retry(self, actor: Actor, command: RetryJob) -> None:
        """Let the worker try the job once more, now. Raises `NotFound` for one that has not failed, `PermissionDenied`."""

        def work(uow: UnitOfWork) -> Mapping[str, str]:
            by = self._ground.by(uow, actor, command, "administer_accounts")
            job = uow.jobs.get(command.job_id)
            if job is None or job.failed_at is None:
                raise NotFound()
            uow.jobs.retry(job.id, by.at, "")
            fact = JobRetried(job=job.id, kind=job.kind, case=job.case_id, error=job.last_error)
            record(uow, STREAM, [fact], by)
            return {}

        self._ground.carry_out(actor, command, work, lock=_LOCK)
