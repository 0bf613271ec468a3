"""Assessments, evidence and comments as they are stored."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentRecord:
    id: str
    case_id: str
    task_id: str
    node_id: str
    criteria_set: str
    organisation_id: str | None = None
    submitted_at: datetime | None = None
    submitted_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRecord:
    """One criterion's result; `figures` are decimal texts by figure id."""

    assessment_id: str
    criterion_id: str
    result: str | None
    changed_at: datetime
    changed_by: str
    figures: dict[str, str] = field(default_factory=dict)
    statement: str = ""
    reason: str = ""
    revision: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRecord:
    id: str
    case_id: str
    task_id: str
    sha256: str
    filename: str
    media_type: str
    size: int
    uploaded_by: str
    uploaded_at: datetime
    criterion_id: str | None = None
    paper_id: str | None = None
    organisation_id: str | None = None
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentRecord:
    id: str
    case_id: str
    author_id: str
    at: datetime
    text: str
    task_id: str | None = None
    criterion_id: str | None = None
    organisation_id: str | None = None


class Assessments(Protocol):
    def of_task(self, task_id: str) -> AssessmentRecord | None: ...

    def add(self, assessment: AssessmentRecord, results: Sequence[ResultRecord]) -> None: ...

    def submit(self, assessment_id: str, by: str, at: datetime) -> None: ...

    def latest_submitted(self, case_id: str, node_id: str, limit: int = 1) -> Sequence[AssessmentRecord]:
        """Newest first."""

    def results(self, assessment_id: str) -> dict[str, ResultRecord]: ...

    def save_result(self, result: ResultRecord, expected: int | None) -> ResultRecord:
        """Insert, or replace the row whose revision is `expected`; else raise `Conflict`."""


class Evidence(Protocol):
    def get(self, evidence_id: str) -> EvidenceRecord:
        """Raise `NotFound`."""

    def add(self, evidence: EvidenceRecord) -> None: ...

    def withdraw(self, evidence_id: str, at: datetime) -> None: ...

    def of_case(self, case_id: str) -> Sequence[EvidenceRecord]:
        """What has not been withdrawn, oldest first."""


class Comments(Protocol):
    def add(self, comment: CommentRecord) -> None: ...

    def of_case(self, case_id: str) -> Sequence[CommentRecord]: ...
