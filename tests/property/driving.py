"""Sends random commands to a process and looks at the laws after each; or does what is waited for until it has ended."""

import json
from typing import Any

from hypothesis import strategies as st

from tests.property import laws
from tests.support.processes import START, same_types
from workflow.engine import commands as c, events as e
from workflow.engine.codec import event_from_json, event_to_json, state_from_json, state_to_json
from workflow.engine.decide import advance, decide
from workflow.engine.evolve import evolve, evolve_all, replay
from workflow.engine.program import Program
from workflow.engine.state import ProcessState
from workflow.errors import Conflict, InvalidInput, NotFound, TransitionRefused
from workflow.model import elements as m
from workflow.model.definition import ProcessDefinition

REFUSALS = (NotFound, TransitionRefused, Conflict, InvalidInput)
"""All that `decide` may raise."""
VARIABLES = {"x": 1, "again": False}

COMMANDS = (
    "complete",
    "timer",
    "message",
    "signal",
    "error",
    "error",
    "escalation",
    "fail",
    "retry",
    "retry",
    "unattended",
    "attended",
)
SELDOM = (
    "resolve",
    "choose",
    "move",
    "withdraw",
    "suspend",
    "resume",
    "cancel",
    "reschedule",
    "set",
    "start",
    "activate",
)
KINDS = ("go",) * 40 + (*COMMANDS, *SELDOM)
CHOICES = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 1_000)), min_size=4, max_size=25)
Choice = tuple[str, int]
"""What kind of command, and which of those that are possible."""


def program_of(processes: dict[str, ProcessDefinition]) -> Program:
    return Program(processes=processes, main="p", handlers=frozenset({"h"}), loop_limit=20)


def start_of(process: ProcessDefinition, number: int = 0) -> c.StartProcess:
    """How the process starts: by itself, or at an event behind the gateway that starts it."""
    for node in process.nodes.values():
        if isinstance(node, m.EventBasedGateway) and node.instantiate:
            flows = process.outgoing[node.id]
            return c.StartProcess(variables=VARIABLES, start_node=flows[number % len(flows)].target)
    return c.StartProcess(variables=VARIABLES)


def pick(values: Any, number: int) -> Any:
    found = sorted(values)
    return found[number % len(found)] if found else None


def command_for(kind: str, number: int, state: ProcessState, process: ProcessDefinition) -> c.Command | None:
    """A command of that kind that mostly makes sense, aimed by the number."""
    variables = {"x": number % 4, "again": number % 3 == 0}
    plain: dict[str, c.Command] = {
        "suspend": c.SuspendProcess(),
        "resume": c.ResumeProcess(suspended_at=START if number % 2 else None),
        "reschedule": c.RescheduleTimers(),
        "set": c.SetVariables(variables=variables, scope_id=pick(state.scopes, number) if number % 2 else None),
        "start": c.StartProcess(),
        "message": c.CorrelateMessage(name=("news", "keyed")[number % 7 == 1], key=number % 4, variables=variables),
        "signal": c.BroadcastSignal(name=("go", "alarm")[number % 2], variables=variables),
    }
    if number % 10 == 0:
        plain["cancel"] = c.CancelProcess()
    if state.timers:
        plain["timer"] = c.FireTimer(timer_id=pick(state.timers, number))
    going = ways_on(state, number)
    if going:
        plain["go"] = going[number % len(going)]
    plain |= _for_activities(number, state, process, variables)
    return plain.get(kind)


def ways_on(state: ProcessState, number: int) -> list[c.Command]:
    """What is waited for: every task done, timer fired, message, signal and change of variables brought."""
    variables = {"x": number % 4, "again": number % 3 == 0}
    found: list[c.Command] = [
        c.CompleteActivity(activity_id=activity.id, variables=variables)
        for activity in state.activities.values()
        if activity.waits_for in ("user", "job", "message")
    ]
    found += [c.FireTimer(timer_id=timer_id) for timer_id in state.timers]
    for wait in state.subscriptions.values():
        if wait.kind == "message":
            found.append(c.CorrelateMessage(name=wait.name, key=wait.key, variables=variables, subscription_id=wait.id))
        elif wait.kind == "signal":
            found.append(c.BroadcastSignal(name=wait.name, variables=variables))
        else:
            holder = state.activities.get(wait.activity_id)
            scope_id = holder.scope_id if holder else wait.activity_id
            found.append(c.SetVariables(variables={"x": number % 4}, scope_id=scope_id))
    return found


def _for_activities(
    number: int, state: ProcessState, process: ProcessDefinition, variables: dict[str, Any]
) -> dict[str, c.Command]:
    found: dict[str, c.Command] = {}
    waiting = [a.id for a in state.activities.values() if a.waits_for in ("user", "job", "message")]
    activity, incident, moved = pick(waiting, number), pick(state.incidents, number), pick(state.activities, number)
    if activity is not None:
        code = f"E{number % 3}"
        found["complete"] = c.CompleteActivity(activity_id=activity, variables=variables)
        found["error"] = c.ThrowError(activity_id=activity, code=code, variables=variables)
        found["escalation"] = c.ThrowEscalation(activity_id=activity, code=code, variables=variables)
        found["fail"] = c.FailJob(activity_id=activity, message="down")
        found["unattended"] = c.ReportUnattended(activity_id=activity)
        found["attended"] = c.ReportAttended(activity_id=activity)
    if incident is not None:
        found["retry"] = c.RetryIncident(incident_id=incident)
        found["resolve"] = c.ResolveIncident(incident_id=incident, variables=variables)
        flows = process.outgoing.get(state.incidents[incident].node_id, ())
        if flows:
            found["choose"] = c.ResolveIncident(incident_id=incident, flow_id=flows[number % len(flows)].id)
    if moved is not None:
        node_id = state.activities[moved].node_id
        beside = process.children(process.container_of.get(node_id, "p"))
        found["withdraw"] = c.WithdrawInstance(activity_id=moved, variables=variables)
        found["move"] = c.MoveToken(activity_id=moved, target_node=pick([n.id for n in beside], number // 7))
    by_hand = [a for a in state.activities.values() if isinstance(process.all_nodes.get(a.node_id), m.AdHocSubProcess)]
    if by_hand:
        chosen = by_hand[number % len(by_hand)]
        inner = [node.id for node in process.children(chosen.node_id)]
        found["activate"] = c.ActivateNode(activity_id=chosen.id, node_id=pick(inner, number // 3))
    return found


def drive(processes: dict[str, ProcessDefinition], choices: list[Choice]) -> list[e.Event]:
    """Start the process, send it the commands, and look at every law after each. Return its history."""
    program, state, history = program_of(processes), None, []
    kinds: list[Choice] = [("begin", choices[0][1]), *choices]
    for kind, number in kinds:
        command: c.Command | None = start_of(processes["p"], number)
        if state is not None:
            command = command_for(kind, number, state, processes["p"])
        if command is None:
            continue
        state, events = step(program, state, command)
        history += events
        if state is None:
            return []
        laws.check_state(state)
        laws.check_history(history, state)
    assert state is not None
    assert replay(history) == state
    if state.ended:
        laws.check_accepts_nothing(program, state)
    return history


def step(program: Program, state: ProcessState | None, command: c.Command) -> tuple[ProcessState | None, list[e.Event]]:
    """Carry out one command in every way that there is: all lead to the same. A refused command changes nothing."""
    late = max((timer.due_at for timer in state.timers.values()), default=START) if state else START
    before = state_to_json(state) if state else None
    try:
        events = decide(program, state, command, late)
    except REFUSALS:
        assert before == (state_to_json(state) if state else None)
        return state, []
    if state is not None:
        assert before == state_to_json(state), "deciding has changed the state"
        loaded = state_from_json(json.loads(json.dumps(before)))
        assert same_types(loaded, state)
        assert decide(program, loaded, command, late) == events, "saving and loading changes nothing"
    one_by_one = state
    for event in events:
        one_by_one = evolve(one_by_one, event)
        assert same_types(event_from_json(json.loads(json.dumps(event_to_json(event)))), event)
    decided, after = advance(program, state, command, late)
    assert decided == events, "the same command gives the same events"
    assert after == one_by_one, "deciding leads where folding leads"
    if events:
        assert evolve_all(state, events) == after
    return after, events
