"""User tasks: the texts and due times that the application needs, evaluated when the task is created."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from workflow.engine import events as e
from workflow.engine.behaviour import Behaviour
from workflow.engine.evaluation import View, evaluate
from workflow.engine.instants import instant
from workflow.engine.mappings import outputs_of, seen_by
from workflow.engine.program import WorkingTime
from workflow.engine.run import Run
from workflow.engine.state import Activity, Incident
from workflow.engine.stuck import Kind, Stuck
from workflow.errors import N_
from workflow.model.elements import UserTask
from workflow.model.expressions import Value

DEFAULT_PRIORITY = 50

_NOT_TEXT = N_("“%(attribute)s” should be a text, not %(value)s.")
_NOT_NUMBER = N_("“%(attribute)s” should be a whole number, not %(value)s.")


class User(Behaviour[UserTask]):
    """Waits for a person."""

    def enter(self, run: Run, node: UserTask, activity: Activity) -> None:
        run.emit(offered(run, node, activity))

    def complete(self, run: Run, node: UserTask, activity: Activity, variables: Mapping[str, Any]) -> None:
        """What was entered is kept under the task's own name; output mappings carry parts of it further."""
        outputs = outputs_of(node, seen_by(run, node, activity).plus(variables)) if node.outputs else {}
        run.set_variables(activity.scope_id, variables)
        run.assign_result(activity, outputs)
        run.complete(activity)

    def again(self, run: Run, node: UserTask, activity: Activity, incident: Incident) -> None:
        """Nobody could be found for it: create it anew."""
        if incident.kind == "assignment":
            self.enter(run, node, activity)


def offered(run: Run, node: UserTask, activity: Activity) -> e.UserTaskCreated:
    """Work out for whom, until when and against which criteria the task is. Raises `Stuck`."""
    spec = node.spec
    view = seen_by(run, node, activity)
    working_time = run.program.working_time
    return e.UserTaskCreated(
        activity_id=activity.id,
        node_id=node.id,
        scope_id=activity.scope_id,
        candidate_groups=_texts("candidateGroups", spec.candidate_groups, view),
        jurisdiction=_given("jurisdiction", spec.jurisdiction, _jurisdiction(spec.jurisdiction, view)),
        assignee=_text("assignee", spec.assignee, view),
        due_at=_instant(spec.due_date, view, run.now, working_time),
        follow_up_at=_instant(spec.follow_up_date, view, run.now, working_time),
        priority=_priority(spec.priority, view),
        criteria_set=_given("criteriaSet", spec.criteria_set, _text("criteriaSet", spec.criteria_set, view)),
        loop_counter=activity.loop_counter,
        created_at=run.now,
    )


def reschedule_user_task(run: Run, node: UserTask, activity: Activity) -> None:
    """Evaluate the due times again, durations from when the task was created. Raises `Stuck`."""
    view = run.view(activity.scope_id)
    base = activity.created_at or run.now
    due_at = _instant(node.spec.due_date, view, base, run.program.working_time, "timer")
    follow_up_at = _instant(node.spec.follow_up_date, view, base, run.program.working_time, "timer")
    if (due_at, follow_up_at) != (activity.due_at, activity.follow_up_at):
        run.emit(e.UserTaskRescheduled(activity_id=activity.id, due_at=due_at, follow_up_at=follow_up_at))


def _evaluated(value: Value | None, view: View) -> Any:
    return None if value is None else evaluate(value, view, "assignment")


def _text(attribute: str, value: Value | None, view: View) -> str | None:
    found = _evaluated(value, view)
    if found is not None and not isinstance(found, str):
        raise Stuck("assignment", _NOT_TEXT, attribute=attribute, value=str(found))
    return found or None


def _given(attribute: str, value: Value | None, found: str | None) -> str | None:
    """What the definition asks for must come out: without it, a task would silently be the unit's own, or need no criteria."""
    if value is not None and found is None:
        raise Stuck("assignment", _NOT_TEXT, attribute=attribute, value="null")
    return found


def _texts(attribute: str, values: tuple[Value, ...], view: View) -> tuple[str, ...]:
    """Each value is a text or a list of texts; each text once, in that order."""
    found: dict[str, None] = {}
    for value in values:
        result = _evaluated(value, view)
        for item in result if isinstance(result, list | tuple) else (result,):
            if not isinstance(item, str):
                raise Stuck("assignment", _NOT_TEXT, attribute=attribute, value=str(item))
            found[item] = None
    return tuple(found)


def _jurisdiction(value: Value | None, view: View) -> str | None:
    """A text, or `body@level` from a context with these two entries."""
    found = _evaluated(value, view)
    if isinstance(found, Mapping) and all(isinstance(found.get(key), str) for key in ("body", "level")):
        return f"{found['body']}@{found['level']}"
    if found is not None and not isinstance(found, str):
        raise Stuck("assignment", _NOT_TEXT, attribute="jurisdiction", value=str(found))
    return found or None


def _priority(value: Value | None, view: View) -> int:
    found = _evaluated(value, view)
    if found is None:
        return DEFAULT_PRIORITY
    try:
        number = Decimal(found) if isinstance(found, str | int | Decimal) else Decimal("nan")
        if number == int(number):
            return int(number)
    except (InvalidOperation, ValueError, OverflowError):
        pass
    raise Stuck("assignment", _NOT_NUMBER, attribute="priority", value=str(found))


def _instant(
    value: Value | None, view: View, base: datetime, working_time: WorkingTime | None, kind: Kind = "assignment"
) -> datetime | None:
    found = None if value is None else evaluate(value, view, kind)
    return None if found is None else instant(found, base, working_time, kind)
