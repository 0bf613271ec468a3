"""Events: errors that are caught twice, and times that are written as text.

Which triggers an event may have where it stands is a rule on the file (`workflow.bpmn.rules.events`).
"""

import re
from collections.abc import Iterator
from fractions import Fraction

from workflow.errors import N_
from workflow.model.definition import ProcessDefinition
from workflow.model.elements import (
    FlowNode,
    UserTask,
    definition_of,
)
from workflow.model.events import ErrorDefinition, EscalationDefinition, TimerDefinition, parts_of
from workflow.model.expressions import Literal, Value
from workflow.model.findings import Finding
from workflow.model.iso8601 import Span, cycle, interval, moment, span
from workflow.model.validation.containers import found

_WORKING = re.compile(r"WT(?=\d)(\d{1,4}D)?(\d{1,4}H)?", re.ASCII)


def is_duration(text: str) -> bool:
    """An ISO 8601 duration that is not negative, or a working time such as `WT5D` or `WT8H`."""
    return not text.startswith("-") and (span(text) is not None or _WORKING.fullmatch(text) is not None)


def is_date(text: str) -> bool:
    """An ISO 8601 date, or date and time; one without a zone is local time."""
    return moment(text) is not None


def is_cycle(text: str) -> bool:
    """`R3/PT1H`, `R/WT1D`, also with a start or an end (or both instead of a duration): `R3/2023-01-01T00:00:00Z/P1D`."""
    found = cycle(text)
    if found is None or found.count == 0:
        return False
    return found.length is None or (is_duration(found.length) and span(found.length) != Span(Fraction(0), Fraction(0)))


# Times that are written as text: what is none would only be found when a token gets there.


def check_times(definition: ProcessDefinition) -> Iterator[Finding]:
    """Timers and due times whose text is neither ISO 8601 nor a working time; expressions are left to run time."""
    for node in definition.all_nodes.values():
        for value, kind in _times(node):
            if isinstance(value, Literal) and not _is_time(value.text, kind):
                yield found(
                    "not-a-time",
                    node,
                    N_("“%(text)s” is neither an ISO 8601 time nor a working time"),
                    N_(
                        "Write a duration such as P3D or WT5D, a date such as 2023-02-15, a cycle such as R3/P1D, or =expression"
                    ),
                    line=value.line,
                    text=value.text,
                )


def _is_time(text: str, kind: str) -> bool:
    if kind == "cycle":
        return is_cycle(text)
    if kind == "date":
        return is_date(text)
    return is_duration(text) or interval(text) is not None or (kind == "due" and is_date(text))


def _times(node: FlowNode) -> Iterator[tuple[Value, str]]:
    for part in parts_of(definition_of(node)):
        if isinstance(part, TimerDefinition):
            yield part.value, part.kind
    if isinstance(node, UserTask):
        yield from ((value, "due") for value in (node.spec.due_date, node.spec.follow_up_date) if value is not None)


# Events: what boundary events sit on, and which errors are thrown and caught.


def check_error_codes(definition: ProcessDefinition) -> Iterator[Finding]:
    """Two events on one activity do not catch the same error or escalation."""
    for events in definition.boundary_events.values():
        seen: set[tuple[type, str | None]] = set()
        for event in events:
            for part in parts_of(event.definition):
                if not isinstance(part, ErrorDefinition | EscalationDefinition):
                    continue
                if (type(part), part.code) in seen:
                    yield found(
                        "caught-twice",
                        event,
                        N_("“%(element)s” catches what another event on the same activity catches."),
                        N_("Delete one of them."),
                    )
                seen.add((type(part), part.code))
