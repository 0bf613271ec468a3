"""The life of a case: opened for a unit, suspended and resumed, withdrawn by its unit, cancelled by a manager."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from workflow.audit.facts.casework import (
    CaseCancelled,
    CaseFact,
    CaseMoved,
    CaseOpened,
    CaseResumed,
    CaseSuspended,
    CaseWithdrawn,
)
from workflow.calendar.zone import local_date
from workflow.engine import commands as cmd
from workflow.engine.codec import state_from_json
from workflow.errors import N_, InvalidInput, TransitionRefused
from workflow.ids import new_id
from workflow.lifecycle.case import CASE, CaseContext
from workflow.model.elements import ServiceTask
from workflow.organisation.authority import Actor, Assignment
from workflow.organisation.candidates import SUBJECT, group_key
from workflow.organisation.permissions import PERMISSIONS, SYSTEM_ROLES
from workflow.organisation.tree import OrganisationTree
from workflow.packages.archive import digests
from workflow.packages.package import ProcedurePackage
from workflow.packages.records import RECORD_RESULT
from workflow.runtime.recorder import SYSTEM, Provenance
from workflow.services.casework.clocks import moved_deadlines, moves, suspended_since
from workflow.services.casework.criteria.asked import move_on
from workflow.services.casework.ground import CaseGround
from workflow.services.casework.rounds.lookup import vote_runs
from workflow.services.ground.access import Access, provenance
from workflow.services.ground.idempotence import Command, once
from workflow.services.ground.people import holders_of, who_can_act
from workflow.spelling import entered
from workflow.store.campaigns import CampaignRecord
from workflow.store.casework import UnitCase
from workflow.store.unit_of_work import UnitOfWork

CRITERIA = "criteria/"
"""The folder of a package in which its criteria sets lie."""


def named_files(package: ProcedurePackage) -> dict[str, dict[str, str]]:
    """The hashes of a version's files as an event of a case names them."""
    hashes = digests(package.files)
    return {
        "definition_sha256": {path: found for path, found in hashes.items() if not path.startswith(CRITERIA)},
        "criteria_sha256": {path: found for path, found in hashes.items() if path.startswith(CRITERIA)},
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCommand(Command):
    """A step of the case's lifecycle. `trigger`: suspend, resume, withdraw or cancel."""

    case_id: str
    trigger: str
    reason: str = ""


_FACTS: Mapping[str, type[CaseMoved]] = {
    "suspend": CaseSuspended,
    "resume": CaseResumed,
    "withdraw": CaseWithdrawn,
    "cancel": CaseCancelled,
}


_ENGINE: Mapping[str, cmd.Command] = {
    "suspend": cmd.SuspendProcess(),
    "resume": cmd.ResumeProcess(),
    "withdraw": cmd.CancelProcess(),
    "cancel": cmd.CancelProcess(),
}


class CaseService:
    def __init__(self, ground: CaseGround) -> None:
        self._ground = ground

    def start(
        self,
        uow: UnitOfWork,
        by: Provenance,
        *,
        campaign: CampaignRecord,
        unit_id: str,
        business_key: str,
        variables: Mapping[str, Any],
        process_id: str | None = None,
        start_node: str | None = None,
    ) -> UnitCase:
        """Open a case of the campaign for the unit, inside the caller's transaction.

        `variables` join `unit`, `campaign` and what the caller adds (`deadlines`, a pilot's mark). A message starts another
        `process_id` of the file at its `start_node`. Raises `NotFound` for an
        unknown unit and `Conflict` where the business key is taken.
        """
        tree = self._ground.register.tree(uow)
        on = as_of(campaign.year, local_date(by.at))
        case = UnitCase(
            id=new_id(),
            business_key=business_key,
            province=campaign.province,
            unit_id=unit_id,
            campaign_id=campaign.id,
            version_id=campaign.version_id,
            status="active",
            state=None,
            as_of_on=on,
            demonstration=campaign.demonstration,
            started_by=by.actor,
            started_at=by.at,
            process_id=process_id,
        )
        start = {
            "unit": unit_variables(tree, unit_id, on),
            "campaign": {"year": campaign.year, "province": campaign.province},
            **variables,
        }
        opened = _opened(case, self._ground.version(uow, case).package)
        return self._ground.steps.start(uow, case, start, by, [opened], start_node)

    def move(self, actor: Actor, command: CaseCommand) -> Mapping[str, Any]:
        """Suspend, resume, withdraw or cancel. Raises `TransitionRefused` saying who could, `NotFound` for the unseen."""
        if command.trigger not in _ENGINE:
            raise InvalidInput(N_("There is no such step."))

        def work(uow: UnitOfWork) -> Mapping[str, Any]:
            access = self._ground.access(uow, actor)
            case = self._ground.visible_case(uow, access, command.case_id)
            assignment = (
                _applicant(access, case) if command.trigger == "withdraw" else access.assignment("operate", case)
            )
            by = provenance(actor, assignment, access.now, command.command_id)
            return once(uow, f"Case:{command.trigger}", by, lambda: self._carry_out(uow, access, case, command, by))

        return self._ground.step(work)

    def _carry_out(
        self, uow: UnitOfWork, access: Access, case: UnitCase, command: CaseCommand, by: Provenance
    ) -> Mapping[str, Any]:
        try:
            status = CASE.move(case.status, command.trigger, self.context(uow, access, case, command.reason))
        except TransitionRefused as refusal:
            if refusal.guard in WHO:
                refusal.who_can_act = WHO[refusal.guard](self._ground, uow, access, case)
            raise
        facts: list[CaseFact] = [_FACTS[command.trigger](from_=case.status, to=status, reason=entered(command.reason))]
        asked = _ENGINE[command.trigger]
        if isinstance(asked, cmd.ResumeProcess):
            case = self._with_deadlines(uow, case, by)
            since = suspended_since(uow, case)
            asked = replace(asked, suspended_at=since)
            facts += moves(self._ground, uow, case, since, access.now)
            facts += move_on(uow, self._ground.register.calendar(uow), case, since, access.now)
        ended = status in ("withdrawn", "cancelled")
        changed = replace(case, status=status, ended_at=access.now if ended else None)
        saved = self._ground.steps.apply(uow, changed, asked, by, facts)
        return {"case_id": saved.id, "status": saved.status}

    def _with_deadlines(self, uow: UnitOfWork, case: UnitCase, by: Provenance) -> UnitCase:
        """The suspended case with the deadlines that the campaign has now, before anything falls due by the old ones.

        The campaign's own job tells of them.
        """
        variables = moved_deadlines(uow, case)
        if not variables:
            return case
        system = Provenance(actor=SYSTEM, at=by.at, command_id=by.command_id)
        return self._ground.steps.apply(uow, case, cmd.RescheduleTimers(variables=variables), system)

    def context(self, uow: UnitOfWork, access: Access, case: UnitCase, reason: str = "") -> CaseContext:
        """How the actor stands towards the case's own lifecycle."""
        return CaseContext(
            is_applicant=_applicant(access, case) is not None,
            is_manager=access.assignment("operate", case) is not None,
            decided=case.outcome is not None or self._result_waits(uow, case),
            voting=vote_runs(self._ground.version(uow, case).package, case),
            reason=reason,
        )

    def _result_waits(self, uow: UnitOfWork, case: UnitCase) -> bool:
        """Whether the decision has been made and the worker is only about to write it on the case."""
        if case.state is None or case.ended_at is not None:
            return False
        state, processes = state_from_json(case.state), self._ground.version(uow, case).program.processes
        nodes = (
            processes[state.scopes[activity.scope_id].process_id].all_nodes[activity.node_id]
            for activity in state.activities.values()
        )
        return any(isinstance(node, ServiceTask) and node.handler == RECORD_RESULT for node in nodes)


def _opened(case: UnitCase, package: ProcedurePackage) -> CaseOpened:
    files = named_files(package)
    return CaseOpened(
        business_key=case.business_key,
        unit_id=case.unit_id,
        campaign_id=case.campaign_id,
        version_id=case.version_id,
        as_of_on=case.as_of_on.isoformat(),
        demonstration=case.demonstration,
        definition_sha256=files["definition_sha256"],
        criteria_sha256=files["criteria_sha256"],
    )


def _applicant(access: Access, case: UnitCase) -> Assignment | None:
    """The role of a procedure, not of the installation, that the actor holds at the unit itself."""
    held = (one for one in access.actor.assignments if one.organisation_id == case.unit_id)
    return next((one for one in held if one.role not in SYSTEM_ROLES), None)


def as_of(year: int, today: date) -> date:
    """The day at which a campaign's organisations are taken: today, but never past the campaign's own year."""
    return min(today, date(year, 12, 31))


def unit_variables(tree: OrganisationTree, unit_id: str, on: date) -> dict[str, Any]:
    """What conditions and rules may know of the unit."""
    unit = tree.get(unit_id)
    return {
        "id": unit.id,
        "code": unit.code,
        "name": unit.name_vi,
        "kind": unit.kind,
        "type": unit.type,
        "level": unit.level,
        "managing_level": unit.managing_level,
        "territory": unit.territory_id,
        "on": on,
    }


_MANAGERS = tuple(role for role, permitted in PERMISSIONS.items() if "operate" in permitted)


def managers(ground: CaseGround, uow: UnitOfWork, access: Access, case: UnitCase) -> tuple[str, ...]:
    """Those who may operate the case, at the areas and bodies over its unit."""
    on = local_date(access.now)
    over = [one.id for one in access.tree.valid(on) if access.tree.covers(one.id, case.unit_id, on)]
    return _people(ground, uow, access, case, [group_key(role, place) for place in over for role in _MANAGERS])


def applicants(ground: CaseGround, uow: UnitOfWork, access: Access, case: UnitCase) -> tuple[str, ...]:
    """The unit's own officers."""
    package = ground.version(uow, case).package
    roles = [package.held_as(role.id) for role in package.roles.values() if role.body == SUBJECT]
    return _people(ground, uow, access, case, [group_key(role, case.unit_id) for role in roles])


def _people(ground: CaseGround, uow: UnitOfWork, access: Access, case: UnitCase, groups: list[str]) -> tuple[str, ...]:
    on, package = local_date(access.now), ground.version(uow, case).package
    staffed = [group for group in groups if holders_of(uow, [group], on)]
    return who_can_act(uow, access.tree, package, staffed, on, {access.actor.user_id})


WHO: Mapping[str, Callable[[CaseGround, UnitOfWork, Access, UnitCase], tuple[str, ...]]] = {
    "is_manager": managers,
    "is_applicant": applicants,
}
"""Guard of the lifecycle → who could pass it."""
