"""Going on with another version, and taking that back. The events say everything: no replay needs either definition.

What happens is planned first (`workflow.engine.migration.planner`); an obstacle, or an expression of the new version that has no
value, refuses the whole move before anything is emitted by raising out of the command.
"""

import json
from dataclasses import replace
from typing import Any

from workflow.engine import commands as c, events as e
from workflow.engine.behaviours.tasks import offered, reschedule_user_task
from workflow.engine.codec import state_to_json
from workflow.engine.evaluation import Stuck
from workflow.engine.migration import events as me
from workflow.engine.migration.plan import MigrationPlan, PlacePlan, WaitPlan
from workflow.engine.migration.planner import plan_migration
from workflow.engine.program import Program
from workflow.engine.run import Begin, Run, Token
from workflow.engine.scopes import cancel
from workflow.engine.state import Subscription, Timer, age
from workflow.engine.waits import attach, begun, timer_from, wait_for
from workflow.errors import TransitionRefused
from workflow.model.elements import FlowNode, ParallelGateway, UserTask, definition_of
from workflow.model.events import SingleDefinition, TimerDefinition, parts_of


def migrate(run: Run, command: c.MigrateProcess) -> None:
    """Raise `TransitionRefused` where something stands in the way."""
    plan = plan_migration(command.old, run.program, run.draft.freeze(), command.mapping)
    for obstacle in plan.obstacles:
        if obstacle.problem is not None:
            params: dict[str, Any] = dict(obstacle.problem.params)
            raise TransitionRefused(obstacle.problem.template, guard="migration", **params)
    ends = tuple(dict.fromkeys(command.mapping.get(node) or node for node in run.draft.end_nodes))
    run.emit(
        me.ProcessMigrated(
            from_version=command.from_version,
            to_version=command.to_version,
            process_id=run.program.main,
            renamed=plan.renamed,
            end_nodes=() if ends == run.draft.end_nodes else ends,
        )
    )
    try:
        _carry_over(run, command.old, plan)
    except Stuck as stuck:
        raise TransitionRefused(stuck.template, guard="migration", **stuck.params) from stuck


def restore(run: Run, command: c.RestoreProcess) -> None:
    """Stand as before; nothing moves by itself, for nothing moved then."""
    text = json.dumps(state_to_json(command.state), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    run.emit(me.ProcessRestored(from_version=command.from_version, to_version=command.to_version, state=text))
    run.draft.emptied.clear()


def _carry_over(run: Run, old: Program, plan: MigrationPlan) -> None:
    _scopes(run, plan)
    _renamed_results(run, plan)
    by_kind: dict[str, list[PlacePlan]] = {"activity": [], "join": [], "compensation": [], "done": []}
    for place in plan.places:
        by_kind[place.kind].append(place)
    carried = [place for place in by_kind["activity"] if place.fate in ("kept", "mapped")]
    # All nodes first: what hangs on an activity is told by the node it is in.
    for place in carried:
        _activity(run, place)
    for place in by_kind["join"]:
        if place.target is not None and (place.node, place.flows) != (place.target, _unchanged(place)):
            run.emit(
                me.JoinMigrated(scope_id=place.scope_id, from_node=place.node, to_node=place.target, flows=place.flows)
            )
    for place in by_kind["compensation"]:
        if place.target != place.node:
            run.emit(me.CompensableMigrated(compensable_id=place.id, node_id=place.target))
    for wait in plan.waits:
        _wait(run, wait)
    for place in carried:
        _user_tasks(run, old, place)
    for place in by_kind["activity"]:
        if place.fate == "anew" and place.target is not None:
            cancel(run, run.draft.activities[place.id], "migrated")
            run.queue.append(Token(place.scope_id, place.target))
    for place in by_kind["join"]:
        _complete_join(run, place)


def _unchanged(place: PlacePlan) -> tuple[tuple[str, str], ...]:
    return tuple((flow_id, flow_id) for flow_id, _ in place.flows)


def _scopes(run: Run, plan: MigrationPlan) -> None:
    for scope_id in sorted(plan.scopes, key=age):
        scope, (container, process) = run.scope(scope_id), plan.scopes[scope_id]
        if (scope.container_id, scope.process_id) != (container, process):
            run.emit(me.ScopeMigrated(scope_id=scope_id, container_id=container, process_id=process))


def _renamed_results(run: Run, plan: MigrationPlan) -> None:
    """The new version reads the results of renamed tasks under their new names."""
    for scope_id in sorted(plan.scopes, key=age):
        known = run.scope(scope_id).variables
        copied = {new: known[old] for old, new in plan.renamed if old in known and new not in known}
        run.set_variables(scope_id, copied)


def _activity(run: Run, place: PlacePlan) -> None:
    """The activity and, of a loop, its instances: they are in the same node."""
    if place.target is None or place.target == place.node:
        return
    for activity_id in (place.id, *_instances(run, place)):
        run.emit(me.ActivityMigrated(activity_id=activity_id, from_node=place.node, to_node=place.target))


def _instances(run: Run, place: PlacePlan) -> list[str]:
    found = [
        activity_id
        for scope_id in run.draft.opened_by[place.id]
        if run.scope(scope_id).loop_counter is not None
        for activity_id in run.draft.in_scope[scope_id]
        if run.draft.activities[activity_id].loop_counter is not None
    ]
    return sorted(found, key=age)


def _user_tasks(run: Run, old: Program, place: PlacePlan) -> None:
    """Where the new version says something else of a task's people or times, work it out again."""
    for activity_id in (place.id, *_instances(run, place)):
        activity = run.draft.activities[activity_id]
        node = run.node(activity)
        before = next(
            (one.all_nodes[place.node] for one in old.processes.values() if place.node in one.all_nodes), None
        )
        if activity.waits_for != "user" or not isinstance(node, UserTask) or not isinstance(before, UserTask):
            continue
        if _offer(before) != _offer(node):
            found = offered(run, node, activity)
            run.emit(
                me.UserTaskMigrated(
                    activity_id=activity.id,
                    node_id=node.id,
                    candidate_groups=found.candidate_groups,
                    jurisdiction=found.jurisdiction,
                    priority=found.priority,
                    criteria_set=found.criteria_set,
                )
            )
        if place.due == "recomputed":
            reschedule_user_task(run, node, activity)


def _offer(node: UserTask) -> tuple[Any, ...]:
    spec = node.spec
    return spec.candidate_groups, spec.jurisdiction, spec.priority, spec.criteria_set


def _wait(run: Run, plan: WaitPlan) -> None:
    if plan.fate == "armed":
        _arm(run, plan)
        return
    wait = run.draft.wait(plan.id or "")
    if wait is None:
        return
    if plan.fate == "cancelled":
        run.give_up(wait)
    elif isinstance(wait, Timer):
        _timer(run, plan, wait)
    else:
        _subscription(run, plan, wait)


def _arm(run: Run, plan: WaitPlan) -> None:
    node, scope_id = _node_of(run, plan)
    found = wait_for(run, node, plan.part, _definition(node, plan.part), run.view(scope_id))
    if found is not None:
        attach(run, plan.holder, found)


def _timer(run: Run, plan: WaitPlan, timer: Timer) -> None:
    """A kept timer keeps its due time; a changed one counts from when it began to wait."""
    changed = replace(timer, node_id=plan.target or timer.node_id)
    if plan.fate == "recomputed":
        node, scope_id = _node_of(run, plan)
        definition = _definition(node, plan.part)
        if isinstance(definition, TimerDefinition):
            base = timer.started_at or run.now
            again = timer_from(run, changed.node_id, timer.part, definition, run.view(scope_id), base)
            changed = replace(changed, due_at=again.due_at, remaining=again.remaining, cycle=again.cycle)
    if changed != timer:
        run.emit(begun(changed))


def _subscription(run: Run, plan: WaitPlan, old: Subscription) -> None:
    if plan.fate == "recomputed":
        run.give_up(old)
        _arm(run, plan)
    elif plan.target not in (None, old.node_id):
        run.emit(begun(replace(old, node_id=plan.target)))
        if old.holds:
            run.emit(e.ConditionChanged(subscription_id=old.id, holds=True))


def _node_of(run: Run, plan: WaitPlan) -> tuple[FlowNode, str]:
    activity = run.draft.activities.get(plan.holder)
    scope_id = activity.scope_id if activity is not None else plan.holder
    return run.definition(scope_id).all_nodes[plan.target or plan.node], scope_id


def _definition(node: FlowNode, part: int) -> SingleDefinition:
    return parts_of(definition_of(node))[part]


def _complete_join(run: Run, place: PlacePlan) -> None:
    """A join that has lost the branch it still waited for goes on."""
    key = (place.scope_id, place.target or place.node)
    definition = run.definition(place.scope_id)
    arrived = run.draft.arrivals.get(key, {})
    incoming = tuple(flow.id for flow in definition.incoming[key[1]])
    if not isinstance(definition.all_nodes[key[1]], ParallelGateway) or not arrived.keys() >= set(incoming):
        return
    run.emit(e.JoinCompleted(scope_id=key[0], node_id=key[1], flow_ids=incoming))
    activity = run.enter(key[0], key[1], None)
    run.queue.append(Begin(key[0], activity.id))
