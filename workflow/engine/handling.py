"""What people, handlers, clocks and messages ask of a process: one function a command."""

from workflow.engine import commands as c, events as e
from workflow.engine.cancelling import cancel
from workflow.engine.containers import entry_nodes
from workflow.engine.elements import behaviour_of
from workflow.engine.evaluation import stored
from workflow.engine.run import Run, Token
from workflow.engine.state import Activity, age
from workflow.engine.stuck import Kind, Stuck
from workflow.engine.throwing import throw
from workflow.engine.waiting import attach, next_in_cycle, plan
from workflow.errors import N_, NotFound, TransitionRefused
from workflow.feel.values import coerce
from workflow.model.elements import BoundaryEvent

_FAILURES: dict[str, tuple[Kind, str]] = {
    "job": ("job", N_("The job of “%(node)s” failed: %(message)s")),
    "user": ("assignment", N_("Nobody can be found for “%(node)s”: %(message)s")),
}
_COMPLETABLE = ("user", "job", "message")


def start(run: Run, command: c.StartProcess) -> None:
    process = run.program.process
    try:
        nodes = entry_nodes(process, process.id) if command.start_node is None else (command.start_node,)
    except Stuck as stuck:
        raise TransitionRefused(stuck.template, **stuck.params) from stuck
    for node_id in nodes:
        if node_id not in process.nodes:
            raise NotFound(N_("The process has no node “%(node)s” at its top level."), node=node_id)
    scope_id = run.new_id("s")
    run.emit(e.ProcessStarted(process_id=process.id, scope_id=scope_id, variables=stored(command.variables)))
    run.draft.emptied[scope_id] = None
    run.queue.extend(Token(scope_id, node_id) for node_id in nodes)


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
        throw(run, activity, command.code, command.variables)
    except Stuck as stuck:
        run.open_incident(activity, stuck, "wait")


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
    activity = run.draft.activities[timer.activity_id]
    run.emit(e.TimerFired(timer_id=timer.id))
    if timer.node_id == activity.node_id:
        run.complete(activity)
        return
    if _happen_at_boundary(run, activity, timer.node_id):
        return
    try:
        following = next_in_cycle(run, timer)
    except Stuck as stuck:
        run.open_incident(activity, stuck, "wait")
        return
    if following is not None:
        attach(run, activity, following)


def correlate_message(run: Run, command: c.CorrelateMessage) -> None:
    """One receiver: the longest waiting one whose key is the message's, or that waits for any."""
    key = coerce(command.key)
    matching = [
        subscription
        for subscription in run.draft.subscriptions.values()
        if subscription.name == command.name and subscription.key in (None, key)
    ]
    if not matching:
        raise NotFound(N_("Nothing waits for the message “%(name)s” with this key."), name=command.name)
    subscription = min(matching, key=lambda found: age(found.id))
    activity = run.draft.activities[subscription.activity_id]
    run.emit(e.MessageCorrelated(subscription_id=subscription.id, name=command.name))
    if subscription.node_id == activity.node_id:
        node = run.node(activity)
        behaviour_of(node).complete(run, node, activity, command.variables)
        return
    if not _happen_at_boundary(run, activity, subscription.node_id):
        _subscribe_again(run, activity, subscription.node_id)
    run.set_variables(activity.scope_id, command.variables)


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


def _happen_at_boundary(run: Run, host: Activity, node_id: str) -> bool:
    """A token leaves by the boundary event. Return whether it interrupted the host."""
    event = run.definition(host.scope_id).all_nodes[node_id]
    interrupting = isinstance(event, BoundaryEvent) and event.interrupting
    if interrupting:
        cancel(run, host, "boundary")
    run.queue.append(Token(host.scope_id, node_id))
    return interrupting


def _subscribe_again(run: Run, host: Activity, node_id: str) -> None:
    try:
        found = plan(run, run.definition(host.scope_id).all_nodes[node_id], host.scope_id)
    except Stuck as stuck:
        run.open_incident(host, stuck, "wait")
        return
    if found is not None:
        attach(run, host, found)
