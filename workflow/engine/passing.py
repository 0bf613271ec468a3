"""End events and intermediate catch events."""

from collections.abc import Mapping
from typing import Any

from workflow.engine import events as e
from workflow.engine.behaviour import Behaviour
from workflow.engine.cancelling import cancel_in_scope
from workflow.engine.run import Run
from workflow.engine.state import Activity
from workflow.engine.throwing import throw
from workflow.engine.waiting import attach, plan
from workflow.model.elements import EndEvent, FlowNode
from workflow.model.events import ErrorDefinition, TerminateDefinition


class End(Behaviour[EndEvent]):
    """Consumes its token; a terminate end event all tokens of its scope; an error end event throws."""

    def enter(self, run: Run, node: EndEvent, activity: Activity) -> None:
        if isinstance(node.definition, ErrorDefinition):
            throw(run, activity, node.definition.code or "", {})
            return
        if isinstance(node.definition, TerminateDefinition):
            _terminate(run, activity)
        run.complete(activity, ended=activity.scope_id == run.draft.root_id)


def _terminate(run: Run, activity: Activity) -> None:
    scope_id = activity.scope_id
    cancel_in_scope(run, scope_id, "terminated", but=activity.id)
    run.drop_queued(scope_id)
    if run.draft.joins_in[scope_id]:
        run.emit(e.TokensDiscarded(scope_id=scope_id))


class Catch(Behaviour[FlowNode]):
    """Waits for its timer or its message; receive tasks too."""

    def enter(self, run: Run, node: FlowNode, activity: Activity) -> None:
        found = plan(run, node, activity.scope_id)
        if found is not None:
            attach(run, activity, found)

    def complete(self, run: Run, node: FlowNode, activity: Activity, variables: Mapping[str, Any]) -> None:
        run.set_variables(activity.scope_id, variables)
        run.complete(activity)
