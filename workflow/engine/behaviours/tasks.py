"""Tasks: what they do on being entered and when they are done."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from workflow.engine import events as e
from workflow.engine.behaviours.throw_events import throw_message
from workflow.engine.evaluation import ZONE, Stuck, View, evaluate, stored
from workflow.engine.instants import instant
from workflow.engine.program import WorkingTime
from workflow.engine.reasons import IncidentKind
from workflow.engine.run import Behaviour, Run, inputs_of, keep_results, outputs_of, seen_by
from workflow.engine.state import Activity, Incident
from workflow.errors import N_, ExpressionError, NotFound
from workflow.feel.values import coerce
from workflow.model.elements import BusinessRuleTask, ScriptTask, SendTask, ServiceTask, Task, UserTask
from workflow.model.expressions import Value

_NO_HANDLER = N_("There is no handler for “%(handler)s”.")
_NO_RULE = N_("There is no decision “%(decision)s”.")
_NO_RESULT = N_("The script of “%(node)s” names no result variable.")
_RULE_FAILED = N_("The decision “%(decision)s” has no result: %(reason)s")


class Plain(Behaviour[Task]):
    """A task that nobody is asked to do: passed through, its output mappings carried out."""

    def enter(self, run: Run, node: Task, activity: Activity) -> None:
        if node.outputs:
            keep_results(run, node, activity, {})
        run.complete(activity)


class Service(Behaviour[ServiceTask]):
    """Machine work outside the transaction: a job, then its result. Send tasks too."""

    def enter(self, run: Run, node: ServiceTask, activity: Activity) -> None:
        if node.handler not in run.program.handlers:
            raise Stuck("job", _NO_HANDLER, handler=node.handler)
        inputs = inputs_of(run, node, activity)
        run.emit(e.JobCreated(activity_id=activity.id, node_id=node.id, handler=node.handler, inputs=inputs))

    def complete(self, run: Run, node: ServiceTask, activity: Activity, variables: Mapping[str, Any]) -> None:
        """With output mappings only their targets are kept, otherwise the whole result."""
        if node.outputs:
            keep_results(run, node, activity, variables)
        else:
            run.set_variables(activity.scope_id, variables)
        run.complete(activity)

    def again(self, run: Run, node: ServiceTask, activity: Activity, incident: Incident) -> None:
        """A failed job is done again; outputs that could not be evaluated are read from the result that was kept."""
        if incident.kind == "expression":
            self.complete(run, node, activity, {})
        else:
            self.enter(run, node, activity)


class Send(Service):
    """Sends its message and goes on; without a message, machine work as a service task."""

    def enter(self, run: Run, node: ServiceTask, activity: Activity) -> None:
        if isinstance(node, SendTask) and node.message is not None:
            throw_message(run, activity, node.message, inputs_of(run, node, activity))
            keep_results(run, node, activity, {})
            run.complete(activity)
        else:
            super().enter(run, node, activity)


class Script(Behaviour[ScriptTask]):
    """A FEEL value into a variable; or a job, where the environment runs scripts in other languages."""

    def enter(self, run: Run, node: ScriptTask, activity: Activity) -> None:
        handler = run.program.script_handler
        if handler is not None:
            inputs = {"script": node.script.text}
            run.emit(e.JobCreated(activity_id=activity.id, node_id=node.id, handler=handler, inputs=inputs))
            return
        if node.result_variable is None:
            raise Stuck("expression", _NO_RESULT, node=node.name or node.id)
        value = evaluate(node.script, seen_by(run, node, activity))
        keep_results(run, node, activity, {node.result_variable: value})
        run.complete(activity)

    def complete(self, run: Run, node: ScriptTask, activity: Activity, variables: Mapping[str, Any]) -> None:
        """What the script has set changes where it is found outward; new names belong to the task's own scope."""
        if node.outputs:
            variables = {**variables, **outputs_of(node, seen_by(run, node, activity).plus(variables))}
        run.assign(activity.scope_id, variables)
        run.complete(activity)

    def again(self, run: Run, node: ScriptTask, activity: Activity, incident: Incident) -> None:
        """A failed script runs again; outputs that could not be evaluated are read from the result that was kept."""
        if incident.kind == "expression":
            self.complete(run, node, activity, {})
        else:
            self.enter(run, node, activity)


class BusinessRule(Behaviour[BusinessRuleTask]):
    """A decision's value into a variable, with the record of which rules matched."""

    def enter(self, run: Run, node: BusinessRuleTask, activity: Activity) -> None:
        result = self._explain(run, node, seen_by(run, node, activity))
        if result.value is None and result.diagnostics:
            reason = "; ".join(str(diagnostic) for diagnostic in result.diagnostics)
            raise Stuck("rule", _RULE_FAILED, decision=node.decision, reason=reason)
        value = coerce(result.value)
        run.emit(
            e.RuleEvaluated(
                activity_id=activity.id,
                node_id=node.id,
                decision=node.decision,
                inputs=stored(result.inputs),
                matched=tuple(str(rule) for rule in result.matched),
                value=value,
                tables=tuple(coerce(table.to_json()) for table in result.tables),
            )
        )
        keep_results(run, node, activity, {node.result_variable: value})
        run.complete(activity)

    def _explain(self, run: Run, node: BusinessRuleTask, view: View) -> Any:
        if run.program.decisions is None:
            raise Stuck("rule", _NO_RULE, decision=node.decision)
        try:
            return run.program.decisions.explain(node.decision, view.variables, now=view.now.astimezone(ZONE))
        except NotFound as error:
            raise Stuck("rule", _NO_RULE, decision=node.decision) from error
        except ExpressionError as error:
            raise Stuck("rule", _RULE_FAILED, decision=node.decision, reason=str(error)) from error


# User tasks: the texts and due times that the application needs, evaluated when the task is created

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
    working_time = run.working_time
    return e.UserTaskCreated(
        activity_id=activity.id,
        node_id=node.id,
        scope_id=activity.scope_id,
        candidate_groups=_texts("candidateGroups", spec.candidate_groups, view),
        jurisdiction=_given("jurisdiction", spec.jurisdiction, jurisdiction_text(spec.jurisdiction, view)),
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
    due_at = _instant(node.spec.due_date, view, base, run.working_time, "timer")
    follow_up_at = _instant(node.spec.follow_up_date, view, base, run.working_time, "timer")
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


def jurisdiction_text(value: Value | None, view: View) -> str | None:
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
    value: Value | None, view: View, base: datetime, working_time: WorkingTime | None, kind: IncidentKind = "assignment"
) -> datetime | None:
    found = None if value is None else evaluate(value, view, kind)
    return None if found is None else instant(found, base, working_time, kind)
