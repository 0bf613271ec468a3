"""What can be done in a pool now, as a person at a step-by-step simulation sees it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from workflow.engine import events as e
from workflow.engine.state import age
from workflow.model.events import MessageDefinition, SignalDefinition
from workflow.model.user_task import FormField
from workflow.simulation.actions import Action
from workflow.simulation.answers import job_of, task_of
from workflow.simulation.clock import Due, InstanceTimer, all_due
from workflow.simulation.delivery import listening
from workflow.simulation.items import Key
from workflow.simulation.pool import Pool
from workflow.simulation.starts import StartTimer

Kind = Literal["node", "timer", "message", "signal", "job"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One thing that can be done.

    `kind` is that of the action; `target` what the action names: the node, or the message's or signal's name. `item`: which
    of several at the same node. `instance` is None where it would start a process.
    """

    kind: Kind
    target: str
    node_id: str
    name: str
    process_id: str
    instance: int | None = None
    item: int = 0
    outcomes: tuple[str, ...] = ()
    fields: tuple[FormField, ...] = ()
    due_at: datetime | None = None
    key: Any = None
    handler: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict)
    work: Key | None = None
    due: Due | None = None

    def action(self, *, outcome: str | None = None, variables: Mapping[str, Any] | None = None) -> Action:
        """The action that does it."""
        return Action(
            kind=self.kind,
            target=self.target,
            item=self.item,
            outcome=outcome,
            variables=variables or {},
            key=self.key if self.kind == "message" else None,
        )


def waiting_in(pool: Pool) -> tuple[Waiting, ...]:
    """User tasks and jobs in the order in which they came up, timers by time, then messages and signals."""
    counts: Counter[tuple[str, str]] = Counter()
    found = []
    for each in (*_works(pool), *_timers(pool), *_subscriptions(pool), *_starts(pool)):
        place = (each.kind, each.target)
        found.append(replace(each, item=counts[place]))
        counts[place] += 1
    return tuple(found)


def _works(pool: Pool) -> Iterator[Waiting]:
    for work in pool.works.values():
        if isinstance(work.created, e.UserTaskCreated):
            task = task_of(pool, work)
            yield Waiting(
                kind="node",
                target=work.node_id,
                node_id=work.node_id,
                name=task.name,
                process_id=work.process_id,
                instance=work.key[0],
                outcomes=task.outcomes,
                fields=task.fields,
                due_at=task.due_at,
                variables=task.variables,
                work=work.key,
            )
        else:
            job = job_of(pool, work)
            yield Waiting(
                kind="job",
                target=work.node_id,
                node_id=work.node_id,
                name=job.name,
                process_id=work.process_id,
                instance=work.key[0],
                handler=job.handler,
                variables=job.inputs,
                work=work.key,
            )


def _timers(pool: Pool) -> Iterator[Waiting]:
    for due in all_due(pool):
        if isinstance(due, InstanceTimer):
            yield _waiting(pool, "timer", due.node_id, due.node_id, due.index, due_at=due.due_at, due=due)
        elif isinstance(due, StartTimer):
            point = due.point
            yield _starting(pool, "timer", point.node_id, point.process_id, point.node_id, due_at=due.due_at, due=due)


def _subscriptions(pool: Pool) -> Iterator[Waiting]:
    for index, state in pool.active():
        for wait in sorted(state.subscriptions.values(), key=lambda each: age(each.id)):
            if wait.kind != "condition":
                yield _waiting(pool, wait.kind, wait.name, wait.node_id, index, key=wait.key)


def _starts(pool: Pool) -> Iterator[Waiting]:
    for point in listening(pool):
        if isinstance(point.definition, MessageDefinition):
            yield _starting(pool, "message", point.definition.name, point.process_id, point.node_id)
        elif isinstance(point.definition, SignalDefinition):
            yield _starting(pool, "signal", point.definition.name, point.process_id, point.node_id)


def _waiting(pool: Pool, kind: Kind, target: str, node_id: str, index: int, **more: Any) -> Waiting:
    process_id = pool.states[index].process_id
    return Waiting(
        kind=kind,
        target=target,
        node_id=node_id,
        name=_name(pool, node_id),
        process_id=process_id,
        instance=index,
        **more,
    )


def _starting(pool: Pool, kind: Kind, target: str, process_id: str, node_id: str, **more: Any) -> Waiting:
    name = pool.program.processes[process_id].all_nodes[node_id].name
    return Waiting(kind=kind, target=target, node_id=node_id, name=name, process_id=process_id, **more)


def _name(pool: Pool, node_id: str) -> str:
    """What people call a node, in whichever process it stands (a called one, perhaps)."""
    nodes = (process.all_nodes.get(node_id) for process in pool.program.processes.values())
    return next((node.name for node in nodes if node is not None), "")
