"""Cancel events belong to transactions (BPMN 2.0.2, 10.3.5 and table 10.88)."""

from workflow.bpmn.namespaces import Element, local
from workflow.bpmn.rules.facts import Facts, shown_name
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
        elif "cancel" in facts.triggers_of(event):
            _check_way_out(facts, event)


def _check_way_out(facts: Facts, event: Element) -> None:
    """A cancelled transaction is left by its cancel boundary event; without one the case would be stuck."""
    around = next(each for each in event.iterancestors() if local(each) == "transaction")
    if not any("cancel" in facts.triggers_of(each) for each in facts.attached_to(around)):
        facts.refuse(
            "cancel-without-boundary",
            event,
            N_("“%(element)s” cancels the transaction “%(transaction)s”, which has no cancel event on its boundary"),
            N_("Attach a cancel event to the transaction and lead a flow from it to what is to happen then"),
            transaction=shown_name(around),
        )
