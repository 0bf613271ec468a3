"""What a package says of a user task."""

from workflow.errors import NotFound
from workflow.model.elements import UserTask
from workflow.model.user_task import UserTaskSpec
from workflow.packages.package import ProcedurePackage


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


def task_label(package: ProcedurePackage, node_id: str) -> tuple[str, str]:
    """Return the Vietnamese and English names of a user task."""
    task = user_task(package, node_id)
    label = task.spec.label
    vi = label.vi if label and label.vi else task.name or node_id
    return vi, label.en if label and label.en else vi
