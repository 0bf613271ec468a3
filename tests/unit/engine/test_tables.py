"""The tables are complete: every command, event and element has its line."""

from typing import get_args

from workflow.engine.behaviours.containers import AdHoc, Call, Embedded
from workflow.engine.behaviours.elements import BEHAVIOURS, SUPPORTED
from workflow.engine.behaviours.gateways import EventBased
from workflow.engine.commands import Command
from workflow.engine.decide import HANDLERS
from workflow.engine.events import Event
from workflow.engine.evolve import APPLIERS
from workflow.engine.run import Behaviour
from workflow.model import elements as m

ABSTRACT = {m.FlowNode, m.Activity, m.Event}


def concrete(kind: type) -> set[type]:
    """All element classes below a class, itself included."""
    below: list[type] = kind.__subclasses__()
    return {kind}.union(*map(concrete, below))


def test_every_event_has_an_applier() -> None:
    assert set(APPLIERS) == set(get_args(Event))


def test_every_command_has_a_handler() -> None:
    assert set(HANDLERS) == set(get_args(Command))


def test_every_element_of_the_model_has_a_behaviour() -> None:
    # A frozen dataclass with slots is made twice; only the class that the module holds counts.
    in_module = {kind for kind in vars(m).values() if isinstance(kind, type) and issubclass(kind, m.FlowNode)}
    assert set(BEHAVIOURS) == (concrete(m.FlowNode) & in_module) - ABSTRACT


def test_what_is_supported_is_read_off_the_table() -> None:
    assert {kind.__name__ for kind in BEHAVIOURS} == SUPPORTED
    assert "UserTask" in SUPPORTED


def test_what_waits_is_known_to_soundness_and_to_migration() -> None:
    """Both ask `WAITING`; an element that waits and is not there would be taken as passed at once, silently."""
    waits = {
        kind
        for kind, behaviour in BEHAVIOURS.items()
        if type(behaviour).complete is not Behaviour.complete
        or isinstance(behaviour, Embedded | AdHoc | Call | EventBased)
    }

    assert {kind for kind in BEHAVIOURS if issubclass(kind, m.WAITING)} == waits - {m.ScriptTask}
    # A script is a job only where a program says so (execution files in other languages); in a procedure it is passed at once.
