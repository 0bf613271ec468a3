"""Everything a page shows of one case, and the listing of cases."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from workflow.audit.facts.casework import CaseCancelled, CaseOperated, CaseValuesSet, CaseWithdrawn, TaskTakenBack
from workflow.audit.facts.fact import filled
from workflow.calendar.deadlines import Remaining, remaining
from workflow.errors import N_
from workflow.lifecycle.case import CASE
from workflow.lifecycle.lifecycle import Option
from workflow.model.user_task import Label
from workflow.organisation.authority import Actor
from workflow.organisation.records import Organisation
from workflow.packages.package import ProcedurePackage
from workflow.packages.tasks import spec_of, task_label
from workflow.runtime.steps import case_stream
from workflow.services.casework.cases import CaseService
from workflow.services.casework.clocks import LateStep, Standstill, is_late, late_step, pauses_of, standstill
from workflow.services.casework.ground import CaseGround
from workflow.services.casework.record import DoneStep, read_record, without_voters
from workflow.services.casework.rounds.veil import veil_over
from workflow.services.ground.access import Access
from workflow.services.ground.labels import called, result_label
from workflow.services.ground.people import user_names
from workflow.store.campaigns import CampaignRecord
from workflow.store.cases import IncidentRecord
from workflow.store.casework import CaseFilter, EvidenceRecord, UnitCase
from workflow.store.criteria.inquiries import InquiryRecord
from workflow.store.procedures import VersionRecord
from workflow.store.rows import Page
from workflow.store.tasks import TaskRecord
from workflow.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancellation:
    """`template` with `person` says how the task was taken away; `reason` is the person's own, empty where nobody did it."""

    template: str
    person: str
    reason: str


TASKS_SHOWN = 50
INQUIRIES_SHOWN = 100
EVERY = 10_000
"""More than anybody can have asked in one case."""


StageStatus = Literal["done", "current", "to do", "not reached"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StageView:
    id: str
    label: Label
    status: StageStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLine:
    """A task of the case: who has or had it, for whom they stand in, and the outcome's label once it is done and may be told."""

    task: TaskRecord
    assignee: str
    on_behalf_of: str
    body: str
    outcome: Label | None
    remaining: Remaining | None
    mine: bool
    in_my_group: bool
    cancellation: Cancellation | None
    withheld: bool
    late: LateStep | None
    """How late it was done, or is by now; None where it is in time, or has no due day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervention:
    """A manager has moved the case or corrected what it was stuck on: whoever opens the case sees that and why."""

    at: datetime
    by: str
    reason: str
    moved_to: Label | None
    changes: str
    """Which values were set, from what to what; empty where none were."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """`options` are the steps of the case's own lifecycle; `operate` says whether the actor may act as its manager."""

    case: UnitCase
    unit: Organisation
    campaign: CampaignRecord
    version: VersionRecord
    package: ProcedurePackage
    stages: Sequence[StageView]
    open_tasks: Sequence[TaskLine]
    done_tasks: Sequence[TaskLine]
    outcome: Label | None
    evidence: Sequence[EvidenceRecord]
    incidents: Sequence[IncidentRecord]
    interventions: Sequence[Intervention]
    options: Sequence[Option]
    operate: bool
    audit: bool
    may_comment: bool
    of_unit: bool
    """Whether the reader acts for the unit itself: then not all remarks are shown."""
    names: Mapping[str, str]
    standstill: Standstill | None
    """What its suspension does to its open dates; None where it is not suspended."""
    inquiries: Sequence[InquiryRecord]
    """What was asked of the unit by itself, newest first, without what returns asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """One row of a listing."""

    case: UnitCase
    unit: Organisation
    campaign: CampaignRecord
    stage: Label | None
    outcome: Label | None


class CaseViewService:
    def __init__(self, ground: CaseGround, cases: CaseService) -> None:
        self._ground = ground
        self._cases = cases

    def view(self, actor: Actor, case_id: str) -> CaseView:
        """Raise `NotFound` for a case that the actor may not see."""
        with self._ground.units.reading() as uow:
            access = self._ground.access(uow, actor)
            case = self._ground.visible_case(uow, access, case_id)
            return self._build(uow, access, case)

    def standstill(self, actor: Actor, case_id: str) -> Standstill:
        """What suspending the case would do to its open dates, or has done until now. Raises as `view`."""
        with self._ground.units.reading() as uow:
            access = self._ground.access(uow, actor)
            return standstill(self._ground, uow, self._ground.visible_case(uow, access, case_id), access.now)

    def record(self, actor: Actor, case_id: str) -> tuple[CaseView, list[DoneStep]]:
        """The case with every task that was completed in it and all that the unit was asked by itself, oldest first. Raises as `view`."""
        with self._ground.units.reading() as uow:
            access = self._ground.access(uow, actor)
            case = self._ground.visible_case(uow, access, case_id)
            view = self._build(uow, access, case)
            veil = veil_over(uow, view.package, case, access)
            asked = veil.inquiries(uow.inquiries.asked_of_unit(case.id, EVERY))
            people = user_names(uow, [person for one in asked for person in (one.asked_by, one.closed_by)])
            view = replace(view, inquiries=asked[::-1], names={**view.names, **people})
            steps = read_record(uow, access.tree, view.package, case.id, veil)
            return view, steps if view.package.minutes_name_votes else without_voters(view.package, steps)

    def search(self, actor: Actor, where: CaseFilter, page: Page) -> tuple[list[CaseLine], int]:
        """The cases that the actor may see, newest first, and their number."""
        with self._ground.units.reading() as uow:
            access = self._ground.access(uow, actor)
            reach = access.units()
            bounded = CaseFilter(
                **{name: getattr(where, name) for name in CaseFilter.__dataclass_fields__ if name != "unit_ids"},
                unit_ids=reach if where.unit_ids is None else reach & frozenset(where.unit_ids),
            )
            rows, total = uow.unit_cases.search(bounded, page)
            campaigns = uow.campaigns.many({row.campaign_id for row in rows})
            lines = []
            for row in rows:
                package = self._ground.version(uow, row).package
                lines.append(
                    CaseLine(
                        case=row.shown,
                        unit=access.tree.get(row.unit_id),
                        campaign=campaigns[row.campaign_id],
                        stage=next((stage.label for stage in package.stages if stage.id == row.stage), None),
                        outcome=result_label(package, row.outcome),
                    )
                )
            return lines, total

    def _build(self, uow: UnitOfWork, access: Access, case: UnitCase) -> CaseView:
        package = self._ground.version(uow, case).package
        veil = veil_over(uow, package, case, access)
        tasks = [veil.bare(task) for task in uow.tasks.of_case(case.id, Page(limit=TASKS_SHOWN))]
        evidence = veil.files(uow.evidence.of_case(case.id))
        people = [person for task in tasks for person in (task.assignee_id, task.completed_by, task.on_behalf_of)]
        people += [item.uploaded_by for item in evidence]
        names = user_names(uow, people)
        cancelled = cancellations(uow, tasks)
        rest = standstill(self._ground, uow, case, access.now) if case.status == "suspended" else None
        lines = [
            replace(
                self._line(uow, access, package, task, names, cancelled.get(task.id), rest),
                withheld=task.id in veil.tasks,
            )
            for task in tasks
        ]
        lines = self._with_lateness(uow, case, lines, access.now)
        writes = access.assignment("act", case) or access.assignment("manage_tasks", case)
        return CaseView(
            case=case.shown,
            unit=access.tree.get(case.unit_id),
            campaign=uow.campaigns.get(case.campaign_id),
            version=uow.definitions.get(case.version_id),
            package=package,
            stages=_stages(package, case),
            open_tasks=[line for line in lines if line.task.ended_at is None],
            done_tasks=[line for line in lines if line.task.ended_at is not None],
            outcome=result_label(package, case.outcome),
            evidence=evidence,
            incidents=[veil.incident(one) for one in uow.incidents.of_case(case.id)],
            interventions=_interventions(uow, package, case),
            options=CASE.permitted(case.status, self._cases.context(uow, access, case)),
            operate=access.assignment("operate", case) is not None,
            audit=access.assignment("audit", case) is not None,
            may_comment=writes is not None,
            of_unit=access.is_of_unit(case),
            names=names,
            standstill=rest,
            inquiries=veil.inquiries(uow.inquiries.asked_of_unit(case.id, INQUIRIES_SHOWN)),
        )

    def _line(
        self,
        uow: UnitOfWork,
        access: Access,
        package: ProcedurePackage,
        task: TaskRecord,
        names: Mapping[str, str],
        cancellation: Cancellation | None,
        rest: Standstill | None,
    ) -> TaskLine:
        outcome = next((o.label for o in spec_of(package, task.node_id).outcomes if o.id == task.outcome), None)
        calendar = self._ground.register.calendar(uow)
        open_until = task.due_at if task.ended_at is None else None
        now = rest.since if rest and rest.since and task.activity_id in rest.resting else access.now
        return TaskLine(
            task=task,
            assignee=names.get(task.completed_by or task.assignee_id or "", ""),
            on_behalf_of=names.get(task.on_behalf_of or "", ""),
            body=called(access.tree.get(task.organisation_id)) if task.organisation_id else "",
            outcome=outcome,
            remaining=remaining(calendar, now, open_until) if open_until else None,
            mine=task.assignee_id == access.actor.user_id,
            in_my_group=access.actor.in_group(task.groups) is not None,
            cancellation=cancellation,
            withheld=False,
            late=None,
        )

    def _with_lateness(
        self, uow: UnitOfWork, case: UnitCase, lines: Sequence[TaskLine], now: datetime
    ) -> list[TaskLine]:
        """Say of each step how late it is; the case's pauses are read where one is."""
        if not any(is_late(line.task, now) for line in lines):
            return list(lines)
        calendar, pauses = self._ground.register.calendar(uow), pauses_of(uow, [case.id])[case.id]
        return [
            replace(line, late=late_step(calendar, line.task, pauses, now)) if is_late(line.task, now) else line
            for line in lines
        ]


def _interventions(uow: UnitOfWork, package: ProcedurePackage, case: UnitCase) -> list[Intervention]:
    events = uow.events.of_type(case_stream(case.id), CaseOperated.__name__)
    names = user_names(uow, [event.actor for event in events])
    told = uow.events.of_type(case_stream(case.id), CaseValuesSet.__name__)
    changes = {event.command_id: filled(CaseValuesSet, event.payload).changes for event in told}
    return [
        Intervention(
            at=event.at,
            by=names.get(event.actor, ""),
            reason=str(event.payload.get("reason", "")),
            moved_to=_label(package, target) if (target := event.payload.get("target_node")) else None,
            changes=changes.get(event.command_id, ""),
        )
        for event in events
    ]


def _label(package: ProcedurePackage, node_id: str) -> Label:
    vi, en = task_label(package, node_id)
    return Label(vi=vi, en=en)


def _stages(package: ProcedurePackage, case: UnitCase) -> list[StageView]:
    ids = [stage.id for stage in package.stages]
    at = ids.index(case.stage) if case.stage in ids else 0
    return [
        StageView(
            id=stage.id,
            label=stage.label,
            status=_stage_status(index, at, ended=case.ended_at is not None),
        )
        for index, stage in enumerate(package.stages)
    ]


def _stage_status(index: int, at: int, *, ended: bool) -> StageStatus:
    """Nothing is still to come in a case that has ended."""
    if index < at or (ended and index == at):
        return "done"
    if index == at:
        return "current"
    return "not reached" if ended else "to do"


_BY_PERSON = {
    CaseOperated.__name__: N_("Taken away by %(person)s, who moved the case to another step."),
    TaskTakenBack.__name__: N_("Taken away: %(person)s took the step before back."),
    CaseWithdrawn.__name__: N_("Taken away when %(person)s withdrew the case."),
    CaseCancelled.__name__: N_("Taken away when %(person)s cancelled the case."),
}


_BY_PROCEDURE = N_("Taken away by the procedure: the case went on without it.")


def cancellations(uow: UnitOfWork, tasks: Iterable[TaskRecord]) -> Mapping[str, Cancellation]:
    """Task id → why, for the cancelled ones among one case's tasks: what a person did and what followed bear one instant."""
    gone = [task for task in tasks if task.state == "cancelled"]
    if not gone:
        return {}
    stream = case_stream(gone[0].case_id)
    events = {event.at: event for kind in _BY_PERSON for event in uow.events.of_type(stream, kind)}
    names = user_names(uow, [event.actor for event in events.values()])
    found = {}
    for task in gone:
        event = events.get(task.ended_at) if task.ended_at else None
        found[task.id] = Cancellation(
            template=_BY_PERSON[event.type] if event else _BY_PROCEDURE,
            person=names.get(event.actor, "") if event else "",
            reason=str(event.payload.get("reason") or "") if event else "",
        )
    return found
