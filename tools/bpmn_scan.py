"""What the corpus of BPMN files shows: which element, attribute and event at which place stands in which file."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from lxml import etree

from tools.reference import ROOT
from workflow.bpmn.kinds import ALWAYS_INTERRUPTING, TRIGGERS_AT
from workflow.bpmn.namespaces import BPMN, CAMUNDA, CN

CORPUS = ROOT / "tests" / "conformance" / "corpus"
Shown = dict[tuple[str, ...], list[Path]]
_PREFIXES = {CAMUNDA: "camunda:", CN: "cn:"}
_MOST = 3


def words(text: str) -> list[str]:
    """The words of a text, in order."""
    return text.split()


KINDS = words(
    "none message timer error escalation cancel conditional compensate signal link terminate multiple parallel"
)
PLACES: dict[str, str] = {
    "start": "Start",
    "interrupting": "Event subprocess, interrupting",
    "beside": "Event subprocess, not",
    "catch": "Catch",
    "throw": "Throw",
    "boundary": "Boundary, interrupting",
    "boundary-beside": "Boundary, not",
    "end": "End",
}
_SEVERAL = ["multiple", "parallel"]
_CAUGHT_INSIDE = sorted(TRIGGERS_AT["start event of an event subprocess"])
_CAUGHT_OUTSIDE = sorted(TRIGGERS_AT["boundary event"])
PERMITTED: dict[str, list[str]] = {
    "start": ["none", *sorted(TRIGGERS_AT["top-level start event"]), *_SEVERAL],
    "interrupting": [*_CAUGHT_INSIDE, *_SEVERAL],
    "beside": [*(kind for kind in _CAUGHT_INSIDE if kind not in ALWAYS_INTERRUPTING), *_SEVERAL],
    "catch": [*sorted(TRIGGERS_AT["intermediate catch event"]), *_SEVERAL],
    "throw": ["none", *sorted(TRIGGERS_AT["intermediate throw event"]), "multiple"],
    "boundary": [*_CAUGHT_OUTSIDE, *_SEVERAL],
    "boundary-beside": [*(kind for kind in _CAUGHT_OUTSIDE if kind not in ALWAYS_INTERRUPTING), *_SEVERAL],
    "end": ["none", *sorted(TRIGGERS_AT["end event"]), "multiple"],
}
"""Where an event may stand (BPMN 2.0.2, table 10.93)."""


@cache
def shown() -> Shown:
    """("element", name), ("attribute", element, name) and ("event", place, kind) → the files that hold it, smallest first."""
    found: Shown = defaultdict(list)
    paths = [path for path in sorted(CORPUS.rglob("*.bpmn")) if path.parent.name != "refused"]
    for path in sorted(paths, key=lambda each: (each.stat().st_size, each)):
        root = etree.parse(path).getroot()
        for key in dict.fromkeys(_keys(root)):
            found[key].append(path)
    return dict(found)


def _keys(root: etree._Element) -> Iterator[tuple[str, ...]]:
    definitions = {each.get("id"): each for each in root.iter() if _local(each).endswith("EventDefinition")}
    for element in root.iter(etree.Element):
        name = _local(element)
        prefix = _PREFIXES.get(etree.QName(element).namespace or "", "")
        yield ("element", prefix + name)
        for key in element.attrib:
            attribute = etree.QName(key)
            yield ("attribute", prefix + name, _PREFIXES.get(attribute.namespace or "", "") + attribute.localname)
        if (place := _place(element, name)) is not None:
            yield ("event", place, _kind(element, definitions))


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _place(element: etree._Element, name: str) -> str | None:
    parent = element.getparent()
    if name == "startEvent" and parent is not None and parent.get("triggeredByEvent") == "true":
        return "beside" if element.get("isInterrupting") == "false" else "interrupting"
    if name == "boundaryEvent":
        return "boundary-beside" if element.get("cancelActivity") == "false" else "boundary"
    places = {
        "startEvent": "start",
        "intermediateCatchEvent": "catch",
        "intermediateThrowEvent": "throw",
        "endEvent": "end",
    }
    return places.get(name)


def _kind(element: etree._Element, definitions: dict[str | None, etree._Element]) -> str:
    parts = [each for each in element if _local(each).endswith("EventDefinition")]
    parts += [definitions[each.text] for each in element.iterfind(f"{{{BPMN}}}eventDefinitionRef")]
    if len(parts) > 1:
        return "parallel" if element.get("parallelMultiple") == "true" else "multiple"
    return _local(parts[0]).removesuffix("EventDefinition") if parts else "none"


def links(paths: Iterable[Path]) -> str:
    """The first few files as links from docs/reference."""
    found = list(paths)
    texts = [f"[{path.stem}](../../{path.relative_to(ROOT).as_posix()})" for path in found[:_MOST]]
    more = [f"{len(found) - _MOST} more"] if len(found) > _MOST else []
    return ", ".join([*texts, *more]) or "–"
