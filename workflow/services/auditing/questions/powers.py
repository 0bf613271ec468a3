"""Acts with what was known of the person at that time: roles and their papers, deputyships, renewed ways in, what else they did in the case."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum, auto
from typing import Any

from workflow.audit.event import AuditEvent
from workflow.audit.facts.accounts import (
    LinkIssued,
    PasswordReset,
    RoleAssigned,
    RoleEnded,
    SecondFactorReset,
    WayInRenewed,
)
from workflow.audit.facts.fact import part
from workflow.calendar.zone import local_date
from workflow.model.expressions import Literal, Value
from workflow.model.user_task import Label, UserTaskSpec
from workflow.organisation.permissions import SYSTEM_ROLES
from workflow.runtime.recorder import SYSTEM
from workflow.services.accounts.directory import STREAM as ACCOUNTS
from workflow.services.auditing.names import THE_SYSTEM
from workflow.services.auditing.questions.question import Scene
from workflow.services.auditing.questions.thresholds import Thresholds
from workflow.services.ground.labels import role_label, same
from workflow.services.ground.language import word
from workflow.store.accounts import AssignmentRecord, DeputyshipRecord
from workflow.store.auditing import EventFilter
from workflow.store.casework import UnitCase
from workflow.store.tasks import TaskRecord

_GIVEN, _ENDED = RoleAssigned.__name__, RoleEnded.__name__
_RENEWED = (PasswordReset.__name__, WayInRenewed.__name__, SecondFactorReset.__name__)
_LINK = LinkIssued.__name__


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A step of a person in a case. `task`: the one that it finished, if it did."""

    event: AuditEvent
    case: UnitCase
    task: TaskRecord | None

    @property
    def day(self) -> date:
        return local_date(self.event.at)

    @property
    def answers(self) -> str:
        """In whose right it was done."""
        return self.event.on_behalf_of or self.event.actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When something was done to an account, and by whom."""

    at: datetime
    by: str


class Holding(Enum):
    """How the role of an act was held."""

    OWN = auto()
    AS_DEPUTY = auto()
    WITHOUT_DEPUTYSHIP = auto()
    NOT = auto()


@dataclass(slots=True, kw_only=True)
class Background:
    """What rules ask. It reads accounts and tasks as acts of people and cases come up, each once."""

    scene: Scene
    given_at: dict[str, Moment] = field(default_factory=dict)
    """Assignment → when it was recorded."""
    ended: dict[str, list[tuple[datetime, date | None]]] = field(default_factory=lambda: defaultdict(list))
    """Assignment → when its last day was changed, and the last day until then."""
    renewals: dict[str, list[Moment]] = field(default_factory=lambda: defaultdict(list))
    _assignments: dict[str, list[AssignmentRecord]] = field(default_factory=dict)
    _deputyships: dict[str, Sequence[DeputyshipRecord]] = field(default_factory=dict)
    _done: dict[str, list[TaskRecord]] = field(default_factory=dict)
    _people: dict[str, str] = field(default_factory=dict)
    _specs: dict[str, Mapping[str, UserTaskSpec]] = field(default_factory=dict)

    @classmethod
    def of(cls, scene: Scene) -> "Background":
        """Read what has happened to accounts."""
        found = cls(scene=scene)
        where = EventFilter(streams=[ACCOUNTS], types=(_GIVEN, _ENDED, *_RENEWED, _LINK))
        for event in scene.uow.events.each(where):
            found._note(event)
        return found

    @property
    def thresholds(self) -> Thresholds:
        return self.scene.thresholds

    def acts(self, events: Iterable[AuditEvent]) -> Iterator[Act]:
        """Those that people did, with what the rules need."""
        kept = [one for one in events if one.actor != SYSTEM and one.case_id and isinstance(one.at, datetime)]
        self._read({one for event in kept for one in (event.actor, event.on_behalf_of) if one})
        new = {str(one.case_id) for one in kept} - self._done.keys()
        self._done |= {case_id: [] for case_id in new}
        for task in self.scene.uow.tasks.done(new) if new else ():
            self._done[task.case_id].append(task)
        for event in kept:
            case = self.scene.case(event.case_id)
            if case is not None:
                yield Act(event=event, case=case, task=self._task(event))

    def assignment(self, act: Act) -> AssignmentRecord | None:
        """The assignment by which it was done, as it held at that time."""
        event = act.event
        for one in self._assignments.get(act.answers, ()):
            if (one.role, one.organisation_id) == (event.role, event.organisation) and self._held(one, act):
                return one
        return None

    def holding(self, act: Act) -> Holding:
        """How the role of the act was held at that time."""
        if self.assignment(act) is None:
            return Holding.NOT
        if not act.event.on_behalf_of:
            return Holding.OWN
        return Holding.AS_DEPUTY if self.deputyship(act) else Holding.WITHOUT_DEPUTYSHIP

    def deputyship(self, act: Act) -> DeputyshipRecord | None:
        """The one by which it was done on somebody's behalf."""
        held = self.assignment(act)
        for one in self._deputyships.get(act.event.actor, ()):
            if held and one.assignment_id == held.id and one.valid_from <= act.day <= one.valid_to:
                return one
        return None

    def given(self, act: Act) -> Moment | None:
        """When the assignment was given, and by whom."""
        held = self.assignment(act)
        return self.given_at.get(held.id) if held else None

    def given_later(self, act: Act) -> datetime | None:
        """When a role that would fit was entered after the act."""
        event = act.event
        for one in self._assignments.get(act.answers, ()):
            given = self.given_at.get(one.id)
            fits = (one.role, one.organisation_id) == (event.role, event.organisation)
            if fits and given is not None and given.at > event.at:
                return given.at
        return None

    def renewed(self, act: Act, within: timedelta) -> Moment | None:
        """The last time before the act at which somebody else renewed the actor's way in, if that was not longer ago."""
        for one in reversed(self.renewals.get(act.event.actor, ())):
            if one.at <= act.event.at:
                return one if act.event.at - one.at <= within else None
        return None

    def role_at_unit(self, act: Act) -> str | None:
        """The role that the actor held at the unit that is judged, where they acted for another organisation."""
        if act.event.organisation == act.case.unit_id:
            return None
        for one in self._assignments.get(act.event.actor, ()):
            if one.organisation_id == act.case.unit_id and one.role not in SYSTEM_ROLES and self._held(one, act):
                return one.role
        return None

    def done_before(self, act: Act) -> Iterator[TaskRecord]:
        """What was finished in the case before, oldest first, the act's own task aside."""
        for task in self._done.get(act.case.id, ()):
            if task.ended_at is not None and task.ended_at < act.event.at and task.id != (act.task and act.task.id):
                yield task

    def given_together(self, act: Act, earlier: TaskRecord) -> bool:
        """Whether the procedure itself gives both steps to one person: to one role, or as vote and decision of one session."""
        steps = self._steps(act.case)
        this, other = steps.get(act.task.node_id if act.task else ""), steps.get(earlier.node_id)
        if this is None or other is None or act.task is None:
            return False
        if earlier.node_id in this.separate_from or act.task.node_id in other.separate_from:
            return False
        if this.candidate_groups and this.candidate_groups == other.candidate_groups:
            return True
        return any(
            spec.quorum is not None
            and spec.quorum.decides == act.task.node_id
            and _voters(spec) in other.candidate_groups
            for spec in steps.values()
        )

    def step(self, task: TaskRecord) -> Mapping[str, Label]:
        """Its name and day, for a sentence."""
        day = f"{local_date(task.ended_at):%d/%m/%Y}" if task.ended_at else "–"
        return {"step": Label(vi=task.name_vi, en=task.name_en or task.name_vi), "day": same(day)}

    def person(self, user_id: str) -> str:
        """The name."""
        if user_id not in self._people:
            self._people |= self.scene.named([user_id])
        return self._people.get(user_id, user_id)

    def whom(self, user_id: str) -> Label:
        """The name, or that nobody in person did it."""
        return word(THE_SYSTEM) if user_id == SYSTEM else same(self.person(user_id))

    def role_name(self, act: Act, role: str) -> Label:
        """What the procedure of the case calls the role."""
        return role_label(self.scene.names.package(act.case), role)

    def _steps(self, case: UnitCase) -> Mapping[str, UserTaskSpec]:
        """What the procedure of the case says of each user task."""
        if case.version_id not in self._specs:
            package = self.scene.names.package(case)
            tasks = (
                [task for one in package.bpmn.processes.values() for task in one.user_tasks.values()] if package else []
            )
            self._specs[case.version_id] = {task.id: task.spec for task in tasks}
        return self._specs[case.version_id]

    def _held(self, one: AssignmentRecord, act: Act) -> bool:
        given = self.given_at.get(one.id)
        if given is not None and given.at > act.event.at:
            return False
        until = next((last for at, last in self.ended.get(one.id, ()) if at > act.event.at), one.valid_to)
        return one.valid_from <= act.day and (until is None or act.day <= until)

    def _task(self, event: AuditEvent) -> TaskRecord | None:
        task_id = part(event.payload, "task_id")
        return next((one for one in self._done.get(str(event.case_id), ()) if one.id == task_id), None)

    def _read(self, people: set[str]) -> None:
        new = people - self._assignments.keys()
        if not new:
            return
        accounts = self.scene.uow.accounts
        self._assignments |= {one: [] for one in new}
        for held in accounts.assignments_of(new):
            self._assignments[held.user_id].append(held)
        self._deputyships |= {one: accounts.deputyships_for(one) for one in new}

    def _note(self, event: AuditEvent) -> None:
        payload: Any = event.payload
        if event.type == _GIVEN:
            self.given_at[part(payload.get("new"), "id") or ""] = Moment(at=event.at, by=event.actor)
        elif event.type == _ENDED:
            old = payload.get("old")
            ended = self.ended[part(payload.get("assignment"), "id") or ""]
            ended.append((event.at, date.fromisoformat(old) if old else None))
        elif event.type in _RENEWED or (event.type == _LINK and payload.get("email") is None):
            self.renewals[str(payload.get("user"))].append(Moment(at=event.at, by=event.actor))


def _voters(session: UserTaskSpec) -> Value | None:
    """The role of those who sit in the session."""
    roster = session.quorum.roster if session.quorum else None
    return next((Literal(one.role) for one in session.fields if one.id == roster and one.role), None)
