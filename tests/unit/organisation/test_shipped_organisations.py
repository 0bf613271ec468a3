"""What the shipped data must hold: the plan's units, their bodies, and nothing invented under a real name."""

from datetime import date

import pytest

from workflow.organisation.data import load_organisations
from workflow.organisation.tree import OrganisationTree

IN_2023 = date(2023, 6, 15)
PILOTS = ("tho-thanh", "rung-thong", "dien-bien", "htx-tan-son", "dai-hoc-hong-duc", "hoi-lhpn-tinh")


def test_the_six_pilots_of_2023_exist_then_and_are_of_the_six_sorts(tree: OrganisationTree) -> None:
    pilots = [tree.get(pilot) for pilot in PILOTS]
    assert all(pilot.is_valid(IN_2023) for pilot in pilots)
    assert [pilot.type for pilot in pilots[:3]] == ["xã", "thị trấn", "phường"]
    assert [pilot.kind for pilot in pilots[3:]] == ["enterprise", "school", "agency"]


@pytest.mark.parametrize("unit", [*PILOTS, "xa-minh-hoa", "xa-lang-gieng", "hop-tac-xa-minh-hoa"])
@pytest.mark.parametrize("kind", ["steering-committee", "police", "peoples-committee"])
def test_every_unit_has_its_three_bodies_at_its_managing_level_and_at_the_province(
    tree: OrganisationTree, unit: str, kind: str
) -> None:
    for level in ("managing", "province"):
        body = tree.body_for(f"{kind}@{level}", unit, IN_2023)
        assert tree.covers(body.id, unit, IN_2023)


@pytest.mark.parametrize("commune", ["xa-thuong-xuan", "phuong-dong-son", "phuong-hac-thanh", "xa-minh-hoa-2025"])
def test_the_communes_of_2025_answer_to_the_province(tree: OrganisationTree, commune: str) -> None:
    assert tree.get(commune).managing_level == "province"
    assert tree.body_for("steering-committee@commune", commune, date(2025, 7, 1)).territory_id == commune


def test_made_up_records_say_so_in_both_languages(shipped_files: dict[str, bytes]) -> None:
    made_up, _ = load_organisations({"a": shipped_files["made-up.toml"], "b": shipped_files["thanh-hoa.toml"]})
    for organisation in made_up:
        if "minh-hoa" in organisation.id or "lang-gieng" in organisation.id:
            assert "minh họa" in organisation.name_vi
            assert "made up" in organisation.name_en
            assert "không có thật" in organisation.source


def test_every_record_names_its_source(tree: OrganisationTree) -> None:
    assert [o.id for o in tree.valid(IN_2023) if not o.source or not o.name_en] == []
