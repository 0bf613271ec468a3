"""Which triggers an event may have where it stands (BPMN 2.0.2, 10.5.2 to 10.5.5, tables 10.84 to 10.93)."""

from collections.abc import Mapping

from workflow.bpmn.namespaces import Element, local
from workflow.bpmn.rules.facts import Facts, is_event_subprocess, is_true, parent_of
from workflow.bpmn.rules.kinds import EVENTS
from workflow.errors import N_


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ALLOWED: Mapping[str, frozenset[str]] = {
    "top-level start event": _names("message timer conditional signal"),
    "start event of a subprocess": frozenset(),
    "start event of an event subprocess": _names("message timer conditional signal error escalation compensate"),
    "intermediate catch event": _names("message timer conditional signal link"),
    "intermediate throw event": _names("message escalation compensate signal link"),
    "end event": _names("message error escalation cancel compensate signal terminate"),
    "boundary event": _names("message timer conditional signal error escalation cancel compensate"),
}
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
_NEVER_WITHOUT_INTERRUPTING = _names("error cancel compensate")


def check_triggers(facts: Facts) -> None:
    """Each trigger suits the event's place; a link and what must interrupt are held to that."""
    for event in facts.each(*sorted(EVENTS)):
        place = _place(event)
        triggers = facts.triggers_of(event)
        for trigger in dict.fromkeys(triggers):
            if trigger not in _ALLOWED[place]:
                _refuse(facts, event, trigger, place)
        if "link" in triggers and len(triggers) > 1:
            facts.refuse(
                "link-among-others",
                event,
                N_("“%(element)s” is a link and something else at once"),
                N_("Use one event for the link and another for the rest"),
            )
        _check_interrupting(facts, event, triggers, place)


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


def _refuse(facts: Facts, event: Element, trigger: str, place: str) -> None:
    allowed = sorted(_ALLOWED[place])
    facts.refuse(
        "trigger-not-allowed",
        event,
        _MESSAGES[place],
        N_("Choose another trigger (%(allowed)s), or another kind of event") if allowed else N_("Delete the trigger"),
        trigger=trigger,
        allowed=", ".join(allowed),
    )


def _check_interrupting(facts: Facts, event: Element, triggers: list[str], place: str) -> None:
    if place == "start event of an event subprocess":
        interrupting = is_true(event, "isInterrupting", True)
    elif place == "boundary event":
        interrupting = is_true(event, "cancelActivity", True)
    else:
        return
    for trigger in dict.fromkeys(triggers):
        # The reader itself says so of errors on a boundary.
        said = trigger == "error" and place == "boundary event"
        if not interrupting and trigger in _NEVER_WITHOUT_INTERRUPTING and not said:
            facts.refuse(
                "must-interrupt",
                event,
                N_("“%(element)s” does not interrupt, but an event with the trigger %(trigger)s always does"),
                N_("Make the event interrupting"),
                trigger=trigger,
            )
