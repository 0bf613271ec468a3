"""The floor of a step: the same reads and writes as plain SQLAlchemy Core, with nothing to decide, check or hash.

The statements are written by hand and built once; what they write was taken from a real step beforehand. `watching` counts
what each of the two really executes, so that they can be compared.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from workflow.ids import new_id
from workflow.store.auditing import events, stream_heads
from workflow.store.cases import cases
from workflow.store.jobs import commands, jobs
from workflow.store.places import settings
from workflow.store.sealing.book import row_seals
from workflow.store.tasks import task_candidates, user_tasks

Row = dict[str, Any]

READ_SETTINGS = sa.select(settings.c.name, settings.c.value).where(
    settings.c.name.in_(sa.bindparam("keys", expanding=True))
)
READ_TASK = sa.select(user_tasks).where(user_tasks.c.id == sa.bindparam("key"))
READ_CASE = sa.select(cases).where(cases.c.id == sa.bindparam("key"))
READ_COMMAND = sa.select(commands).where(commands.c.id == sa.bindparam("key"))
READ_HEAD = sa.select(stream_heads).where(stream_heads.c.stream == sa.bindparam("key"))
READ_DOERS = (
    sa.select(user_tasks.c.node_id, user_tasks.c.completed_by, user_tasks.c.on_behalf_of)
    .where(user_tasks.c.case_id == sa.bindparam("key"), user_tasks.c.completed_by.is_not(None))
    .where(user_tasks.c.node_id == "registration")
    .distinct()
)
SAVE_TASK = (
    sa.update(user_tasks)
    .where(user_tasks.c.id == sa.bindparam("key"), user_tasks.c.revision == sa.bindparam("was"))
    .returning(user_tasks.c.node_id)
)
SAVE_CASE = sa.update(cases).where(cases.c.id == sa.bindparam("key"), cases.c.revision == sa.bindparam("was"))
MOVE_HEAD = sa.update(stream_heads).where(
    stream_heads.c.stream == sa.bindparam("key"), stream_heads.c.hash == sa.bindparam("was")
)
DROP_CANDIDATES = sa.delete(task_candidates).where(task_candidates.c.task_id == sa.bindparam("key"))
CANCEL_JOBS = sa.delete(jobs).where(
    jobs.c.case_id == sa.bindparam("key"), jobs.c.ref.in_(sa.bindparam("refs", expanding=True))
)
ADD_TASKS, ADD_CANDIDATES, ADD_JOBS = sa.insert(user_tasks), sa.insert(task_candidates), sa.insert(jobs)
ADD_EVENTS, ADD_COMMAND, ADD_PAGE = sa.insert(events), sa.insert(commands), sa.insert(row_seals)
NEWEST_PAGES = "SELECT stamp, writer, number, mac FROM row_seals ORDER BY stamp DESC LIMIT "
REVISIONS = ("organisations.revision", "calendar.revision")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a real step wrote."""

    task: Row
    case: Row
    head: Row
    tasks: Sequence[Row]
    candidates: Sequence[Row]
    jobs: Sequence[Row]
    events: Sequence[Row]
    command: Row
    refs: Sequence[str]
    page: Row


def written_by(engine: sa.Engine, command_id: str) -> Written:
    """Read back what the step of that command wrote."""
    with engine.connect() as connection:

        def rows(query: sa.Select[Any]) -> list[Row]:
            return [dict(row) for row in connection.execute(query).mappings()]

        command = rows(sa.select(commands).where(commands.c.id == command_id))[0]
        case_id = command["result"]["case_id"]
        told = rows(sa.select(events).where(events.c.command_id == command_id).order_by(events.c.seq))
        new = rows(
            sa.select(user_tasks).where(user_tasks.c.case_id == case_id, user_tasks.c.created_at == command["at"])
        )
        waiting = task_candidates.c.task_id.in_([task["id"] for task in new])
        return Written(
            task=rows(sa.select(user_tasks).where(user_tasks.c.id == command["result"]["task_id"]))[0],
            case=rows(sa.select(cases).where(cases.c.id == case_id))[0],
            head=rows(sa.select(stream_heads).where(stream_heads.c.stream == f"case:{case_id}"))[0],
            tasks=new,
            candidates=rows(sa.select(task_candidates).where(waiting)),
            jobs=rows(sa.select(jobs).where(jobs.c.case_id == case_id, jobs.c.created_at == command["at"])),
            events=told,
            command=command,
            page=rows(sa.select(row_seals).order_by(row_seals.c.stamp.desc()).limit(1))[0],
            refs=[ref for event in told if event["type"] == "ActivityCompleted" for ref in _refs(event["payload"])],
        )


def _refs(payload: str) -> tuple[str, str]:
    activity = payload.split('"activity_id":"')[1].split('"')[0]
    return f"task:{activity}", f"activity:{activity}"


class Floor:
    """The same step of another case: every value is made here, so that `run` has only to execute."""

    def __init__(self, engine: sa.Engine, model: Written, case_id: str, task_id: str) -> None:
        self._engine = engine
        self._model = model
        self._case_id, self._task_id, self._stream = case_id, task_id, f"case:{case_id}"
        self._command_id = new_id()
        with engine.connect() as connection:
            task = connection.execute(READ_TASK, {"key": task_id}).mappings().one()
            case = connection.execute(READ_CASE, {"key": case_id}).mappings().one()
            head = connection.execute(READ_HEAD, {"key": self._stream}).mappings().one()
        self._task = _changed(model.task, user_tasks, key=task_id, was=task["revision"])
        self._case = _changed(model.case, cases, key=case_id, was=case["revision"])
        self._head = {"key": self._stream, "was": head["hash"], "seq": model.head["seq"], "hash": model.head["hash"]}
        self._new = {row["id"]: new_id() for row in model.tasks}
        self._tasks = [{**row, "id": self._new[row["id"]], "case_id": case_id} for row in model.tasks]
        self._candidates = [{**row, "task_id": self._new[row["task_id"]]} for row in model.candidates]
        self._jobs = [{**row, "id": new_id(), "case_id": case_id} for row in model.jobs]
        mine = {"stream": self._stream, "case_id": case_id, "command_id": self._command_id}
        self._events = [{**row, **mine, "id": new_id()} for row in model.events]
        self._command = {**model.command, "id": self._command_id}
        self._page = {**model.page, "writer": "floor"}

    def run(self) -> None:
        """One transaction, one commit."""
        with self._engine.begin() as connection:
            execute = connection.execute
            execute(READ_SETTINGS, {"keys": REVISIONS}).all()
            execute(READ_TASK, {"key": self._task_id}).first()
            execute(READ_CASE, {"key": self._case_id}).first()
            execute(READ_DOERS, {"key": self._case_id}).all()
            execute(READ_COMMAND, {"key": self._command_id}).first()
            execute(SAVE_TASK, self._task).first()
            execute(DROP_CANDIDATES, {"key": self._task_id})
            execute(CANCEL_JOBS, {"key": self._case_id, "refs": self._model.refs})
            execute(ADD_TASKS, self._tasks)
            execute(ADD_CANDIDATES, self._candidates)
            execute(ADD_JOBS, self._jobs)
            execute(READ_HEAD, {"key": self._stream}).first()
            execute(MOVE_HEAD, self._head)
            execute(ADD_EVENTS, self._events)
            execute(SAVE_CASE, self._case)
            execute(ADD_COMMAND, self._command)
            most = 16 if connection.dialect.name == "postgresql" else 1
            stamp = connection.exec_driver_sql(f"{NEWEST_PAGES}{most}").all()[0].stamp + 1
            execute(ADD_PAGE, {**self._page, "stamp": stamp, "number": stamp})


def _changed(row: Mapping[str, Any], table: sa.Table, **given: Any) -> Row:
    """The columns that saving the row writes."""
    kept = {column.name for column in table.columns if column.primary_key or column.info.get("kept")}
    return {name: value for name, value in row.items() if name not in kept} | given


@contextmanager
def watching(engine: sa.Engine) -> Iterator[Counter[str]]:
    """Count `verb table` → rows given or touched, of all that is executed inside."""
    seen: Counter[str] = Counter()

    def note(_connection: Any, cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        words = statement.split()
        verb = words[0]
        if verb in ("SELECT", "DELETE") and "FROM" in words:
            seen[f"{verb} {words[words.index('FROM') + 1]}"] += 1
        elif verb == "INSERT":
            seen[f"{verb} {words[2]}"] += len(parameters) if many else 1
        elif verb == "UPDATE":
            seen[f"{verb} {words[1]}"] += cursor.rowcount

    sa.event.listen(engine, "after_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(engine, "after_cursor_execute", note)
