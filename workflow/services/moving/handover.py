"""What waits at a body that has ended goes to what took its place: looked at first, with a reason, by somebody who did not name the successor.

Only what the register says took the body's place can be given its work, and never by the one person who put that down: else an
administrator alone would say who decides. What somebody has in hand, and the parts of a round, stay where they are.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from workflow.audit.facts.casework import TaskReaddressed
from workflow.audit.facts.fact import part
from workflow.audit.facts.places import OrganisationSucceeded
from workflow.errors import N_, InvalidInput, PermissionDenied
from workflow.lifecycle.user_task import READY
from workflow.model.user_task import Label
from workflow.organisation.authority import Actor
from workflow.organisation.permissions import Permission
from workflow.organisation.records import Organisation
from workflow.organisation.tree import OrganisationTree
from workflow.runtime.recorder import SYSTEM, Provenance
from workflow.services.casework.ground import CaseGround
from workflow.services.ground.idempotence import Command
from workflow.services.ground.people import doers_of, user_names
from workflow.spelling import entered
from workflow.store.rows import Page
from workflow.store.tasks import TaskRecord
from workflow.store.unit_of_work import UnitOfWork

MOST = 200
"""So many tasks are shown, and handed over, at a time."""
_PERMISSION: Permission = "administer_organisations"
_STANDS = N_("%(name)s still stands: its work is done there.")
_NONE_CHOSEN = N_("Choose the tasks that are to be handed over.")
_NO_REASON = N_("Give a reason.")
_NO_SUCCESSOR = N_("The register does not say that this organisation has taken the place of the one that ended.")
_SAME_PERSON = N_("You recorded this successor yourself. Somebody else hands the work over to it.")
_GONE = N_("A task no longer waits there: somebody has it, or it was handed over. Look at the list again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverWork(Command):
    """Give tasks that wait at the ended body to one of its successors."""

    organisation_id: str
    successor_id: str
    task_ids: Sequence[str]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingTask:
    """An open task of the body. `holder`: who has it in hand; `in_round`: a part of a vote or a team's findings. Both stay."""

    id: str
    label: Label
    case_key: str
    unit: Label
    holder: str
    in_round: bool

    @property
    def stays(self) -> bool:
        return bool(self.holder) or self.in_round


@dataclass(frozen=True, slots=True, kw_only=True)
class Successor:
    """`doers`: how many people could take one of the tasks there today; `refusal`: why the reader may not hand over to it, if so."""

    body: Organisation
    doers: int
    refusal: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """`total`: of all open tasks, those beyond the first `MOST` too."""

    organisation: Organisation
    ended: bool
    successors: Sequence[Successor]
    tasks: Sequence[WaitingTask]
    total: int


class HandoverService:
    """For administrators of organisations, within their jurisdiction."""

    def __init__(self, ground: CaseGround) -> None:
        self._ground = ground

    def look(self, actor: Actor, organisation_id: str) -> Handover:
        """What would be handed over, and to whom it could be. Raises `NotFound`, `PermissionDenied`."""
        with self._ground.units.reading() as uow:
            self._ground.require(uow, actor, _PERMISSION, organisation_id)
            tree, today = self._ground.register.tree(uow), self._ground.today()
            found = tree.get(organisation_id)
            tasks, total = uow.tasks.open_at(found.id, Page(limit=MOST))
            roles = {group.partition("@")[0] for task in tasks for group in _groups_at(task, found.id)}
            successors = []
            for body in tree.successors(found.id, today):
                refusal = self._refusal(uow, actor, found.id, body)
                doers = doers_of(uow, [f"{role}@{body.id}" for role in roles], today)
                successors.append(Successor(body=body, doers=len(doers), refusal=refusal))
            return Handover(
                organisation=found,
                ended=_has_ended(found, today),
                successors=successors,
                tasks=_described(uow, tree, tasks),
                total=total,
            )

    def hand_over(self, actor: Actor, command: HandOverWork) -> int:
        """Carry it out, all or nothing; return how many tasks. Raises `InvalidInput`, `NotFound`, `PermissionDenied`."""
        reason, wanted = entered(command.reason), list(dict.fromkeys(command.task_ids))
        if not reason:
            raise InvalidInput(_NO_REASON)
        if not wanted:
            raise InvalidInput(_NONE_CHOSEN)

        def work(uow: UnitOfWork) -> dict[str, int]:
            old, new = command.organisation_id, command.successor_id
            by = self._ground.by(uow, actor, command, _PERMISSION, old)
            tree, today = self._ground.register.tree(uow), self._ground.today()
            found = tree.get(old)
            if not _has_ended(found, today):
                raise InvalidInput(_STANDS, name=found.name_vi)
            body = next((one for one in tree.successors(old, today) if one.id == new), None)
            if body is None:
                raise InvalidInput(_NO_SUCCESSOR)
            if refusal := self._refusal(uow, actor, old, body):
                raise PermissionDenied(refusal)
            for task_id in wanted[:MOST]:
                self._readdress(uow, task_id, found.id, body.id, reason, by)
            return {"tasks": len(wanted[:MOST])}

        return int(self._ground.carry_out(actor, command, work)["tasks"])

    def _readdress(self, uow: UnitOfWork, task_id: str, old: str, new: str, reason: str, by: Provenance) -> None:
        task = uow.tasks.get(task_id)
        if task.organisation_id != old or task.state != READY or task.round_id is not None:
            raise InvalidInput(_GONE)
        case = uow.unit_cases.get(task.case_id)
        groups = [f"{group.partition('@')[0]}@{new}" if _is_at(group, old) else group for group in task.groups]
        fact = TaskReaddressed(task_id=task.id, node_id=task.node_id, former_body=old, body=new, reason=reason)
        self._ground.steps.note(uow, case, by, fact)
        uow.tasks.save(replace(task, organisation_id=new, groups=groups))

    def _refusal(self, uow: UnitOfWork, actor: Actor, old: str, body: Organisation) -> str | None:
        named = {
            event.actor
            for event in uow.events.of_type(f"organisation:{old}", OrganisationSucceeded.__name__)
            if part(event.payload.get("new"), "successor_id") == body.id
        }
        return _SAME_PERSON if actor.user_id in named - {SYSTEM} else None


def _has_ended(body: Organisation, today: date) -> bool:
    return body.valid_to is not None and body.valid_to < today


def _is_at(group: str, organisation_id: str) -> bool:
    return group.partition("@")[2] == organisation_id


def _groups_at(task: TaskRecord, organisation_id: str) -> list[str]:
    return [group for group in task.groups if _is_at(group, organisation_id)]


def _described(uow: UnitOfWork, tree: OrganisationTree, tasks: Collection[TaskRecord]) -> list[WaitingTask]:
    names = user_names(uow, [task.assignee_id for task in tasks])
    found = []
    for task in tasks:
        case = uow.unit_cases.get(task.case_id)
        unit = tree.get(case.unit_id)
        found.append(
            WaitingTask(
                id=task.id,
                label=Label(vi=task.name_vi, en=task.name_en or task.name_vi),
                case_key=case.business_key,
                unit=Label(vi=unit.name_vi, en=unit.name_en or unit.name_vi),
                holder=names.get(task.assignee_id or "", "") if task.state != READY else "",
                in_round=task.round_id is not None,
            )
        )
    return found
