"""What can be read in a scope of a state, without a run."""

from collections.abc import Mapping
from typing import Any

from workflow.engine.state import ProcessState


def visible_variables(state: ProcessState, scope_id: str) -> dict[str, Any]:
    """Variables by name as seen from a scope: inner ones hide outer ones; a called process sees only its own."""
    chain: list[Mapping[str, Any]] = []
    scope = state.scopes.get(scope_id)
    while scope is not None:
        chain.extend((scope.variables, scope.snapshot))
        scope = state.scopes.get(scope.parent_id) if scope.parent_id and not scope.isolated else None
    seen: dict[str, Any] = {}
    for variables in reversed(chain):
        seen.update(variables)
    return seen
