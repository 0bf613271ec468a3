"""What is told of a step on a task: its result to the caller, the completion to the audit, the notice to a new assignee."""

from typing import Any

from workflow.feel.values import coerce, to_json
from workflow.ids import new_id
from workflow.services.completion import Completion
from workflow.services.recorder import Provenance
from workflow.store.jobs import JobRecord
from workflow.store.tasks import TaskRecord


def completed_payload(task: TaskRecord, checked: Completion) -> dict[str, Any]:
    payload: dict[str, Any] = {
        "task_id": task.id,
        "node_id": task.node_id,
        "outcome": checked.outcome.id,
        "reason": task.reason or "",
        "result": to_json(coerce(dict(checked.result))),
    }
    if checked.sheet is not None:
        payload["results"] = {
            key: {
                "result": row.result,
                "figures": dict(row.figures),
                "statement": row.statement,
                "reason": row.reason,
                "evidence": [item.sha256 for item in checked.sheet.evidence.get(key, ())],
            }
            for key, row in checked.sheet.stored.items()
        }
    return payload


def result_of(task: TaskRecord) -> dict[str, Any]:
    return {"task_id": task.id, "case_id": task.case_id, "state": task.state, "outcome": task.outcome}


def notify_job(task: TaskRecord, by: Provenance) -> JobRecord:
    return JobRecord(
        id=new_id(),
        kind="notify-assigned",
        province=task.province,
        case_id=task.case_id,
        ref=f"task:{task.activity_id}",
        payload={"task_id": task.id},
        run_at=by.at,
        created_at=by.at,
    )
