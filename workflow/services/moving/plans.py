"""What a move of running cases would do: which cases, which mappings, and each case's situation."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from workflow.engine.codec import state_from_json
from workflow.engine.migration.plan import MigrationPlan, PlacePlan, WaitPlan
from workflow.engine.migration.planner import plan_migration
from workflow.engine.state import ProcessState
from workflow.errors import N_, InvalidInput, NotFound
from workflow.lifecycle.case import RUNNING
from workflow.lifecycle.definition_version import PUBLISHED
from workflow.model.user_task import Label
from workflow.runtime.programs import CompiledVersion
from workflow.services.casework.ground import CaseGround
from workflow.services.ground.access import Access
from workflow.services.ground.labels import node_label
from workflow.services.moving.views import MigrationWish, PlaceView, Readiness, Situation, WaitView, message, unit_label
from workflow.spelling import by_name
from workflow.store.casework import CaseFilter, UnitCase
from workflow.store.procedures import VersionRecord
from workflow.store.rows import Page
from workflow.store.unit_of_work import UnitOfWork

_ALL = Page(limit=1_000_000)
_EXAMPLES = 5
_OTHER_PROCEDURE = N_("Cases can only be moved to another version of their own procedure.")
_SAME = N_("Choose another version than the one the cases run on.")
_UNPUBLISHED = N_("Version %(version)s is not published: no case can be moved to it.")
_NO_NODE = N_("Version %(version)s has no step “%(node)s” that could be mapped.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """The two versions of a wish, as records and compiled."""

    old_record: VersionRecord
    new_record: VersionRecord
    old: CompiledVersion
    new: CompiledVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedCase:
    case: UnitCase
    state: ProcessState
    plan: MigrationPlan


def versions_of(ground: CaseGround, uow: UnitOfWork, wish: MigrationWish) -> Versions:
    """Raise `NotFound`, or `InvalidInput` for versions between which nothing can move or a mapping of unknown steps."""
    old, new = uow.definitions.get(wish.from_version), uow.definitions.get(wish.to_version)
    if old.key != new.key:
        raise InvalidInput(_OTHER_PROCEDURE)
    if old.id == new.id:
        raise InvalidInput(_SAME)
    if new.status != PUBLISHED:
        raise InvalidInput(_UNPUBLISHED, version=new.version)
    found = Versions(
        old_record=old, new_record=new, old=ground.steps.compiled(uow, old.id), new=ground.steps.compiled(uow, new.id)
    )
    processes = found.old.program.processes.values()
    known = {one for process in processes for one in (*process.all_nodes, *process.all_flows)}
    for node in wish.mapping:
        if node not in known:
            raise InvalidInput(_NO_NODE, version=old.version, node=node)
    return found


def running_cases(uow: UnitOfWork, access: Access, wish: MigrationWish) -> tuple[list[UnitCase], int]:
    """The cases that can be asked to move, and how many were asked for that have ended or run on something else.

    Raises `NotFound` for a case that is not there or outside the actor's jurisdiction: no difference shows.
    """
    reach = access.units("administer_definitions")
    if wish.case_ids is None:
        found = [
            case
            for status in RUNNING
            for case in uow.unit_cases.search(
                CaseFilter(version_id=wish.from_version, status=status, unit_ids=reach), _ALL
            )[0]
        ]
        return sorted(found, key=lambda case: case.id), 0
    asked = [uow.unit_cases.get(case_id) for case_id in sorted(set(wish.case_ids))]
    if any(case.unit_id not in reach for case in asked):
        raise NotFound()
    kept = [case for case in asked if case.status in RUNNING and case.version_id == wish.from_version]
    return kept, len(asked) - len(kept)


def planned(versions: Versions, cases: Sequence[UnitCase], mapping: Mapping[str, str | None]) -> Iterator[PlannedCase]:
    """What would become of each case."""
    for case in cases:
        if case.state is not None:
            state = state_from_json(case.state)
            plan = plan_migration(versions.old.program, versions.new.program, state, mapping)
            yield PlannedCase(case=case, state=state, plan=plan)


def situations(
    versions: Versions, cases: Sequence[PlannedCase], mapping: Mapping[str, str | None]
) -> tuple[Situation, ...]:
    """The cases grouped by what would become of them, the most frequent first."""
    groups: dict[tuple[object, ...], list[PlannedCase]] = {}
    for one in cases:
        groups.setdefault(_shape(one.plan), []).append(one)
    found = [_situation(versions, group, mapping) for group in groups.values()]
    return tuple(sorted(found, key=lambda one: (-one.cases, one.examples)))


def _situation(versions: Versions, group: Sequence[PlannedCase], mapping: Mapping[str, str | None]) -> Situation:
    first = group[0]
    places = Counter(_place_shape(place) for place in first.plan.places)
    kept = {_place_shape(place): place for place in reversed(first.plan.places)}
    return Situation(
        readiness=_readiness(first.plan),
        cases=len(group),
        suspended=sum(one.case.status == "suspended" for one in group),
        examples=tuple((one.case.id, one.case.business_key) for one in group[:_EXAMPLES]),
        places=tuple(_place_view(versions, first, kept[shape], mapping) for shape in places),
        waits=tuple(dict.fromkeys(_wait_view(versions, wait) for wait in first.plan.waits)),
    )


def _readiness(plan: MigrationPlan) -> Readiness:
    fates = {place.fate for place in plan.obstacles}
    if "refused" in fates:
        return "impossible"
    return "needs_mapping" if fates else "ready"


def _place_view(versions: Versions, one: PlannedCase, place: PlacePlan, mapping: Mapping[str, str | None]) -> PlaceView:
    targets = [] if place.stands and place.node not in mapping else _targets(versions, one, place, mapping)
    suggested = place.suggestion if place.suggestion in targets else None
    targets.sort(key=lambda node: node != suggested)
    package = versions.new.package
    return PlaceView(
        kind=place.kind,
        node_id=place.node,
        node=node_label(versions.old.package, place.node),
        fate=place.fate,
        new_node_id=place.target,
        new_node=node_label(package, place.target) if place.target else None,
        targets=tuple((node, node_label(package, node)) for node in targets),
        suggested=suggested,
        due=place.due,
        problem=message(place.problem.template, place.problem.params) if place.problem else None,
    )


def _targets(versions: Versions, one: PlannedCase, place: PlacePlan, mapping: Mapping[str, str | None]) -> list[str]:
    """Every node beside it that would be accepted: each is tried, so the page offers nothing that is then refused."""
    container, process_id = one.plan.scopes[place.scope_id]
    old, new = versions.old.program, versions.new.program
    found = []
    for node in new.processes[process_id].children(container):
        tried = plan_migration(old, new, one.state, {**mapping, place.node: node.id})
        if any(
            (other.kind, other.id, other.node) == (place.kind, place.id, place.node) and other.stands
            for other in tried.places
        ):
            found.append(node.id)
    return found


def _wait_view(versions: Versions, wait: WaitPlan) -> WaitView:
    package = versions.new.package if wait.fate == "armed" else versions.old.package
    return WaitView(
        what=wait.what,
        node_id=wait.node,
        node=node_label(package, wait.node),
        new_node_id=wait.target,
        fate=wait.fate,
    )


def _place_shape(place: PlacePlan) -> tuple[object, ...]:
    problem = (place.problem.template, tuple(sorted(place.problem.params.items()))) if place.problem else None
    return place.kind, place.node, place.fate, place.target, place.due, problem


def _shape(plan: MigrationPlan) -> tuple[object, ...]:
    places = frozenset(_place_shape(place) for place in plan.places)
    return places, frozenset((wait.what, wait.node, wait.target, wait.fate) for wait in plan.waits)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseChoice:
    """One running case. `stage`: the label of the stage that it is in."""

    case_id: str
    business_key: str
    unit: Label
    stage_id: str
    stage: Label
    status: str


def case_choices(ground: CaseGround, uow: UnitOfWork, access: Access, version_id: str) -> list[CaseChoice]:
    """By unit and number. Raises `NotFound` for a version that does not exist."""
    version = uow.definitions.get(version_id)
    reach = access.units("administer_definitions")
    found = [
        case
        for status in RUNNING
        for case in uow.unit_cases.search(CaseFilter(version_id=version.id, status=status, unit_ids=reach), _ALL)[0]
    ]
    package = ground.steps.compiled(uow, version.id).package if found else None
    stages = {stage.id: stage.label for stage in package.stages} if package else {}
    lines = [
        CaseChoice(
            case_id=case.id,
            business_key=case.business_key,
            unit=unit_label(access.tree, case.unit_id),
            stage_id=case.stage or "",
            stage=stages.get(case.stage or "") or Label(vi=case.stage or "–", en=case.stage or "–"),
            status=case.status,
        )
        for case in found
    ]
    return sorted(lines, key=lambda line: by_name(line.unit.vi, line.business_key))
