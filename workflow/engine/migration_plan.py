"""What moving a process instance to another version would do, as records: one for each place where it stands and each wait."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Fate = Literal["kept", "mapped", "anew", "needs_mapping", "refused"]
"""`mapped`: goes on in another node with all that belongs to it; `anew`: ended and entered again; the last two stand in the way."""
WaitFate = Literal["kept", "recomputed", "cancelled", "armed"]
PlaceKind = Literal["activity", "join", "compensation", "done"]
"""`done`: a person's task whose result the instance holds under the task's id."""
WaitKind = Literal["timer", "message", "signal", "condition"]
NodeMapping = Mapping[str, str | None]
"""Id of a node (or of a flow into a join) of the old version → of the new one.

None gives up what was done at a completed activity: its result, or that it can be undone.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why it cannot be, as in `workflow.errors`."""

    template: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacePlan:
    """A place where the instance stands. `id`: the activity, the compensable, or the scope of a join or result.

    `flows`: at a join, the flows on which tokens came, old and new. `due`: whether a user task keeps its due times.
    """

    kind: PlaceKind
    id: str
    scope_id: str
    node: str
    fate: Fate
    target: str | None = None
    flows: tuple[tuple[str, str], ...] = ()
    due: Literal["kept", "recomputed"] | None = None
    suggestion: str | None = None
    problem: Problem | None = None

    @property
    def stands(self) -> bool:
        """Whether this place does not stand in the way."""
        return self.fate not in ("needs_mapping", "refused")


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitPlan:
    """A timer or subscription (`id` None: a new one) of a holder that is carried over. `part`: of the old definition, or the new one."""

    what: WaitKind
    holder: str
    node: str
    fate: WaitFate
    id: str | None = None
    target: str | None = None
    part: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationPlan:
    """`scopes`: id → container and process in the new version. `renamed`: user tasks that are the same under another id."""

    places: tuple[PlacePlan, ...]
    waits: tuple[WaitPlan, ...] = ()
    scopes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    renamed: tuple[tuple[str, str], ...] = ()

    @property
    def obstacles(self) -> tuple[PlacePlan, ...]:
        """What stands in the way."""
        return tuple(place for place in self.places if not place.stands)

    @property
    def ready(self) -> bool:
        return not self.obstacles
