"""What a migration changes in the rows of a case's tasks and incidents: where they stand, what they are called, who may take them."""

from dataclasses import dataclass, field, replace
from typing import Any

from workflow.engine import events as ev, migration_events as me
from workflow.errors import N_, NotFound, TransitionRefused
from workflow.organisation.tree import OrganisationTree
from workflow.packages.package import ProcedurePackage
from workflow.services.assignment import resolve_candidates
from workflow.services.spec import spec_of, task_label
from workflow.store.cases import CaseRecord
from workflow.store.rows import Page
from workflow.store.tasks import TaskRecord
from workflow.store.unit_of_work import UnitOfWork

_NO_CRITERIA = N_("The new version has no criteria set “%(criteria_set)s”, by which “%(task)s” is judged.")
_ALL = Page(limit=100_000)


@dataclass(slots=True)
class Relocation:
    """Gathers a migration's events; `write` puts them down. `renamed` is None where the step is no migration."""

    renamed: dict[str, str] | None = None
    moved: dict[str, str] = field(default_factory=dict)
    offers: dict[str, me.UserTaskMigrated] = field(default_factory=dict)

    def apply(self, event: ev.Event) -> None:
        """Take one event into account."""
        match event:
            case me.ProcessMigrated():
                self.renamed = dict(event.renamed)
            case me.ActivityMigrated():
                self.moved[event.activity_id] = event.to_node
            case me.UserTaskMigrated():
                self.offers[event.activity_id] = event

    def write(self, uow: UnitOfWork, package: ProcedurePackage, tree: OrganisationTree, case: CaseRecord) -> CaseRecord:
        """Return the case with its stage. Raises `TransitionRefused` where nobody could be found for a task."""
        if self.renamed is None:
            return case
        uow.incidents.relocate(case.id, self.moved)
        uow.tasks.relocate(case.id, self._nodes(uow, case.id))
        for task in (*uow.tasks.open_of_case(case.id), *uow.tasks.suspended_of_case(case.id)):
            try:
                changed = self._changed(package, tree, case, task)
            except NotFound as error:
                raise TransitionRefused(error.template, **error.params) from error
            if case.stage == task.stage and changed.stage:
                case = replace(case, stage=changed.stage)
            if changed.criteria_set and changed.criteria_set not in package.criteria_sets:
                raise TransitionRefused(_NO_CRITERIA, criteria_set=changed.criteria_set, task=changed.name_vi)
            if changed != task:
                uow.tasks.save(changed)
        return case

    def _nodes(self, uow: UnitOfWork, case_id: str) -> dict[str, str]:
        if not self.renamed:
            return self.moved
        done = {
            task.activity_id: self.renamed[task.node_id]
            for task in uow.tasks.of_case(case_id, _ALL)
            if task.node_id in self.renamed
        }
        return {**done, **self.moved}

    def _changed(
        self, package: ProcedurePackage, tree: OrganisationTree, case: CaseRecord, task: TaskRecord
    ) -> TaskRecord:
        vi, en = task_label(package, task.node_id)
        found: dict[str, Any] = {"name_vi": vi, "name_en": en, "stage": spec_of(package, task.node_id).stage}
        offer = self.offers.get(task.activity_id)
        if offer is not None:
            candidates = resolve_candidates(
                tree, offer.candidate_groups, offer.jurisdiction, case.unit_id, case.as_of_on
            )
            found |= {
                "groups": candidates.groups,
                "organisation_id": candidates.organisation_id,
                "priority": offer.priority,
                "criteria_set": offer.criteria_set,
            }
        return replace(task, **found)
