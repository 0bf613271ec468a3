"""The diagrams are complete and readable: every element drawn once, nothing on top of anything, flows end at their shapes."""

from itertools import combinations
from typing import NamedTuple

import pytest
from lxml import etree

from tests.unit.definitions.support import VERSIONS, package

NS = {
    "di": "http://www.omg.org/spec/DD/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
}


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def touches(self, x: float, y: float) -> bool:
        return self.left - 1 <= x <= self.right + 1 and self.top - 1 <= y <= self.bottom + 1

    def overlaps(self, other: "Box") -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def contains(self, other: "Box") -> bool:
        return (
            self.left <= other.left
            and self.top <= other.top
            and self.right >= other.right
            and self.bottom >= other.bottom
        )


def shapes(label: str) -> dict[str, Box]:
    tree = etree.fromstring(package(label).diagram)
    found = {}
    for shape in tree.iterfind(".//bpmndi:BPMNShape", NS):
        bounds = shape.find("dc:Bounds", NS)
        assert bounds is not None
        x, y, width, height = (float(bounds.get(name) or "nan") for name in ("x", "y", "width", "height"))
        found[shape.get("bpmnElement") or ""] = Box(x, y, x + width, y + height)
    return found


@pytest.mark.parametrize("label", VERSIONS)
def test_every_node_and_flow_is_drawn(label: str) -> None:
    process = package(label).bpmn.processes["dien_hinh"]
    tree = etree.fromstring(package(label).diagram)
    edges = [edge.get("bpmnElement") for edge in tree.iterfind(".//bpmndi:BPMNEdge", NS)]

    assert set(process.all_nodes) <= set(shapes(label))
    assert sorted(edges, key=str) == sorted(process.all_flows)
    assert {lane.id for lane in process.lanes} <= set(shapes(label))


@pytest.mark.parametrize("label", VERSIONS)
def test_no_shape_lies_on_another(label: str) -> None:
    process = package(label).bpmn.processes["dien_hinh"]
    drawn = {key: box for key, box in shapes(label).items() if key in process.all_nodes and key != "year_end"}

    assert [pair for pair in combinations(sorted(drawn), 2) if drawn[pair[0]].overlaps(drawn[pair[1]])] == []


@pytest.mark.parametrize("label", VERSIONS)
def test_every_node_lies_in_its_lane(label: str) -> None:
    process = package(label).bpmn.processes["dien_hinh"]
    boxes = shapes(label)

    outside = [
        (lane.id, node) for lane in process.lanes for node in lane.nodes if not boxes[lane.id].contains(boxes[node])
    ]

    assert outside == []
    assert sorted(node for lane in process.lanes for node in lane.nodes) == sorted(process.all_nodes)


@pytest.mark.parametrize("label", VERSIONS)
def test_every_flow_runs_from_its_source_to_its_target(label: str) -> None:
    process = package(label).bpmn.processes["dien_hinh"]
    boxes = shapes(label)
    tree = etree.fromstring(package(label).diagram)

    for edge in tree.iterfind(".//bpmndi:BPMNEdge", NS):
        flow = process.all_flows[edge.get("bpmnElement") or ""]
        points = [(float(p.get("x") or "nan"), float(p.get("y") or "nan")) for p in edge.iterfind("di:waypoint", NS)]
        assert boxes[flow.source].touches(*points[0]), flow.id
        assert boxes[flow.target].touches(*points[-1]), flow.id
