"""Who is missing before a campaign starts: units without any user, and roles of its tasks that nobody holds where they are needed."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from workflow.calendar.zone import local_date
from workflow.engine.behaviours.tasks import jurisdiction_text
from workflow.engine.evaluation import Stuck, View
from workflow.errors import NotFound, WorkflowError
from workflow.feel.values import coerce
from workflow.model.elements import BusinessRuleTask
from workflow.model.expressions import Literal
from workflow.model.user_task import Label, UserTaskSpec
from workflow.organisation.candidates import SUBJECT, resolve_body
from workflow.organisation.permissions import SYSTEM_ROLES
from workflow.organisation.records import LEVELS
from workflow.organisation.tree import OrganisationTree
from workflow.packages.package import ProcedurePackage
from workflow.runtime.programs import CompiledVersion
from workflow.services.casework.cases import unit_variables
from workflow.store.campaigns import CampaignRecord
from workflow.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Nobody holds `role` at the organisation, which `units` of the units need; `role` is None for a unit without any user."""

    organisation_id: str
    role: Label | None
    units: int


def gaps(
    uow: UnitOfWork,
    tree: OrganisationTree,
    version: CompiledVersion,
    campaign: CampaignRecord,
    unit_ids: Collection[str],
    as_of: date,
    now: datetime,
) -> Sequence[Gap]:
    """What is missing for these units: first the units without a user, then the roles, by how many units need them."""
    package = version.package
    held = {(one.role, one.organisation_id) for one in uow.accounts.holding(local_date(now))}
    peopled = {place for role, place in held if role not in SYSTEM_ROLES}
    specs = [node.spec for process in package.bpmn.processes.values() for node in process.user_tasks.values()]
    missing: Counter[tuple[str, str]] = Counter()
    deserted = []
    for unit_id in sorted(unit_ids):
        seen = View(_known(tree, version, campaign, unit_id, as_of, now), now)
        found = {pair for spec in specs for pair in _unheld(tree, package, spec, seen, unit_id, as_of, held)}
        if unit_id not in peopled and any(place == unit_id for _, place in found):
            deserted.append(Gap(organisation_id=unit_id, role=None, units=1))
            found = {(role, place) for role, place in found if place != unit_id}
        missing.update(found)
    roles = [
        Gap(organisation_id=place, role=package.roles[role].label, units=number)
        for (role, place), number in sorted(missing.items(), key=lambda item: (-item[1], item[0]))
    ]
    return [*deserted, *roles]


def _known(
    tree: OrganisationTree, version: CompiledVersion, campaign: CampaignRecord, unit_id: str, on: date, now: datetime
) -> dict[str, Any]:
    """What the unit's case will know from the start, and what its rules say of that: where its tasks go."""
    known: dict[str, Any] = {
        "unit": unit_variables(tree, unit_id, on),
        "campaign": {"year": campaign.year, "province": campaign.province},
    }
    decisions = version.program.decisions
    for process in version.package.bpmn.processes.values():
        for node in process.all_nodes.values():
            if decisions is None or not isinstance(node, BusinessRuleTask):
                continue
            try:
                known[node.result_variable] = coerce(decisions.explain(node.decision, known, now=now).value)
            except WorkflowError:
                continue  # it asks for what people enter later
    return known


def _unheld(
    tree: OrganisationTree,
    package: ProcedurePackage,
    spec: UserTaskSpec,
    seen: View,
    unit_id: str,
    on: date,
    held: Collection[tuple[str, str]],
) -> Iterator[tuple[str, str]]:
    """The first role of the task, where nobody holds any of its roles."""
    roles = [
        group.text for group in spec.candidate_groups if isinstance(group, Literal) and group.text in package.roles
    ]
    if not roles or len(roles) < len(spec.candidate_groups):
        return
    places = _places(tree, spec, seen, package.roles[roles[0]].body, unit_id, on)
    if places and not any((package.held_as(role), place) in held for role in roles for place in places):
        yield roles[0], places[0]


def _places(tree: OrganisationTree, spec: UserTaskSpec, seen: View, body: str, unit_id: str, on: date) -> list[str]:
    """The body of the task; every body of the role's kind above the unit where only later entries decide which one."""
    decided = _decided(spec, seen)
    if decided is not None:
        wanted = [decided]
    else:
        wanted = [SUBJECT] if body == SUBJECT else [f"{body}@{level}" for level in LEVELS] if body else []
    found = []
    for jurisdiction in wanted:
        try:
            found.append(resolve_body(tree, jurisdiction, unit_id, on))
        except NotFound:
            continue
    return found


def _decided(spec: UserTaskSpec, seen: View) -> str | None:
    if spec.jurisdiction is None:
        return SUBJECT
    try:
        return jurisdiction_text(spec.jurisdiction, seen)
    except Stuck:
        return None
