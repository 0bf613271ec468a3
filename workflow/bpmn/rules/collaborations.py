"""Who works together: pools, lanes, message flows, conversations, resources (BPMN 2.0.2, chapters 9 and 11)."""

from collections import Counter

from workflow.bpmn.kinds import ACTIVITIES, ARTIFACTS, CONVERSATION_NODES, EVENTS
from workflow.bpmn.namespaces import Element, attribute, child, children, local, referred_id
from workflow.bpmn.rules.index import FileIndex, is_true, parent_of, process_of, shown_name
from workflow.errors import N_

_ENDS = ACTIVITIES | EVENTS | CONVERSATION_NODES | {"participant"}
_SENDING = frozenset({"endEvent", "intermediateThrowEvent"})


def check_message_flows(index: FileIndex) -> None:
    """A message flow joins two different pools, at activities and message events that can send and receive."""
    for flow in index.each("messageFlow"):
        source, target = index.target(flow, "sourceRef"), index.target(flow, "targetRef")
        if source is None or target is None:
            continue
        wrong = [each for each in (source, target) if local(each) not in _ENDS]
        for end in wrong:
            index.refuse(
                "message-flow-end",
                flow,
                N_("The message flow “%(element)s” leads to or from “%(end)s” (%(kind)s), which exchanges no messages"),
                N_("Draw it between pools, activities and message events"),
                end=shown_name(end),
                kind=local(end),
            )
        if wrong:
            continue
        _check_pools(index, flow, source, target)
        _check_event(index, flow, source, sends=True)
        _check_event(index, flow, target, sends=False)


def _check_pools(index: FileIndex, flow: Element, source: Element, target: Element) -> None:
    one, other = _pool(index, source), _pool(index, target)
    if one is not None and one is other:
        index.refuse(
            "message-flow-in-pool",
            flow,
            N_("The message flow “%(element)s” leads from “%(source)s” to “%(target)s” in the same pool"),
            N_("Use a sequence flow within a pool, or move one end to another pool"),
            source=shown_name(source),
            target=shown_name(target),
        )


def _pool(index: FileIndex, element: Element) -> Element | None:
    """The process of a pool or of what stands in it; an empty pool stands for itself."""
    if local(element) != "participant":
        return process_of(element)
    process = index.target(element, "processRef")
    return element if process is None else process


def _check_event(index: FileIndex, flow: Element, event: Element, *, sends: bool) -> None:
    if local(event) not in EVENTS:
        return
    if (local(event) in _SENDING) != sends:
        index.refuse(
            "message-flow-direction",
            event,
            N_("“%(element)s” cannot stand at this end of the message flow “%(flow)s”"),
            N_("Lead message flows from events that throw to events that catch"),
            flow=shown_name(flow),
        )
    elif "message" not in index.triggers_of(event):
        index.refuse(
            "message-flow-trigger",
            event,
            N_("The message flow “%(flow)s” ends at “%(element)s”, which is no message event"),
            N_("Give the event a message, or delete the message flow"),
            flow=shown_name(flow),
        )


def check_choreography_references(index: FileIndex) -> None:
    """A choreography and a global conversation name no choreography."""
    for element in index.each("choreography", "globalChoreographyTask", "globalConversation"):
        if child(element, "choreographyRef") is not None or attribute(element, "choreographyRef") is not None:
            index.refuse(
                "choreography-reference",
                element,
                N_("“%(element)s” names a choreography, which only a collaboration can"),
                N_("Delete choreographyRef"),
            )


def check_global_conversations(index: FileIndex) -> None:
    """A global conversation has participants and messages only."""
    for conversation in index.each("globalConversation"):
        for each in children(conversation, "conversationLink", *CONVERSATION_NODES, *ARTIFACTS):
            index.refuse(
                "global-conversation-content",
                each,
                N_("“%(element)s” (%(kind)s) may not stand in the global conversation “%(conversation)s”"),
                N_("Delete it, or make the global conversation a collaboration"),
                kind=local(each),
                conversation=shown_name(conversation),
            )


def check_conversation_links(index: FileIndex) -> None:
    """A conversation link joins a conversation to someone who takes part in it."""
    for link in index.each("conversationLink"):
        ends = [index.target(link, name) for name in ("sourceRef", "targetRef")]
        if None in ends:
            continue
        conversations = [each for each in ends if each is not None and local(each) in CONVERSATION_NODES]
        others = [each for each in ends if each is not None and local(each) in _ENDS - CONVERSATION_NODES]
        if (len(conversations), len(others)) != (1, 1):
            index.refuse(
                "conversation-link-end",
                link,
                N_("The conversation link “%(element)s” does not join a conversation and a participant"),
                N_("Draw it between a conversation and a pool"),
            )


# Who works on what: resources, lanes, and public processes (BPMN 2.0.2, 8.4.11, 10.2.1, 10.8).

_ROLES = ("resourceRole", "performer", "humanPerformer", "potentialOwner")


def check_resources(index: FileIndex) -> None:
    """A performer is named or worked out by an expression; parameters belong to a named one."""
    for role in index.each(*_ROLES):
        named = child(role, "resourceRef") is not None
        if named and child(role, "resourceAssignmentExpression") is not None:
            index.refuse(
                "resource-twice",
                role,
                N_("“%(element)s” both names a resource and works it out by an expression"),
                N_("Keep either resourceRef or resourceAssignmentExpression"),
            )
        if not named and child(role, "resourceParameterBinding") is not None:
            index.refuse(
                "resource-parameter",
                role,
                N_("“%(element)s” has parameters for a resource that it does not name"),
                N_("Add resourceRef, or delete resourceParameterBinding"),
            )


def check_public_processes(index: FileIndex) -> None:
    """A public process only shows how others take part; it never runs."""
    for process in index.each("process"):
        if process.get("processType") == "Public" and is_true(process, "isExecutable"):
            index.refuse(
                "public-executable",
                process,
                N_("The process “%(element)s” is public and executable at once"),
                N_("Make it private, or not executable"),
            )


def check_lanes(index: FileIndex) -> None:
    """A lane holds nodes of its own process, each node in one lane of a set only."""
    for lanes in index.each("laneSet", "childLaneSet"):
        owner = process_of(lanes)
        times: Counter[str] = Counter()
        for lane in children(lanes, "lane"):
            named = {referred_id(each) for each in children(lane, "flowNodeRef")}
            times.update(named)
            for node in (index.ids[key] for key in sorted(named) if key in index.ids):
                if process_of(node) is not owner:
                    _foreign(index, lane, node)
        for key in sorted(key for key, count in times.items() if count > 1 and key in index.ids):
            index.remark(
                "node-in-two-lanes",
                index.ids[key],
                N_("“%(element)s” is in %(count)s lanes at once"),
                N_("Move it wholly into one lane"),
                count=times[key],
            )


def _foreign(index: FileIndex, lane: Element, node: Element) -> None:
    index.refuse(
        "lane-of-another-process",
        lane,
        N_("The lane “%(element)s” holds “%(node)s”, which is in another process"),
        N_("Move the node into the lane's own process"),
        node=shown_name(node),
    )


def check_pools(index: FileIndex) -> None:
    """A process is shown in one pool only."""
    times = Counter(
        each for pool in index.each("participant") if (each := index.target(pool, "processRef")) is not None
    )
    for pool in index.each("participant"):
        process = index.target(pool, "processRef")
        if process is not None and times[process] > 1 and local(parent_of(pool)) == "collaboration":
            index.remark(
                "process-in-two-pools",
                pool,
                N_("The process “%(process)s” of the pool “%(element)s” has several pools"),
                N_("Keep one pool for each process"),
                process=shown_name(process),
            )
