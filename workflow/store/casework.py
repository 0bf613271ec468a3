"""Cases of units in campaigns, and what units and reviewers enter in them: assessments with their results, evidence, comments."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from workflow.errors import Conflict, NotFound
from workflow.lifecycle.case import ENDED
from workflow.spelling import sought
from workflow.store.campaigns import campaigns
from workflow.store.cases import CaseRecord, cases
from workflow.store.columns import Hash, Id, Instant, JsonText, Key, Name, bound, folded, metadata
from workflow.store.rows import (
    Among,
    AtLeast,
    Page,
    build,
    build_all,
    columns,
    moment,
    read,
    read_all,
    remembered,
    values,
)
from workflow.store.sealing.seals import wrote
from workflow.store.searching.words import MOST_HITS, case_words, contains, having

assessments = sa.Table(
    "assessments",
    metadata,
    bound("id", Id, primary_key=True),
    bound("case_id", Id, sa.ForeignKey("cases.id"), nullable=False),
    bound("task_id", Id, sa.ForeignKey("user_tasks.id"), nullable=False, unique=True),
    bound("node_id", Key, nullable=False),
    bound("organisation_id", Key),
    bound("criteria_set", Key, nullable=False),
    bound("submitted_at", Instant),
    bound("submitted_by", Id),
    sa.Index("ix_assessments_submitted", "case_id", "submitted_at", "id"),
)

assessment_results = sa.Table(
    "assessment_results",
    metadata,
    bound("assessment_id", Id, sa.ForeignKey("assessments.id"), primary_key=True),
    bound("criterion_id", Key, primary_key=True),
    bound("result", Key),
    bound("figures", JsonText, nullable=False),
    bound("statement", sa.Text, nullable=False, server_default=""),
    bound("reason", sa.Text, nullable=False, server_default=""),
    bound("revision", sa.Integer, nullable=False, server_default="1"),
    bound("changed_at", Instant, nullable=False),
    bound("changed_by", Id, nullable=False),
)

evidence = sa.Table(
    "evidence",
    metadata,
    folded("id", Id, primary_key=True),
    bound("case_id", Id, sa.ForeignKey("cases.id"), nullable=False, index=True),
    folded("task_id", Id, sa.ForeignKey("user_tasks.id"), nullable=False),
    folded("criterion_id", Key),
    folded("paper_id", Key),
    folded("sha256", Hash, nullable=False),
    folded("filename", Name, nullable=False),
    folded("media_type", Key, nullable=False),
    folded("size", sa.BigInteger, nullable=False),
    bound("organisation_id", Key),
    folded("uploaded_by", Id, nullable=False),
    folded("uploaded_at", Instant, nullable=False),
    folded("withdrawn_at", Instant),
)

comments = sa.Table(
    "comments",
    metadata,
    folded("id", Id, primary_key=True),
    folded("case_id", Id, sa.ForeignKey("cases.id"), nullable=False, index=True),
    folded("task_id", Id),
    folded("criterion_id", Key),
    folded("organisation_id", Key),
    folded("author_id", Id, nullable=False),
    folded("at", Instant, nullable=False),
    folded("text", sa.Text, nullable=False),
    folded("for_unit", sa.Boolean, nullable=False, server_default=sa.true()),
)


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


# Built once: what SQLAlchemy finds out about a statement it then finds out once, not at every step.
_OF_TASK = sa.select(assessments).where(assessments.c.task_id == sa.bindparam("of_task"))

_ASSESSMENT = columns(assessments, AssessmentRecord)
_OWN = sa.select(*_ASSESSMENT).where(assessments.c.task_id == sa.bindparam("of_task"))
_SUBMITTED = (
    sa.select(*_ASSESSMENT)
    .where(assessments.c.case_id == sa.bindparam("of_case"), assessments.c.submitted_at.is_not(None))
    .order_by(assessments.c.submitted_at.desc(), assessments.c.id.desc())
    .limit(sa.bindparam("most"))
)
_BESIDE = sa.union_all(_OWN, sa.select(_SUBMITTED.subquery()))

_RESULT = columns(assessment_results, ResultRecord)
_RESULTS = Among("sheet", lambda ids: sa.select(*_RESULT).where(assessment_results.c.assessment_id.in_(ids)))

_RESULTS_ALSO = sa.select(*_RESULT).where(
    sa.or_(
        assessment_results.c.assessment_id.in_(sa.bindparam("of_assessments", expanding=True)),
        sa.and_(
            assessment_results.c.assessment_id.in_(sa.bindparam("also", expanding=True)),
            assessment_results.c.criterion_id == sa.bindparam("on"),
        ),
    )
)

_EVER = (
    sa.select(*columns(evidence, EvidenceRecord))
    .where(evidence.c.case_id == sa.bindparam("of_case"))
    .order_by(evidence.c.uploaded_at, evidence.c.id)
)
_EVERY_FILE = "every file of the case"
_EVIDENCE = _EVER.where(evidence.c.withdrawn_at.is_(None))

_ADD = sa.insert(assessments)
_ADD_RESULTS = sa.insert(assessment_results)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCase(CaseRecord):
    """A case for one unit in a campaign. `as_of_on` is the day on which the organisations count for it."""

    unit_id: str
    campaign_id: str
    as_of_on: date

    @property
    def shown(self) -> "UnitCase":
        """The case as readers get it: without the process's own state, which holds what may not be told yet."""
        return replace(self, state=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseArea:
    """Cases that somebody reaches in one way; `campaign_ids` None means every campaign, `opened_until` is not included."""

    unit_ids: Collection[str]
    campaign_ids: Collection[str] | None = None
    opened_since: datetime | None = None
    opened_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """All given conditions must hold; `opened_until` is not included; `unit_ids` None means every unit.

    `text`: each word of it begins a word of the case's number or of a name of its unit.
    `areas`: the case must lie in one of them; None means anywhere.
    """

    text: str | None = None
    ids: Collection[str] | None = None
    key: str | None = None
    year: int | None = None
    status: str | None = None
    stage: str | None = None
    version_id: str | None = None
    campaign_id: str | None = None
    province: str | None = None
    with_incident: bool = False
    opened_since: datetime | None = None
    opened_until: datetime | None = None
    unit_ids: Collection[str] | None = None
    areas: Collection[CaseArea] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningCase:
    """What decides which bodies a case that has not ended comes before. `on`: the day on which the organisations count for it."""

    business_key: str
    unit_id: str
    version_id: str
    campaign_id: str
    on: date


_UNIT_CASE = columns(cases, UnitCase)
_GET_UNIT_CASE = sa.select(*_UNIT_CASE).where(cases.c.id == sa.bindparam("case_id"), cases.c.unit_id.is_not(None))


class UnitCases:
    """The cases that run for units; a case without one is none of them."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    @remembered
    def get(self, case_id: str) -> UnitCase:
        """Raise `NotFound`."""
        row = self._connection.execute(_GET_UNIT_CASE, {"case_id": case_id}).first()
        if row is None:
            raise NotFound()
        return read(UnitCase, row)

    def find(self, case_id: str) -> UnitCase | None:
        """As `get`; None for a case that runs for no unit."""
        row = self._connection.execute(_GET_UNIT_CASE, {"case_id": case_id}).first()
        return None if row is None else read(UnitCase, row)

    def many(self, case_ids: Collection[str]) -> dict[str, UnitCase]:
        """Those of these that there are, by id."""
        query = sa.select(*_UNIT_CASE).where(cases.c.id.in_(case_ids), cases.c.unit_id.is_not(None))
        return {one.id: one for one in read_all(UnitCase, self._connection.execute(query))}

    def search(self, where: CaseFilter, page: Page) -> tuple[Sequence[UnitCase], int]:
        """Return the rows of the page, newest first, and the number of all.

        Of a search by text no more than `MOST_HITS` are counted: `AtLeast` so many. Raises `InvalidInput` for too many words.
        """
        query = self._filtered(sa.select(*_UNIT_CASE), where)
        total = self._total(query, bounded=where.text is not None)
        rows = self._connection.execute(
            query.order_by(cases.c.started_at.desc(), cases.c.id.desc()).limit(page.limit).offset(page.offset)
        )
        return read_all(UnitCase, rows), total

    def running(self) -> Sequence[RunningCase]:
        """Every case that has not ended, by its number."""
        query = sa.select(
            cases.c.business_key,
            cases.c.unit_id,
            cases.c.version_id,
            cases.c.campaign_id,
            cases.c.as_of_on.label("on"),
        ).where(cases.c.status.not_in(ENDED), cases.c.unit_id.is_not(None))
        return build_all(RunningCase, self._connection.execute(query.order_by(cases.c.business_key)).mappings())

    def keys(self, case_ids: Collection[str]) -> Sequence[str]:
        """The numbers of these cases, sorted."""
        query = sa.select(cases.c.business_key).where(cases.c.id.in_(case_ids)).order_by(cases.c.business_key)
        return self._connection.scalars(query).all()

    def ids(self, where: CaseFilter) -> Sequence[str]:
        return self._connection.scalars(self._filtered(sa.select(cases.c.id), where).order_by(cases.c.id)).all()

    def _filtered(self, query: sa.Select[Any], where: CaseFilter) -> sa.Select[Any]:
        if where.text is None:
            return filtered(query, where)
        query = filtered(query, replace(where, text=None))
        return query.where(having(self._connection, case_words, cases.c.id, where.text))

    def _total(self, query: sa.Select[Any], *, bounded: bool) -> int:
        counted = query.with_only_columns(cases.c.id, maintain_column_froms=True)
        if bounded:
            counted = counted.limit(MOST_HITS + 1)
        total = self._connection.scalar(sa.select(sa.func.count()).select_from(counted.subquery())) or 0
        return AtLeast(MOST_HITS) if bounded and total > MOST_HITS else total


def filtered(query: sa.Select[Any], where: CaseFilter) -> sa.Select[Any]:
    """The query over `cases` with these conditions."""
    query = query.join(campaigns, campaigns.c.id == cases.c.campaign_id)
    plain = {
        cases.c.status: where.status,
        cases.c.stage: where.stage,
        cases.c.version_id: where.version_id,
        cases.c.campaign_id: where.campaign_id,
        cases.c.province: where.province,
        campaigns.c.key: where.key,
        campaigns.c.year: where.year,
    }
    for column, value in plain.items():
        if value is not None:
            query = query.where(column == value)
    if where.with_incident:
        query = query.where(cases.c.open_incidents > 0)
    if where.opened_since is not None:
        query = query.where(cases.c.started_at >= where.opened_since)
    if where.opened_until is not None:
        query = query.where(cases.c.started_at < where.opened_until)
    if where.unit_ids is not None:
        query = query.where(cases.c.unit_id.in_(where.unit_ids))
    if where.ids is not None:
        query = query.where(cases.c.id.in_(where.ids))
    if where.areas is not None:
        query = query.where(sa.or_(sa.false(), *map(_lies_in, where.areas)))
    if where.text is not None:
        has = contains(case_words.c.folded_words, sought(where.text))
        query = query.where(sa.exists().where(case_words.c.worded_case == cases.c.id, has))
    return query


def _lies_in(area: CaseArea) -> sa.ColumnElement[bool]:
    parts: list[sa.ColumnElement[bool]] = [cases.c.unit_id.in_(area.unit_ids)]
    if area.campaign_ids is not None:
        parts.append(cases.c.campaign_id.in_(area.campaign_ids))
    if area.opened_since is not None:
        parts.append(cases.c.started_at >= area.opened_since)
    if area.opened_until is not None:
        parts.append(cases.c.started_at < area.opened_until)
    return sa.and_(*parts)


_REPLACE_RESULT = sa.update(assessment_results).where(
    assessment_results.c.assessment_id == sa.bindparam("in_sheet"),
    assessment_results.c.criterion_id == sa.bindparam("of_criterion"),
    assessment_results.c.revision == sa.bindparam("before"),
)


class Assessments:
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

    def beside(self, case_id: str, task_id: str, limit: int) -> tuple[AssessmentRecord | None, list[AssessmentRecord]]:
        """The task's own assessment, None before there is one, and what has been submitted last in the case's other tasks, newest first."""
        wanted = {"of_case": case_id, "of_task": task_id, "most": limit + 1}
        found = read_all(AssessmentRecord, self._connection.execute(_BESIDE, wanted))
        own = next((one for one in found if one.task_id == task_id), None)
        others = (one for one in found if one.task_id != task_id and one.submitted_at is not None)
        ordered = sorted(others, key=lambda one: (one.submitted_at, one.id), reverse=True)  # a union has no order
        return own, ordered[:limit]

    def results(self, assessment_id: str) -> dict[str, ResultRecord]:
        return self.results_of([assessment_id])[assessment_id]

    def results_of(
        self, assessment_ids: Collection[str], also: Collection[str] = (), on: str | None = None
    ) -> dict[str, dict[str, ResultRecord]]:
        """Assessment → criterion → result: one statement, however many there are. `also`: of these only the criterion `on`."""
        found: dict[str, dict[str, ResultRecord]] = {one: {} for one in (*assessment_ids, *also)}
        if on is not None and also:
            wanted = {"of_assessments": list(assessment_ids), "also": list(also), "on": on}
            rows = self._connection.execute(_RESULTS_ALSO, wanted)
        elif assessment_ids:
            rows = self._connection.execute(*_RESULTS(assessment_ids))
        else:
            return found
        for row in read_all(ResultRecord, rows):
            found[row.assessment_id][row.criterion_id] = row
        return found

    def save_result(self, result: ResultRecord, expected: int | None) -> ResultRecord:
        """Insert, or replace the row whose revision is `expected`; else raise `Conflict`."""
        if expected is None:
            try:
                self._connection.execute(sa.insert(assessment_results).values(**values(result)))
            except sa.exc.IntegrityError as error:
                raise Conflict() from error
            return result
        newer = replace(result, revision=expected + 1)
        held = values(newer)
        given = {**held, "in_sheet": result.assessment_id, "of_criterion": result.criterion_id, "before": expected}
        changed = self._connection.execute(_REPLACE_RESULT, given, execution_options=wrote(held))
        if changed.rowcount != 1:
            raise Conflict()
        return newer


class Evidence:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def get(self, evidence_id: str) -> EvidenceRecord:
        """Raise `NotFound`."""
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

    @remembered
    def of_case(self, case_id: str) -> Sequence[EvidenceRecord]:
        """What has not been withdrawn, oldest first."""
        known = moment(self._connection)
        if known is not None and (_EVERY_FILE, case_id) in known:
            return [one for one in known[_EVERY_FILE, case_id] if one.withdrawn_at is None]
        return read_all(EvidenceRecord, self._connection.execute(_EVIDENCE, {"of_case": case_id}))

    @remembered
    def ever_of_case(self, case_id: str) -> Sequence[EvidenceRecord]:
        """As `of_case`, with what has been withdrawn."""
        found = read_all(EvidenceRecord, self._connection.execute(_EVER, {"of_case": case_id}))
        known = moment(self._connection)
        if known is not None:
            known[_EVERY_FILE, case_id] = found
        return found

    def of_content(self, case_id: str, sha256: str, page: Page) -> Sequence[EvidenceRecord]:
        """The case's files of that content, withdrawn ones too, oldest first."""
        query = (
            sa.select(evidence)
            .where(evidence.c.case_id == case_id, evidence.c.sha256 == sha256)
            .order_by(evidence.c.uploaded_at, evidence.c.id)
            .limit(page.limit)
            .offset(page.offset)
        )
        return build_all(EvidenceRecord, self._connection.execute(query).mappings())
