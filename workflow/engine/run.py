"""One command being carried out: the draft, the events so far, and the tokens that are still on their way.

Behaviours change the draft through `emit` only, so that folding the events gives the same state. Tokens travel through
a queue, never through the call stack.
"""

import re
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from workflow.engine import events as e
from workflow.engine.draft import Draft
from workflow.engine.evaluation import Stuck, View, data_of, evaluate, stored, typed
from workflow.engine.evolve import apply
from workflow.engine.pauses import PausedTime
from workflow.engine.program import Program, WorkingTime
from workflow.engine.reasons import Phase
from workflow.engine.state import Activity, Incident, ProcessState, Scope, Timer, Wait, age
from workflow.errors import N_, TransitionRefused
from workflow.feel.lexer import BLANK, PART, WORD, normalise
from workflow.model.definition import ProcessDefinition
from workflow.model.elements import (
    Activity as ActivityElement,
    EndEvent,
    FlowNode,
    Mapping as DataMapping,
    SubProcess,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A token on its way into a node. `flow_id` is None where no sequence flow leads (a start, a move, a boundary event)."""

    scope_id: str
    node_id: str
    flow_id: str | None = None


@dataclass(frozen=True, slots=True)
class Happened:
    """A token on its way into an event that has happened already: behind an event-based gateway, or at the start."""

    scope_id: str
    node_id: str
    flow_id: str | None
    variables: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Begin:
    """An entered activity is to do what its kind does (again, after an incident)."""

    scope_id: str
    activity_id: str


@dataclass(frozen=True, slots=True)
class Leave:
    """A completed activity's token is to go on. `flow_ids`: a gateway or an operator has chosen these flows."""

    scope_id: str
    activity: Activity
    flow_ids: tuple[str, ...] | None = None


Item = Token | Happened | Begin | Leave


_CHANGES = (e.VariablesSet, e.ConditionAwaited)


class Run:
    """What behaviours work with."""

    def __init__(self, program: Program, state: ProcessState | None, now: datetime) -> None:
        self.program = program
        self.draft = Draft(state)
        self.now = now
        self.events: list[e.Event] = []
        self.queue: deque[Item] = deque()
        self.changed = True
        """Whether variables may have changed since the awaited conditions were last looked at."""
        self.thinned: dict[str, None] = {}
        """Scopes in which something waits to start an event subprocess and from which an activity has gone."""
        self.entries: Counter[tuple[str, str]] = Counter()
        """How often this command has entered a node, by scope and by process: the guard against endless loops."""

    @property
    def working_time(self) -> WorkingTime | None:
        """The program's working time, as it passes for this process: its pauses do not count."""
        calendar = self.program.working_time
        return PausedTime(calendar, self.draft.pauses) if calendar is not None and self.draft.pauses else calendar

    def emit(self, event: e.Event) -> None:
        self.events.append(event)
        apply(self.draft, event)
        self.changed = self.changed or isinstance(event, _CHANGES)

    def new_id(self, prefix: str) -> str:
        """Return the next id; the event that carries it must be emitted before the next one is asked for."""
        return f"{prefix}{self.draft.counter + 1}"

    # What a behaviour reads

    def scope(self, scope_id: str) -> Scope:
        return self.draft.scopes[scope_id]

    def definition(self, scope_id: str) -> ProcessDefinition:
        """The definition whose nodes run in the scope."""
        return self.program.processes[self.draft.scopes[scope_id].process_id]

    def node(self, activity: Activity) -> FlowNode:
        return self.definition(activity.scope_id).all_nodes[activity.node_id]

    def variables(self, scope_id: str) -> dict[str, Any]:
        """All variables that can be read in the scope: its own, then outward as far as its process."""
        chain = []
        scope = self.draft.scopes[scope_id]
        while True:
            chain.append(scope.variables)
            if scope.snapshot:
                chain.append(scope.snapshot)
            if scope.isolated or scope.parent_id is None:
                break
            scope = self.draft.scopes[scope.parent_id]
        merged: dict[str, Any] = {}
        for variables in reversed(chain):
            merged.update(variables)
        return merged

    def view(self, scope_id: str) -> View:
        """What an expression in the scope sees."""
        return View(self.variables(scope_id), self.now)

    def holder_of(self, scope_id: str, name: str) -> str:
        """The nearest scope outward, within the process, that has the variable; the scope itself where none has."""
        scope = self.draft.scopes[scope_id]
        while name not in scope.variables and name not in scope.snapshot:
            if scope.isolated or scope.parent_id is None:
                return scope_id
            scope = self.draft.scopes[scope.parent_id]
        return scope.id

    # What a behaviour does

    def set_variables(self, scope_id: str, variables: Mapping[str, Any]) -> None:
        """Set variables in this very scope."""
        if variables:
            scope = self.draft.scopes[scope_id]
            declared = data_of(self.program.processes[scope.process_id], scope.container_id)
            values = typed(declared, variables) if declared else variables
            self.emit(e.VariablesSet(scope_id=scope_id, variables=stored(values)))

    def assign(self, scope_id: str, variables: Mapping[str, Any]) -> None:
        """Change each variable where it is found outward; make it in this scope where it is not."""
        by_scope: dict[str, dict[str, Any]] = {}
        for name, value in variables.items():
            by_scope.setdefault(self.holder_of(scope_id, name), {})[name] = value
        for holder, values in by_scope.items():
            self.set_variables(holder, values)

    def assign_result(self, activity: Activity, variables: Mapping[str, Any]) -> None:
        """Assign what an activity has worked out; an instance of several keeps it to itself, so that none disturbs another."""
        if activity.loop_counter is not None and getattr(self.node(activity), "multi_instance", None) is not None:
            self.set_variables(activity.scope_id, variables)
        else:
            self.assign(activity.scope_id, variables)

    def enter(self, scope_id: str, node_id: str, flow_id: str | None, loop_counter: int | None = None) -> Activity:
        activity_id = self.new_id("a")
        self.emit(
            e.ActivityEntered(
                activity_id=activity_id,
                node_id=node_id,
                scope_id=scope_id,
                flow_id=flow_id,
                loop_counter=loop_counter,
            )
        )
        return self.draft.activities[activity_id]

    def close_scope(self, scope_id: str) -> None:
        """The scope is done with: so are the events that its event subprocesses wait for."""
        self.detach(scope_id)
        self.emit(e.ScopeClosed(scope_id=scope_id))

    def complete(self, activity: Activity, flow_ids: tuple[str, ...] | None = None) -> None:
        """The activity is done: what hangs on it goes, and its token goes on (by these flows, if they are chosen)."""
        self.detach(activity.id, how="corrected")
        self._record(activity)
        ended = activity.scope_id == self.draft.root_id and isinstance(self.node(activity), EndEvent)
        self.emit(e.ActivityCompleted(activity_id=activity.id, node_id=activity.node_id, ended=ended))
        self.queue.append(Leave(activity.scope_id, activity, flow_ids))

    def _record(self, activity: Activity) -> None:
        """What has a compensation handler can be undone from now on.

        A loop is undone as a whole (BPMN 2.0.2, 13.5.5), a subprocess once for each of its instances that completed (10.7.2).
        """
        handlers = self.definition(activity.scope_id).compensation_handlers
        if activity.node_id not in handlers or activity.loop_counter is not None:
            return
        loop = self.draft.activities[activity.id].loop
        times = loop.completed if loop is not None and isinstance(self.node(activity), SubProcess) else 1
        for _ in range(times):
            self.emit(
                e.CompensableRecorded(
                    compensable_id=self.new_id("u"),
                    scope_id=activity.scope_id,
                    activity_id=activity.id,
                    node_id=activity.node_id,
                    variables={},
                )
            )

    def detach(self, activity_id: str, *, how: Any = "cancelled") -> None:
        """Remove the timers, subscriptions and incidents of an activity, or the waits of a scope."""
        if activity_id not in self.draft.attached:
            return
        for key in sorted(self.draft.attached[activity_id], key=age):
            wait = self.draft.wait(key)
            if wait is not None:
                self.give_up(wait)
            else:
                self.emit(e.IncidentResolved(incident_id=key, how=how))

    def give_up(self, wait: Wait) -> None:
        """Wait for this no longer."""
        if isinstance(wait, Timer):
            self.emit(e.TimerCancelled(timer_id=wait.id))
        else:
            self.emit(e.SubscriptionCancelled(subscription_id=wait.id))

    def drop_queued(self, scope_id: str) -> None:
        """Forget the tokens that are on their way in the scope."""
        self.queue = deque(item for item in self.queue if item.scope_id != scope_id)

    def shown_at(self, holder_id: str) -> Activity | None:
        """The activity that shows a fault of what waits: the holder itself, or the oldest activity where it is a scope."""
        holder = self.draft.activities.get(holder_id)
        if holder is not None:
            return holder
        oldest = min(self.draft.in_scope.get(holder_id, ()), key=age, default=None)
        return self.draft.activities[oldest] if oldest is not None else None

    def show(self, holder_id: str, stuck: Stuck) -> None:
        """Open an incident for what waits, where an activity is there to show it."""
        activity = self.shown_at(holder_id)
        if activity is not None:
            self.open_incident(activity, stuck, "wait")

    def open_incident(self, activity: Activity, stuck: Stuck, phase: Phase) -> None:
        self.emit(
            e.IncidentOpened(
                incident_id=self.new_id("i"),
                activity_id=activity.id,
                node_id=activity.node_id,
                kind=stuck.kind,
                template=stuck.template,
                params=stored(stuck.params),
                phase=phase,
                scope_id=activity.scope_id,
                loop_counter=activity.loop_counter,
            )
        )


# The hooks that every element kind has. `workflow.engine.behaviours.elements` says which kind behaves how.

NodeT = TypeVar("NodeT", bound=FlowNode)


class Behaviour(Generic[NodeT]):
    """Hooks with defaults. A hook that raises `Stuck` must not have emitted anything that moves a token before."""

    def arrive(self, run: Run, node: NodeT, token: Token) -> bool:
        """A token stands before the node. Return whether the node is entered now; a join keeps it waiting."""
        return True

    def comes_last(self, node: NodeT) -> bool:
        """Whether the tokens that are on their way at this moment move one node first."""
        return False

    def enter(self, run: Run, node: NodeT, activity: Activity) -> None:
        """The node has been entered: complete it, or make it wait for something."""
        run.complete(activity)

    def complete(self, run: Run, node: NodeT, activity: Activity, variables: Mapping[str, Any]) -> None:
        """Whatever the activity waits for has been done, with this result."""
        raise TransitionRefused(N_("“%(node)s” is not done by completing it."), node=node.name or node.id)

    def again(self, run: Run, node: NodeT, activity: Activity, incident: Incident) -> None:
        """An incident that happened while the activity waited is to be tried once more."""

    def closed(self, run: Run, node: NodeT, activity: Activity, scope_id: str) -> None:
        """No token is left in the scope that the activity has opened."""


class PassThrough(Behaviour[FlowNode]):
    """Does nothing itself: none and manual tasks, none events, boundary events once they have happened."""


# What goes into an activity and what it leaves behind: its input and output mappings, wherever it has some

_NAME = re.compile(rf"{WORD.pattern}(?:{BLANK}+{PART}+)*")


def values_of(mappings: Iterable[DataMapping], view: View) -> dict[str, Any]:
    """Target → value of each source. Raises `Stuck`."""
    return {mapping.target: evaluate(mapping.source, view) for mapping in mappings}


def inputs_of(run: Run, node: ActivityElement, activity: Activity) -> dict[str, Any]:
    """The values of the input mappings. Raises `Stuck`."""
    if not node.inputs:
        return {}
    return values_of(node.inputs, run.view(activity.scope_id))


def seen_by(run: Run, node: ActivityElement, activity: Activity) -> View:
    """What the activity's own expressions see: its scope, and before that its inputs. Raises `Stuck`."""
    view = run.view(activity.scope_id)
    return view.plus(inputs_of(run, node, activity)) if node.inputs else view


def outputs_of(node: ActivityElement, view: View) -> dict[str, Any]:
    """The values of the output mappings; a plain copy of what was never set copies nothing. Raises `Stuck`."""
    return values_of((mapping for mapping in node.outputs if not _copies_nothing(mapping, view.variables)), view)


def keep_results(run: Run, node: ActivityElement, activity: Activity, results: Mapping[str, Any]) -> None:
    """Assign what an activity has worked out; with output mappings only what these say. Raises `Stuck` before that."""
    if node.outputs:
        results = outputs_of(node, seen_by(run, node, activity).plus(results))
    run.assign_result(activity, results)


def _copies_nothing(mapping: DataMapping, variables: Mapping[str, Any]) -> bool:
    name = normalise(mapping.source.text)
    return _NAME.fullmatch(name) is not None and name not in variables and name not in ("true", "false", "null")
