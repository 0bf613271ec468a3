"""What a process sees of a user task that has been done: one variable, named as the node, that holds a context."""

from collections.abc import Mapping
from typing import Any

OUTCOME = "outcome"
REASON = "reason"


def task_result(outcome: str, values: Mapping[str, Any], reason: str = "") -> dict[str, Any]:
    """The context: which outcome was chosen, the form's fields by id, and why."""
    return {OUTCOME: outcome, **values, REASON: reason}


def result_variables(node_id: str, result: Mapping[str, Any]) -> dict[str, Any]:
    """The variables that completing the user task `node_id` sets."""
    return {node_id: dict(result)}
