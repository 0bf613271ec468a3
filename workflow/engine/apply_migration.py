"""What the events of a migration change in a state. See `workflow.engine.apply`."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from workflow.engine import migration_events as e
from workflow.engine.changing import change
from workflow.engine.draft import Draft
from workflow.engine.serialise import state_from_json


def _migrated(draft: Draft, event: e.ProcessMigrated) -> None:
    draft.process_id = event.process_id
    draft.end_nodes = event.end_nodes or draft.end_nodes


def _scope(draft: Draft, event: e.ScopeMigrated) -> None:
    scope = draft.scopes.get(event.scope_id)
    if scope is not None:
        draft.scopes[scope.id] = replace(scope, container_id=event.container_id, process_id=event.process_id)


def _activity(draft: Draft, event: e.ActivityMigrated) -> None:
    change(draft, event.activity_id, node_id=event.to_node)
    for incident in draft.incidents_of(event.activity_id):
        draft.incidents[incident.id] = replace(incident, node_id=event.to_node)


def _join(draft: Draft, event: e.JoinMigrated) -> None:
    old, new = (event.scope_id, event.from_node), (event.scope_id, event.to_node)
    names = dict(event.flows)
    arrived = draft.arrivals.pop(old, {})
    draft.joins_in[event.scope_id].discard(old)
    if arrived:
        draft.arrivals[new] = {names.get(flow_id, flow_id): count for flow_id, count in arrived.items()}
        draft.joins_in[event.scope_id].add(new)
    if old in draft.resetting:
        draft.resetting[new] = tuple(names.get(flow_id, flow_id) for flow_id in draft.resetting.pop(old))


def _compensable(draft: Draft, event: e.CompensableMigrated) -> None:
    found = draft.compensables.get(event.compensable_id)
    if found is None:
        return
    if event.node_id is None:
        draft.drop_compensable(found.id)
    else:
        draft.compensables[found.id] = replace(found, node_id=event.node_id)


def _restored(draft: Draft, event: e.ProcessRestored) -> None:
    counter = draft.counter
    vars(draft).update(vars(Draft(state_from_json(json.loads(event.state)))))  # whoever folds holds this very draft
    draft.counter = max(draft.counter, counter)


def _record_only(draft: Draft, event: e.UserTaskMigrated) -> None:
    """Who may take a task is not part of the state."""


MIGRATION_APPLIERS: dict[type, Callable[[Draft, Any], None]] = {
    e.ProcessMigrated: _migrated,
    e.ScopeMigrated: _scope,
    e.ActivityMigrated: _activity,
    e.UserTaskMigrated: _record_only,
    e.JoinMigrated: _join,
    e.CompensableMigrated: _compensable,
    e.ProcessRestored: _restored,
}
