"""What people, handlers, clocks and messages ask of a process: one function a command."""

from workflow.engine import commands as c, events as e, throwing
from workflow.engine.data import data_of, typed
from workflow.engine.elements import behaviour_of
from workflow.engine.evaluation import View, stored
from workflow.engine.event_subprocesses import plans_of_event_subprocesses
from workflow.engine.happening import happen, is_parallel, is_repeated, node_of_wait, rearm, scope_of_holder
from workflow.engine.run import Leave, Run
from workflow.engine.starting import start_of
from workflow.engine.state import Activity, Timer, age
from workflow.engine.stuck import Kind, Stuck
from workflow.engine.waiting import attach, next_in_cycle
from workflow.errors import N_, NotFound, TransitionRefused
from workflow.feel.values import coerce

_FAILURES: dict[str, tuple[Kind, str]] = {
    "job": ("job", N_("The job of “%(node)s” failed: %(message)s")),
    "user": ("assignment", N_("Nobody can be found for “%(node)s”: %(message)s")),
}
_COMPLETABLE = ("user", "job", "message")


def start(run: Run, command: c.StartProcess) -> None:
    process = run.program.process
    scope_id = run.new_id("s")
    try:
        start_at, variables = start_of(run, command)
        items = data_of(process, process.id)
        view = View({**{item.variable: None for item in items}, **typed(items, variables)}, run.now)
        plans = plans_of_event_subprocesses(run, process, process.id, view)
    except Stuck as stuck:
        raise TransitionRefused(stuck.template, **stuck.params) from stuck
    run.emit(e.ProcessStarted(process_id=process.id, scope_id=scope_id, variables=stored(view.variables)))
    run.draft.emptied[scope_id] = None
    for found in plans:
        attach(run, scope_id, found)
    start_at(run, scope_id)


def complete_activity(run: Run, command: c.CompleteActivity) -> None:
    activity = waiting_activity(run, command.activity_id, *_COMPLETABLE)
    node = run.node(activity)
    try:
        behaviour_of(node).complete(run, node, activity, command.variables)
    except Stuck as stuck:
        # The result is kept where the activity stands, so that nothing has to be done twice.
        run.set_variables(activity.scope_id, command.variables)
        run.open_incident(activity, stuck, "wait")


def throw_error(run: Run, command: c.ThrowError) -> None:
    activity = waiting_activity(run, command.activity_id, "user", "job")
    try:
        throwing.throw_error(run, activity, command.code, command.variables)
    except Stuck as stuck:
        run.open_incident(activity, stuck, "wait")


def throw_escalation(run: Run, command: c.ThrowEscalation) -> None:
    activity = waiting_activity(run, command.activity_id, "user", "job")
    try:
        throwing.throw_escalation(run, activity, command.code, command.variables)
    except Stuck as stuck:
        _keep_and_report(run, activity.id, command.variables, stuck)


def fail_job(run: Run, command: c.FailJob) -> None:
    """The incident of a user task is one of its assignment: trying again creates the task anew."""
    activity = waiting_activity(run, command.activity_id, "user", "job")
    if run.draft.incidents_of(activity.id):
        raise TransitionRefused(N_("There is an open incident on this activity already."))
    node = run.node(activity)
    kind, template = _FAILURES[activity.waits_for or "job"]
    run.open_incident(activity, Stuck(kind, template, node=node.name or node.id, message=command.message), "wait")


def fire_timer(run: Run, command: c.FireTimer) -> None:
    timer = run.draft.timers.get(command.timer_id)
    if timer is None:
        raise NotFound(N_("There is no waiting timer %(timer)s."), timer=command.timer_id)
    if timer.due_at > run.now:
        raise TransitionRefused(N_("The timer is not due before %(due_at)s."), due_at=timer.due_at.isoformat())
    run.emit(e.TimerFired(timer_id=timer.id))
    try:
        following = next_in_cycle(run, timer)
        if following is not None and _goes_on_repeating(run, timer):
            attach(run, timer.activity_id, following)
        if following is not None and _is_catch_event(run, timer):
            # Each repetition lets a token go; the event itself is done with the last one.
            activity = run.draft.activities[timer.activity_id]
            run.queue.append(Leave(activity.scope_id, activity))
        else:
            happen(run, timer.activity_id, timer.node_id, {})
            rearm(run, timer.activity_id, timer.node_id, timer.part)
    except Stuck as stuck:
        _keep_and_report(run, timer.activity_id, {}, stuck)


def _is_catch_event(run: Run, timer: Timer) -> bool:
    activity = run.draft.activities.get(timer.activity_id)
    return activity is not None and activity.node_id == timer.node_id


def _goes_on_repeating(run: Run, timer: Timer) -> bool:
    if is_parallel(node_of_wait(run, timer.activity_id, timer.node_id)):
        return False
    return _is_catch_event(run, timer) or is_repeated(run, timer.activity_id, timer.node_id)


def correlate_message(run: Run, command: c.CorrelateMessage) -> None:
    """One receiver: the longest waiting one whose key is the message's, or that waits for any."""
    key = coerce(command.key)
    matching = [
        found
        for found in run.draft.subscriptions.values()
        if found.kind == "message" and found.name == command.name
        if (found.key in (None, key) if command.subscription_id is None else found.id == command.subscription_id)
    ]
    if not matching:
        raise NotFound(N_("Nothing waits for the message “%(name)s” with this key."), name=command.name)
    subscription = min(matching, key=lambda found: age(found.id))
    run.emit(e.MessageCorrelated(subscription_id=subscription.id, name=command.name))
    try:
        happen(run, subscription.activity_id, subscription.node_id, command.variables)
        rearm(run, subscription.activity_id, subscription.node_id, subscription.part)
    except Stuck as stuck:
        _keep_and_report(run, subscription.activity_id, command.variables, stuck)


def broadcast_signal(run: Run, command: c.BroadcastSignal) -> None:
    throwing.broadcast(run, command.name, command.variables)


def _keep_and_report(run: Run, holder_id: str, variables: c.Variables, stuck: Stuck) -> None:
    """What was brought is kept, and the fault shown at the holder, or at the oldest activity of a scope."""
    if holder_id not in run.draft.activities and holder_id not in run.draft.scopes:
        return
    run.set_variables(scope_of_holder(run, holder_id), variables)
    inside = [holder_id] if holder_id in run.draft.activities else sorted(run.draft.in_scope[holder_id], key=age)
    if inside:
        run.open_incident(run.draft.activities[inside[0]], stuck, "wait")


def waiting_activity(run: Run, activity_id: str, *waits: str) -> Activity:
    """Return the activity if it waits for one of these. Raises `NotFound` or `TransitionRefused`."""
    activity = run.draft.activities.get(activity_id)
    if activity is None:
        raise NotFound(N_("There is no active activity %(activity)s."), activity=activity_id)
    if activity.waits_for not in waits:
        raise TransitionRefused(
            N_("The activity %(activity)s waits for %(actual)s, not for %(expected)s."),
            activity=activity_id,
            actual=activity.waits_for or "-",
            expected=" / ".join(waits),
        )
    return activity
