"""Assessments with their results, evidence, comments."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from workflow.db.rows import build, build_all, columns, read_all, values
from workflow.db.tables.recognition import assessment_results, assessments, comments, evidence
from workflow.errors import Conflict, NotFound
from workflow.services.ports.recognition import AssessmentRecord, CommentRecord, EvidenceRecord, ResultRecord

# Built once: what SQLAlchemy finds out about a statement it then finds out once, not at every step.
_OF_TASK = sa.select(assessments).where(assessments.c.task_id == sa.bindparam("of_task"))
_LATEST = (
    sa.select(assessments)
    .where(assessments.c.case_id == sa.bindparam("of_case"), assessments.c.node_id == sa.bindparam("of_node"))
    .where(assessments.c.submitted_at.is_not(None))
    .order_by(assessments.c.submitted_at.desc(), assessments.c.id.desc())
    .limit(sa.bindparam("most"))
)
_RESULTS = sa.select(*columns(assessment_results, ResultRecord)).where(
    assessment_results.c.assessment_id == sa.bindparam("of_assessment")
)
_EVIDENCE = (
    sa.select(*columns(evidence, EvidenceRecord))
    .where(evidence.c.case_id == sa.bindparam("of_case"), evidence.c.withdrawn_at.is_(None))
    .order_by(evidence.c.uploaded_at, evidence.c.id)
)
_ADD = sa.insert(assessments)
_ADD_RESULTS = sa.insert(assessment_results)


class SqlAssessments:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def of_task(self, task_id: str) -> AssessmentRecord | None:
        row = self._connection.execute(_OF_TASK, {"of_task": task_id}).mappings().first()
        return build(AssessmentRecord, row) if row else None

    def add(self, assessment: AssessmentRecord, results: Sequence[ResultRecord]) -> None:
        self._connection.execute(_ADD, values(assessment))
        if results:
            self._connection.execute(_ADD_RESULTS, [values(result) for result in results])

    def submit(self, assessment_id: str, by: str, at: datetime) -> None:
        changed = self._connection.execute(
            sa.update(assessments)
            .where(assessments.c.id == assessment_id, assessments.c.submitted_at.is_(None))
            .values(submitted_at=at, submitted_by=by)
        )
        if changed.rowcount != 1:
            raise Conflict()

    def latest_submitted(self, case_id: str, node_id: str, limit: int = 1) -> Sequence[AssessmentRecord]:
        wanted = {"of_case": case_id, "of_node": node_id, "most": limit}
        return build_all(AssessmentRecord, self._connection.execute(_LATEST, wanted).mappings())

    def results(self, assessment_id: str) -> dict[str, ResultRecord]:
        rows = read_all(ResultRecord, self._connection.execute(_RESULTS, {"of_assessment": assessment_id}))
        return {row.criterion_id: row for row in rows}

    def save_result(self, result: ResultRecord, expected: int | None) -> ResultRecord:
        if expected is None:
            try:
                self._connection.execute(sa.insert(assessment_results).values(**values(result)))
            except sa.exc.IntegrityError as error:
                raise Conflict() from error
            return result
        newer = replace(result, revision=expected + 1)
        changed = self._connection.execute(
            sa.update(assessment_results)
            .where(
                assessment_results.c.assessment_id == result.assessment_id,
                assessment_results.c.criterion_id == result.criterion_id,
                assessment_results.c.revision == expected,
            )
            .values(**values(newer))
        )
        if changed.rowcount != 1:
            raise Conflict()
        return newer


class SqlEvidence:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def get(self, evidence_id: str) -> EvidenceRecord:
        row = self._connection.execute(sa.select(evidence).where(evidence.c.id == evidence_id)).mappings().first()
        if row is None:
            raise NotFound()
        return build(EvidenceRecord, row)

    def add(self, new: EvidenceRecord) -> None:
        self._connection.execute(sa.insert(evidence).values(**values(new)))

    def withdraw(self, evidence_id: str, at: datetime) -> None:
        changed = self._connection.execute(
            sa.update(evidence)
            .where(evidence.c.id == evidence_id, evidence.c.withdrawn_at.is_(None))
            .values(withdrawn_at=at)
        )
        if changed.rowcount != 1:
            raise Conflict()

    def of_case(self, case_id: str) -> Sequence[EvidenceRecord]:
        return read_all(EvidenceRecord, self._connection.execute(_EVIDENCE, {"of_case": case_id}))


class SqlComments:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, comment: CommentRecord) -> None:
        self._connection.execute(sa.insert(comments).values(**values(comment)))

    def of_case(self, case_id: str) -> Sequence[CommentRecord]:
        query = sa.select(comments).where(comments.c.case_id == case_id).order_by(comments.c.at, comments.c.id)
        return build_all(CommentRecord, self._connection.execute(query).mappings())
