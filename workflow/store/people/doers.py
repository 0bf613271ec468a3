"""Who did what in the tasks of a case: completed them, entered something, was ever given one of a round."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

import sqlalchemy as sa

from workflow.store.rows import remembered
from workflow.store.tasks import TaskPart, TaskRecord, every_task, task_people, user_tasks

_OF_CASE = user_tasks.c.case_id == sa.bindparam("case_id")

_DOERS = (
    sa.select(user_tasks.c.node_id, user_tasks.c.completed_by, user_tasks.c.on_behalf_of)
    .where(_OF_CASE, user_tasks.c.node_id.in_(sa.bindparam("node_ids", expanding=True)))
    .where(user_tasks.c.completed_by.is_not(None))
)
"""Each as often as they did it: a UNION names them once."""

_AMONG: sa.BindParameter[str] = sa.bindparam("among", expanding=True)

_NOBODY = sa.null().label("nobody")

_WRITERS = (
    sa.select(user_tasks.c.node_id, task_people.c.user_id, _NOBODY)
    .join(user_tasks, user_tasks.c.id == task_people.c.task_id)
    .where(task_people.c.case_id == sa.bindparam("case_id"), task_people.c.part == "entered")
    .where(user_tasks.c.node_id.in_(sa.bindparam("node_ids", expanding=True)))
)

_ALL_DOERS = sa.union(_DOERS, _WRITERS)

# An index search each: an OR would read every completion of the nodes, as many as there were returns.
_DOERS_AMONG = sa.union(
    _DOERS.where(user_tasks.c.completed_by.in_(_AMONG)),
    _DOERS.where(user_tasks.c.on_behalf_of.in_(_AMONG)),
    _WRITERS.where(task_people.c.user_id.in_(_AMONG)),
)

_PEOPLE_OF_ROUND = (
    sa.select(task_people.c.task_id, task_people.c.user_id, task_people.c.part)
    .join(user_tasks, user_tasks.c.id == task_people.c.task_id)
    .where(task_people.c.case_id == sa.bindparam("case_id"), user_tasks.c.round_id == sa.bindparam("round_id"))
)

_PEOPLE_OF_CASE = sa.select(task_people.c.task_id, task_people.c.user_id, task_people.c.part).where(
    task_people.c.case_id == sa.bindparam("case_id")
)

_PARTS = sa.select(task_people.c.user_id).where(
    task_people.c.task_id == sa.bindparam("of_task"), task_people.c.part == sa.bindparam("of_part")
)

_ADD = sa.insert(task_people)


class TaskPeople:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    @remembered
    def doers(
        self, case_id: str, node_ids: Collection[str], among: Collection[str] | None = None
    ) -> Mapping[str, frozenset[str]]:
        """Node id → the users who completed it in this case or entered anything in it, and those on whose behalf they did.

        `among`: only what these people did or had done for them; the cost then does not grow with the case's returns.
        """
        every = every_task(self._connection, case_id)
        if every is not None:
            return self._doers(every, set(node_ids), among)
        given: dict[str, Any] = {"case_id": case_id, "node_ids": list(node_ids)}
        statement: sa.Executable = _ALL_DOERS
        if among is not None:
            statement, given["among"] = _DOERS_AMONG, list(among)
        found: dict[str, set[str]] = defaultdict(set)
        for node_id, *people in self._connection.execute(statement, given):
            found[node_id] |= {person for person in people if person}
        return {node_id: frozenset(people) for node_id, people in found.items()}

    def _doers(
        self, every: Sequence[TaskRecord], node_ids: Collection[str], among: Collection[str] | None
    ) -> Mapping[str, frozenset[str]]:
        """As the statements find them, from the tasks of the case that have been read."""
        there = {task.id: task for task in every if task.node_id in node_ids}
        found: dict[str, set[str]] = defaultdict(set)
        for task in there.values():
            pair = {task.completed_by, task.on_behalf_of} - {None} if task.completed_by is not None else set()
            if pair and (among is None or pair & set(among)):
                found[task.node_id] |= cast(set[str], pair)
        for task_id, person, part in self.of_case(every[0].case_id) if there else ():
            if part == "entered" and task_id in there and (among is None or person in among):
                found[there[task_id].node_id].add(person)
        return {node_id: frozenset(people) for node_id, people in found.items()}

    def of_round(self, case_id: str, round_id: str) -> Sequence[tuple[str, str, TaskPart]]:
        """Task, user and part, of everybody who had or wrote into an instance of the round."""
        rows = self._connection.execute(_PEOPLE_OF_ROUND, {"case_id": case_id, "round_id": round_id})
        return [(task_id, user_id, part) for task_id, user_id, part in rows]

    @remembered
    def of_case(self, case_id: str) -> frozenset[tuple[str, str, str]]:
        """Task, user and part, of everybody of whom that is put down."""
        rows = self._connection.execute(_PEOPLE_OF_CASE, {"case_id": case_id})
        return frozenset((task_id, user_id, part) for task_id, user_id, part in rows)

    def add(self, task: TaskRecord, people: Collection[str | None], part: TaskPart) -> None:
        """Put down that these people have that part in the task; who is down already stays so."""
        known = set(self._connection.scalars(_PARTS, {"of_task": task.id, "of_part": part}))
        fresh = sorted({person for person in people if person} - known)
        if fresh:
            rows = [{"task_id": task.id, "user_id": one, "part": part, "case_id": task.case_id} for one in fresh]
            self._connection.execute(_ADD, rows)
