"""The states that a level can come into, searched breadth first, and how each was come to.

Where the order of two steps cannot matter only one order is followed: what stands upstream goes first, so that branches
side by side add up instead of multiplying, and tokens that can meet do meet. This finds every deadlock. Where an
inclusive join may or may not see a token that is still on its way, every order is followed as the engine would.
"""

from bisect import bisect_left, bisect_right, insort
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby

from workflow.model.elements import Activity, BoundaryEvent, FlowNode
from workflow.soundness.level import Level
from workflow.soundness.net import Net, Stand, Step, by_people


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


# Whether the order in which people finish their work can change what an inclusive join waits for.

_MUCH = 500_000
"""Visits of nodes that the search may take; larger models are taken for well-behaved."""


def orders_matter(net: Net) -> bool:
    """Whether some inclusive join is led to by two branches of a split, and within them by a node with two ways into it.

    A token in such a node does not hold the join up, so the join may go on before that token comes, or after.
    """
    level = net.level
    joins = dict.fromkeys(stand.node.id for stand in net.stand_of if stand.awaits_others)
    budget = _MUCH // max(1, len(level.nodes))
    for join in joins:
        budget -= len(level.incoming[join])
        if budget < 0:
            return False
        ways = _ways_into(level, join)
        mixed = {node_id for node_id, count in ways.items() if count > 1}
        if mixed and _split_before(net, join, ways.keys(), mixed):
            return True
    return False


def _split_before(net: Net, join: str, leading: Iterable[str], mixed: set[str]) -> bool:
    leading = set(leading)
    for stand in {id(each): each for each in net.stand_of}.values():
        if stand.node.id not in leading or stand.clears:
            continue
        for step in stand.steps:
            branches = [net.stand_of[place].node.id for place in step.places]
            branches = [branch for branch in branches if branch in leading or branch == join]
            if len(branches) > 1 and _forward(net.level, branches, join) & mixed:
                return True
    return False


def _ways_into(level: Level, join: str) -> dict[str, int]:
    """Node → the number of the join's incoming flows that it leads to without passing the join."""
    backward: dict[str, list[str]] = {}
    for node_id in level.nodes:
        for target in level.following(node_id):
            backward.setdefault(target, []).append(node_id)
    found: dict[str, int] = {}
    for flow in level.incoming[join]:
        seen: set[str] = {join}
        waiting = [flow.source]
        while waiting:
            node_id = waiting.pop()
            if node_id not in seen:
                seen.add(node_id)
                found[node_id] = found.get(node_id, 0) + 1
                waiting.extend(backward.get(node_id, ()))
    return found


def _forward(level: Level, begin: Iterable[str], join: str) -> set[str]:
    seen: set[str] = {join}
    waiting = list(begin)
    while waiting:
        node_id = waiting.pop()
        if node_id not in seen:
            seen.add(node_id)
            waiting.extend(level.following(node_id))
    return seen - {join}


# The states that a level can come into, searched breadth first.

MOST_STEPS = 50_000
"""Steps that are looked at, and some for each place, before the search gives up."""

_CROWD = 1_000
"""Tokens in one gateway or event past which they are taken to gather without end."""

State = tuple[int, ...]
"""The places of all tokens, sorted."""


@dataclass
class Explored:
    """What the search has seen. Node ids lead to the shortest trail on which each was found."""

    level: Level
    seen: set[str] = field(default_factory=set)
    deadlocks: dict[str, tuple[State, Trail | None]] = field(default_factory=dict)
    """Join (or activity that needs several tokens) → the state in which it waits for ever."""
    doubled: dict[str, tuple[Trail, bool]] = field(default_factory=dict)
    """Activity → how two tokens came to stand in it, and whether that is a fault rather than a doubt."""
    trap: tuple[Stand, Trail | None] | None = None
    """A state from which no end can be reached though something can always be done."""
    steps: int = 0
    too_large: bool = False
    cut: bool = False
    """Whether some states were not followed because too many tokens had gathered in one place."""

    @property
    def complete(self) -> bool:
        return not self.too_large and not self.cut


class _Search:
    def __init__(self, net: Net, *, most_steps: int) -> None:
        self.net = net
        self.every_order = orders_matter(net)
        self.most_steps = most_steps + 10 * len(net.stand_of)
        self.found = Explored(level=net.level)
        self.queue: deque[tuple[State, Trail | None, int | None]] = deque()
        self.numbers: dict[State, int] = {}
        self.before: list[list[int]] = []
        """Number of a kept state → numbers of the kept states before it."""
        self.trails: list[tuple[Stand, Trail | None]] = []
        self.ended: set[int] = set()
        self.meant = net.level.counts_tokens or net.level.is_ad_hoc
        """Whether several tokens in one activity are what the model asks for."""

    def run(self) -> Explored:
        for state in self.net.starts:
            self.queue.append((state, None, None))
        while self.queue:
            if self.found.steps >= self.most_steps:
                self.found.too_large = True
                break
            self.found.steps += 1
            self._look_at(*self.queue.popleft())
        self._find_trap()
        return self.found

    def _look_at(self, state: State, trail: Trail | None, origin: int | None) -> None:
        moves = self._moves(state)
        if not moves:
            if state:
                self._stuck(state, trail)
            if origin is not None:
                self.ended.add(origin)
            return
        stand = self.net.stand_of[moves[0][0]]
        if self.every_order or stand.merges or len(stand.steps) != 1:
            known = self.numbers.get(state)
            if known is not None:
                self._link(known, origin)
                return
            number = self.numbers[state] = len(self.before)
            self.before.append([])
            self.trails.append((stand, trail))
            self._link(number, origin)
            origin = number
        for consumed in moves:
            self._go(state, consumed, trail, origin)

    def _link(self, number: int, origin: int | None) -> None:
        if origin is not None:
            self.before[number].append(origin)

    def _go(self, state: State, consumed: State, trail: Trail | None, origin: int | None) -> None:
        stand = self.net.stand_of[consumed[0]]
        self.found.seen.add(stand.node.id)
        left = [] if stand.clears else _without(state, consumed)
        if not stand.steps and origin is not None:
            self.ended.add(origin)  # no condition can be true: an incident, which the conditions' own rule reports
        for step in stand.steps:
            self.found.seen.update(step.taken)
            after = further(self.net.level, trail, stand, step)
            following, grade = self._put(left, step, after)
            after = after.graded(grade)
            if following is not None:
                self.queue.append((following, after, origin))
            elif origin is not None:
                self.ended.add(origin)

    def _put(self, left: list[int], step: Step, trail: Trail) -> tuple[State | None, int]:
        """The state with the step's tokens in it, and the grade of the trail then.

        None where so many tokens gather that going on would say nothing new. What stands after an activity that is entered
        twice is entered twice as well: that is told once, and again only where people have to work twice.
        """
        state = list(left)
        for place in step.places:
            insort(state, place)
        grade = trail.grade
        for place in dict.fromkeys(step.places):
            count = bisect_right(state, place) - bisect_left(state, place)
            node = self.net.stand_of[place].node
            works = isinstance(node, Activity) and not self.meant
            if works and count > 1:
                gravity = self._gravity(node, trail)
                if gravity > trail.grade:
                    self.found.doubled.setdefault(node.id, (trail, gravity > 1))
                grade = max(grade, gravity)
            if count > (2 if works else _CROWD):
                self.found.cut = True
                return None, grade
        return tuple(state), grade

    def _gravity(self, node: FlowNode, trail: Trail) -> int:
        """How grave it is that the activity is entered twice: 0 meant, 1 to be looked at, 2 a fault.

        An event that does not interrupt may happen again and again. A branch that a loop starts anew each time and that
        never comes back to it may still be at work from the time before.
        """
        reached = self.net.level.reached
        again = [each for each in trail.repeated if node.id in reached((each,))]
        if any(isinstance(self.net.level.nodes[each], BoundaryEvent) for each in again):
            return 0
        left_behind = any(each not in reached((node.id,)) for each in again)
        return by_people(node) + (not left_behind)

    def _stuck(self, state: State, trail: Trail | None) -> None:
        waiting = {self.net.stand_of[place].node.id: self.net.stand_of[place] for place in state}
        if all(stand.decides_itself for stand in waiting.values()):
            passed = {each.stand.node.id for each in trail.nodes()} if trail is not None else set()
            waiting = {key: stand for key, stand in waiting.items() if key not in passed}
        for node_id in waiting:
            if node_id not in self.found.deadlocks:
                self.found.deadlocks[node_id] = (state, trail)

    def _moves(self, state: State) -> list[State]:
        """What can be taken away from the state by one step each; only the first such where orders do not matter.

        Where tokens gather, those go first: a loop that makes more and more of them would else keep them waiting for ever.
        """
        found: list[State] = []
        gathers = not self.every_order and len(set(state)) < len(state) - 1
        for consumed, stand in self._enabled(state):
            if not self.every_order:
                if not gathers or state.count(consumed[0]) > 2:
                    return [consumed]
                found.append(consumed)
                continue
            if not stand.waits and not stand.awaits_others and not stand.clears:
                return [consumed]
            found.append(consumed)
        if not self.every_order:
            return found[:1]
        joins = [each for each in found if self.net.stand_of[each[0]].awaits_others]
        return joins[:1] or found

    def _enabled(self, state: State) -> Iterator[tuple[State, Stand]]:
        stand_of = self.net.stand_of
        index = 0
        while index < len(state):
            stand = stand_of[state[index]]
            if not stand.is_join and stand.tokens == 1:
                yield (state[index],), stand
                index += 1
                while index < len(state) and state[index] == state[index - 1]:
                    index += 1
                continue
            end = index
            while end < len(state) and stand_of[state[end]] is stand:
                end += 1
            here = state[index:end]
            if self._may_go_on(state, here, stand):
                yield self._taken(here, stand), stand
            index = end

    def _may_go_on(self, state: State, here: State, stand: Stand) -> bool:
        if not stand.is_join:
            return len(here) >= stand.tokens
        if not stand.awaits_others:
            return len(set(here)) >= stand.tokens
        others = {self.net.stand_of[place].node.id for place in state} - {stand.node.id}
        if not others:
            return True
        reach = self.net.level.definition.paths.into(stand.node.id)
        arrived = {self.net.flow_of[place] for place in here}
        return not any((flows := reach.get(node_id)) and flows.isdisjoint(arrived) for node_id in others)

    def _taken(self, here: State, stand: Stand) -> State:
        if not stand.is_join:
            return here[: stand.tokens]
        return tuple(place for place, _ in groupby(here))

    def _find_trap(self) -> None:
        """The first kept state from which no end can be reached."""
        if not self.found.complete:
            return
        ending = set(self.ended)
        waiting = list(ending)
        while waiting:
            for number in self.before[waiting.pop()]:
                if number not in ending:
                    ending.add(number)
                    waiting.append(number)
        for number, trail in enumerate(self.trails):
            if number not in ending:
                self.found.trap = trail
                return


def search(net: Net, *, most_steps: int = MOST_STEPS) -> Explored:
    """Search the states of a level."""
    return _Search(net, most_steps=most_steps).run()


def _without(state: State, consumed: State) -> list[int]:
    left = list(state)
    if len(consumed) == 1:
        left.remove(consumed[0])
        return left
    taken = Counter(consumed)
    kept = []
    for place in left:
        if taken[place]:
            taken[place] -= 1
        else:
            kept.append(place)
    return kept
