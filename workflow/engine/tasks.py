"""Tasks: what they do on being entered and when they are done. User tasks have a file of their own."""

from collections.abc import Mapping
from typing import Any

from workflow.engine import events as e
from workflow.engine.behaviour import Behaviour
from workflow.engine.evaluation import View, evaluate, stored
from workflow.engine.instants import ZONE
from workflow.engine.mappings import inputs_of, keep_results, outputs_of, seen_by
from workflow.engine.run import Run
from workflow.engine.state import Activity, Incident
from workflow.engine.stuck import Stuck
from workflow.engine.throwing import throw_message
from workflow.errors import N_, ExpressionError, NotFound
from workflow.feel.values import coerce
from workflow.model.elements import BusinessRuleTask, ScriptTask, SendTask, ServiceTask, Task

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
