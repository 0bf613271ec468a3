"""Process instances that share virtual time, messages and signals.

A pool knows no policy: what people and systems answer comes from outside, through `complete`, `throw` and `defer`. It is
deterministic, and a copy goes its own way.
"""

from collections import Counter, deque
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import replace
from datetime import datetime
from typing import Any

from workflow.engine import commands as c, events as e
from workflow.engine.behaviours.gateways import DEADLOCKS
from workflow.engine.decide import advance
from workflow.engine.evaluation import Stuck, stored
from workflow.engine.program import Program
from workflow.engine.state import ProcessState
from workflow.errors import N_
from workflow.model.elements import Activity as ActivityElement, FlowNode, ScriptTask
from workflow.model.starts import start_points, starts_at_once
from workflow.simulation.items import Ending, Key, Message, Signal, Work
from workflow.simulation.records import Entry, SimulatedIncident
from workflow.simulation.starts import StartTimer, holds, timer_of

MAX_STEPS = 100_000
"""How many commands one simulation may carry out."""

MAX_WORK = 2_000_000
"""Running activities looked at, over all commands: many steps of a wide process cost as much as very many of a narrow one."""
MAX_FIRED = 2_000
"""How often the same timer event may fire at one instant of virtual time."""

_LIMIT = N_("The simulation was stopped after %(steps)s steps.")
_LOOP = N_("“%(node)s” was entered %(count)s times at the same instant.")


class Pool:
    """See the module."""

    def __init__(
        self, program: Program, now: datetime, variables: Mapping[str, Any] | None = None, *, max_steps: int = MAX_STEPS
    ) -> None:
        self.program = program
        self.now = now
        self.variables = stored(variables or {})
        self.max_steps = max_steps
        self.steps = 0
        self.work = 0
        self.stopped = False
        self.states: list[ProcessState] = []
        self.live: dict[int, None] = {}
        """Which of them go on, oldest first."""
        self.events: list[tuple[int, e.Event]] = []
        self.entries: list[Entry] = []
        self.loops: set[Key] = set()
        """Activities that stand for a whole loop: their instances are entered by themselves."""
        self.scripts: list[str] = []
        self.incidents: list[SimulatedIncident] = []
        self.deadlocks: list[SimulatedIncident] = []
        self.errors: list[str] = []
        self.works: dict[Key, Work] = {}
        self.fresh: deque[Key] = deque()
        """Works that nobody has looked at yet, oldest first."""
        self.endings: dict[Key, Ending] = {}
        self.mail: deque[Message | Signal] = deque()
        self.unheard: list[Message] = []
        """Messages that nothing waited for, oldest first."""
        self.start_timers: list[StartTimer] = []
        self.armed: list[str] = []
        """Processes that were asked for and wait for an event that starts them."""
        self.met: dict[tuple[str, str], frozenset[int]] = {}
        """Of start events that need several things: which have happened."""
        self._processes: dict[tuple[int, str], str] = {}
        self._joined: dict[tuple[int, str, str], tuple[str, ...]] = {}
        self._entered: Counter[tuple[int, str, str]] = Counter()
        self._fired: Counter[tuple[int, str]] = Counter()
        self._programs: dict[str, Program] = {}

    def copy(self) -> "Pool":
        """A pool that stands where this one does."""
        other = copy(self)
        for name, value in vars(self).items():
            if isinstance(value, list | dict | set | deque | Counter):
                setattr(other, name, value.copy())
        return other

    # What can be done

    def launch(self, process_id: str, variables: Mapping[str, Any] | None = None) -> None:
        """Start a process; one that an event starts is armed instead: its timers run, and a condition may hold already."""
        process = self.program.processes[process_id]
        if starts_at_once(process):
            self.start(process_id, variables)
            return
        self.armed.append(process_id)
        seen = {**self.variables, **(variables or {})}
        for point in start_points(process):
            try:
                timer = timer_of(point, seen, self.now, self.program.working_time)
                if timer is not None:
                    self.start_timers.append(timer)
                elif holds(point, seen, self.now):
                    self.start(process_id, variables, point.node_id)
            except Stuck as stuck:
                self.report(point.node_id, stuck.kind, stuck.template, stuck.params, process_id)

    def start(self, process_id: str, variables: Mapping[str, Any] | None = None, node_id: str | None = None) -> None:
        """Start an instance with the variables given to all, and these."""
        if self._endless((-1, process_id, node_id or ""), node_id or process_id, process_id):
            return
        command = c.StartProcess(variables={**self.variables, **(variables or {})}, start_node=node_id)
        self._carry_out(len(self.states), process_id, None, command)

    def apply(self, index: int, command: c.Command) -> None:
        """Carry out one command on an instance. Raises as `workflow.engine.decide.decide`; nothing has changed then."""
        state = self.states[index]
        self._carry_out(index, state.process_id, state, command)

    def fire(self, index: int, timer_id: str) -> None:
        """Fire a timer that is due; one that fires again and again without time passing is reported, and stops all."""
        timer = self.states[index].timers[timer_id]
        self._fired[index, timer.node_id] += 1
        if self._fired[index, timer.node_id] > MAX_FIRED:
            process_id = self.states[index].process_id
            node = self.program.processes[process_id].all_nodes.get(timer.node_id)
            params = {"node": node.name if node is not None and node.name else timer.node_id, "count": MAX_FIRED}
            self.report(timer.node_id, "loop", _LOOP, params, process_id)
            self.stopped, self.steps = True, self.max_steps
            return
        self.apply(index, c.FireTimer(timer_id=timer_id))

    def complete(self, key: Key, variables: Mapping[str, Any]) -> None:
        self.apply(key[0], c.CompleteActivity(activity_id=key[1], variables=variables))

    def throw(self, key: Key, code: str, variables: Mapping[str, Any] | None = None) -> None:
        self.apply(key[0], c.ThrowError(activity_id=key[1], code=code, variables=variables or {}))

    def defer(self, ending: Ending) -> None:
        """The work has begun and will end later, unless something interrupts it."""
        self.endings[ending.key] = ending

    def move_to(self, instant: datetime) -> None:
        """Virtual time goes on; it never goes back."""
        if instant > self.now:
            self.now = instant
            self._entered.clear()
            self._fired.clear()

    # What can be asked

    def active(self) -> list[tuple[int, ProcessState]]:
        """The instances that go on, oldest first."""
        return [(index, self.states[index]) for index in self.live]

    def node(self, index: int, scope_id: str, node_id: str) -> FlowNode:
        """The definition of a node that was entered in a scope."""
        return self.program.processes[self._processes[index, scope_id]].all_nodes[node_id]

    def report(self, node_id: str, kind: str, template: str, params: Mapping[str, Any], process_id: str) -> None:
        """Note something that cannot go on."""
        self.incidents.append(_incident(node_id, kind, template, params, process_id))

    # How events are taken in

    def _carry_out(self, index: int, process_id: str, state: ProcessState | None, command: c.Command) -> None:
        self.work += len(state.activities) if state is not None else 0
        if self.steps >= self.max_steps or self.work > MAX_WORK:
            if not self.stopped:
                self.report("", "limit", _LIMIT, {"steps": self.steps}, process_id)
            self.stopped = True
            return
        happened, after = advance(self._program(process_id), state, command, self.now)
        self.steps += 1
        if state is None:
            self.states.append(after)
            self.live[index] = None
        else:
            self.states[index] = after
        if after.ended:
            del self.live[index]
        for event in happened:
            self.events.append((index, event))
            take = _TAKE_IN.get(type(event))
            if take is not None:
                take(self, index, event)

    def _program(self, process_id: str) -> Program:
        if process_id not in self._programs:
            self._programs[process_id] = replace(self.program, main=process_id)
        return self._programs[process_id]

    def _started(self, index: int, event: e.ProcessStarted) -> None:
        self._processes[index, event.scope_id] = event.process_id

    def _opened(self, index: int, event: e.ScopeOpened) -> None:
        self._processes[index, event.scope_id] = event.process_id
        if event.loop_counter is not None and event.activity_id is not None:
            self.loops.add((index, event.activity_id))

    def _activity_entered(self, index: int, event: e.ActivityEntered) -> None:
        joined = self._joined.pop((index, event.scope_id, event.node_id), ())
        flow_ids = joined or ((event.flow_id,) if event.flow_id is not None else ())
        self.entries.append(
            Entry(instance=index, activity_id=event.activity_id, node_id=event.node_id, flow_ids=flow_ids)
        )
        node = self.node(index, event.scope_id, event.node_id)
        if not isinstance(node, ScriptTask) or self.program.script_handler is not None:
            return  # a script that somebody else runs is noted when it runs
        if event.loop_counter is not None or not _is_loop(node):
            self.scripts.append(node.script.text.strip())

    def _join_completed(self, index: int, event: e.JoinCompleted) -> None:
        self._joined[index, event.scope_id, event.node_id] = event.flow_ids

    def _work_created(self, index: int, event: e.UserTaskCreated | e.JobCreated) -> None:
        activity = self.states[index].activities.get(event.activity_id)
        if activity is None:
            return  # the same command has ended it again
        process_id = self._processes[index, activity.scope_id]
        if self._endless((index, activity.scope_id, event.node_id), event.node_id, process_id):
            return
        key = (index, event.activity_id)
        self.works[key] = Work(
            key=key, node_id=event.node_id, process_id=process_id, scope_id=activity.scope_id, created=event
        )
        self.fresh.append(key)

    def _endless(self, place: tuple[int, str, str], node_id: str, process_id: str) -> bool:
        """Whether the same has happened too often at this instant; it is noted then and must not happen again."""
        self._entered[place] += 1
        limit = self.program.loop_limit
        if self._entered[place] <= limit:
            return False
        node = self.program.processes[process_id].all_nodes.get(node_id)
        params = {"node": node.name if node is not None and node.name else node_id, "count": limit}
        self.report(node_id, "loop", _LOOP, params, process_id)
        return True

    def _activity_ended(self, index: int, event: e.ActivityCompleted | e.ActivityCancelled) -> None:
        self.works.pop((index, event.activity_id), None)
        self.endings.pop((index, event.activity_id), None)

    def _incident_opened(self, index: int, event: e.IncidentOpened) -> None:
        process_id = self._processes.get((index, event.scope_id or ""), self.states[index].process_id)
        if event.template in DEADLOCKS:
            # A join at which tokens wait for ever: BPMN knows no exception for that, and the join has not been passed.
            found = _incident(event.node_id, "deadlock", event.template, event.params, process_id)
            self.deadlocks.append(found)
            self.entries = [
                entry for entry in self.entries if (entry.instance, entry.activity_id) != (index, event.activity_id)
            ]
            return
        self.report(event.node_id, event.kind, event.template, event.params, process_id)

    def _error_thrown(self, index: int, event: e.ErrorThrown) -> None:
        if event.caught_by is None:
            self.errors.append(event.code)

    def _message_thrown(self, index: int, event: e.MessageThrown) -> None:
        self.mail.append(Message(name=event.name, key=event.key, variables=event.variables))

    def _signal_thrown(self, index: int, event: e.SignalThrown) -> None:
        self.mail.append(Signal(name=event.name, variables=event.variables, sender=index))

    def _message_subscribed(self, index: int, event: e.MessageSubscribed) -> None:
        self.mail.extend(message for message in self.unheard if message.name == event.name)
        self.unheard = [message for message in self.unheard if message.name != event.name]


def _incident(node_id: str, kind: str, template: str, params: Mapping[str, Any], process_id: str) -> SimulatedIncident:
    message = template % dict(params) if params else template
    return SimulatedIncident(
        node_id=node_id, kind=kind, message=message, process_id=process_id, template=template, params=params
    )


def _is_loop(node: FlowNode) -> bool:
    return isinstance(node, ActivityElement) and (node.multi_instance or node.standard_loop) is not None


_TAKE_IN: dict[type, Callable[[Pool, int, Any], None]] = {
    e.ProcessStarted: Pool._started,
    e.ScopeOpened: Pool._opened,
    e.ActivityEntered: Pool._activity_entered,
    e.JoinCompleted: Pool._join_completed,
    e.UserTaskCreated: Pool._work_created,
    e.JobCreated: Pool._work_created,
    e.ActivityCompleted: Pool._activity_ended,
    e.ActivityCancelled: Pool._activity_ended,
    e.IncidentOpened: Pool._incident_opened,
    e.ErrorThrown: Pool._error_thrown,
    e.MessageThrown: Pool._message_thrown,
    e.SignalThrown: Pool._signal_thrown,
    e.MessageSubscribed: Pool._message_subscribed,
}
