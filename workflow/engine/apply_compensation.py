"""What the events of compensation change in a state. See `workflow.engine.apply` and `workflow.engine.compensation`."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from workflow.engine import events as e
from workflow.engine.changing import number
from workflow.engine.draft import Draft
from workflow.engine.state import Compensable


def _recorded(draft: Draft, event: e.CompensableRecorded) -> None:
    number(draft, event.compensable_id)
    draft.put_compensable(
        Compensable(
            id=event.compensable_id,
            scope_id=event.scope_id,
            activity_id=event.activity_id,
            node_id=event.node_id,
            variables=dict(event.variables),
            kept_scope_id=event.kept_scope_id,
        )
    )


def _requested(draft: Draft, event: e.CompensationRequested) -> None:
    for compensable_id in event.compensables:
        compensable = draft.compensables.get(compensable_id)
        if compensable is not None:
            draft.compensables[compensable_id] = replace(compensable, requested_by=event.activity_id)


def _started(draft: Draft, event: e.CompensationStarted) -> None:
    compensable = draft.compensables.get(event.compensable_id)
    scope = draft.scopes.get(event.scope_id)
    if compensable is not None and scope is not None:
        draft.scopes[scope.id] = replace(scope, handler_id=event.handler_id, snapshot=compensable.variables)
        draft.handler_scopes.add(scope.id)
    draft.drop_compensable(event.compensable_id)


def _scope_kept(draft: Draft, event: e.ScopeKept) -> None:
    draft.keep_scope(event.scope_id, event.node_id)


COMPENSATION_APPLIERS: dict[type, Callable[[Draft, Any], None]] = {
    e.CompensableRecorded: _recorded,
    e.CompensationRequested: _requested,
    e.CompensationStarted: _started,
    e.ScopeKept: _scope_kept,
}
