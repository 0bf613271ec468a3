"""Event definitions: what an event waits for or throws."""

from dataclasses import dataclass
from typing import Literal

from workflow.model.expressions import Expression, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerDefinition:
    """A date, a duration (ISO 8601 or a working-time expression such as `WT5D`) or a cycle."""

    kind: Literal["date", "duration", "cycle"]
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDefinition:
    """A message by its name; the correlation key, if any, is evaluated where the event waits."""

    name: str
    correlation_key: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorDefinition:
    """A BPMN error; without a code it catches every error."""

    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminateDefinition:
    """Ends every token of its scope at once."""


EventDefinition = TimerDefinition | MessageDefinition | ErrorDefinition | TerminateDefinition
