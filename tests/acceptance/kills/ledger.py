"""What people asked for and what they were answered; and whether the database holds all that was acknowledged, once."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Lock

import sqlalchemy as sa

from workflow.audit.facts.casework import TaskSentBack
from workflow.audit.payload import payload_from_text
from workflow.services.casework.tasks import ClaimTask
from workflow.store.auditing import events
from workflow.store.casework import assessment_results, assessments, comments, evidence
from workflow.store.database import Engine
from workflow.store.jobs import commands
from workflow.store.tasks import user_tasks

FACTS = {
    "claim": "TaskClaimed",
    "start": "TaskStarted",
    "draft": "DraftSaved",
    "criterion": "CriterionAssessed",
    "evidence": "EvidenceAdded",
    "comment": "CommentAdded",
    "release": "TaskReleased",
    "complete": "TaskCompleted",
}
"""Kind of act → the fact that it leaves in the chain."""


@dataclass(kw_only=True)
class Act:
    """One command of one person. `mark`: a text that only this act brings into the database."""

    kind: str
    command: str
    login: str
    task: str
    mark: str
    criterion: str = ""
    sent: int = 0
    """How often: once more each time that the connection broke or the server asked to come again."""
    broke: int = 0
    """How often the connection broke before there was an answer."""
    answer: str = ""
    """The last one in a few words."""
    done: bool = False
    """Whether it was answered that this is done."""


@dataclass(kw_only=True)
class Ledger:
    """Written by all people at once, in the order in which they began."""

    acts: list[Act] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    """Answers that nobody should get, such as an error of the program."""
    _lock: Lock = field(default_factory=Lock)

    def begin(self, act: Act) -> None:
        with self._lock:
            self.acts.append(act)

    def fault(self, what: str) -> None:
        with self._lock:
            self.faults.append(what)

    @property
    def acknowledged(self) -> list[Act]:
        with self._lock:
            return [act for act in self.acts if act.done]


@dataclass(kw_only=True)
class Balance:
    """What came of the comparison, each finding as a line."""

    lost: list[str] = field(default_factory=list)
    """Answered as done, and not there."""
    doubled: list[str] = field(default_factory=list)
    denied: list[str] = field(default_factory=list)
    """Done, and the last answer was a refusal: whoever sent it would do it again by other ways."""


def balance(ledger: Ledger, engine: Engine) -> Balance:
    """Compare the ledger with the chain of facts, and the facts with what they brought about."""
    found = Balance()
    with engine.connect() as connection:
        query = sa.select(events.c.command_id, events.c.type).where(events.c.type.in_(FACTS.values()))
        facts = Counter((str(row.command_id), str(row.type)) for row in connection.execute(query))
        remembered, returned = _given_without_a_click(connection)
        for act in ledger.acts:
            number = facts[act.command, FACTS[act.kind]]
            if act.kind == "claim" and not number and act.command in remembered and act.task in returned:
                continue
            line = f"{act.kind} {act.command} of {act.login} on {act.task}: {number} facts, answered {act.answer!r}"
            if number > 1:
                found.doubled.append(line)
            if act.done and not number:
                found.lost.append(line)
            if number and not act.done:
                found.denied.append(line)
        found.doubled += [f"{kind} {command}" for (command, kind), number in facts.items() if number > 1]
        for line, number, expected in _effects(ledger, facts, connection):
            if number != expected:
                (found.lost if number < expected else found.doubled).append(f"{line}: {number} and not {expected}")
    return found


def _given_without_a_click(connection: sa.Connection) -> tuple[set[str], set[str]]:
    """Claims that were carried out, and tasks that were returned: these go to their author by themselves, and a claim then changes nothing."""
    sent_back = sa.select(events.c.payload).where(events.c.type == TaskSentBack.__name__)
    returned = {payload_from_text(payload)["task_id"] for payload in connection.scalars(sent_back)}
    return set(connection.scalars(sa.select(commands.c.id).where(commands.c.kind == ClaimTask.__name__))), returned


def _effects(
    ledger: Ledger, facts: Counter[tuple[str, str]], connection: sa.Connection
) -> Iterator[tuple[str, int, int]]:
    """(what, how often it is there, how often it should be)."""
    texts = Counter(text.split()[0] for text in connection.scalars(sa.select(comments.c.text)) if text)
    files = Counter(connection.scalars(sa.select(evidence.c.filename)))
    done = Counter(connection.scalars(sa.select(user_tasks.c.id).where(user_tasks.c.state == "completed")))
    completions = sa.select(sa.func.count(), events.c.payload).where(events.c.type == "TaskCompleted")
    for number, payload in connection.execute(completions.group_by(events.c.case_id, events.c.payload)):
        yield f"completion {payload[:80]}", number, 1
    for act in ledger.acts:
        expected = facts[act.command, FACTS[act.kind]]
        if act.kind == "comment":
            yield f"comment {act.mark}", texts[act.mark], expected
        elif act.kind == "evidence":
            yield f"file {act.mark}", files[f"{act.mark}.pdf"], expected
        elif act.kind == "complete" and act.done:
            yield f"completed task {act.task}", done[act.task], 1
    yield from _last_entries(ledger, connection)


def _last_entries(ledger: Ledger, connection: sa.Connection) -> Iterator[tuple[str, int, int]]:
    """What somebody entered last at one place stands there."""
    last: dict[tuple[str, str], Act] = {}
    for act in ledger.acts:
        if act.kind in ("draft", "criterion") and act.done:
            last[act.task, act.criterion] = act
    joined = sa.join(assessments, assessment_results, assessments.c.id == assessment_results.c.assessment_id)
    query = sa.select(assessments.c.task_id, assessment_results.c.criterion_id, assessment_results.c.statement)
    statements = {(row[0], row[1]): row[2] for row in connection.execute(query.select_from(joined))}
    drafts: dict[str, str] = defaultdict(str)
    open_tasks = sa.select(user_tasks.c.id, user_tasks.c.draft).where(user_tasks.c.ended_at.is_(None))
    drafts |= {row[0]: str(row[1]) for row in connection.execute(open_tasks)}
    for (task, criterion), act in last.items():
        if criterion:
            yield f"criterion {criterion} of {task}", int(act.mark in statements.get((task, criterion), "")), 1
        elif task in drafts:
            yield f"draft of {task}", int(act.mark in drafts[task]), 1
