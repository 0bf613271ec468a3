"""What has been sent in a case so far, as one task's sheet sees it: the levels before, one's own former turn, and what the unit changed since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from workflow.lifecycle.criterion_row import AGREED, DECIDED, DIFFERS
from workflow.model.user_task import UserTaskSpec
from workflow.packages.package import ProcedurePackage
from workflow.packages.tasks import spec_of, task_label
from workflow.recognition.assessment import CriterionResult
from workflow.recognition.criteria import CriteriaSet
from workflow.store.casework import AssessmentRecord, EvidenceRecord, ResultRecord, UnitCase
from workflow.store.criteria.rows import RowRecord
from workflow.store.tasks import TaskRecord
from workflow.store.unit_of_work import UnitOfWork

LOOKED_BACK = 100
"""How many assessments of a case are looked through: a page must not grow slower with a case that is returned time and again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierLevel:
    """An assessment that stands beside this one. `first_at`: when its level first spoke in this case; the turns after keep its place."""

    node_id: str
    label_vi: str
    label_en: str
    assessment: AssessmentRecord
    results: Mapping[str, CriterionResult]
    first_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What the unit has made of one criterion since one's own former turn. `unchanged`: why it sends it again as it was.

    `before` and `now` are its results, the files those that stood there then and stand there now.
    """

    before: CriterionResult | None
    now: CriterionResult | None
    files_before: Sequence[EvidenceRecord]
    files_now: Sequence[EvidenceRecord]
    unchanged: str = ""

    @property
    def figures(self) -> bool:
        return self._part("figures")

    @property
    def result(self) -> bool:
        return self._part("result")

    @property
    def words(self) -> bool:
        return self._part("statement") or self._part("reason")

    @property
    def added(self) -> Sequence[EvidenceRecord]:
        """The files that are new."""
        known = {one.id for one in self.files_before}
        return [one for one in self.files_now if one.id not in known]

    @property
    def taken_out(self) -> int:
        """How many of the former files have been withdrawn."""
        kept = {one.id for one in self.files_now}
        return sum(one.id not in kept for one in self.files_before)

    def __bool__(self) -> bool:
        """Whether anything is different."""
        return bool(self.figures or self.result or self.words or self.added or self.taken_out)

    def _part(self, name: str) -> bool:
        before, now = (getattr(one, name) if one is not None else None for one in (self.before, self.now))
        return (before or None) != (now or None)


@dataclass(frozen=True, kw_only=True)
class Past:
    """Read at once. `former`: one's own assessment before the case came again."""

    package: ProcedurePackage
    spec: UserTaskSpec
    task: TaskRecord
    unit_id: str
    own: AssessmentRecord | None
    former: AssessmentRecord | None
    submitted: Sequence[AssessmentRecord]
    results: Mapping[str, Mapping[str, ResultRecord]]
    kept: Mapping[str, Mapping[str, RowRecord]]

    @classmethod
    def read(
        cls,
        uow: UnitOfWork,
        package: ProcedurePackage,
        spec: UserTaskSpec,
        case: UnitCase,
        task: TaskRecord,
        on: str | None = None,
    ) -> "Past":
        """What has been sent in the case, and how the rows stood that matter to this task. Of the criterion `on`, every result ever sent."""
        own, submitted = uow.assessments.beside(case.id, task.id, LOOKED_BACK)
        mine = [one for one in submitted if one.node_id == task.node_id and one.criteria_set == task.criteria_set]
        if task.loop_counter is not None:
            mine = [one for one in mine if one.submitted_by == task.assignee_id]
        past = cls(
            package=package,
            spec=spec,
            task=task,
            unit_id=case.unit_id,
            own=own,
            former=mine[0] if mine else None,
            submitted=submitted,
            results={},
            kept={},
        )
        return replace(
            past,
            results=uow.assessments.results_of(past._wanted(), [one.id for one in submitted] if on else (), on),
            kept=uow.criterion_rows.of_tasks(past._tasks()),
        )

    def unsent(self) -> "Past":
        """As somebody reads it who gets nothing of the task's own sheet."""
        return replace(self, own=None, former=None, kept={self.task.id: {}})

    @cached_property
    def of_unit(self) -> Sequence[AssessmentRecord]:
        """What the unit itself has sent against these criteria, newest first."""
        mine = self.unit_id, self.task.criteria_set
        return [
            one
            for one in self.submitted
            if (one.organisation_id, one.criteria_set) == mine and not spec_of(self.package, one.node_id).compare_with
        ]

    @property
    def is_units(self) -> bool:
        """Whether it is the unit's own sheet."""
        return self.task.organisation_id == self.unit_id and not self.spec.compare_with

    @property
    def turn(self) -> int:
        """How often the dossier has come, this time included."""
        return self.turn_at(self.task.created_at) + self.is_units if self.of_unit else 1

    def turn_at(self, at: datetime | None) -> int:
        """How often the unit had sent the dossier by then."""
        return sum(at is None or (one.submitted_at is not None and one.submitted_at <= at) for one in self.of_unit)

    @property
    def comes_again(self) -> bool:
        """Whether the unit has the dossier back, or has sent it anew since one's own former turn."""
        if self.former is None or self.task.ended_at is not None:
            return False
        return self.is_units or self.turn_at(self.former.submitted_at) < len(self.of_unit)

    @property
    def since(self) -> datetime | None:
        """When one last had done with the dossier, if it has come again."""
        return self.former.submitted_at if self.former is not None and self.comes_again else None

    def _tasks(self) -> list[str]:
        """The tasks whose rows are read: one's own, one's former one, and the unit's latest, which says what it sends unchanged."""
        latest = self.of_unit[:1] if self.comes_again and not self.is_units else []
        return [self.task.id, *(one.task_id for one in (self.former, *latest) if one is not None)]

    def _wanted(self) -> set[str]:
        """The assessments whose results are read: as many as there are levels, however often the case was returned."""
        then = self.former.submitted_at if self.former else None
        found = [one for one in (self.own, self.former) if one is not None]
        for node_id in self.spec.compare_with:
            found += self.latest(node_id) + (self.latest(node_id, then) if then else [])
        found += [one for one in self.submitted if one.node_id == self.spec.carry_over][:1]
        if self.comes_again and not self.is_units:
            found += [one for one in (self._units(), self._units(self.since)) if one is not None]
        return {one.id for one in found}

    def _units(self, until: datetime | None = None) -> AssessmentRecord | None:
        """What the unit sent last, until an instant."""
        found = (one for one in self.of_unit if until is None or (one.submitted_at or until) <= until)
        return next(found, None)

    def changes(
        self,
        criteria_set: CriteriaSet,
        own: Mapping[str, CriterionResult],
        ever: Mapping[str, Sequence[EvidenceRecord]],
    ) -> dict[str, Changed]:
        """What the unit has made of each criterion since one's own former turn; nothing where the dossier has not come again.

        `own`: what stands in this sheet. `ever`: the files of each criterion, withdrawn ones too.
        """
        since = self.since
        if since is None or self.former is None:
            return {}
        if self.is_units:
            then, now = self._told(self.former), own
            rows = self.kept[self.task.id]
        else:
            then, now = self._told(self._units(since)), self._told(self._units())
            rows = self.kept[self.of_unit[0].task_id]
        found = {}
        for key in criteria_set.criteria:
            files = [one for one in ever.get(key, ()) if one.organisation_id == self.unit_id]
            row = rows.get(key)
            found[key] = Changed(
                before=then.get(key),
                now=now.get(key),
                files_before=[one for one in files if one.uploaded_at <= since and _stood(one, since)],
                files_now=[one for one in files if one.withdrawn_at is None],
                unchanged=(row.unchanged or "") if row is not None else "",
            )
        return found

    def _told(self, one: AssessmentRecord | None) -> dict[str, CriterionResult]:
        return {key: as_result(row, ()) for key, row in self.results[one.id].items()} if one is not None else {}

    def latest(self, node_id: str | None, before: datetime | None = None) -> list[AssessmentRecord]:
        """The latest assessments of a node, until an instant: of each person where several did it at once."""
        wanted = node_id, before
        if wanted not in self._latest:  # asked for every row of the sheet
            self._latest[wanted] = self._look_up_latest(node_id, before)
        return self._latest[wanted]

    @cached_property
    def _latest(self) -> dict[tuple[str | None, datetime | None], list[AssessmentRecord]]:
        return {}

    def _look_up_latest(self, node_id: str | None, before: datetime | None) -> list[AssessmentRecord]:
        found: dict[str | None, AssessmentRecord] = {}
        for one in self.submitted:
            if one.node_id == node_id and (before is None or (one.submitted_at or before) < before):
                found.setdefault(one.submitted_by, one)
        # Several people did a multi-instance task: all of the last round stand beside; of a plain task only the last one does.
        several = node_id is not None and package_task_is_multiple(self.package, node_id)
        return list(found.values()) if several else list(found.values())[:1]

    def levels(self, evidence: Mapping[str, Sequence[EvidenceRecord]]) -> list[EarlierLevel]:
        """The assessments that stand beside this one."""
        levels = []
        for node_id in self.spec.compare_with:
            vi, en = task_label(self.package, node_id)
            spoke = [one.submitted_at for one in self.submitted if one.node_id == node_id and one.submitted_at]
            for one in self.latest(node_id):
                results = {key: as_result(row, evidence.get(key, ())) for key, row in self.results[one.id].items()}
                levels.append(
                    EarlierLevel(
                        node_id=node_id,
                        label_vi=vi,
                        label_en=en,
                        assessment=one,
                        results=results,
                        first_at=min(spoke, default=None),
                    )
                )
        return levels

    def rows(
        self,
        criteria_set: CriteriaSet,
        results: Mapping[str, CriterionResult],
        evidence: Mapping[str, Sequence[EvidenceRecord]],
        earlier: Sequence[EarlierLevel],
        asked: Mapping[str, Any],
    ) -> dict[str, RowRecord]:
        """How each row stands: as it was left here; else as it was sent in the turn before, if nothing about it has changed since.

        Of what had been seen when a sheet was sent a row was kept: where there is none, nobody who did the task has looked at it.
        """
        found = self.kept[self.task.id]
        before = earlier[-1].results if earlier else {}
        rows = {}
        for key in criteria_set.criteria:
            row = found.get(key) or self._from_before(key, evidence.get(key, ()), asked)
            if row.state in DECIDED:
                same = key not in before or (key in results and before[key].result == results[key].result)
                row = replace(row, state=AGREED if same else DIFFERS)
            rows[key] = row
        return rows

    def _from_before(self, key: str, files: Sequence[EvidenceRecord], asked: Mapping[str, Any]) -> RowRecord:
        fresh = RowRecord(task_id=self.task.id, criterion_id=key)
        if self.former is None or key in asked or self.changed(key, files):
            return fresh
        kept = self.kept[self.former.task_id].get(key)
        mine = self.results[self.former.id].get(key)
        if kept is None or mine is None or mine.result is None:
            return fresh
        return replace(kept, task_id=self.task.id, batch=None, unchanged=None, revision=0)

    def changed(self, key: str, files: Sequence[EvidenceRecord]) -> bool:
        """Whether another level has said something else of the criterion since one's own former turn, or a file was added."""
        if self.former is None or self.former.submitted_at is None:
            return False
        since = self.former.submitted_at
        if any(item.uploaded_at > since and item.task_id != self.task.id for item in files):
            return True
        return self._told_otherwise(key, since)

    def _told_otherwise(self, key: str, since: datetime | None) -> bool:
        for node_id in self.spec.compare_with if since is not None else ():
            then, now = self.latest(node_id, since), self.latest(node_id)
            if [self._said(one, key) for one in then] != [self._said(one, key) for one in now]:
                return True
        return False

    def _said(self, one: AssessmentRecord, key: str) -> tuple[Any, ...] | None:
        row = self.results[one.id].get(key)
        return (row.result, row.figures, row.statement, row.reason) if row is not None else None

    def start(self, earlier: Sequence[EarlierLevel]) -> dict[str, ResultRecord]:
        """Own former results after a return; otherwise those of the task named by `carry_over`, without its words.

        A former reason for differing goes where there is nothing to differ from any more. A row of which a level before has said something else
        meanwhile begins as in a first turn: what had been entered was about what it said then. Their revision is the one that `ensure_assessment`
        will give them, so that a page made from them can be saved.
        """
        rows = {key: _without_words(row) for key, row in self._carried().items()}
        if self.former is None:
            return rows
        own, since = self.results[self.former.id], self.former.submitted_at
        before = earlier[-1].results if earlier else {}
        stay = {key: row for key, row in own.items() if not self._told_otherwise(key, since)}
        return rows | {key: replace(_explained(row, before.get(key)), revision=1) for key, row in stay.items()}

    def _carried(self) -> Mapping[str, ResultRecord]:
        carried = next((one for one in self.submitted if one.node_id == self.spec.carry_over), None)
        if self.spec.carry_over is None or carried is None or carried.criteria_set != self.task.criteria_set:
            return {}
        return self.results[carried.id]


def _stood(one: EvidenceRecord, at: datetime) -> bool:
    return one.withdrawn_at is None or one.withdrawn_at > at


def _without_words(row: ResultRecord) -> ResultRecord:
    """As a row begins; written out, since `replace` costs more than the rest of a table's row."""
    return ResultRecord(
        assessment_id=row.assessment_id,
        criterion_id=row.criterion_id,
        result=row.result,
        changed_at=row.changed_at,
        changed_by=row.changed_by,
        figures=row.figures,
    )


def _explained(row: ResultRecord, before: CriterionResult | None) -> ResultRecord:
    """The row with its reason only where there is still something to explain: a statement tells what figures leave open."""
    agrees = before is not None and before.result == row.result and row.statement
    return replace(row, reason="") if agrees else row


def as_result(row: ResultRecord, evidence: Sequence[EvidenceRecord]) -> CriterionResult:
    """A stored row as the rules see it."""
    return CriterionResult(
        criterion_id=row.criterion_id,
        result=row.result,  # type: ignore[arg-type] # only the three values are ever stored
        figures={name: Decimal(text) for name, text in row.figures.items()} if row.figures else {},
        statement=row.statement,
        reason=row.reason,
        evidence_ids=tuple([item.id for item in evidence]) if evidence else (),
    )


def package_task_is_multiple(package: ProcedurePackage, node_id: str) -> bool:
    """Whether several people do this task at once."""
    tasks = (process.user_tasks.get(node_id) for process in package.bpmn.processes.values())
    return any(task is not None and task.multi_instance is not None for task in tasks)
