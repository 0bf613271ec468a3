"""Link events pair by name within one process or subprocess (BPMN 2.0.2, 10.5.4, table 10.98)."""

from collections import defaultdict

from workflow.bpmn.namespaces import Element, attribute, local
from workflow.bpmn.rules.facts import Facts, parent_of
from workflow.errors import N_

_Ends = dict[tuple[Element, str], list[Element]]


def check_links(facts: Facts) -> None:
    """Every link leads to exactly one catch event of its name beside it, and every such catch event is led to."""
    throwing: _Ends = defaultdict(list)
    catching: _Ends = defaultdict(list)
    for definition in facts.each("linkEventDefinition"):
        event = parent_of(definition)
        name = attribute(definition, "name") or ""
        if local(event) == "intermediateThrowEvent":
            throwing[parent_of(event), name].append(event)
        elif local(event) == "intermediateCatchEvent":
            catching[parent_of(event), name].append(event)
        else:
            continue
        if not name:
            _nameless(facts, event)
        _check_flows(facts, event)
    _check_pairs(facts, throwing, catching)


def _check_pairs(facts: Facts, throwing: _Ends, catching: _Ends) -> None:
    for (container, name), events in throwing.items():
        for event in events if name and not catching.get((container, name)) else []:
            facts.refuse(
                "link-without-target",
                event,
                N_("The link “%(link)s” leads nowhere: this process or subprocess has no catch event for it"),
                N_("Add a link catch event of the same name in the same process or subprocess"),
                link=name,
            )
    for (container, name), events in catching.items():
        for event in events if name and not throwing.get((container, name)) else []:
            facts.refuse(
                "link-without-source",
                event,
                N_("Nothing leads to the link “%(link)s”: this process or subprocess has no throw event for it"),
                N_("Add a link throw event of the same name in the same process or subprocess"),
                link=name,
            )
        for event in events[1:] if name else []:
            facts.refuse(
                "link-with-two-targets",
                event,
                N_("The link “%(link)s” has a second catch event; only one can be led to"),
                N_("Give one of the two pairs another name"),
                link=name,
            )


def _nameless(facts: Facts, event: Element) -> None:
    facts.refuse(
        "link-without-name",
        event,
        N_("The link event “%(element)s” has no link name, so nothing says which events belong together"),
        N_("Give both ends of the link the same name"),
    )


def _check_flows(facts: Facts, event: Element) -> None:
    throws = local(event) == "intermediateThrowEvent"
    if facts.flows_out_of(event) if throws else facts.flows_into(event):
        facts.refuse(
            "link-with-flow",
            event,
            N_("The link event “%(element)s” has a sequence flow on the side of its link"),
            N_("Delete the flow: the link itself leads on to the catch event of its name"),
        )
