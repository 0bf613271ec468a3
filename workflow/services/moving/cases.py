"""One case to another version and back, inside the caller's transaction."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from workflow.audit.facts.auditing import CaseBundled, CaseRead, FileRead
from workflow.audit.facts.casework import CommentAdded
from workflow.audit.facts.moving import CaseMigrated, CaseMigrationReverted
from workflow.audit.facts.notifications import AssigneeNotified
from workflow.engine import commands as cmd
from workflow.engine.codec import state_from_json
from workflow.engine.state import ProcessState
from workflow.errors import N_, TransitionRefused
from workflow.ids import new_id
from workflow.lifecycle.case import RUNNING
from workflow.lifecycle.user_task import TaskState
from workflow.runtime.recorder import Provenance
from workflow.runtime.steps import case_stream
from workflow.services.casework.cases import named_files
from workflow.services.casework.fold import CaseFold
from workflow.services.casework.ground import CaseGround
from workflow.store.casework import UnitCase
from workflow.store.jobs import JobRecord
from workflow.store.moving import DONE, REVERTED, MigrationItem, MigrationRecord
from workflow.store.rows import Page
from workflow.store.tasks import FAR_FUTURE, TaskRecord
from workflow.store.unit_of_work import UnitOfWork

HARMLESS = frozenset(kind.__name__ for kind in (CaseRead, FileRead, CaseBundled, CommentAdded, AssigneeNotified))
"""Events after which a case still stands as it was moved."""
_TIMED = ("timer", "service", "remind", "escalate")
_ALL = Page(limit=100_000)
_TASK = (
    "node_id",
    "stage",
    "name_vi",
    "name_en",
    "organisation_id",
    "groups",
    "state",
    "state_before",
    "due_at",
    "follow_up_at",
    "escalated_at",
    "escalated_to",
    "priority",
    "criteria_set",
)
_INSTANTS = frozenset({"due_at", "follow_up_at", "escalated_at"})
ENDED = N_("The case has ended in the meantime.")
_ELSEWHERE = N_("The case no longer runs on the version that it was to leave.")
STUCK = N_("In the new version the case would get stuck.")
_NOT_MOVED = N_("This case was not moved by this migration, or it was taken back already.")
_HAPPENED = N_("Something has happened in the case since it was moved: it cannot be taken back any more.")


def move(
    uow: UnitOfWork, ground: CaseGround, record: MigrationRecord, item: MigrationItem, by: Provenance
) -> MigrationItem:
    """Move the case and return its item, done but not saved. Raises `TransitionRefused` where that cannot be, `Conflict`."""
    case = uow.unit_cases.get(item.case_id)
    if case.status not in RUNNING:
        raise TransitionRefused(ENDED)
    if case.version_id != record.from_version:
        raise TransitionRefused(_ELSEWHERE)
    stream = case_stream(case.id)
    head = uow.events.head(stream)
    undo = _snapshot(uow, case)
    moved = _on(case, record.to_version)
    command = cmd.MigrateProcess(
        old=ground.steps.compiled(uow, record.from_version).program,
        from_version=record.from_version,
        to_version=record.to_version,
        mapping=record.mapping,
    )
    saved = ground.steps.apply(uow, moved, command, by, [_moved_there(uow, ground, record)])
    if saved.open_incidents > case.open_incidents:
        raise TransitionRefused(STUCK)
    after = uow.events.head(stream)
    return replace(
        item,
        status=DONE,
        template=None,
        params={},
        first=head.seq + 1 if head else 1,
        head=after.seq if after else 0,
        undo=undo,
        done_at=by.at,
    )


def take_back(
    uow: UnitOfWork, ground: CaseGround, record: MigrationRecord, item: MigrationItem, reason: str, by: Provenance
) -> MigrationItem:
    """Let the case stand as before it was moved, if nothing happened since; the item is returned and not saved.

    Raises `TransitionRefused`, `Conflict`.
    """
    case = uow.unit_cases.get(item.case_id)
    check_untouched(uow, record, item, case)
    undo: dict[str, Any] = item.undo or {}
    command = cmd.RestoreProcess(
        from_version=record.to_version, to_version=record.from_version, state=_state_before(uow, item)
    )
    before = replace(_on(case, record.from_version), stage=undo["stage"])
    said = _said(uow, record, record.to_version, record.from_version, reason)
    ground.steps.apply(uow, before, command, by, [CaseMigrationReverted(**said)])
    _restore_tasks(uow, case.id, undo["tasks"], by.at)
    _restore_jobs(uow, case, undo["jobs"], by.at)
    uow.incidents.reopen(case.id, [key for key, _ in undo["incidents"]])
    uow.incidents.relocate(case.id, {activity: node for _, (activity, node) in undo["incidents"]})
    return replace(item, status=REVERTED, template=None, params={}, done_at=by.at)


def check_untouched(uow: UnitOfWork, record: MigrationRecord, item: MigrationItem, case: UnitCase) -> None:
    """Raise `TransitionRefused` where the case does not stand any more as the migration left it."""
    if item.head is None or item.first is None or case.version_id != record.to_version:
        raise TransitionRefused(_NOT_MOVED)
    head = uow.events.head(case_stream(case.id))
    since = (head.seq if head else 0) - item.head
    events = uow.events.page_of_stream(case_stream(case.id), Page(limit=since)) if since > 0 else ()
    if since < 0 or any(event.type not in HARMLESS for event in events):
        raise TransitionRefused(_HAPPENED)


def _on(case: UnitCase, version_id: str) -> UnitCase:
    former = [one for one in (*case.former_versions, case.version_id) if one != version_id]
    return replace(case, version_id=version_id, former_versions=former)


def _moved_there(uow: UnitOfWork, ground: CaseGround, record: MigrationRecord) -> CaseMigrated:
    """The new version's files are named by hash, as those of the first are where the case was opened."""
    said = _said(uow, record, record.from_version, record.to_version, record.reason)
    files = named_files(ground.steps.compiled(uow, record.to_version).package)
    return CaseMigrated(
        **said,
        mapping=record.mapping,
        definition_sha256=files["definition_sha256"],
        criteria_sha256=files["criteria_sha256"],
    )


def _said(uow: UnitOfWork, record: MigrationRecord, old_id: str, new_id: str, reason: str) -> dict[str, Any]:
    versions = uow.definitions.many([old_id, new_id])
    old, new = versions[old_id].version, versions[new_id].version
    return {"migration_id": record.id, "old": old, "new": new, "version": new, "reason": reason}


def _state_before(uow: UnitOfWork, item: MigrationItem) -> ProcessState:
    """From the events, which are the truth."""
    fold = CaseFold()
    for event in uow.events.of_stream(case_stream(item.case_id)):
        if item.first is not None and event.seq >= item.first:
            break
        fold.feed(event)
    if fold.state is None:
        raise TransitionRefused(_NOT_MOVED)
    return fold.state


def _snapshot(uow: UnitOfWork, case: UnitCase) -> dict[str, Any]:
    jobs = [job for job in uow.jobs.of_case(case.id) if job.kind in _TIMED and job.failed_at is None]
    state = state_from_json(case.state) if case.state else None
    open_incidents = state.incidents.values() if state else ()
    return {
        "stage": case.stage,
        "tasks": {task.activity_id: _written(task) for task in uow.tasks.of_case(case.id, _ALL)},
        "jobs": [
            {"kind": job.kind, "ref": job.ref, "payload": job.payload, "run_at": job.run_at.isoformat()} for job in jobs
        ],
        "incidents": [[one.id, [one.activity_id, one.node_id]] for one in open_incidents],
    }


def _written(task: TaskRecord) -> dict[str, Any]:
    if task.ended_at is not None:
        return {"node_id": task.node_id}
    values = {name: getattr(task, name) for name in _TASK}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


def _restore_tasks(uow: UnitOfWork, case_id: str, before: dict[str, dict[str, Any]], at: datetime) -> None:
    rows = uow.tasks.of_case(case_id, _ALL)
    uow.tasks.relocate(
        case_id,
        {row.activity_id: before[row.activity_id]["node_id"] for row in _known(rows, before) if _moved(row, before)},
    )
    for row in rows:
        was = before.get(row.activity_id)
        if was is None:
            if row.ended_at is None:
                uow.tasks.save(replace(row, state=TaskState.CANCELLED, ended_at=at))
        elif "state" in was:
            values: dict[str, Any] = {
                name: datetime.fromisoformat(value) if name in _INSTANTS and value else value
                for name, value in was.items()
            }
            due = values["due_at"]
            uow.tasks.save(replace(row, **values, due_sort=due or FAR_FUTURE, ended_at=None))


def _known(rows: Iterable[TaskRecord], before: dict[str, dict[str, Any]]) -> list[TaskRecord]:
    return [row for row in rows if row.activity_id in before]


def _moved(row: TaskRecord, before: dict[str, dict[str, Any]]) -> bool:
    return bool(before[row.activity_id]["node_id"] != row.node_id)


def _restore_jobs(uow: UnitOfWork, case: UnitCase, before: list[dict[str, Any]], at: datetime) -> None:
    refs = {str(job.ref) for job in uow.jobs.of_case(case.id) if job.kind in _TIMED and job.ref}
    uow.jobs.cancel(case.id, refs)
    uow.jobs.add(
        [
            JobRecord(
                id=new_id(),
                kind=job["kind"],
                payload=job["payload"],
                run_at=datetime.fromisoformat(job["run_at"]),
                created_at=at,
                province=case.province,
                case_id=case.id,
                ref=job["ref"],
            )
            for job in before
        ]
    )
