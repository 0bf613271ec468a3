"""Works out what moving a process instance to another version would do. Pure, and nothing is evaluated."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from workflow.engine.migration.order import leaves_round, passes_over, skips
from workflow.engine.migration.plan import Holder, MigrationPlan, NodeMapping, PlacePlan, Problem, plan_waits
from workflow.engine.program import Program
from workflow.engine.state import Activity, Compensable, JoinKey, ProcessState, Scope, age
from workflow.errors import N_
from workflow.model import elements as m
from workflow.model.definition import ProcessDefinition
from workflow.model.events import CompensateDefinition, parts_of

_GONE = N_("“%(node)s” is not in the new version. Say where the cases that stand there go on.")
_OTHER = N_("“%(node)s” is something else in the new version. Say where the cases that stand there go on.")
_ELSEWHERE = N_(
    "“%(node)s” is in another part of the process in the new version. Say where the cases that stand there go on."
)
_STILL_THERE = N_("“%(node)s” is still there in the new version: cases that stand there stay there.")
_UNKNOWN = N_("The new version has no node “%(target)s”.")
_BESIDE = N_("“%(target)s” does not lie in the same part of the process as “%(node)s”.")
_KIND = N_("Cases that stand at “%(node)s” cannot go on at “%(target)s”: it is of another kind.")
_SKIPS = N_("From “%(node)s” to “%(target)s”, a step that people still have to do would be left out.")
_ROUND = N_(
    "The parts of “%(node)s” are one round: they go on in the same round of the new version or in none, not at “%(target)s”."
)
_GIVEN_UP = N_("“%(node)s” cannot be given up: a case stands there.")
_JOIN = N_("Branches have met at “%(node)s”, which is not in the new version or has other ways in.")
_UNDO = N_("What was done at “%(node)s” could no longer be undone in the new version.")
_RESULT = N_("“%(node)s” was done and is not in the new version. Say which task it is there, or give its result up.")
_SUSPENDED = N_("The case is suspended: it can only be moved where nothing has to begin anew.")


def plan_migration(old: Program, new: Program, state: ProcessState, mapping: NodeMapping) -> MigrationPlan:
    """Return what would become of every place and wait of the instance; `ready` says whether nothing stands in the way."""
    planner = _Planner(old=old, new=new, state=state, mapping=mapping)
    planner.go()
    return MigrationPlan(
        places=tuple(planner.places),
        waits=plan_waits(state, mapping, planner.holders()),
        scopes=planner.scopes,
        renamed=_renamed_tasks(old, new, mapping),
    )


@dataclass(slots=True, kw_only=True)
class _Planner:
    old: Program
    new: Program
    state: ProcessState
    mapping: NodeMapping
    places: list[PlacePlan] = field(default_factory=list)
    scopes: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Those that are carried over: what they are in the new version."""
    targets: dict[str, str] = field(default_factory=dict)
    """Activity → the node of the new version in which it goes on."""
    seen: set[str] = field(default_factory=set)

    def go(self) -> None:
        """Outermost scope first: an activity's fate decides that of the scopes it has opened."""
        for scope in sorted(self.state.scopes.values(), key=lambda scope: age(scope.id)):
            self._scope(scope)
        for scope_id in sorted(self.scopes, key=age):
            for activity in self._activities_in(scope_id):
                self._place(activity)
        for key in sorted(
            self.state.arrivals.keys() | self.state.resetting.keys(), key=lambda key: (age(key[0]), key[1])
        ):
            if key[0] in self.scopes:
                self.places.append(self._join(key))
        for compensable in sorted(self.state.compensables.values(), key=lambda one: age(one.id)):
            if compensable.scope_id in self.scopes:
                self.places.append(self._compensable(compensable))
        for scope_id in sorted(self.scopes, key=age):
            self._done(scope_id)

    def holders(self) -> list[Holder]:
        """What waits can hang on: the activities and scopes that are carried over."""
        found = []
        for activity_id in sorted(self.targets, key=age):
            activity = self.state.activities[activity_id]
            old, new = self._definitions(activity.scope_id)
            found.append(Holder.of_activity(activity, self.targets[activity_id], old, new))
        for scope_id, (container, _) in self.scopes.items():
            scope = self.state.scopes[scope_id]
            if scope.loop_counter is None and not scope.kept:
                found.append(Holder.of_scope(scope, container, *self._definitions(scope_id)))
        return found

    def _scope(self, scope: Scope) -> None:
        process_id = self._process(scope)
        if scope.parent_id is None:
            self.scopes[scope.id] = (process_id, process_id)
            return
        if scope.parent_id not in self.scopes or process_id not in self.new.processes:
            return
        opener = self.state.activities.get(scope.activity_id or "")
        if opener is not None:
            self._place(opener)
            if opener.id not in self.targets:
                return
        container = self._container(scope, process_id, opener)
        if container is not None:
            self.scopes[scope.id] = (container, process_id)

    def _process(self, scope: Scope) -> str:
        return self.new.main if scope.process_id == self.state.process_id else scope.process_id

    def _container(self, scope: Scope, process_id: str, opener: Activity | None) -> str | None:
        if scope.isolated:
            return process_id
        if opener is not None and opener.node_id == scope.container_id:
            return self.targets[opener.id]
        target = self.mapping.get(scope.container_id, scope.container_id)
        if target in self.new.processes[process_id].all_nodes:
            return target
        return process_id if scope.container_id == scope.process_id else None

    def _activities_in(self, scope_id: str) -> list[Activity]:
        inside = (one for one in self.state.activities.values() if one.scope_id == scope_id)
        return sorted(inside, key=lambda one: age(one.id))

    def _definitions(self, scope_id: str) -> tuple[ProcessDefinition, ProcessDefinition]:
        return (
            self.old.processes[self.state.scopes[scope_id].process_id],
            self.new.processes[self.scopes[scope_id][1]],
        )

    def _place(self, activity: Activity) -> None:
        scope = self.state.scopes[activity.scope_id]
        if scope.id not in self.scopes or activity.id in self.seen:
            return
        self.seen.add(activity.id)
        body = self.state.activities.get(scope.activity_id or "")
        if activity.loop_counter is not None and body is not None and body.node_id == activity.node_id:
            self.targets[activity.id] = self.targets[body.id]  # an instance goes where its body goes
            return
        place = self._of_activity(activity)
        self.places.append(place)
        if place.fate in ("kept", "mapped") and place.target is not None:
            self.targets[activity.id] = place.target

    def _of_activity(self, activity: Activity) -> PlacePlan:
        old, new = self._definitions(activity.scope_id)
        node, container = old.all_nodes[activity.node_id], self.scopes[activity.scope_id][0]
        same = new.all_nodes.get(node.id)
        stays = same is not None and new.container_of[node.id] == container and signature(same) == signature(node)
        if node.id not in self.mapping or (stays and self.mapping[node.id] == node.id):
            if stays and same is not None:
                return self._carried(activity, "kept", node, same)
            template = _GONE if same is None else _ELSEWHERE if new.container_of[node.id] != container else _OTHER
            found = self._stuck(activity, "needs_mapping", template)
            return replace(found, suggestion=suggestion(old, new, node, container))
        return self._mapped(activity, node, new, container, stays)

    def _mapped(
        self, activity: Activity, node: m.FlowNode, new: ProcessDefinition, container: str, stays: bool
    ) -> PlacePlan:
        old, _ = self._definitions(activity.scope_id)
        target_id = self.mapping[node.id]
        target = new.all_nodes.get(target_id or "")
        if target_id is None or target is None:
            return self._stuck(activity, "refused", _GIVEN_UP if target_id is None else _UNKNOWN)
        if stays:
            return self._stuck(activity, "refused", _STILL_THERE)
        if new.container_of[target.id] != container:
            return self._stuck(activity, "refused", _BESIDE)
        alike = signature(target) == signature(node)
        if (not alike and not _may_be_entered(node, target)) or isinstance(target, m.BoundaryEvent):
            return self._stuck(activity, "refused", _KIND)
        if leaves_round(old, node, target, alike=alike):
            return self._stuck(activity, "refused", _ROUND)
        if skips(self.old, self.new, node.id, target.id) or passes_over(old, new, self.mapping, node.id, target.id):
            return self._stuck(activity, "refused", _SKIPS)
        if alike:
            return self._carried(activity, "mapped", node, target)
        if self.state.status == "suspended":
            return self._stuck(activity, "refused", _SUSPENDED)
        return self._entered_anew(activity, target.id)

    def _carried(self, activity: Activity, fate: str, node: m.FlowNode, target: m.FlowNode) -> PlacePlan:
        due = None
        if isinstance(node, m.UserTask) and isinstance(target, m.UserTask):
            same = (node.spec.due_date, node.spec.follow_up_date) == (target.spec.due_date, target.spec.follow_up_date)
            due = "kept" if same else "recomputed"
        return PlacePlan(
            kind="activity",
            id=activity.id,
            scope_id=activity.scope_id,
            node=node.id,
            fate="mapped" if fate == "mapped" else "kept",
            target=target.id,
            due="recomputed" if due == "recomputed" else "kept" if due else None,
        )

    def _entered_anew(self, activity: Activity, target: str) -> PlacePlan:
        return PlacePlan(
            kind="activity",
            id=activity.id,
            scope_id=activity.scope_id,
            node=activity.node_id,
            fate="anew",
            target=target,
        )

    def _stuck(self, activity: Activity, fate: str, template: str) -> PlacePlan:
        old, _ = self._definitions(activity.scope_id)
        target = self.mapping.get(activity.node_id)
        return PlacePlan(
            kind="activity",
            id=activity.id,
            scope_id=activity.scope_id,
            node=activity.node_id,
            fate="refused" if fate == "refused" else "needs_mapping",
            problem=Problem(template=template, params=self._said(old, activity.node_id, target)),
        )

    def _join(self, key: JoinKey) -> PlacePlan:
        scope_id, node_id = key
        old, new = self._definitions(scope_id)
        target_id = self.mapping.get(node_id, node_id) or ""
        target = new.all_nodes.get(target_id)
        came = {*self.state.arrivals.get(key, ()), *self.state.resetting.get(key, ())}
        place = PlacePlan(kind="join", id=scope_id, scope_id=scope_id, node=node_id, fate="needs_mapping")
        fits = (
            target is not None
            and signature(target) == signature(old.all_nodes[node_id])
            and new.container_of[target_id] == self.scopes[scope_id][0]
        )
        pairs = self._flows(old, new, node_id, target_id, came) if fits else None
        if pairs is None:
            return _needing(place, _JOIN, self._said(old, node_id, target_id))
        return replace(place, fate="kept" if target_id == node_id else "mapped", target=target_id, flows=pairs)

    def _flows(
        self,
        old: ProcessDefinition,
        new: ProcessDefinition,
        node_id: str,
        target_id: str,
        arrived: set[str],
    ) -> tuple[tuple[str, str], ...] | None:
        """The flows on which tokens came, and those that stand for them: as mapped, of the same id, or from the same node."""
        incoming = new.incoming[target_id]
        pairs = []
        for flow_id in sorted(arrived):
            source = self.mapping.get(old.all_flows[flow_id].source, old.all_flows[flow_id].source)
            same = [flow.id for flow in incoming if flow.id == self.mapping.get(flow_id, flow_id)]
            found = same or [flow.id for flow in incoming if flow.source == source]
            if len(found) != 1:
                return None
            pairs.append((flow_id, found[0]))
        return tuple(pairs) if len({new_id for _, new_id in pairs}) == len(pairs) else None

    def _compensable(self, one: Compensable) -> PlacePlan:
        old, new = self._definitions(one.scope_id)
        target = self.mapping.get(one.node_id, one.node_id)
        place = PlacePlan(
            kind="compensation", id=one.id, scope_id=one.scope_id, node=one.node_id, fate="kept", target=target
        )
        if target is None and one.requested_by is None:
            return replace(place, fate="mapped")
        held = one.kept_scope_id is None or one.kept_scope_id in self.scopes
        if (
            target is None
            or target not in new.all_nodes
            or not held
            or not (one.kept_scope_id or _has_handler(new, target))
        ):
            return _needing(place, _UNDO, self._said(old, one.node_id, target))
        return place

    def _done(self, scope_id: str) -> None:
        """Results of tasks that are gone: conditions, rules and separation of duties may ask for them under a new id."""
        old, new = self._definitions(scope_id)
        for name in sorted(self.state.scopes[scope_id].variables):
            node = old.user_tasks.get(name)
            stands = any(place.node == name and place.kind == "activity" for place in self.places)
            if node is None or name in new.user_tasks or stands:
                continue
            place = PlacePlan(kind="done", id=scope_id, scope_id=scope_id, node=name, fate="mapped")
            target = self.mapping.get(name, name)
            if target in new.user_tasks and target not in old.all_nodes:
                self.places.append(replace(place, target=target))
            elif target is None:
                self.places.append(place)
            else:
                found = suggestion(old, new, node, new.container_of.get(name, self.scopes[scope_id][0]))
                needing = _needing(place, _RESULT, self._said(old, name, target))
                self.places.append(replace(needing, suggestion=found))

    def _said(self, old: ProcessDefinition, node_id: str, target_id: str | None) -> dict[str, str]:
        node = old.all_nodes[node_id]
        nodes = (one.all_nodes.get(target_id or "") for one in self.new.processes.values())
        target = next((one for one in nodes if one is not None), None)
        return {"node": node.name or node.id, "target": (target.name or target.id) if target else target_id or ""}


def _needing(place: PlacePlan, template: str, params: Mapping[str, str]) -> PlacePlan:
    return replace(place, fate="needs_mapping", target=None, problem=Problem(template=template, params=params))


# Which node of another version stands for which of the old one, and which may: names, kinds and containers compared

_NEVER = (m.BoundaryEvent, m.StartEvent, m.EndEvent, m.EventSubProcess)
_FOR_PEOPLE = (m.UserTask, m.SubProcess, m.CallActivity)


def signature(node: m.FlowNode) -> tuple[object, ...]:
    """What must be alike for an activity to go on in another node: its kind, how it repeats, what it calls."""
    loop: object = None
    if isinstance(node, m.Activity):
        if node.standard_loop is not None:
            loop = "loop"
        elif node.multi_instance is not None:
            loop = "sequential" if node.multi_instance.sequential else "parallel"
    work = node.called_process if isinstance(node, m.CallActivity) else getattr(node, "handler", None)
    ordering = node.ordering if isinstance(node, m.AdHocSubProcess) else None
    return type(node), loop, work if isinstance(node, m.Activity) else None, ordering


def _may_be_entered(old: m.FlowNode, new: m.FlowNode) -> bool:
    """Whether a token may be put there instead: only where something is waited for; a person's task goes to people again."""
    if isinstance(new, _NEVER) or getattr(new, "for_compensation", False):
        return False
    return isinstance(new, _FOR_PEOPLE if isinstance(old, m.UserTask) else m.WAITING)


def suggestion(old: ProcessDefinition, new: ProcessDefinition, node: m.FlowNode, container: str) -> str | None:
    """The likeliest node for one that is gone: the same name; else the only new one of its kind beside the same neighbour."""
    fitting = [one for one in new.children(container) if signature(one) == signature(node)]
    named = [one.id for one in fitting if node.name and one.name == node.name]
    if len(named) == 1:
        return named[0]
    fresh = [one.id for one in fitting if one.id not in old.all_nodes]
    beside = [one for one in fresh if _neighbours(old, node.id) & _neighbours(new, one)]
    for found in (beside, fresh):
        if len(found) == 1:
            return found[0]
    return None


def _has_handler(definition: ProcessDefinition, node_id: str) -> bool:
    """Whether a boundary event of the activity says how it is undone."""
    return any(
        isinstance(part, CompensateDefinition) and event.handler
        for event in definition.boundary_events.get(node_id, ())
        for part in parts_of(event.definition)
    )


def _renamed_tasks(old: Program, new: Program, mapping: NodeMapping) -> tuple[tuple[str, str], ...]:
    """User tasks that the mapping only renames: the target is a user task that the old version did not have."""
    before = {key for one in old.processes.values() for key in one.all_nodes}
    tasks = {key for one in new.processes.values() for key in one.user_tasks}
    known = {key for one in old.processes.values() for key in one.user_tasks}
    return tuple(
        (node, target)
        for node, target in sorted(mapping.items())
        if target in tasks and target not in before and node in known
    )


def _neighbours(definition: ProcessDefinition, node_id: str) -> set[tuple[str, str]]:
    before = {("before", flow.source) for flow in definition.incoming.get(node_id, ())}
    return before | {("after", flow.target) for flow in definition.outgoing.get(node_id, ())}
