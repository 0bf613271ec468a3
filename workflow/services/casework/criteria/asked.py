"""What was asked of the unit about single criteria: kept with the task that asked, ended with it, and stopped while the case stands still."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from workflow.audit.facts.casework import CaseFact, ClockMoved
from workflow.audit.facts.criteria import InquiryRecalled
from workflow.calendar.working_time import WorkingCalendar
from workflow.calendar.zone import local_date
from workflow.engine.pauses import shifted
from workflow.engine.state import Pause
from workflow.ids import new_id
from workflow.lifecycle.inquiry import INQUIRY, RETURNED, InquiryContext
from workflow.packages.package import ProcedurePackage
from workflow.packages.tasks import spec_of
from workflow.runtime.recorder import Provenance
from workflow.services.ground.people import user_names
from workflow.store.casework import UnitCase
from workflow.store.criteria.inquiries import InquiryRecord
from workflow.store.jobs import JobRecord
from workflow.store.tasks import TaskRecord
from workflow.store.unit_of_work import UnitOfWork

LAPSE = "inquiry-lapse"
"""The job at the end of the days for an answer."""


def due_after(calendar: WorkingCalendar, now: datetime, days: int) -> datetime:
    """When the office closes on the so-many-th working day after today."""
    last = calendar.add_working_days(local_date(now), days)
    return calendar.at(last, calendar.closes).astimezone(UTC)


def lapse_job(one: InquiryRecord, case: UnitCase, at: datetime) -> JobRecord:
    """What happens when the days are over."""
    return JobRecord(
        id=new_id(),
        kind=LAPSE,
        province=case.province,
        case_id=case.id,
        ref=_ref(one),
        payload={"inquiry_id": one.id},
        run_at=one.due_at or at,
        created_at=at,
    )


def close(uow: UnitOfWork, one: InquiryRecord, trigger: str, context: InquiryContext, by: Provenance) -> InquiryRecord:
    """End it by that step of its lifecycle; its days no longer run. Raises `TransitionRefused`."""
    state = INQUIRY.move(one.state, trigger, context)
    uow.jobs.cancel(one.case_id, [_ref(one)])
    return uow.inquiries.save(replace(one, state=state, closed_at=by.at, closed_by=by.actor))


def with_the_task(
    uow: UnitOfWork, task: TaskRecord, returned_for: dict[str, str], by: Provenance
) -> list[InquiryRecalled]:
    """The task has been sent: what it still asks is asked no longer, and what it returned the case for is kept."""
    if task.criteria_set is None:
        return []
    open_yet = of_task(uow, task)
    for one in open_yet:
        close(uow, one, "recall", InquiryContext(), by)
    uow.inquiries.add(
        [
            InquiryRecord(
                id=new_id(),
                case_id=task.case_id,
                task_id=task.id,
                criterion_id=key,
                state=RETURNED,
                text=text,
                organisation_id=task.organisation_id,
                asked_at=by.at,
                asked_by=by.actor,
            )
            for key, text in returned_for.items()
        ]
    )
    return [InquiryRecalled(inquiry_id=one.id, task_id=task.id, criterion_id=one.criterion_id) for one in open_yet]


def of_task(uow: UnitOfWork, task: TaskRecord) -> list[InquiryRecord]:
    """What the task still waits for."""
    return [one for one in uow.inquiries.open_of_case(task.case_id) if one.task_id == task.id]


def running(uow: UnitOfWork, case: UnitCase) -> list[tuple[InquiryRecord, TaskRecord]]:
    """What the case's open tasks wait for, each with its task."""
    waiting = uow.inquiries.open_of_case(case.id)
    tasks = {task_id: uow.tasks.get(task_id) for task_id in {one.task_id for one in waiting}}
    return [(one, tasks[one.task_id]) for one in waiting if tasks[one.task_id].ended_at is None]


def after_pause(calendar: WorkingCalendar, one: InquiryRecord, pause: Pause) -> datetime:
    """Where the end of the days lies after a suspension of the case."""
    due_at = one.due_at or pause.ended_at
    return shifted(calendar, pause, one.asked_at, due_at)


def move_on(
    uow: UnitOfWork, calendar: WorkingCalendar, case: UnitCase, since: datetime | None, now: datetime
) -> Sequence[CaseFact]:
    """The case goes on: the days for answers move by the working time of the pause, and it is told from where to where."""
    told: list[CaseFact] = []
    if since is None or since >= now:
        return told
    for one, task in running(uow, case):
        after = after_pause(calendar, one, Pause(began_at=since, ended_at=now))
        if one.due_at is None or after == one.due_at:
            continue
        moved = uow.inquiries.save(replace(one, due_at=after))
        uow.jobs.cancel(case.id, [_ref(one)])
        uow.jobs.add([lapse_job(moved, case, now)])
        told.append(ClockMoved(kind="answer", node_id=task.node_id, from_=_text(one.due_at), to=_text(after)))
    return told


def _ref(one: InquiryRecord) -> str:
    return f"inquiry:{one.id}"


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


# Why a case that came back was returned: by which task, and for which criteria.

LOOKED_BACK = 20
"""How many tasks of a case are looked through for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnNote:
    """Why the case came back to this task: from which task, by whom, and what to correct."""

    task: TaskRecord
    by: str
    reason: str
    criterion_reasons: Mapping[str, str]


def return_to(package: ProcedurePackage, task: TaskRecord, history: Sequence[TaskRecord]) -> TaskRecord | None:
    """The task completed with a backward outcome at the instant this one was made. `history`: the case's tasks, newest first."""
    for done in history:
        if done.ended_at != task.created_at or done.outcome is None or done.state != "completed":
            continue
        outcome = next((one for one in spec_of(package, done.node_id).outcomes if one.id == done.outcome), None)
        if outcome is not None and outcome.effect == "back":
            return done
    return None


def reasons_of(variables: Mapping[str, Any], node_id: str) -> Mapping[str, str]:
    """Criterion → what was missing when the task of that node was last completed."""
    result = variables.get(node_id)
    reasons = result.get("criterion_reasons") if isinstance(result, Mapping) else None
    return reasons if isinstance(reasons, Mapping) else {}


def return_note(
    uow: UnitOfWork,
    package: ProcedurePackage,
    history: Sequence[TaskRecord],
    task: TaskRecord,
    variables: Mapping[str, Any],
) -> ReturnNote | None:
    """The return that led to this task."""
    done = return_to(package, task, history)
    if done is None:
        return None
    by = user_names(uow, [done.completed_by]).get(done.completed_by or "", "")
    reasons = reasons_of(variables, done.node_id)
    return ReturnNote(task=done, by=by, reason=done.reason or "", criterion_reasons=reasons)
