"""Moves as pages show them: wishes, plans, items, progress. Every record is frozen and ready to be read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from workflow.engine.migration.plan import Fate, PlaceKind, WaitFate
from workflow.errors import NotFound
from workflow.model.user_task import Label
from workflow.organisation.tree import OrganisationTree
from workflow.services.ground.access import Access
from workflow.services.ground.people import user_names
from workflow.store.moving import DONE, PENDING, REVERTING, MigrationItem, MigrationRecord
from workflow.store.procedures import VersionRecord
from workflow.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """An English template (a gettext msgid) and its parameters; a `Label` parameter has both languages."""

    template: str
    params: Mapping[str, str | Label]


def message(template: str, params: Mapping[str, object]) -> Message:
    return Message(template=template, params={name: str(value) for name, value in params.items()})


Readiness = Literal["ready", "needs_mapping", "impossible"]
"""`needs_mapping`: some step must be pointed out in the new version; `impossible`: these cases cannot be moved as they stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationWish:
    """Which cases are to move and how. `case_ids` None: every running case of the version that the actor reaches.

    `mapping`: id of a step, join or event of the old version → its id in the new one; None gives up what could still be undone there.
    """

    from_version: str
    to_version: str
    mapping: Mapping[str, str | None] = field(default_factory=dict)
    case_ids: Sequence[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionChoice:
    """A version with running cases that the actor reaches, and the published versions of the same procedure they could move to."""

    version: VersionRecord
    cases: int
    targets: tuple[VersionRecord, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceView:
    """A step where cases stand (or a join where tokens wait, or a done step that can still be undone), and what becomes of it.

    `fate`: kept, mapped (goes on in another node, with its assignee, draft and results), anew (ended and entered again), needs_mapping,
    refused. `targets`: the nodes of the new version that it may be mapped to, the likeliest first; `suggested` is the first
    that is likely. `due`: whether a user task's due times stay or are worked out again.
    """

    kind: PlaceKind
    node_id: str
    node: Label
    fate: Fate
    new_node_id: str | None
    new_node: Label | None
    targets: tuple[tuple[str, Label], ...]
    suggested: str | None
    due: Literal["kept", "recomputed"] | None
    problem: Message | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitView:
    """What becomes of a timer, or of a wait for a message, signal or condition: kept, recomputed, cancelled or armed (new)."""

    what: Literal["timer", "message", "signal", "condition"]
    node_id: str
    node: Label
    new_node_id: str | None
    fate: WaitFate


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """All cases that stand alike. `examples`: id and number (business key) of the first few; `suspended`: how many of them rest."""

    readiness: Readiness
    cases: int
    suspended: int
    examples: tuple[tuple[str, str], ...]
    places: tuple[PlaceView, ...]
    waits: tuple[WaitView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What the wish would do, by situation, the most frequent first. `left_out`: asked for, but ended or moved on already.

    `needing`: each old node that must be mapped once, whatever number of situations it is in.
    """

    from_version: VersionRecord
    to_version: VersionRecord
    cases: int
    ready: int
    left_out: int
    situations: tuple[Situation, ...]
    needing: tuple[PlaceView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialResult:
    """What moving one case did in the dry run. `steps`: the labels of the tasks that would be open afterwards."""

    case_id: str
    business_key: str
    unit: Label
    moved: bool
    steps: tuple[Label, ...]
    refusal: Message | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationSummary:
    """One migration. `status`: running while a case waits (or is being taken back), cancelled, or finished.

    `counts`: item status (see `workflow.store.moving.STATUSES`) → number of cases.
    """

    id: str
    key: str
    from_version: VersionRecord
    to_version: VersionRecord
    mapping: Mapping[str, Any]
    reason: str
    started_by: str
    started_by_name: str
    started_at: datetime
    status: Literal["running", "cancelled", "finished"]
    total: int
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """One case of a migration. `refusal`: why it was not moved, or not taken back. `revertible`: it can be tried."""

    case_id: str
    business_key: str
    unit: Label
    status: str
    refusal: Message | None
    done_at: datetime | None
    revertible: bool


def summaries(uow: UnitOfWork, migrations: Sequence[MigrationRecord]) -> list[MigrationSummary]:
    """In their order."""
    ids = [one.id for one in migrations]
    counts = uow.migrations.counts(ids)
    versions = uow.definitions.many({key for one in migrations for key in (one.from_version, one.to_version)})
    names = user_names(uow, [one.started_by for one in migrations])
    return [
        MigrationSummary(
            id=one.id,
            key=one.key,
            from_version=versions[one.from_version],
            to_version=versions[one.to_version],
            mapping=one.mapping,
            reason=one.reason,
            started_by=one.started_by,
            started_by_name=names.get(one.started_by, one.started_by),
            started_at=one.started_at,
            status=_status(one, found := counts.get(one.id, {})),
            total=sum(found.values()),
            counts=found,
        )
        for one in migrations
    ]


def item_views(
    uow: UnitOfWork, access: Access, migration: MigrationRecord, items: Sequence[MigrationItem]
) -> list[ItemView]:
    """Those that the actor reaches."""
    reach = access.units("administer_definitions")
    found = []
    for item in items:
        case = uow.unit_cases.get(item.case_id)
        if case.unit_id not in reach:
            continue
        found.append(
            ItemView(
                case_id=case.id,
                business_key=case.business_key,
                unit=unit_label(access.tree, case.unit_id),
                status=item.status,
                refusal=message(item.template, item.params) if item.template else None,
                done_at=item.done_at,
                revertible=item.status == DONE and case.version_id == migration.to_version,
            )
        )
    return found


def item_view(uow: UnitOfWork, access: Access, migration_id: str, case_id: str) -> ItemView:
    """One case of a migration. Raises `NotFound` also where the actor does not reach it."""
    found = item_views(uow, access, uow.migrations.get(migration_id), [uow.migrations.item(migration_id, case_id)])
    if not found:
        raise NotFound()
    return found[0]


def within_reach(uow: UnitOfWork, access: Access, migration_id: str) -> bool:
    """Whether the actor reaches one of its cases."""
    return uow.migrations.moves(migration_id, access.units("administer_definitions"))


def unit_label(tree: OrganisationTree, unit_id: str) -> Label:
    """The unit's name in both languages."""
    unit = tree.get(unit_id)
    return Label(vi=unit.name_vi, en=unit.name_en or unit.name_vi)


def _status(migration: MigrationRecord, counts: dict[str, int]) -> Literal["running", "cancelled", "finished"]:
    if counts.get(PENDING) or counts.get(REVERTING):
        return "running"
    return "cancelled" if migration.cancelled_at else "finished"
