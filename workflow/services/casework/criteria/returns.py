"""What a case that came back was returned for: by which task, and which criteria are to be corrected."""

from collections.abc import Mapping, Sequence
from typing import Any

from workflow.packages.package import ProcedurePackage
from workflow.packages.tasks import spec_of
from workflow.services.casework.situations import task_variables
from workflow.store.casework import UnitCase
from workflow.store.rows import Page
from workflow.store.tasks import TaskRecord
from workflow.store.unit_of_work import UnitOfWork

LOOKED_BACK = 20


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


def asked_before(uow: UnitOfWork, package: ProcedurePackage, case: UnitCase, task: TaskRecord) -> Mapping[str, str]:
    """Criterion → what whoever works on the task was asked about it by the return, or what they themselves asked when they returned the case."""
    if task.ended_at is not None:
        return {}
    variables = task_variables(case, task)
    back = return_to(package, task, uow.tasks.of_case(case.id, Page(limit=LOOKED_BACK)))
    return {**reasons_of(variables, task.node_id), **(reasons_of(variables, back.node_id) if back else {})}
