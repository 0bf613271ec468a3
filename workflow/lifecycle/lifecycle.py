"""What every lifecycle shares: one machine of the `transitions` library, guards that explain their refusals.

A machine is built once from a constant table and holds no object, so threads may share it. Guards only look; nothing is
done in callbacks, because an exception after the move would leave the object changed.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from transitions import EventData, Machine, MachineError

from workflow.errors import N_, TransitionRefused

_WRONG_STATE = N_("This step (%(trigger)s) is not possible: expected is %(expected)s, the actual state is %(actual)s.")


class Context(Protocol):
    """What any guard may be asked about: at least who could act instead."""

    @property
    def who_can_act(self) -> tuple[str, ...]: ...


C = TypeVar("C", bound=Context)


class HasState(Protocol):
    """An object whose `state` a lifecycle may move."""

    state: str


@dataclass(slots=True)
class _Subject:
    state: str


@dataclass(frozen=True, slots=True)
class Guard(Generic[C]):
    """A named condition. `refuse` builds the refusal; without it the guard only chooses between two transitions.

    `of_input`: it looks at what the actor enters with the step (a reason, a receiver), so a page cannot know it beforehand.
    `of_actor`: another person could pass it, so the refusal says who.
    """

    name: str
    check: Callable[[C], bool]
    refuse: Callable[[C], TransitionRefused] | None = None
    of_input: bool = False
    of_actor: bool = True

    def __call__(self, event: EventData) -> bool:
        """Answer the machine, which calls its conditions with the event's data."""
        return self.check(event.kwargs["context"])


@dataclass(frozen=True, slots=True)
class Transition(Generic[C]):
    """One line of a lifecycle's table. `explains`: its guard always refuses, it is there to say why more exactly."""

    trigger: str
    source: tuple[str, ...]
    dest: str
    guards: tuple[Guard[C], ...] = ()
    explains: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A step that the state has, for the page's buttons: `refusal` is None when the actor may take it now."""

    trigger: str
    refusal: TransitionRefused | None

    @property
    def allowed(self) -> bool:
        """Whether the actor may take the step now."""
        return self.refusal is None


class Lifecycle(Generic[C]):
    """The machine of one kind of object."""

    def __init__(self, name: str, states: type[StrEnum], initial: StrEnum, table: Iterable[Transition[C]]) -> None:
        self.name = name
        self.states = tuple(state.value for state in states)
        self.initial = initial.value
        self.table = tuple(table)
        self._machine = Machine(
            model=None,
            states=list(self.states),
            initial=self.initial,
            transitions=[_as_dict(line) for line in self.table],
            auto_transitions=False,
            send_event=True,
        )

    def move(self, state: str, trigger: str, context: C) -> str:
        """Return the state after the step. Raises `TransitionRefused` (or a more exact error) and changes nothing."""
        subject = _Subject(str(state))
        self.fire(subject, trigger, context)
        return subject.state

    def fire(self, subject: HasState, trigger: str, context: C) -> None:
        """Move the subject's state by the trigger. Raises as `move` does, the subject then keeps its state."""
        before = str(subject.state)
        event = self._machine.events.get(trigger)
        if event is None or before not in self.states:
            raise self._wrong_state(before, trigger, context)
        try:
            moved = event.trigger(subject, context=context)
        except MachineError as error:
            raise self._wrong_state(before, trigger, context) from error
        if not moved:
            raise self._refusal(before, trigger, context) or self._wrong_state(before, trigger, context)

    def permitted(self, state: str, context: C) -> tuple[Option, ...]:
        """Return the state's steps in table order, each with why it is refused; guards of input are not asked."""
        triggers = dict.fromkeys(line.trigger for line in self.table if state in line.source)
        return tuple(Option(trigger=name, refusal=self._preview(state, name, context)) for name in triggers)

    def is_final(self, state: str) -> bool:
        """Whether no step leads on from the state."""
        return not any(state in line.source for line in self.table)

    def _lines(self, state: str, trigger: str) -> list[Transition[C]]:
        return [line for line in self.table if line.trigger == trigger and state in line.source]

    def _preview(self, state: str, trigger: str, context: C) -> TransitionRefused | None:
        if any(_first_failing(line, context, inputs=False) is None for line in self._lines(state, trigger)):
            return None
        return self._refusal(state, trigger, context, inputs=False)

    def _refusal(self, state: str, trigger: str, context: C, *, inputs: bool = True) -> TransitionRefused | None:
        for line in self._lines(state, trigger):
            guard = _first_failing(line, context, inputs=inputs)
            if guard is not None and guard.refuse is not None:
                refusal = guard.refuse(context)
                refusal.guard = guard.name
                refusal.who_can_act = context.who_can_act if guard.of_actor else ()
                return refusal
        return None

    def _wrong_state(self, state: str, trigger: str, context: C) -> TransitionRefused:
        lines = [line for line in self.table if line.trigger == trigger and not line.explains]
        sources = dict.fromkeys(source for line in lines for source in line.source)
        expected = " / ".join(sources) or "-"
        return TransitionRefused(_WRONG_STATE, guard="state", trigger=trigger, expected=expected, actual=state)


def refuse_with(
    error: type[TransitionRefused], template: str | None = None, **params: Callable[[Any], Any]
) -> Callable[[Any], TransitionRefused]:
    """Return a builder of refusals whose template parameters are read from the context when the guard fails."""

    def build(context: Any) -> TransitionRefused:
        return error(template, **{name: read(context) for name, read in params.items()})

    return build


def _first_failing(line: Transition[C], context: C, *, inputs: bool) -> Guard[C] | None:
    for guard in line.guards:
        if (inputs or not guard.of_input) and not guard.check(context):
            return guard
    return None


def _as_dict(line: Transition[C]) -> Mapping[str, Any]:
    return {
        "trigger": line.trigger,
        "source": list(line.source),
        "dest": line.dest,
        "conditions": list(line.guards),
    }
