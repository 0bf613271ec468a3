"""Activities: numbers of tokens, loops, and what may stand in an ad-hoc subprocess (BPMN 2.0.2, 10.3)."""

from workflow.bpmn.namespaces import Element, attribute, child, children, local
from workflow.bpmn.rules.facts import Facts
from workflow.bpmn.rules.kinds import ACTIVITIES, CONVERSATION_NODES
from workflow.errors import N_


def check_quantities(facts: Facts) -> None:
    """Start and completion quantity and a loop's maximum are whole numbers from 1."""
    for activity in facts.each(*sorted(ACTIVITIES)):
        for name in ("startQuantity", "completionQuantity"):
            _check_number(facts, activity, name)
    for loop in facts.each("standardLoopCharacteristics"):
        _check_number(facts, loop, "loopMaximum")


def _check_number(facts: Facts, element: Element, name: str) -> None:
    value = attribute(element, name)
    if value is not None and not (value.isascii() and value.isdigit() and value.strip("0")):
        facts.refuse(
            "quantity",
            element,
            N_("%(attribute)s of “%(element)s” is %(value)s; it must be a whole number from 1"),
            N_("Enter 1 or more, or delete the attribute"),
            attribute=name,
            value=value,
        )


def check_loops(facts: Facts) -> None:
    """An activity either repeats or has several instances."""
    for activity in facts.each(*sorted(ACTIVITIES)):
        loops = list(children(activity, "standardLoopCharacteristics", "multiInstanceLoopCharacteristics"))
        if len(loops) > 1:
            facts.refuse(
                "two-loops",
                activity,
                N_("“%(element)s” has %(count)s loop markers; an activity has at most one"),
                N_("Choose either a loop or multiple instances"),
                count=len(loops),
            )


def check_adhoc(facts: Facts) -> None:
    """An ad-hoc subprocess has activities, and neither start nor end events."""
    for subprocess in facts.each("adHocSubProcess"):
        for event in children(subprocess, "startEvent", "endEvent"):
            facts.refuse(
                "event-in-adhoc",
                event,
                N_("“%(element)s” is a start or end event in an ad-hoc subprocess, which has none"),
                N_("Delete the event: the activities of an ad-hoc subprocess start and end by themselves"),
            )
        for node in children(subprocess, "conversationLink", *CONVERSATION_NODES):
            facts.refuse(
                "conversation-in-adhoc",
                node,
                N_("“%(element)s” may not stand in an ad-hoc subprocess"),
                N_("Delete it; conversations belong to collaborations"),
            )
        if next(children(subprocess, *sorted(ACTIVITIES)), None) is None:
            facts.refuse(
                "adhoc-without-activity",
                subprocess,
                N_("The ad-hoc subprocess “%(element)s” has no activity"),
                N_("Put at least one task into it"),
            )


def check_scripts(facts: Facts) -> None:
    """A script names its language only where there is a script."""
    for task in facts.each("scriptTask", "globalScriptTask"):
        if child(task, "script") is None and attribute(
            task, "scriptFormat" if local(task) == "scriptTask" else "scriptLanguage"
        ):
            facts.refuse(
                "script-missing",
                task,
                N_("“%(element)s” names the language of a script, but has no script"),
                N_("Write the script"),
            )
