"""Who works on what: resources, lanes, and public processes (BPMN 2.0.2, 8.4.11, 10.2.1, 10.8)."""

from collections import Counter

from workflow.bpmn.namespaces import Element, child, children, local
from workflow.bpmn.rules.facts import Facts, is_true, parent_of, process_of, referred_id, shown_name
from workflow.errors import N_

_ROLES = ("resourceRole", "performer", "humanPerformer", "potentialOwner")


def check_resources(facts: Facts) -> None:
    """A performer is named or worked out by an expression; parameters belong to a named one."""
    for role in facts.each(*_ROLES):
        named = child(role, "resourceRef") is not None
        if named and child(role, "resourceAssignmentExpression") is not None:
            facts.refuse(
                "resource-twice",
                role,
                N_("“%(element)s” both names a resource and works it out by an expression"),
                N_("Keep either resourceRef or resourceAssignmentExpression"),
            )
        if not named and child(role, "resourceParameterBinding") is not None:
            facts.refuse(
                "resource-parameter",
                role,
                N_("“%(element)s” has parameters for a resource that it does not name"),
                N_("Add resourceRef, or delete resourceParameterBinding"),
            )


def check_public_processes(facts: Facts) -> None:
    """A public process only shows how others take part; it never runs."""
    for process in facts.each("process"):
        if process.get("processType") == "Public" and is_true(process, "isExecutable"):
            facts.refuse(
                "public-executable",
                process,
                N_("The process “%(element)s” is public and executable at once"),
                N_("Make it private, or not executable"),
            )


def check_lanes(facts: Facts) -> None:
    """A lane holds nodes of its own process, each node in one lane of a set only."""
    for lanes in facts.each("laneSet", "childLaneSet"):
        owner = process_of(lanes)
        times: Counter[str] = Counter()
        for lane in children(lanes, "lane"):
            named = {referred_id(each) for each in children(lane, "flowNodeRef")}
            times.update(named)
            for node in (facts.ids[key] for key in sorted(named) if key in facts.ids):
                if process_of(node) is not owner:
                    _foreign(facts, lane, node)
        for key in sorted(key for key, count in times.items() if count > 1 and key in facts.ids):
            facts.remark(
                "node-in-two-lanes",
                facts.ids[key],
                N_("“%(element)s” is in %(count)s lanes at once"),
                N_("Move it wholly into one lane"),
                count=times[key],
            )


def _foreign(facts: Facts, lane: Element, node: Element) -> None:
    facts.refuse(
        "lane-of-another-process",
        lane,
        N_("The lane “%(element)s” holds “%(node)s”, which is in another process"),
        N_("Move the node into the lane's own process"),
        node=shown_name(node),
    )


def check_pools(facts: Facts) -> None:
    """A process is shown in one pool only."""
    times = Counter(
        each for pool in facts.each("participant") if (each := facts.target(pool, "processRef")) is not None
    )
    for pool in facts.each("participant"):
        process = facts.target(pool, "processRef")
        if process is not None and times[process] > 1 and local(parent_of(pool)) == "collaboration":
            facts.remark(
                "process-in-two-pools",
                pool,
                N_("The process “%(process)s” of the pool “%(element)s” has several pools"),
                N_("Keep one pool for each process"),
                process=shown_name(process),
            )
