"""Compensation: a boundary event and the activity that undoes, joined by an association (BPMN 2.0.2, 10.7)."""

from workflow.bpmn.namespaces import local
from workflow.bpmn.rules.facts import Facts, is_event_subprocess, is_true, parent_of, shown_name
from workflow.bpmn.rules.kinds import ACTIVITIES, TASKS
from workflow.errors import N_


def check_compensation_events(facts: Facts) -> None:
    """A compensation boundary event leads to one handler, by an association and by no sequence flow."""
    for event in facts.each("boundaryEvent"):
        if "compensate" not in facts.triggers_of(event):
            continue
        if facts.flows_out_of(event):
            facts.refuse(
                "compensation-event-flow",
                event,
                N_("A sequence flow leaves the compensation event “%(element)s”"),
                N_("Delete the flow; an association leads from the event to the activity that undoes"),
            )
        handlers = [each for each in facts.associated_with(event) if local(each) in ACTIVITIES]
        if len(handlers) != 1 or parent_of(handlers[0]) is not parent_of(event):
            facts.refuse(
                "compensation-without-handler",
                event,
                N_(
                    "The compensation event “%(element)s” has %(count)s activities that undo; it needs exactly one beside it"
                ),
                N_("Draw an association from the event to one compensation activity in the same process or subprocess"),
                count=len(handlers),
            )
        for handler in handlers:
            if not is_true(handler, "isForCompensation"):
                facts.refuse(
                    "handler-not-for-compensation",
                    handler,
                    N_("“%(element)s” undoes another activity, but is not marked as an activity for compensation"),
                    N_("Mark it as a compensation activity"),
                )


def check_compensation_activities(facts: Facts) -> None:
    """A compensation activity stands outside of the normal flow and undoes something."""
    for activity in facts.each(*sorted(ACTIVITIES)):
        if not is_true(activity, "isForCompensation") or is_event_subprocess(activity):
            continue
        if facts.flows_into(activity) or facts.flows_out_of(activity):
            facts.refuse(
                "compensation-activity-flow",
                activity,
                N_("A sequence flow enters or leaves the compensation activity “%(element)s”"),
                N_("Delete the flow: it runs only when another activity is undone"),
            )
        if not any("compensate" in facts.triggers_of(each) for each in facts.associated_with(activity)):
            facts.refuse(
                "compensation-of-nothing",
                activity,
                N_("The compensation activity “%(element)s” undoes nothing: no compensation event leads to it"),
                N_("Draw an association to it from a compensation event on the activity that it undoes"),
            )


def check_compensation_throws(facts: Facts) -> None:
    """What a throw event asks to be undone can be undone: a task has a compensation event on its boundary."""
    for event in facts.each("intermediateThrowEvent", "endEvent"):
        for definition in facts.definitions_of(event):
            activity = facts.target(definition, "activityRef")
            if activity is None or local(activity) not in TASKS | {"callActivity"}:
                continue
            if not any("compensate" in facts.triggers_of(each) for each in facts.attached_to(activity)):
                facts.remark(
                    "nothing-to-compensate",
                    event,
                    N_("“%(element)s” asks for “%(activity)s” to be undone, but nothing says how"),
                    N_("Attach a compensation event to the activity and lead an association to what undoes it"),
                    activity=shown_name(activity),
                )
