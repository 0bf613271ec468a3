"""What a task rests on: the latest completed work of every other task of the case, and the papers of its dossier."""

from collections.abc import Sequence
from dataclasses import dataclass

from workflow.model.user_task import Label
from workflow.organisation.tree import OrganisationTree
from workflow.packages.package import ProcedurePackage
from workflow.services.assessment_sheet import package_task_is_multiple
from workflow.services.case_record import DoneStep, steps_of
from workflow.services.steps import case_stream
from workflow.store.cases import CaseRecord
from workflow.store.casework import EvidenceRecord
from workflow.store.rows import Page
from workflow.store.tasks import TaskRecord
from workflow.store.unit_of_work import UnitOfWork

LOOKED_BACK = 100
"""How many completions are read: a page must not grow slower with a case that is returned time and again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BasisTask:
    """The latest round of one task. `tally` is (outcome, how many) where several people do the task, empty where one does."""

    label: Label
    steps: Sequence[DoneStep]
    tally: Sequence[tuple[Label, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """`tasks`: newest first. `papers`: (label, its files) of the papers that other tasks ask for and that are there."""

    tasks: Sequence[BasisTask]
    papers: Sequence[tuple[Label, Sequence[EvidenceRecord]]]


def read_basis(
    uow: UnitOfWork, tree: OrganisationTree, package: ProcedurePackage, case: CaseRecord, task: TaskRecord
) -> Basis:
    """Leave out the task's own node: an earlier round of it is in the form, and whoever votes now must not see how others just did."""
    events = [
        event
        for event in uow.events.of_type(case_stream(case.id), "TaskCompleted", LOOKED_BACK)
        if event.payload["node_id"] != task.node_id
    ]
    records = {one.id: one for one in uow.tasks.of_case(case.id, Page(limit=LOOKED_BACK))} if events else {}
    found: dict[str, list[DoneStep]] = {}
    for step in steps_of(uow, tree, package, events):
        found.setdefault(step.node_id, []).append(step)
    rounds = [(_latest_round(steps, records, package), steps[0].label) for steps in found.values()]
    return Basis(
        tasks=[
            BasisTask(
                label=label,
                steps=steps,
                tally=_tally(steps) if package_task_is_multiple(package, steps[0].node_id) else (),
            )
            for steps, label in rounds
        ],
        papers=_papers(uow, package, case, task),
    )


def _latest_round(
    steps: Sequence[DoneStep], records: dict[str, TaskRecord], package: ProcedurePackage
) -> Sequence[DoneStep]:
    """Of the steps of one node, newest first, those of its last round: tasks made side by side are made at one instant.

    Where people follow one another, their numbers fall as one goes back in time; a number that does not fall is an earlier round.
    """
    if not package_task_is_multiple(package, steps[0].node_id):
        return steps[:1]
    newest = records.get(steps[0].task_id)
    if newest is None:
        return steps[:1]
    lowest, kept = newest.loop_counter or 0, [steps[0]]
    for step in steps[1:]:
        record = records.get(step.task_id)
        if record is None:
            break
        if record.created_at != newest.created_at and (record.loop_counter or 0) >= lowest:
            break
        lowest = record.loop_counter or 0
        kept.append(step)
    return kept[::-1]


def _tally(steps: Sequence[DoneStep]) -> list[tuple[Label, int]]:
    counts: dict[Label, int] = {}
    for step in steps:
        counts[step.outcome] = counts.get(step.outcome, 0) + 1
    return sorted(counts.items(), key=lambda item: -item[1])


def _papers(
    uow: UnitOfWork, package: ProcedurePackage, case: CaseRecord, task: TaskRecord
) -> list[tuple[Label, Sequence[EvidenceRecord]]]:
    tasks = [one for process in package.bpmn.processes.values() for one in process.user_tasks.values()]
    own = {paper.id for one in tasks if one.id == task.node_id for paper in one.spec.papers}
    labels = {paper.id: paper.label for one in tasks for paper in one.spec.papers if paper.id not in own}
    files = uow.evidence.of_case(case.id) if labels else ()
    papers = [(label, [item for item in files if item.paper_id == key]) for key, label in labels.items()]
    return [(label, items) for label, items in papers if items]
