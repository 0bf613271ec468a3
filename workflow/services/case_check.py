"""Whether the rows of a case still say what its events say: its state and result, its tasks and remarks, its evidence, its assessments."""

from collections.abc import Collection, Iterator
from typing import Any

from workflow.audit.breach import Breach, BreachKind
from workflow.audit.event import AuditEvent
from workflow.audit.payload import payload_text
from workflow.engine.serialise import state_to_json
from workflow.errors import NotFound
from workflow.services.case_fold import UNREADABLE, CaseFold
from workflow.services.task_check import TaskFold
from workflow.store.cases import CaseFilter, CaseRecord
from workflow.store.unit_of_work import UnitOfWork

_LONGEST = 120


class CaseCheck:
    """Takes the events of one case in stored order and compares at the end."""

    def __init__(self, uow: UnitOfWork, case_id: str) -> None:
        self._uow = uow
        self._case_id = case_id
        self._fold = CaseFold()
        self._tasks = TaskFold()
        self._unreadable: int | None = None
        self._evidence: dict[str, AuditEvent] = {}
        self._withdrawn: dict[str, AuditEvent] = {}
        self._assessed: dict[str, AuditEvent] = {}

    def feed(self, event: AuditEvent) -> None:
        """Take one more event in; one that cannot be read ends the comparison with a breach of its own."""
        if self._unreadable is not None:
            return
        try:
            self._tasks.feed(event, self._fold.feed(event))
            if event.type == "EvidenceAdded":
                self._evidence[event.payload["evidence_id"]] = event
            elif event.type == "EvidenceWithdrawn":
                self._withdrawn[event.payload["evidence_id"]] = event
            elif event.type == "TaskCompleted" and "results" in event.payload:
                self._assessed[event.payload["task_id"]] = event
        except UNREADABLE:
            self._unreadable = event.seq

    def finish(self) -> list[Breach]:
        """Every difference."""
        if self._unreadable is not None:
            return [self._breach(f"an event {self._unreadable} that can be read", "–")]
        try:
            return [
                *self._compare_case(),
                *self._compare_tasks(),
                *self._compare_evidence(),
                *self._compare_assessments(),
            ]
        except (NotFound, *UNREADABLE) as fault:
            return [self._breach("rows that can be read", str(fault))]

    def _compare_case(self) -> Iterator[Breach]:
        case, fold = self._uow.cases.get(self._case_id), self._fold
        state = fold.state
        expected: dict[str, Any] = {
            "status": fold.status,
            "outcome": fold.outcome,
            "decision_number": fold.decision_number,
            "decided_on": fold.decided_on,
            **{name: fold.opened.get(name) for name in ("business_key", "unit_id", "campaign_id")},
            "version_id": fold.versions[-1] if fold.versions else None,
            "former_versions": fold.versions[:-1],
            **_state(state_to_json(state) if state else None),
        }
        actual = _row(case) | _state(case.state)
        for name in sorted(expected.keys() | actual.keys()):
            yield from self._differ(name, expected.get(name), actual.get(name))

    def _compare_tasks(self) -> Iterator[Breach]:
        for name, expected, actual in self._tasks.differences(self._uow, self._case_id):
            yield from self._differ(name, expected, actual)

    def _compare_evidence(self) -> Iterator[Breach]:
        for evidence_id, event in self._evidence.items():
            row = self._uow.evidence.get(evidence_id)
            for name in ("task_id", "criterion_id", "paper_id", "filename", "media_type", "size"):
                yield from self._differ(f"evidence {name}", event.payload[name], getattr(row, name))
            yield from self._differ("evidence sha256", event.payload["evidence_sha256"], row.sha256)
            withdrawn = self._withdrawn.get(evidence_id)
            said = {"uploaded_by": event.actor, "uploaded_at": event.at, "withdrawn_at": withdrawn and withdrawn.at}
            for name, value in said.items():
                yield from self._differ(f"evidence {name}", value, getattr(row, name))
        for row in self._uow.evidence.of_case(self._case_id):
            if row.id not in self._evidence:
                yield self._breach("no evidence", f"evidence {row.id}")

    def _compare_assessments(self) -> Iterator[Breach]:
        for task_id, event in self._assessed.items():
            sheet = self._uow.assessments.of_task(task_id)
            rows = self._uow.assessments.results(sheet.id) if sheet else {}
            for criterion_id in sorted(event.payload["results"].keys() | rows.keys()):
                said, row = event.payload["results"].get(criterion_id, {}), rows.get(criterion_id)
                for name in ("result", "figures", "statement", "reason"):
                    yield from self._differ(
                        f"{criterion_id} {name}", said.get(name), getattr(row, name) if row else None
                    )

    def _differ(self, name: str, expected: Any, actual: Any) -> Iterator[Breach]:
        if expected != actual:
            yield self._breach(f"{name}: {_short(expected)}", f"{name}: {_short(actual)}")

    def _breach(self, expected: str, actual: str) -> Breach:
        stream = f"case:{self._case_id}"
        return Breach(kind=BreachKind.PROJECTION, stream=stream, expected=expected, actual=actual)


def check_unrecorded(uow: UnitOfWork, recorded: Collection[str]) -> list[Breach]:
    """Cases in the database that no event speaks of."""
    return [
        Breach(kind=BreachKind.PROJECTION, stream=f"case:{case_id}", expected="no case", actual=case_id)
        for case_id in uow.cases.ids(CaseFilter())
        if case_id not in recorded
    ]


def _row(case: CaseRecord) -> dict[str, Any]:
    return {
        "status": case.status,
        "outcome": case.outcome,
        "decision_number": case.decision_number,
        "decided_on": case.decided_on.isoformat() if case.decided_on else None,
        "business_key": case.business_key,
        "unit_id": case.unit_id,
        "campaign_id": case.campaign_id,
        "version_id": case.version_id,
        "former_versions": case.former_versions,
    }


def _state(state: dict[str, Any] | None) -> dict[str, str]:
    """The parts of a state as canonical texts, so that a difference names the part."""
    return {f"state.{name}": payload_text(part) for name, part in (state or {}).items()}


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else "–" if value is None else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
