"""Why a process instance went the way it did. See `workflow.engine.events`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Variables = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionEvaluated:
    flow_id: str
    expression: str
    inputs: Variables
    result: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayDecided:
    """Why a gateway (or an implicit split) went the way it did."""

    activity_id: str
    node_id: str
    taken: tuple[str, ...]
    default_taken: bool
    conditions: tuple[ConditionEvaluated, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleEvaluated:
    """`tables`: each decision table that was evaluated on the way, as `workflow.dmn.trace.TableTrace` writes it: its inputs,
    the rules that matched and the entries that let them through.
    """

    activity_id: str
    node_id: str
    decision: str
    inputs: Variables
    matched: tuple[str, ...]
    value: Any
    tables: tuple[Any, ...] = ()
