"""What the rules ask of a file: its elements by kind, where references lead, which flows enter and leave a node."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from workflow.bpmn.kinds import SUBPROCESSES
from workflow.bpmn.namespaces import BPMN, Element, attribute, child, children, local, namespace, reference, referred_id
from workflow.bpmn.report import Report


@dataclass(frozen=True, slots=True)
class FileIndex:
    """One file with the indexes that several rules need. Flows are indexed by the ids that they name."""

    root: Element
    ids: Mapping[str, Element]
    report: Report
    incoming: Mapping[str, list[Element]] = field(default_factory=lambda: defaultdict(list))
    outgoing: Mapping[str, list[Element]] = field(default_factory=lambda: defaultdict(list))
    attached: Mapping[str, list[Element]] = field(default_factory=lambda: defaultdict(list))
    associated: dict[str, list[str]] = field(default_factory=dict)
    triggers: dict[Element, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.associated.update(associated_ids(self.root))
        for flow in self.each("sequenceFlow"):
            self.outgoing[reference(flow, "sourceRef") or ""].append(flow)
            self.incoming[reference(flow, "targetRef") or ""].append(flow)
        for event in self.each("boundaryEvent"):
            self.attached[reference(event, "attachedToRef") or ""].append(event)

    def each(self, *names: str) -> Iterator[Element]:
        """Every element of these kinds, in the order of the file."""
        return self.root.iter(*(f"{{{BPMN}}}{name}" for name in names))

    def target(self, element: Element, name: str) -> Element | None:
        """The element that the attribute `name` refers to; `None` where it is absent or in no file of ours."""
        return self.ids.get(reference(element, name) or "")

    def targets(self, element: Element, name: str) -> list[Element]:
        """The elements that children `name` refer to by their text; dangling ones are left out."""
        found = (self.ids.get(referred_id(each)) for each in children(element, name))
        return [each for each in found if each is not None]

    def first_target(self, element: Element, name: str) -> Element | None:
        """The element that the first child `name` refers to by its text."""
        first = child(element, name)
        return None if first is None else self.ids.get(referred_id(first))

    def flows_into(self, node: Element) -> list[Element]:
        """The sequence flows that enter the node."""
        return self.incoming.get(attribute(node, "id") or "", [])

    def flows_out_of(self, node: Element) -> list[Element]:
        """The sequence flows that leave the node."""
        return self.outgoing.get(attribute(node, "id") or "", [])

    def attached_to(self, activity: Element) -> list[Element]:
        """The boundary events of the activity."""
        return self.attached.get(attribute(activity, "id") or "", [])

    def associated_with(self, element: Element) -> list[Element]:
        """What associations join to the element, in either direction."""
        found = (self.ids.get(each) for each in self.associated.get(attribute(element, "id") or "", []))
        return [each for each in found if each is not None]

    def definitions_of(self, event: Element) -> list[Element]:
        """The event's definitions: its own, then those that `eventDefinitionRef` names."""
        own = [each for each in event if namespace(each) == BPMN and local(each).endswith("EventDefinition")]
        return own + self.targets(event, "eventDefinitionRef")

    def triggers_of(self, event: Element) -> list[str]:
        """What the event is about: `timer`, `message` … in the order of its definitions."""
        if event not in self.triggers:
            self.triggers[event] = [local(each).removesuffix("EventDefinition") for each in self.definitions_of(event)]
        return self.triggers[event]

    def refuse(self, rule: str, at: Element, template: str, advice: str, **params: object) -> None:
        """Add an error at the element; the templates may use `%(element)s` for its name."""
        self.report.error(rule, template, at, advice, **{"element": shown_name(at), **params})

    def remark(self, rule: str, at: Element, template: str, advice: str, **params: object) -> None:
        """Add a warning at the element; the templates may use `%(element)s` for its name."""
        self.report.warning(rule, template, at, advice, **{"element": shown_name(at), **params})


def associated_ids(root: Element) -> Mapping[str, list[str]]:
    """Id of an element → ids of what associations join to it, in either direction."""
    found: dict[str, list[str]] = defaultdict(list)
    for association in root.iter(f"{{{BPMN}}}association"):
        source, target = reference(association, "sourceRef") or "", reference(association, "targetRef") or ""
        found[source].append(target)
        found[target].append(source)
    return found


def shown_name(element: Element) -> str:
    """The element's name, id or kind: what a person can find it by."""
    return attribute(element, "name") or attribute(element, "id") or local(element)


def is_true(element: Element, name: str, default: bool = False) -> bool:
    """The value of a boolean attribute."""
    value = attribute(element, name)
    return default if value is None else value in ("true", "1")


def parent_of(element: Element) -> Element:
    """The element around it; the root is its own parent."""
    parent = element.getparent()
    return element if parent is None else parent


def is_event_subprocess(element: Element) -> bool:
    """Whether it is a subprocess that an event starts."""
    return local(element) in SUBPROCESSES and is_true(element, "triggeredByEvent")


def process_of(element: Element) -> Element | None:
    """The process in which the element stands."""
    return next((each for each in (element, *element.iterancestors()) if local(each) == "process"), None)
