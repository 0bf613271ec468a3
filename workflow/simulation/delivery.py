"""Bringing messages and signals to whom they are meant for.

A message goes to one receiver: the oldest instance that waits for it with this key, else a process of the file that it starts,
else it is kept until somebody waits for it. A signal goes to every instance that waits for it now and starts every process
that it can start; nobody keeps it.
"""

from collections.abc import Mapping
from typing import Any

from workflow.engine import commands as c
from workflow.engine.state import ProcessState
from workflow.errors import NotFound
from workflow.model.events import MessageDefinition, SignalDefinition
from workflow.model.starts import StartPoint, start_points
from workflow.simulation.items import Message, Signal
from workflow.simulation.pool import Pool


def settle(pool: Pool) -> None:
    """Deliver what has been thrown, first thrown first, until nothing is left."""
    while pool.mail and not pool.stopped:
        item = pool.mail.popleft()
        if isinstance(item, Message):
            _deliver(pool, item)
        else:
            _broadcast(pool, item)


def start_at(pool: Pool, point: StartPoint, variables: Mapping[str, Any]) -> None:
    """One of the things that a start event waits for has happened: start the process if that is all it needs."""
    place = (point.process_id, point.node_id)
    met = pool.met.get(place, frozenset()) | {point.part}
    if len(met) < point.needs:
        pool.met[place] = met
        return
    pool.met.pop(place, None)
    pool.start(point.process_id, variables, point.node_id)


def listening(pool: Pool) -> list[StartPoint]:
    """Where messages and signals start processes: in those that are executable, and those that were asked for."""
    return [
        point
        for process in pool.program.processes.values()
        if process.executable or process.id in pool.armed or process.id == pool.program.main
        for point in start_points(process)
    ]


def _deliver(pool: Pool, message: Message) -> None:
    command = c.CorrelateMessage(name=message.name, key=message.key, variables=message.variables)
    for index, state in pool.active():
        if not _waits_for(state, "message", message.name):
            continue
        try:
            pool.apply(index, command)
        except NotFound:
            continue  # it waits for another key
        return
    for point in listening(pool):
        if point.listens_for(MessageDefinition, message.name):
            start_at(pool, point, message.variables)
            return
    pool.unheard.append(message)


def _broadcast(pool: Pool, signal: Signal) -> None:
    command = c.BroadcastSignal(name=signal.name, variables=signal.variables)
    for index, state in pool.active():
        if index != signal.sender and _waits_for(state, "signal", signal.name):
            pool.apply(index, command)
    for point in listening(pool):
        if point.listens_for(SignalDefinition, signal.name):
            start_at(pool, point, signal.variables)


def _waits_for(state: ProcessState, kind: str, name: str) -> bool:
    return any(wait.kind == kind and wait.name == name for wait in state.subscriptions.values())
