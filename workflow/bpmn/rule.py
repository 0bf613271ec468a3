"""What the element table says of one element, and the short forms in which its lines are written."""

from collections.abc import Mapping
from dataclasses import dataclass, field

FALSE = frozenset({"false", "0"})


def names(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementRule:
    """What one element may hold. `fixed`: attributes that are accepted with these values only, all of them defaults.

    `camunda`, `cn`: attributes of those namespaces that are read. `extensions`: elements that are read in
    `extensionElements`. `effect` is false for what is accepted and has no effect when the process runs.
    """

    children: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()
    fixed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    camunda: frozenset[str] = frozenset()
    cn: frozenset[str] = frozenset()
    extensions: frozenset[str] = frozenset()
    effect: bool = True


BASE_CHILDREN = names("documentation extensionElements")
BASE_ATTRIBUTES = names("id name")

ARTIFACTS = "textAnnotation association group"
TASKS = "task manualTask userTask serviceTask sendTask receiveTask scriptTask businessRuleTask"
SUB_PROCESSES = "subProcess transaction adHocSubProcess"
GATEWAYS = "exclusiveGateway parallelGateway inclusiveGateway eventBasedGateway complexGateway"
EVENTS = "startEvent endEvent intermediateCatchEvent intermediateThrowEvent boundaryEvent"
ACTIVITIES = names(f"{TASKS} callActivity {SUB_PROCESSES}")
FLOW_NODES = ACTIVITIES | names(f"{GATEWAYS} {EVENTS}")
FLOW_ELEMENT = "auditing monitoring categoryValueRef"
"""What every flow element may hold."""
CONTENT = (
    f"{' '.join(sorted(FLOW_NODES))} sequenceFlow laneSet {ARTIFACTS} property dataObject dataObjectReference "
    "dataStoreReference"
)
"""What stands in a process or subprocess."""
GLOBAL_TASKS = "globalTask globalUserTask globalScriptTask globalManualTask globalBusinessRuleTask"


def rule(
    children: str = "",
    attributes: str = "",
    *,
    fixed: Mapping[str, frozenset[str]] | None = None,
    camunda: str = "",
    cn: str = "",
    extensions: str = "",
    effect: bool = True,
) -> ElementRule:
    """An element that has an id, a name and documentation."""
    return ElementRule(
        children=BASE_CHILDREN | names(children),
        attributes=BASE_ATTRIBUTES | names(attributes),
        fixed=fixed or {},
        camunda=names(camunda),
        cn=names(cn),
        extensions=names(extensions),
        effect=effect,
    )


def text(attributes: str = "", *, effect: bool = True) -> ElementRule:
    """An element that holds text only."""
    return ElementRule(attributes=names(f"id {attributes}"), effect=effect)


def expression() -> ElementRule:
    """An element that holds an expression."""
    return text("language evaluatesToTypeRef")


def inert(children: str = "", attributes: str = "") -> ElementRule:
    """An element that is accepted and changes nothing."""
    return rule(children, attributes, effect=False)
