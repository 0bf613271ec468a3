"""What a form starts from: the draft, else what the person entered before the case came back, else people named earlier."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from workflow.model.user_task import FormField, UserTaskSpec
from workflow.packages.package import ProcedurePackage
from workflow.services.fields import Entry
from workflow.services.spec import spec_of
from workflow.store.tasks import TaskRecord


def entries_of(
    package: ProcedurePackage,
    spec: UserTaskSpec,
    task: TaskRecord,
    variables: Mapping[str, Any],
    done: Iterable[TaskRecord],
    *,
    returned: bool,
) -> dict[str, Entry]:
    """Field id → text to begin with. `done`: the case's tasks, newest first; `returned`: the case came back to this task."""
    if task.draft is not None:
        return dict(task.draft.get("fields", {}))
    own = variables.get(task.node_id) if returned else None
    if isinstance(own, Mapping):
        return {item.id: as_entry(own.get(item.id)) for item in spec.fields}
    earlier = [one for one in done if one.state == "completed"]
    return {item.id: _people_named(package, item, variables, earlier) for item in spec.fields if item.kind == "users"}


def as_entry(value: Any) -> Entry:
    """A stored value as a person would enter it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, Decimal | int):
        return format(value, "f").replace(".", ",") if isinstance(value, Decimal) else str(value)
    if isinstance(value, list | tuple):
        return [str(one) for one in value]
    return None if value is None else str(value)


def _people_named(
    package: ProcedurePackage, item: FormField, variables: Mapping[str, Any], earlier: Iterable[TaskRecord]
) -> Entry:
    """The people chosen last in a field of the same name: whoever was convened is called over again."""
    for one in earlier:
        result = variables.get(one.node_id)
        same = any(other.id == item.id and other.kind == "users" for other in spec_of(package, one.node_id).fields)
        if same and isinstance(result, Mapping):
            return as_entry(result.get(item.id))
    return None
