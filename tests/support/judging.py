"""A small procedure that judges by four criteria, run for the made-up commune by its own officer."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.support.drawing import file_of, flows, process
from tests.support.house import COMMUNE_UNIT, House
from workflow.runtime.recorder import SYSTEM, Provenance
from workflow.services.campaigns.campaigns import CreateCampaign, OpenCampaign
from workflow.services.campaigns.units import AddCampaignUnits, StartCampaign

OFFICER = "donvi.minhhoa"
KEYS = ("1", "2", "3", "4")
MANIFEST = """key = "{key}"
version_label = "thu"
process = "{key}.bpmn"
effective_from = 2022-01-01

[title]
vi = "Xét thử {key}"
en = "Trial {key}"

[business_key]
pattern = "{key}-{{year}}-{{number:03}}"

[[roles]]
id = "unit-officer"
vi = "Cán bộ đơn vị"
en = "Officer of the unit"
body = "subject"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """A step that judges. `completeness` and `complete` None: the definition does not say. `beside`: the steps that it judges."""

    completeness: str | None = None
    complete: str | None = None
    beside: str = ""

    @property
    def is_lenient(self) -> bool:
        """Whether the definition says that less than every result will do."""
        return self.completeness == "none" or self.complete == "false"


def criteria(keys: Sequence[str] = KEYS) -> dict[str, Any]:
    """A set of plain criteria."""
    every = [{"id": key, "no": int(key), "text": f"Tiêu chí {key}", "kind": "boolean"} for key in keys]
    groups = [{"id": "g", "title": {"vi": "Nhóm", "en": "Group"}, "criteria": every}]
    return {"key": "bon", "title": {"vi": "Bốn tiêu chí", "en": "Four"}, "source": "Minh họa", "groups": groups}


def judging_package(key: str, steps: Sequence[Judging], *, end: str = 'name="Công nhận"') -> dict[str, bytes]:
    """The steps one after the other; the last one's outcome “approve” recognises."""
    ids = [f"step_{number}" for number in range(1, len(steps) + 1)]
    nodes = "".join(_task(node_id, step) for node_id, step in zip(ids, steps, strict=True))
    ways = flows(*(f"{one}>{other}" for one, other in zip(["start", *ids], [*ids, "recognised"], strict=True)))
    content = process(f'<startEvent id="start"/>{nodes}<endEvent id="recognised" {end}/>{ways}', f"p_{key}")
    return {
        "procedure.toml": MANIFEST.format(key=key).encode(),
        f"{key}.bpmn": file_of(content).encode(),
        "criteria/bon.json": json.dumps(criteria(), ensure_ascii=False).encode(),
    }


def _task(node_id: str, step: Judging) -> str:
    needs = f' completeness="{step.completeness}"' if step.completeness else ""
    complete = f' complete="{step.complete}"' if step.complete else ""
    beside = f' compareWith="{step.beside}"' if step.beside else ""
    return (
        f'<userTask id="{node_id}" name="Xét {node_id}" camunda:candidateGroups="unit-officer"><extensionElements>'
        f'<cn:task jurisdiction="subject" criteriaSet="bon"{needs}{beside}/>'
        f'<cn:outcome id="approve" label="Đạt"{complete}/></extensionElements></userTask>'
    )


def open_procedure(house: House, files: Mapping[str, bytes], key: str) -> None:
    """Publish the package and start the commune's case on it."""
    house.container.publishing.install(files, Provenance(actor=SYSTEM, at=house.clock.now()))
    manager = house.actor("quanly.tinh")
    new = CreateCampaign(key=key, year=2023, province="thanh-hoa", name_vi="Đợt thử", name_en="A trial")
    house.campaign_id = house.container.campaigns.create(manager, new)
    add = AddCampaignUnits(campaign_id=house.campaign_id, units={COMMUNE_UNIT: {}})
    house.container.campaign_units.add_units(manager, add)
    house.container.campaigns.open(manager, OpenCampaign(campaign_id=house.campaign_id, revision=1))
    house.container.campaign_units.start(manager, StartCampaign(campaign_id=house.campaign_id))
    house.settle()
