"""What the reader of diagrams knows of our own elements, the modeler in the browser keeps: it drops what it does not know."""

import json
from pathlib import Path

import pytest

from workflow.bpmn.supported import FOREIGN
from workflow.bpmn.user_task import OWN_CHILDREN, OWN_ELEMENTS

KNOWN = {
    entry["name"].lower(): entry["properties"]
    for entry in json.loads((Path(__file__).parents[2] / "frontend/moddle/congnhan.json").read_text(encoding="utf-8"))[
        "types"
    ]
}


@pytest.mark.parametrize("element", sorted(OWN_ELEMENTS))
def test_the_modeler_keeps_every_attribute_that_the_reader_reads(element: str) -> None:
    assert {one["name"] for one in KNOWN[element] if one.get("isAttr")} == OWN_ELEMENTS[element]


@pytest.mark.parametrize("element", sorted(OWN_CHILDREN))
def test_the_modeler_keeps_every_child_that_the_reader_reads(element: str) -> None:
    assert {one["type"].lower() for one in KNOWN[element] if one.get("isMany")} == OWN_CHILDREN[element]


PANEL = (Path(__file__).parents[2] / "webui/templates/components/modeler_panel.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("attribute", sorted(FOREIGN))
def test_what_a_finding_advises_to_delete_can_be_deleted_in_the_editor(attribute: str) -> None:
    assert f'"{attribute}"' in PANEL
