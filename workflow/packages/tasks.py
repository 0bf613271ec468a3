"""What a package says of a user task."""

import re

from workflow.errors import NotFound
from workflow.model.elements import UserTask
from workflow.model.user_task import UserTaskSpec
from workflow.packages.package import ProcedurePackage

_DEADLINE = re.compile(r"\bdeadlines\.(\w+)\.")


def user_task(package: ProcedurePackage, node_id: str) -> UserTask:
    """Return the user task of any process of the package, or of one the case ran on before. Raises `NotFound`."""
    for one in (package, *package.former):
        for process in one.bpmn.processes.values():
            task = process.user_tasks.get(node_id)
            if task is not None:
                return task
    raise NotFound()


def spec_of(package: ProcedurePackage, node_id: str) -> UserTaskSpec:
    """Return the properties of a user task. Raises `NotFound`."""
    return user_task(package, node_id).spec


def several_do(package: ProcedurePackage, node_id: str) -> bool:
    """Whether several people do this task, each a part."""
    try:
        return user_task(package, node_id).multi_instance is not None
    except NotFound:
        return False


def task_label(package: ProcedurePackage, node_id: str) -> tuple[str, str]:
    """Return the Vietnamese and English names of a user task."""
    task = user_task(package, node_id)
    label = task.spec.label
    vi = label.vi if label and label.vi else task.name or node_id
    return vi, label.en if label and label.en else vi


def deadline_id(package: ProcedurePackage, node_id: str) -> str | None:
    """The deadline of the campaign that the task's due date is read from, or None. Raises `NotFound`."""
    due = spec_of(package, node_id).due_date
    return deadline_in(due.text) if due is not None else None


def deadline_in(text: str) -> str | None:
    """The deadline of the campaign that an expression reads, or None."""
    match = _DEADLINE.search(text)
    return match.group(1) if match else None
