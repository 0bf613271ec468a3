"""Steps that were done late, or are open past their due day: how many working days, whose, and what pause excuses."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from workflow.audit.facts.casework import CaseResumed, CaseSuspended, DueDateMoved
from workflow.audit.facts.fact import part
from workflow.calendar.working_time import WorkingCalendar
from workflow.calendar.zone import local_date
from workflow.errors import N_
from workflow.model.user_task import Label
from workflow.runtime.steps import case_stream
from workflow.services.auditing.questions.question import Asked, CaseNamed, Cell, Scene, chunks, period
from workflow.services.ground.language import word
from workflow.services.ground.words import local_text
from workflow.store.auditing import EventFilter
from workflow.store.rows import Page
from workflow.store.tasks import LateFilter, TaskRecord

_NOBODY = N_("nobody yet")
_OPEN = N_("open")
_PAUSES = (CaseSuspended.__name__, CaseResumed.__name__, DueDateMoved.__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """`until`: None while it lasts."""

    since: datetime
    until: datetime | None
    reason: str


@dataclass(slots=True)
class Standing:
    """When a case stood still, and which due days moved by it: task → (from, to) as recorded."""

    suspensions: list[Suspension] = field(default_factory=list)
    moved: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """Working days. `excused`: those of `late` on which the case was suspended."""

    late: int
    excused: int

    @property
    def counted(self) -> int:
        return self.late - self.excused


class LateSteps:
    """Each line is one step."""

    name: ClassVar[str] = "tre-han"
    title: ClassVar[str] = N_("Late steps")
    about: ClassVar[str] = N_(
        "Steps that were done after their due day or are open past it: how many working days, whose, and which suspension excuses how many."
    )
    columns: ClassVar[tuple[str, ...]] = (
        N_("Case"),
        N_("Unit"),
        N_("Step"),
        N_("Whose"),
        N_("Organisation"),
        N_("Due"),
        N_("Done"),
        N_("Working days late"),
        N_("Excused by a suspension"),
        N_("Still counted"),
        N_("Suspensions"),
        N_("Due day moved"),
    )
    filters: ClassVar[tuple[str, ...]] = (
        "procedure",
        "campaign",
        "unit",
        "actor",
        "organisation",
        "state",
        "since_on",
        "until_on",
    )

    def lines(self, scene: Scene, asked: Asked, page: Page) -> tuple[Sequence[tuple[Cell, ...]], int]:
        """Those due last first."""
        since, until = period(asked)
        where = LateFilter(
            cases=scene.cases(asked),
            now=scene.now,
            is_open={"open": True, "done": False}.get(asked.state or ""),
            people=scene.people(asked.actor),
            organisations=scene.organisations(asked.organisation),
            due_since=since,
            due_until=until,
        )
        tasks, total = scene.uow.tasks.late(where, page)
        standing = _standing(scene, {task.case_id for task in tasks})
        people = scene.named(one for task in tasks for one in (_whose(task), task.on_behalf_of))
        return [_line(scene, task, standing[task.case_id], people) for task in tasks], total


def lateness(calendar: WorkingCalendar, due_at: datetime, end: datetime, suspensions: Sequence[Suspension]) -> Lateness:
    """How late something is that was due then and ended at `end`."""
    late = calendar.working_days_between(local_date(due_at), local_date(end))
    excused = 0
    for one in suspensions:
        first, last = max(due_at, one.since), min(end, one.until or end)
        if first < last:
            excused += calendar.working_days_between(local_date(first), local_date(last))
    return Lateness(late=late, excused=min(late, excused))


def _line(scene: Scene, task: TaskRecord, standing: Standing, people: Mapping[str, str]) -> tuple[Cell, ...]:
    case = scene.case(task.case_id)
    due_at, end = task.due_at or scene.now, task.ended_at or scene.now
    found = lateness(scene.calendar, due_at, end, standing.suspensions)
    within = [one for one in standing.suspensions if one.since < end and (one.until or end) > task.created_at]
    moved = standing.moved.get(task.id)
    return (
        CaseNamed(task.case_id, case.business_key if case else task.case_id),
        scene.names.organisation(case.unit_id if case else None),
        Label(vi=task.name_vi, en=task.name_en or task.name_vi),
        _named(task, people),
        scene.names.organisation(task.organisation_id),
        due_at,
        task.ended_at or word(_OPEN),
        found.late,
        found.excused,
        found.counted,
        "; ".join(map(_said, within)),
        f"{local_text(moved[0])} → {local_text(moved[1])}" if moved else "",
    )


def _whose(task: TaskRecord) -> str | None:
    return task.completed_by or task.assignee_id


def _named(task: TaskRecord, people: Mapping[str, str]) -> Cell:
    whose = _whose(task)
    if whose is None:
        return word(_NOBODY)
    principal = people.get(task.on_behalf_of or "")
    return f"{people.get(whose, whose)} ({principal})" if principal else people.get(whose, whose)


def _said(one: Suspension) -> str:
    until = f"{local_date(one.until):%d/%m/%Y}" if one.until else "…"
    return f"{local_date(one.since):%d/%m/%Y} – {until}: {one.reason}"


def _standing(scene: Scene, case_ids: Collection[str]) -> Mapping[str, Standing]:
    found: dict[str, Standing] = defaultdict(Standing)
    begun: dict[str, tuple[datetime, str]] = {}
    for some in chunks(case_ids):
        where = EventFilter(streams=[case_stream(one) for one in some], types=_PAUSES)
        for event in scene.uow.events.each(where):
            case_id = event.case_id or ""
            if event.type == CaseSuspended.__name__:
                begun[case_id] = event.at, part(event.payload, "reason") or ""
            elif event.type == CaseResumed.__name__ and case_id in begun:
                since, reason = begun.pop(case_id)
                found[case_id].suspensions.append(Suspension(since=since, until=event.at, reason=reason))
            elif event.type == DueDateMoved.__name__:
                _move(found[case_id].moved, event.payload)
    for case_id, (since, reason) in begun.items():
        found[case_id].suspensions.append(Suspension(since=since, until=None, reason=reason))
    return found


def _move(moved: dict[str, tuple[str, str]], payload: object) -> None:
    """Of several moves of one due day, from the first to the last."""
    task, since, to = (part(payload, key) for key in ("task_id", "from", "to"))
    if task and since and to:
        moved[task] = (moved.get(task, (since, ""))[0], to)
