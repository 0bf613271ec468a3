"""How a state was come to, and what was begun several times on the way."""

from dataclasses import dataclass, replace

from workflow.soundness.level import Level
from workflow.soundness.net import Stand, Step


@dataclass(frozen=True, slots=True)
class Trail:
    """The last node that was left, by which flows, and the trail before that."""

    stand: Stand
    taken: frozenset[str]
    before: "Trail | None"
    grade: int = 0
    """The gravest thing found on it: 0 nothing, 1 an activity entered twice, 2 one that people work on."""
    begun: frozenset[str] = frozenset()
    """What has let several tokens go on: splits, and boundary events that do not interrupt."""
    repeated: frozenset[str] = frozenset()
    """Those of them that did so more than once."""

    def nodes(self) -> list["Trail"]:
        """The trail from its beginning."""
        found: list[Trail] = []
        current: Trail | None = self
        while current is not None:
            found.append(current)
            current = current.before
        return found[::-1]

    def graded(self, grade: int) -> "Trail":
        """The same trail with what was found at its end."""
        return replace(self, grade=grade) if grade > self.grade else self


def further(level: Level, trail: Trail | None, stand: Stand, step: Step) -> Trail:
    """The trail with one more step."""
    grade, begun, repeated = (trail.grade, trail.begun, trail.repeated) if trail else (0, frozenset(), frozenset())
    if len(step.places) > 1:
        events = {event.id for event in level.boundary.get(stand.node.id, ()) if not event.interrupting} & step.taken
        splits = events | ({stand.node.id} if len(step.taken) - len(events) > 1 else set())
        repeated |= begun & splits
        begun |= splits
    return Trail(stand, step.taken, trail, grade, begun, repeated)
