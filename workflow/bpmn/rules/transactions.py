"""Cancel events belong to transactions (BPMN 2.0.2, 10.3.5 and table 10.88)."""

from workflow.bpmn.namespaces import local
from workflow.bpmn.rules.facts import Facts
from workflow.errors import N_


def check_cancel_events(facts: Facts) -> None:
    """A cancel boundary event sits on a transaction; a cancel end event stands inside one."""
    for event in facts.each("boundaryEvent"):
        host = facts.target(event, "attachedToRef")
        if "cancel" in facts.triggers_of(event) and host is not None and local(host) != "transaction":
            facts.refuse(
                "cancel-without-transaction",
                event,
                N_("The cancel event “%(element)s” sits on something that is no transaction"),
                N_("Make the activity a transaction, or choose another event"),
            )
    for event in facts.each("endEvent"):
        inside = any(local(each) == "transaction" for each in event.iterancestors())
        if "cancel" in facts.triggers_of(event) and not inside:
            facts.refuse(
                "cancel-outside-transaction",
                event,
                N_("The cancel end event “%(element)s” stands in no transaction"),
                N_("Put it into a transaction, or choose another end event"),
            )
