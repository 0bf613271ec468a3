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
    """A message by its name; the correlation key, if any, is evaluated where the event waits or throws."""

    name: str
    correlation_key: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalDefinition:
    """A signal by its name: to all that wait for it, in every instance."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorDefinition:
    """A BPMN error; without a code it catches every error."""

    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationDefinition:
    """A BPMN escalation; without a code it catches every escalation."""

    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionalDefinition:
    """Happens when the condition becomes true after a change of variables, or is true when the wait begins."""

    condition: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensateDefinition:
    """Thrown: compensates `activity`, or all of its scope where that is None. Caught: marks the handler's event."""

    activity: str | None = None
    wait_for_completion: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelDefinition:
    """Thrown by an end event of a transaction, caught on the transaction's boundary."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkDefinition:
    """An off-page connector: a throw event goes on at the catch event of the same name in its container."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminateDefinition:
    """Ends every token of its scope at once."""


SingleDefinition = (
    TimerDefinition
    | MessageDefinition
    | SignalDefinition
    | ErrorDefinition
    | EscalationDefinition
    | ConditionalDefinition
    | CompensateDefinition
    | CancelDefinition
    | LinkDefinition
    | TerminateDefinition
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MultipleDefinition:
    """Several definitions on one event. Caught: one of them is enough, or with `parallel` all must happen. Thrown: all."""

    parts: tuple[SingleDefinition, ...]
    parallel: bool = False


EventDefinition = SingleDefinition | MultipleDefinition


def parts_of(definition: EventDefinition | None) -> tuple[SingleDefinition, ...]:
    """Return the single definitions of an event's definition, in the order of the file; none for a none event."""
    if definition is None:
        return ()
    return definition.parts if isinstance(definition, MultipleDefinition) else (definition,)
