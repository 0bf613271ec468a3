"""Due times once more, after deadlines or the calendar have changed: only what differs becomes an event."""

from workflow.engine import events as e
from workflow.engine.run import Run
from workflow.engine.state import Activity, age
from workflow.engine.stuck import Stuck
from workflow.engine.user_tasks import reschedule_user_task
from workflow.engine.waiting import due_again
from workflow.model.elements import UserTask


def reschedule_all(run: Run) -> None:
    """Evaluate every waiting due time again. What cannot be evaluated keeps its time and gets an incident."""
    for activity_id in sorted(run.draft.activities, key=age):
        activity = run.draft.activities[activity_id]
        try:
            reschedule(run, activity)
        except Stuck as stuck:
            if not run.draft.incidents_of(activity_id):
                run.open_incident(activity, stuck, "wait")
    for scope_id in sorted(run.draft.scopes, key=age):
        try:
            _reschedule_timers(run, scope_id, scope_id)
        except Stuck as stuck:
            inside = sorted(run.draft.in_scope[scope_id], key=age)
            if inside:
                run.open_incident(run.draft.activities[inside[0]], stuck, "wait")


def reschedule(run: Run, activity: Activity) -> None:
    """Evaluate the due times of one activity and of its boundary timers again. Raises `Stuck`."""
    node = run.node(activity)
    if activity.waits_for == "user" and isinstance(node, UserTask):
        reschedule_user_task(run, node, activity)
    _reschedule_timers(run, activity.id, activity.scope_id)


def _reschedule_timers(run: Run, holder_id: str, scope_id: str) -> None:
    nodes = run.definition(scope_id).all_nodes
    for timer_id in sorted(run.draft.attached[holder_id] & run.draft.timers.keys(), key=age):
        timer = run.draft.timers[timer_id]
        due_at = due_again(run, nodes[timer.node_id], timer, scope_id)
        if due_at != timer.due_at:
            run.emit(
                e.TimerScheduled(
                    timer_id=timer.id,
                    activity_id=timer.activity_id,
                    node_id=timer.node_id,
                    due_at=due_at,
                    remaining=timer.remaining,
                    started_at=timer.started_at,
                    cycle=timer.cycle,
                    part=timer.part,
                )
            )
