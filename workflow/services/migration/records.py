"""What migrations show and take: a wish, its preview, dry run, progress. Every record is frozen and ready to be read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from workflow.engine.migration_plan import Fate, PlaceKind, WaitFate
from workflow.model.user_task import Label as Label
from workflow.store.procedures import VersionRecord

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
class Message:
    """An English template (a gettext msgid) and its parameters; a `Label` parameter has both languages."""

    template: str
    params: Mapping[str, str | Label]


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
