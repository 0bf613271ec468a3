"""What a process instance has thrown, and what it has undone. See `workflow.engine.events`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Variables = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorThrown:
    """`caught_by` is the boundary event or event subprocess start that caught it, or None."""

    activity_id: str
    code: str
    caught_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationThrown:
    """`caught_by` as for an error. Nothing happens where nobody catches an escalation."""

    activity_id: str
    code: str
    caught_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalThrown:
    """Waits in this instance have received it already; the environment tells every other instance."""

    activity_id: str
    node_id: str
    name: str
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageThrown:
    """The environment delivers it: to one waiting instance, or to a process that the message starts."""

    activity_id: str
    node_id: str
    name: str
    key: Any = None
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensableRecorded:
    """An activity that has a compensation handler completed; the fields are those of `workflow.engine.state.Compensable`."""

    compensable_id: str
    scope_id: str
    activity_id: str
    node_id: str
    variables: Variables
    kept_scope_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationRequested:
    """A throw or a cancel asks for these completed activities to be undone, in this order."""

    activity_id: str
    compensables: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationStarted:
    """One of them is being undone: `handler_id` is the node that does it, in the scope `scope_id`. It is not undone again.

    The scope reads the variables that were recorded, and keeps what the handler changes until that is done.
    """

    compensable_id: str
    node_id: str
    handler_id: str
    scope_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeKept:
    """The scope that an activity of `node_id` opened is completed, but what was done in it can still be compensated."""

    scope_id: str
    node_id: str
