"""Laws that hold for any process and any order of commands.

Replaying the events gives the state; a state survives being saved; no token is lost; a process ends at most once; what
began ends once. `tests.property.laws` says them one by one.
"""

import pytest
from hypothesis import given

from tests.property.driving import CHOICES, COMMANDS, SELDOM, drive
from tests.property.processes import RICH, crossing, started_by_events, structured, unstructured, with_called
from tests.property.profiles import examples
from workflow.engine import events as e
from workflow.model.definition import ProcessDefinition

SEEN: dict[str, type] = {
    "timer": e.TimerFired,
    "message": e.MessageCorrelated,
    "error": e.ErrorThrown,
    "escalation": e.EscalationThrown,
    "fail": e.IncidentOpened,
    "retry": e.IncidentResolved,
    "resolve": e.IncidentResolved,
    "move": e.TokenMoved,
    "suspend": e.ProcessSuspended,
    "resume": e.ProcessResumed,
    "cancel": e.ProcessCancelled,
    "set": e.VariablesSet,
}
"""What shows that a command of the kind has been carried out."""

Processes = dict[str, ProcessDefinition]


@examples(150)
@given(with_called(structured()), CHOICES)
def test_the_laws_hold_for_structured_processes(processes: Processes, choices: list[tuple[str, int]]) -> None:
    drive(processes, choices)


@examples(60)
@given(with_called(structured(sound=True), sound=True), CHOICES)
def test_the_laws_hold_for_sound_processes(processes: Processes, choices: list[tuple[str, int]]) -> None:
    drive(processes, choices)


@examples(150)
@given(with_called(unstructured()), CHOICES)
def test_the_laws_hold_for_processes_without_structure(processes: Processes, choices: list[tuple[str, int]]) -> None:
    drive(processes, choices)


@examples(60)
@given(with_called(crossing()), CHOICES)
def test_the_laws_hold_for_graphs_that_cross(processes: Processes, choices: list[tuple[str, int]]) -> None:
    drive(processes, choices)


@examples(40)
@given(with_called(started_by_events()), CHOICES)
def test_the_laws_hold_for_processes_that_events_start(processes: Processes, choices: list[tuple[str, int]]) -> None:
    drive(processes, choices)


@pytest.mark.parametrize("kind", sorted({*COMMANDS, *SELDOM}))
def test_the_driver_knows_every_kind_of_command(kind: str) -> None:
    """Guards the other tests: a kind that is never sent would prove nothing."""
    history = []
    for number in range(0, 60, 10):
        choices = [("fail", 0), (kind, number), ("suspend", 0), (kind, number)]
        history.append(drive({"p": RICH}, choices))
    sent = {type(event) for events in history for event in events}
    assert SEEN.get(kind, e.ActivityEntered) in sent
