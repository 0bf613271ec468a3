"""Steps that were done late, or are open past their due day: how many working days, whose, and what pause excuses."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from workflow.calendar.zone import local_date
from workflow.errors import N_
from workflow.model.user_task import Label
from workflow.services.auditing.questions.question import Asked, CaseNamed, Cell, Scene, chosen, chunks, period
from workflow.services.casework.clocks import Pauses, Suspension, late_step, pauses_of
from workflow.services.ground.language import word
from workflow.services.ground.words import local_text
from workflow.store.rows import Page
from workflow.store.tasks import LateFilter, TaskRecord

_NOBODY = N_("nobody yet")
_OPEN = N_("open")
_IS_OPEN = {"open": True, "done": False}
"""The states that can be asked for."""


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
            is_open=_IS_OPEN.get(chosen(asked.state, _IS_OPEN) or ""),
            people=scene.people(asked.actor),
            organisations=scene.organisations(asked.organisation),
            due_since=since,
            due_until=until,
        )
        tasks, total = scene.uow.tasks.late(where, page)
        pauses: dict[str, Pauses] = {}
        for some in chunks({task.case_id for task in tasks}):
            pauses |= pauses_of(scene.uow, some)
        people = scene.named(one for task in tasks for one in (_whose(task), task.on_behalf_of))
        return [_line(scene, task, pauses.get(task.case_id, Pauses()), people) for task in tasks], total


def _line(scene: Scene, task: TaskRecord, pauses: Pauses, people: Mapping[str, str]) -> tuple[Cell, ...]:
    case = scene.case(task.case_id)
    found = late_step(scene.calendar, task, pauses, scene.now)
    return (
        CaseNamed(task.case_id, case.business_key if case else task.case_id),
        scene.names.organisation(case.unit_id if case else None),
        Label(vi=task.name_vi, en=task.name_en or task.name_vi),
        _named(task, people),
        scene.names.organisation(task.organisation_id),
        found.due_at,
        task.ended_at or word(_OPEN),
        found.days.late,
        found.days.excused,
        found.days.counted,
        "; ".join(map(_said, found.suspensions)),
        " → ".join(local_text(one.isoformat()) for one in found.moved or ()),
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
