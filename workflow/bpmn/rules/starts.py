"""Where processes and subprocesses begin: event subprocesses, instantiating receive tasks, what stands before a start."""

from workflow.bpmn.namespaces import children, local
from workflow.bpmn.rules.facts import Facts, is_event_subprocess, is_true, parent_of
from workflow.bpmn.rules.kinds import SUBPROCESSES
from workflow.errors import N_


def check_event_subprocesses(facts: Facts) -> None:
    """An event subprocess has exactly one start event, with a trigger, and no sequence flows of its own (10.3.5)."""
    for subprocess in facts.each(*sorted(SUBPROCESSES)):
        if not is_event_subprocess(subprocess):
            continue
        starts = list(children(subprocess, "startEvent"))
        if len(starts) != 1:
            facts.refuse(
                "event-subprocess-start",
                subprocess,
                N_("The event subprocess “%(element)s” has %(count)s start events; it must have exactly one"),
                N_("Keep one start event; use another event subprocess for another trigger"),
                count=len(starts),
            )
        for start in starts:
            if not facts.definitions_of(start):
                facts.refuse(
                    "event-subprocess-trigger",
                    start,
                    N_("“%(element)s” starts an event subprocess, but nothing triggers it"),
                    N_("Choose a trigger: a message, timer, condition, signal, error, escalation or compensation"),
                )
        if facts.flows_into(subprocess) or facts.flows_out_of(subprocess):
            facts.refuse(
                "event-subprocess-flow",
                subprocess,
                N_("A sequence flow enters or leaves the event subprocess “%(element)s”; its start event starts it"),
                N_("Delete the flow, or make it an ordinary subprocess"),
            )


def check_plain_start_events(facts: Facts) -> None:
    """`isInterrupting` says something in an event subprocess only."""
    for start in facts.each("startEvent"):
        if not is_true(start, "isInterrupting", True) and not is_event_subprocess(parent_of(start)):
            facts.remark(
                "interrupting-nothing",
                start,
                N_("“%(element)s” says that it does not interrupt, but only event subprocesses can interrupt anything"),
                N_("Delete the attribute isInterrupting"),
            )


def check_instantiating_receive_tasks(facts: Facts) -> None:
    """A receive task that starts the process has nothing before it (10.3.3)."""
    for task in facts.each("receiveTask"):
        if not is_true(task, "instantiate"):
            continue
        if facts.flows_into(task):
            facts.refuse(
                "instantiating-receive-incoming",
                task,
                N_("The receive task “%(element)s” starts the process, but a sequence flow leads into it"),
                N_("Delete the flow, or make the receive task an ordinary one"),
            )
        if local(parent_of(task)) != "process":
            facts.refuse(
                "instantiating-receive-inside",
                task,
                N_("The receive task “%(element)s” starts the process, but stands inside a subprocess"),
                N_("Move it to the top level, or make it an ordinary one"),
            )
