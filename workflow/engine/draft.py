"""A process state that is being changed: the same records in plain dictionaries, with the indexes that a step needs."""

from collections import defaultdict
from dataclasses import replace
from typing import Any

from workflow.engine.state import (
    Activity,
    Compensable,
    Incident,
    JoinKey,
    Pause,
    ProcessState,
    Scope,
    Status,
    Subscription,
    Timer,
    Wait,
    age,
)

Index = defaultdict[str, set[str]]


class Draft:
    """Made from a state (or from nothing), changed by `workflow.engine.evolve`, and frozen again.

    The indexes are derived: they cost one pass over what is active and are never stored.
    """

    def __init__(self, state: ProcessState | None) -> None:
        self.process_id = state.process_id if state else ""
        self.root_id = state.root_id if state else ""
        self.status: Status = state.status if state else "active"
        self.counter = state.counter if state else 0
        self.end_nodes = state.end_nodes if state else ()
        self.pauses: tuple[Pause, ...] = state.pauses if state else ()
        self.scopes: dict[str, Scope] = dict(state.scopes) if state else {}
        self.activities: dict[str, Activity] = {}
        self.arrivals: dict[JoinKey, dict[str, int]] = {}
        self.timers: dict[str, Timer] = dict(state.timers) if state else {}
        self.subscriptions: dict[str, Subscription] = dict(state.subscriptions) if state else {}
        self.incidents: dict[str, Incident] = {}
        self.compensables: dict[str, Compensable] = {}
        self.resetting: dict[JoinKey, tuple[str, ...]] = dict(state.resetting) if state else {}
        self.in_scope: Index = defaultdict(set)
        """Scope id → ids of the activities in it."""
        self.opened_by: Index = defaultdict(set)
        """Activity id → ids of the scopes it has opened."""
        self.attached: Index = defaultdict(set)
        """Activity or scope id → ids of its timers, subscriptions and incidents."""
        self.undoable_in: Index = defaultdict(set)
        """Scope id → ids of what can be compensated in it."""
        self.kept_in: Index = defaultdict(set)
        """Scope id → ids of the kept scopes directly below it."""
        self.handler_scopes: set[str] = set()
        """The scopes of the compensation handlers that run."""
        self.joins_in: defaultdict[str, set[JoinKey]] = defaultdict(set)
        """Scope id → the joins in it where tokens wait."""
        self.emptied: dict[str, None] = {}
        """Scopes from which something has gone, in that order: they may be empty now."""
        self.conditional: set[str] = set()
        """Ids of the subscriptions that await a condition."""
        if state:
            self._index(state)

    def _index(self, state: ProcessState) -> None:
        for scope in state.scopes.values():
            if scope.kept:
                self.kept_in[scope.parent_id or ""].add(scope.id)
            elif scope.activity_id is not None:
                self.opened_by[scope.activity_id].add(scope.id)
            if scope.handler_id is not None:
                self.handler_scopes.add(scope.id)
        for compensable in state.compensables.values():
            self.put_compensable(compensable)
        for activity in state.activities.values():
            self.put_activity(activity)
        for key, flows in state.arrivals.items():
            self.arrivals[key] = dict(flows)
            self.joins_in[key[0]].add(key)
        for timer in state.timers.values():
            self.attached[timer.activity_id].add(timer.id)
        for subscription in state.subscriptions.values():
            self.attached[subscription.activity_id].add(subscription.id)
            if subscription.kind == "condition":
                self.conditional.add(subscription.id)
        for incident in state.incidents.values():
            self.incidents[incident.id] = incident
            self.attached[incident.activity_id].add(incident.id)

    def freeze(self) -> ProcessState:
        """Return what it stands at; do not change the draft afterwards."""
        return ProcessState(
            process_id=self.process_id,
            root_id=self.root_id,
            status=self.status,
            counter=self.counter,
            end_nodes=self.end_nodes,
            scopes=self.scopes,
            activities=self.activities,
            arrivals=self.arrivals,
            timers=self.timers,
            subscriptions=self.subscriptions,
            incidents=self.incidents,
            compensables=self.compensables,
            resetting=self.resetting,
            pauses=self.pauses,
        )

    def number(self, identifier: str) -> None:
        """Keep the highest number that an id has had."""
        self.counter = max(self.counter, age(identifier))

    def rest(self, pause: Pause) -> None:
        """Keep the pause, and of those before it the ones that something still waiting has lived through."""
        begun = [one.created_at for one in self.activities.values() if one.waits_for == "user"]
        begun += [one.started_at for one in self.timers.values()]
        oldest = min((at for at in begun if at is not None), default=pause.ended_at)
        self.pauses = tuple(one for one in (*self.pauses, pause) if one.ended_at > oldest)

    def put_activity(self, activity: Activity) -> None:
        self.activities[activity.id] = activity
        self.in_scope[activity.scope_id].add(activity.id)

    def change(self, activity_id: str, **changes: Any) -> None:
        """Change fields of an activity, if it is still there."""
        activity = self.activities.get(activity_id)
        if activity is not None:
            self.activities[activity_id] = replace(activity, **changes)

    def drop_activity(self, activity_id: str) -> None:
        activity = self.activities.pop(activity_id, None)
        if activity is not None:
            self.in_scope[activity.scope_id].discard(activity_id)
            self.emptied[activity.scope_id] = None

    def wait(self, wait_id: str) -> Wait | None:
        """The timer or subscription with this id."""
        return self.timers.get(wait_id) or self.subscriptions.get(wait_id)

    def waits_of(self, holder_id: str) -> list[Wait]:
        """What hangs on an activity or scope, the longest waiting first."""
        found = map(self.wait, sorted(self.attached.get(holder_id, ()), key=age))
        return [wait for wait in found if wait is not None]

    def put_wait(self, wait: Wait) -> None:
        """Hang it on its holder; one that is known by this id is replaced."""
        self.attached[wait.activity_id].add(wait.id)
        if isinstance(wait, Timer):
            self.timers[wait.id] = wait
            return
        self.subscriptions[wait.id] = wait
        if wait.kind == "condition":
            self.conditional.add(wait.id)

    def drop_wait(self, wait_id: str) -> None:
        wait = self.timers.pop(wait_id, None) or self.subscriptions.pop(wait_id, None)
        if wait is not None:
            self.attached[wait.activity_id].discard(wait_id)
            self.conditional.discard(wait_id)

    def drop_scope(self, scope_id: str) -> None:
        scope = self.scopes.pop(scope_id, None)
        if scope is not None and scope.activity_id is not None:
            self.opened_by[scope.activity_id].discard(scope_id)
        if scope is not None and scope.kept:
            self.kept_in[scope.parent_id or ""].discard(scope_id)
        self.drop_joins_in(scope_id)
        self.emptied.pop(scope_id, None)
        self.handler_scopes.discard(scope_id)
        for compensable_id in self.undoable_in.pop(scope_id, set()):
            self.compensables.pop(compensable_id, None)
        for kept_id in tuple(self.kept_in.pop(scope_id, set())):
            self.drop_scope(kept_id)

    def keep_scope(self, scope_id: str, node_id: str) -> None:
        """The scope is completed; what can be undone in it stays."""
        scope = self.scopes.get(scope_id)
        if scope is None:
            return
        self.scopes[scope_id] = replace(scope, kept=True, kept_node=node_id)
        self.drop_joins_in(scope_id)
        self.opened_by[scope.activity_id or ""].discard(scope_id)
        self.kept_in[scope.parent_id or ""].add(scope_id)
        self.emptied.pop(scope_id, None)

    def put_compensable(self, compensable: Compensable) -> None:
        self.compensables[compensable.id] = compensable
        self.undoable_in[compensable.scope_id].add(compensable.id)

    def drop_compensable(self, compensable_id: str) -> None:
        compensable = self.compensables.pop(compensable_id, None)
        if compensable is not None:
            self.undoable_in[compensable.scope_id].discard(compensable_id)

    def drop_joins_in(self, scope_id: str) -> None:
        """Forget the tokens that wait at joins of one scope."""
        for key in self.joins_in.pop(scope_id, set()):
            self.arrivals.pop(key, None)
        for key in [key for key in self.resetting if key[0] == scope_id]:
            self.resetting.pop(key)

    def end(self) -> None:
        """The process has ended: forget what waits at joins and in event subprocesses, and what could be undone."""
        self.arrivals.clear()
        self.joins_in.clear()
        self.resetting.clear()
        self.compensables.clear()
        self.undoable_in.clear()
        for scope_id in [scope.id for scope in self.scopes.values() if scope.kept]:
            self.scopes.pop(scope_id)
        self.kept_in.clear()

    def is_open(self, scope_id: str) -> bool:
        """Whether tokens may go on in the scope: it is neither gone nor kept for compensation only."""
        scope = self.scopes.get(scope_id)
        return scope is not None and not scope.kept

    def is_empty(self, scope_id: str) -> bool:
        """Whether the scope exists and holds no activity and no token at a join."""
        return scope_id in self.scopes and not self.in_scope[scope_id] and not self.joins_in[scope_id]

    def has_joins(self, scope_id: str) -> bool:
        """Whether tokens wait at joins of the scope, or a complex gateway in it waits for the rest of its tokens."""
        return bool(self.joins_in[scope_id]) or any(key[0] == scope_id for key in self.resetting)

    def incidents_of(self, activity_id: str) -> list[Incident]:
        """The open incidents of an activity, oldest first."""
        return [self.incidents[key] for key in sorted(self.attached[activity_id], key=age) if key in self.incidents]
