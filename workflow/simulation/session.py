"""A simulation that a person leads step by step.

A session never changes: `do` gives another one. It is kept as what was done, not as a state, so that it is small, cannot be
forged into something that could not happen, and `Session.from_json` finds it again by doing the same once more.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from workflow.calendar.working_time import ZONE
from workflow.engine import commands as c
from workflow.engine.program import Program
from workflow.errors import N_, ExpressionError, InvalidInput, NotFound, WorkflowError
from workflow.feel.expression import parse_for
from workflow.feel.values import to_json
from workflow.model.elements import UserTask
from workflow.model.user_task import Label, Outcome, UserTaskSpec
from workflow.simulation.actions import Action, action_from_json, action_to_json, values_of
from workflow.simulation.answers import answer_variables, task_of
from workflow.simulation.clock import START, all_due, let_happen
from workflow.simulation.delivery import settle
from workflow.simulation.items import Message, Signal, Work
from workflow.simulation.outcome import ends_of, status_of, variables_of, visited_of
from workflow.simulation.pool import Pool
from workflow.simulation.records import Entry, SimulatedIncident, Status, TaskAnswer
from workflow.simulation.waits import Waiting, waiting_in

_REFUSED = N_("“%(outcome)s” is not possible: %(why)s")


def refused(outcome: Outcome, variables: Mapping[str, Any], now: datetime) -> Label | None:
    """Why the outcome is not possible; None where it is. A condition without a value does not hold; today() is our day."""
    if outcome.condition is None:
        return None
    try:
        holds = parse_for(outcome.condition.text, variables).evaluate(variables, now=now.astimezone(ZONE)).value is True
    except ExpressionError:
        holds = False
    return None if holds else outcome.refusal or outcome.label


def check_permitted(spec: UserTaskSpec | None, chosen: str | None, variables: Mapping[str, Any], now: datetime) -> None:
    """`variables`: those of the process and the task's result. Raises `InvalidInput` where the outcome is refused."""
    if spec is None or not spec.outcomes:
        return
    outcome = next((one for one in spec.outcomes if one.id == chosen), spec.outcomes[0])
    why = refused(outcome, variables, now)
    if why is not None:
        raise InvalidInput(_REFUSED, outcome=outcome.label.vi, why=why.vi)


# A simulation that a person leads step by step.

FORMAT = 1
MAX_STEPS = 10_000
MOST_WORK = 50_000
"""Events and waiting work, over all steps that are done again: what a run may cost that somebody else wrote down."""

_NOT_THERE = N_("“%(target)s” does not wait here now.")
_BROKEN = N_("Step %(number)s is not possible: %(reason)s")
_TOO_MUCH = N_("After step %(number)s the run is larger than a simulation may be.")
_UNREADABLE = N_("The saved simulation cannot be read.")
_NO_PROCESS = N_("There is no process “%(process)s”.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Where a step-by-step simulation stands."""

    pool: Pool
    process_ids: tuple[str, ...]
    begun_at: datetime
    actions: tuple[Action, ...] = ()

    @classmethod
    def start(
        cls,
        program: Program,
        *,
        variables: Mapping[str, Any] | None = None,
        process_ids: Sequence[str] | None = None,
        start: datetime = START,
    ) -> Self:
        """Begin with the program's main process, or these. See `workflow.simulation.source` for programs.

        Raises `NotFound` for a process that the program does not have.
        """
        asked = tuple(process_ids) if process_ids is not None else (program.main,)
        for process_id in asked:
            if process_id not in program.processes:
                raise NotFound(_NO_PROCESS, process=process_id)
        pool = Pool(program, start.astimezone(UTC), variables, max_steps=MAX_STEPS)
        for process_id in asked:
            pool.launch(process_id)
            settle(pool)
        return cls(pool=pool, process_ids=asked, begun_at=start.astimezone(UTC))

    def do(self, action: Action) -> Self:
        """The session after this step. Raises `NotFound` where that does not wait now, `InvalidInput` for a wrong answer."""
        pool = self.pool.copy()
        _carry_out(pool, action)
        settle(pool)
        return type(self)(
            pool=pool, process_ids=self.process_ids, begun_at=self.begun_at, actions=(*self.actions, action)
        )

    def to_json(self) -> dict[str, Any]:
        """What `from_json` reads: where it began, and what was done."""
        return {
            "format": FORMAT,
            "process_ids": list(self.process_ids),
            "start": self.begun_at.isoformat(),
            "variables": {name: to_json(value) for name, value in self.pool.variables.items()},
            "actions": [action_to_json(action) for action in self.actions],
        }

    @classmethod
    def from_json(cls, program: Program, json: object) -> Self:
        """Do the same again, in this program. Raises `InvalidInput` where that is not possible (any more)."""
        given = json if isinstance(json, Mapping) else {}
        try:
            start = datetime.fromisoformat(given["start"])
            process_ids = [str(process_id) for process_id in given["process_ids"]]
            actions = [action_from_json(action) for action in given["actions"]]
            known = given["format"] == FORMAT and start.tzinfo is not None
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidInput(_UNREADABLE) from error
        if not known:
            raise InvalidInput(_UNREADABLE)
        variables = values_of(given.get("variables", {}), "variables")
        return cls.start(program, variables=variables, process_ids=process_ids, start=start).do_all(actions)

    def do_all(
        self, actions: Sequence[Action], seen: Callable[[int, Self], None] = lambda _number, _session: None
    ) -> Self:
        """As `do`, one after another; `seen` gets how it stands after each. Raises `InvalidInput` with the number of the first
        step that is not possible.
        """
        session, looked_at = self, 0
        for number, action in enumerate(actions, start=1):
            try:
                session = session.do(action)
            except WorkflowError as error:
                raise InvalidInput(_BROKEN, number=number, reason=error) from error
            seen(number, session)
            looked_at += len(session.pool.works)
            if looked_at + len(session.pool.events) > MOST_WORK:
                raise InvalidInput(_TOO_MUCH, number=number)
        return session

    @property
    def now(self) -> datetime:
        """Virtual time."""
        return self.pool.now

    @property
    def status(self) -> Status:
        """As in a simulation's result."""
        return status_of(self.pool)

    @property
    def waiting(self) -> tuple[Waiting, ...]:
        """What can be done now."""
        return waiting_in(self.pool)

    @property
    def trace(self) -> tuple[Entry, ...]:
        """Every entry into a flow node, in order, with the flows by which tokens came."""
        return tuple(self.pool.entries)

    @property
    def visited(self) -> tuple[str, ...]:
        """As in a simulation's result."""
        return visited_of(self.pool)

    @property
    def end(self) -> tuple[str, ...]:
        """The end events that were reached at the top level, of each instance in turn."""
        return ends_of(self.pool)

    @property
    def tokens(self) -> Mapping[str, int]:
        """Where tokens stand: node id and how many. What holds others (a subprocess, a loop) does not count itself."""
        counts: Counter[str] = Counter()
        for _, state in self.pool.active():
            for activity in state.activities.values():
                counts[activity.node_id] += activity.waits_for not in ("scope", "loop")
            for (_, node_id), flows in state.arrivals.items():
                counts[node_id] += sum(flows.values())
            for incident in state.incidents.values():
                counts[incident.node_id] += incident.activity_id not in state.activities
        return {node_id: count for node_id, count in counts.items() if count}

    @property
    def variables(self) -> Mapping[str, Any]:
        """The root variables of the first process's instance."""
        return variables_of(self.pool, self.process_ids)

    @property
    def incidents(self) -> tuple[SimulatedIncident, ...]:
        """What cannot go on, deadlocks included."""
        return (*self.pool.incidents, *self.pool.deadlocks)


def _carry_out(pool: Pool, action: Action) -> None:
    if action.kind == "message":
        pool.mail.append(Message(name=action.target, key=action.key, variables=action.variables))
    elif action.kind == "signal":
        pool.mail.append(Signal(name=action.target, variables=action.variables))
    elif action.kind == "set":
        for index, _ in pool.active()[:1]:
            pool.apply(index, c.SetVariables(variables=action.variables))
    else:
        _finish(pool, _found(pool, action), action)


def _found(pool: Pool, action: Action) -> Waiting:
    for waiting in waiting_in(pool):
        if (waiting.kind, waiting.target, waiting.item) == (action.kind, action.target, action.item):
            return waiting
    raise NotFound(_NOT_THERE, target=action.target)


def _finish(pool: Pool, waiting: Waiting, action: Action) -> None:
    if waiting.due is not None:
        _run_until(pool, waiting)
    elif waiting.work is not None and waiting.kind == "job":
        if action.error is not None:
            pool.throw(waiting.work, action.error, action.variables)
        else:
            pool.complete(waiting.work, action.variables)
    elif waiting.work is not None:
        work = pool.works[waiting.work]
        answer = TaskAnswer(
            outcome=action.outcome, fields=action.fields, variables=action.variables, reason=action.reason
        )
        task = task_of(pool, work)
        result = answer_variables(task, answer) or {}
        _check_permitted(pool, work, action.outcome, {**task.variables, **result, **result.get(work.node_id, {})})
        pool.complete(waiting.work, result)


def _check_permitted(pool: Pool, work: Work, outcome: str | None, variables: Mapping[str, Any]) -> None:
    node = pool.program.processes[work.process_id].all_nodes[work.node_id]
    if isinstance(node, UserTask):
        check_permitted(node.spec, outcome, variables, pool.now)


def _run_until(pool: Pool, waiting: Waiting) -> None:
    """Timers that are due before this one happen first, as they would."""
    while (left := all_due(pool)) and waiting.due in left and not pool.stopped:
        let_happen(pool, left[0])
        settle(pool)
        if left[0] == waiting.due:
            return
