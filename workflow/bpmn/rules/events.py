"""Events: which triggers they may have where, what begins, links, compensation and cancelling (BPMN 2.0.2, 10.5)."""

from collections import defaultdict
from collections.abc import Mapping

from workflow.bpmn.kinds import (
    ACTIVITIES,
    ALWAYS_INTERRUPTING,
    EVENT_DEFINITIONS,
    EVENTS,
    SUBPROCESSES,
    TASKS,
    TRIGGERS_AT,
)
from workflow.bpmn.namespaces import Element, attribute, children, local, referred_id, text_of
from workflow.bpmn.rules.index import FileIndex, is_event_subprocess, is_true, parent_of, shown_name
from workflow.errors import N_

_MESSAGES: Mapping[str, str] = {
    "top-level start event": N_("“%(element)s” starts a process, which the trigger %(trigger)s cannot do"),
    "start event of a subprocess": N_("“%(element)s” starts a subprocess and may not have a trigger (%(trigger)s)"),
    "start event of an event subprocess": N_(
        "“%(element)s” starts an event subprocess, which the trigger %(trigger)s cannot do"
    ),
    "intermediate catch event": N_("The catch event “%(element)s” cannot wait for the trigger %(trigger)s"),
    "intermediate throw event": N_("The throw event “%(element)s” cannot throw %(trigger)s"),
    "end event": N_("The end event “%(element)s” cannot throw %(trigger)s"),
    "boundary event": N_("The boundary event “%(element)s” cannot have the trigger %(trigger)s"),
}


def check_triggers(index: FileIndex) -> None:
    """Each trigger suits the event's place; a link and what must interrupt are held to that."""
    for event in index.each(*sorted(EVENTS)):
        place = _place(event)
        triggers = index.triggers_of(event)
        for trigger in dict.fromkeys(triggers):
            if trigger not in TRIGGERS_AT[place]:
                _refuse(index, event, trigger, place)
        if "link" in triggers and len(triggers) > 1:
            index.refuse(
                "link-among-others",
                event,
                N_("“%(element)s” is a link and something else at once"),
                N_("Use one event for the link and another for the rest"),
            )
        _check_interrupting(index, event, triggers, place)


def _place(event: Element) -> str:
    kind, parent = local(event), parent_of(event)
    if kind != "startEvent":
        return {
            "intermediateCatchEvent": "intermediate catch event",
            "intermediateThrowEvent": "intermediate throw event",
            "endEvent": "end event",
        }.get(kind, "boundary event")
    if local(parent) == "process":
        return "top-level start event"
    return "start event of an event subprocess" if is_event_subprocess(parent) else "start event of a subprocess"


def _refuse(index: FileIndex, event: Element, trigger: str, place: str) -> None:
    allowed = sorted(TRIGGERS_AT[place])
    index.refuse(
        "trigger-not-allowed",
        event,
        _MESSAGES[place],
        N_("Choose another trigger (%(allowed)s), or another kind of event") if allowed else N_("Delete the trigger"),
        trigger=trigger,
        allowed=", ".join(allowed),
    )


def _check_interrupting(index: FileIndex, event: Element, triggers: list[str], place: str) -> None:
    if place == "start event of an event subprocess":
        interrupting = is_true(event, "isInterrupting", True)
    elif place == "boundary event":
        interrupting = is_true(event, "cancelActivity", True)
    else:
        return
    for trigger in dict.fromkeys(triggers):
        # The reader itself says so of errors on a boundary.
        said = trigger == "error" and place == "boundary event"
        if not interrupting and trigger in ALWAYS_INTERRUPTING and not said:
            index.refuse(
                "must-interrupt",
                event,
                N_("“%(element)s” does not interrupt, but an event with the trigger %(trigger)s always does"),
                N_("Make the event interrupting"),
                trigger=trigger,
            )


def check_reusable_definitions(index: FileIndex) -> None:
    """An event refers to event definitions at the top of the file only; those of other events are theirs."""
    for reference in index.each("eventDefinitionRef"):
        found = index.ids.get(referred_id(reference))
        if found is not None and local(found) in EVENT_DEFINITIONS and found.getparent() is not index.root:
            index.refuse(
                "event-definition-not-shared",
                reference,
                N_("An event refers to “%(target)s”, which belongs to another event"),
                N_("Copy the event definition into the event, or move it to the top of the file"),
                target=text_of(reference),
            )


# Where processes and subprocesses begin: event subprocesses, instantiating receive tasks, what stands before a start.


def check_event_subprocesses(index: FileIndex) -> None:
    """An event subprocess has exactly one start event, with a trigger, and no sequence flows of its own (10.3.5)."""
    for subprocess in index.each(*sorted(SUBPROCESSES)):
        if not is_event_subprocess(subprocess):
            continue
        starts = list(children(subprocess, "startEvent"))
        if len(starts) != 1:
            index.refuse(
                "event-subprocess-start",
                subprocess,
                N_("The event subprocess “%(element)s” has %(count)s start events; it must have exactly one"),
                N_("Keep one start event; use another event subprocess for another trigger"),
                count=len(starts),
            )
        for start in starts:
            if not index.definitions_of(start):
                index.refuse(
                    "event-subprocess-trigger",
                    start,
                    N_("“%(element)s” starts an event subprocess, but nothing triggers it"),
                    N_("Choose a trigger: a message, timer, condition, signal, error, escalation or compensation"),
                )
        if index.flows_into(subprocess) or index.flows_out_of(subprocess):
            index.refuse(
                "event-subprocess-flow",
                subprocess,
                N_("A sequence flow enters or leaves the event subprocess “%(element)s”; its start event starts it"),
                N_("Delete the flow, or make it an ordinary subprocess"),
            )


def check_plain_start_events(index: FileIndex) -> None:
    """`isInterrupting` says something in an event subprocess only."""
    for start in index.each("startEvent"):
        if not is_true(start, "isInterrupting", True) and not is_event_subprocess(parent_of(start)):
            index.remark(
                "interrupting-nothing",
                start,
                N_("“%(element)s” says that it does not interrupt, but only event subprocesses can interrupt anything"),
                N_("Delete the attribute isInterrupting"),
            )


def check_instantiating_receive_tasks(index: FileIndex) -> None:
    """A receive task that starts the process has nothing before it (10.3.3)."""
    for task in index.each("receiveTask"):
        if not is_true(task, "instantiate"):
            continue
        if index.flows_into(task):
            index.refuse(
                "instantiating-receive-incoming",
                task,
                N_("The receive task “%(element)s” starts the process, but a sequence flow leads into it"),
                N_("Delete the flow, or make the receive task an ordinary one"),
            )
        if local(parent_of(task)) != "process":
            index.refuse(
                "instantiating-receive-inside",
                task,
                N_("The receive task “%(element)s” starts the process, but stands inside a subprocess"),
                N_("Move it to the top level, or make it an ordinary one"),
            )


# Link events pair by name within one process or subprocess (BPMN 2.0.2, 10.5.4, table 10.98).

_Ends = dict[tuple[Element, str], list[Element]]


def check_links(index: FileIndex) -> None:
    """Every link leads to exactly one catch event of its name beside it, and every such catch event is led to."""
    throwing: _Ends = defaultdict(list)
    catching: _Ends = defaultdict(list)
    for definition in index.each("linkEventDefinition"):
        event = parent_of(definition)
        name = attribute(definition, "name") or ""
        if local(event) == "intermediateThrowEvent":
            throwing[parent_of(event), name].append(event)
        elif local(event) == "intermediateCatchEvent":
            catching[parent_of(event), name].append(event)
        else:
            continue
        if not name:
            _nameless(index, event)
        _check_flows(index, event)
    _check_pairs(index, throwing, catching)


def _check_pairs(index: FileIndex, throwing: _Ends, catching: _Ends) -> None:
    for (container, name), events in throwing.items():
        for event in events if name and not catching.get((container, name)) else []:
            index.refuse(
                "link-without-target",
                event,
                N_("The link “%(link)s” leads nowhere: this process or subprocess has no catch event for it"),
                N_("Add a link catch event of the same name in the same process or subprocess"),
                link=name,
            )
    for (container, name), events in catching.items():
        for event in events if name and not throwing.get((container, name)) else []:
            index.refuse(
                "link-without-source",
                event,
                N_("Nothing leads to the link “%(link)s”: this process or subprocess has no throw event for it"),
                N_("Add a link throw event of the same name in the same process or subprocess"),
                link=name,
            )
        for event in events[1:] if name else []:
            index.refuse(
                "link-with-two-targets",
                event,
                N_("The link “%(link)s” has a second catch event; only one can be led to"),
                N_("Give one of the two pairs another name"),
                link=name,
            )


def _nameless(index: FileIndex, event: Element) -> None:
    index.refuse(
        "link-without-name",
        event,
        N_("The link event “%(element)s” has no link name, so nothing says which events belong together"),
        N_("Give both ends of the link the same name"),
    )


def _check_flows(index: FileIndex, event: Element) -> None:
    throws = local(event) == "intermediateThrowEvent"
    if index.flows_out_of(event) if throws else index.flows_into(event):
        index.refuse(
            "link-with-flow",
            event,
            N_("The link event “%(element)s” has a sequence flow on the side of its link"),
            N_("Delete the flow: the link itself leads on to the catch event of its name"),
        )


# Compensation: a boundary event and the activity that undoes, joined by an association (BPMN 2.0.2, 10.7).


def check_compensation_events(index: FileIndex) -> None:
    """A compensation boundary event leads to one handler, by an association and by no sequence flow."""
    for event in index.each("boundaryEvent"):
        if "compensate" not in index.triggers_of(event):
            continue
        if index.flows_out_of(event):
            index.refuse(
                "compensation-event-flow",
                event,
                N_("A sequence flow leaves the compensation event “%(element)s”"),
                N_("Delete the flow; an association leads from the event to the activity that undoes"),
            )
        handlers = [each for each in index.associated_with(event) if local(each) in ACTIVITIES]
        if len(handlers) != 1 or parent_of(handlers[0]) is not parent_of(event):
            index.refuse(
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
                index.refuse(
                    "handler-not-for-compensation",
                    handler,
                    N_("“%(element)s” undoes another activity, but is not marked as an activity for compensation"),
                    N_("Mark it as a compensation activity"),
                )


def check_compensation_activities(index: FileIndex) -> None:
    """A compensation activity stands outside of the normal flow and undoes something."""
    for activity in index.each(*sorted(ACTIVITIES)):
        if not is_true(activity, "isForCompensation") or is_event_subprocess(activity):
            continue
        if index.flows_into(activity) or index.flows_out_of(activity):
            index.refuse(
                "compensation-activity-flow",
                activity,
                N_("A sequence flow enters or leaves the compensation activity “%(element)s”"),
                N_("Delete the flow: it runs only when another activity is undone"),
            )
        if not any("compensate" in index.triggers_of(each) for each in index.associated_with(activity)):
            index.refuse(
                "compensation-of-nothing",
                activity,
                N_("The compensation activity “%(element)s” undoes nothing: no compensation event leads to it"),
                N_("Draw an association to it from a compensation event on the activity that it undoes"),
            )


def check_compensation_throws(index: FileIndex) -> None:
    """What a throw event asks to be undone can be undone: a task has a compensation event on its boundary."""
    for event in index.each("intermediateThrowEvent", "endEvent"):
        for definition in index.definitions_of(event):
            activity = index.target(definition, "activityRef")
            if activity is None or local(activity) not in TASKS | {"callActivity"}:
                continue
            if not any("compensate" in index.triggers_of(each) for each in index.attached_to(activity)):
                index.remark(
                    "nothing-to-compensate",
                    event,
                    N_("“%(element)s” asks for “%(activity)s” to be undone, but nothing says how"),
                    N_("Attach a compensation event to the activity and lead an association to what undoes it"),
                    activity=shown_name(activity),
                )


# Cancel events belong to transactions (BPMN 2.0.2, 10.3.5 and table 10.88).


def check_cancel_events(index: FileIndex) -> None:
    """A cancel boundary event sits on a transaction; a cancel end event stands inside one."""
    for event in index.each("boundaryEvent"):
        host = index.target(event, "attachedToRef")
        if "cancel" in index.triggers_of(event) and host is not None and local(host) != "transaction":
            index.refuse(
                "cancel-without-transaction",
                event,
                N_("The cancel event “%(element)s” sits on something that is no transaction"),
                N_("Make the activity a transaction, or choose another event"),
            )
    for event in index.each("endEvent"):
        inside = any(local(each) == "transaction" for each in event.iterancestors())
        if "cancel" in index.triggers_of(event) and not inside:
            index.refuse(
                "cancel-outside-transaction",
                event,
                N_("The cancel end event “%(element)s” stands in no transaction"),
                N_("Put it into a transaction, or choose another end event"),
            )
        elif "cancel" in index.triggers_of(event):
            _check_way_out(index, event)


def _check_way_out(index: FileIndex, event: Element) -> None:
    """A cancelled transaction is left by its cancel boundary event; without one the case would be stuck."""
    around = next(each for each in event.iterancestors() if local(each) == "transaction")
    if not any("cancel" in index.triggers_of(each) for each in index.attached_to(around)):
        index.refuse(
            "cancel-without-boundary",
            event,
            N_("“%(element)s” cancels the transaction “%(transaction)s”, which has no cancel event on its boundary"),
            N_("Attach a cancel event to the transaction and lead a flow from it to what is to happen then"),
            transaction=shown_name(around),
        )
