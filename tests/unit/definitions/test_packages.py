"""Both versions of the procedure are whole: nothing to find fault with, and both languages everywhere."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date

import pytest

from tests.unit.definitions.support import VERSIONS, package
from workflow.model.user_task import Label


@pytest.mark.parametrize("label", VERSIONS)
def test_a_package_has_no_findings(label: str) -> None:
    assert [str(finding) for finding in package(label).findings] == []


def test_the_versions_share_a_key_and_follow_one_another_without_a_gap() -> None:
    three_tiers, two_tiers = (package(label) for label in VERSIONS)

    assert three_tiers.key == two_tiers.key == "dien-hinh"
    assert (three_tiers.effective_from, three_tiers.effective_to) == (date(2023, 1, 1), date(2025, 6, 30))
    assert (two_tiers.effective_from, two_tiers.effective_to) == (date(2025, 7, 1), None)


@pytest.mark.parametrize("label", VERSIONS)
def test_both_versions_cover_the_choice_of_pilots_to_the_inspection(label: str) -> None:
    assert package(label).manifest.covers == tuple(f"P{number:02}" for number in range(9, 16))


@pytest.mark.parametrize("label", VERSIONS)
def test_every_label_has_both_languages(label: str) -> None:
    found = package(label)
    parts = (found.manifest, *found.bpmn.processes.values(), *found.criteria_sets.values())
    labels = [label for part in parts for label in _labels(part)]

    assert len(labels) > 100
    assert [label for label in labels if not label.vi or not label.en] == []


@pytest.mark.parametrize("label", VERSIONS)
def test_every_user_task_can_be_shown_and_handed_out(label: str) -> None:
    for task in package(label).bpmn.processes["dien_hinh"].user_tasks.values():
        spec = task.spec
        assert spec.label is not None, task.id
        assert spec.help is not None, task.id
        assert spec.jurisdiction is not None, task.id
        assert len(spec.candidate_groups) == 1, task.id
        assert spec.due_date is not None, task.id
        assert spec.follow_up_date is not None, task.id
        assert all(
            outcome.reason != "none" for outcome in spec.outcomes if outcome.effect == "back" and not outcome.complete
        )


def test_the_version_of_2025_names_no_district() -> None:
    for name, source in package("2025").files.items():
        if name.startswith(("rules/", "dien-hinh.bpmn")):
            assert b"@district" not in source, name
            assert b'"district"' not in source, name


def test_the_plan_s_own_days() -> None:
    deadlines = package("2023").manifest.deadlines

    assert (deadlines["district_list"].month_day, deadlines["district_list"].semantics) == ("02-15", "before")
    assert dict(deadlines["district_list"].years) == {2023: "04-05"}
    assert deadlines["half_year_report"].month_day == "06-15"
    assert deadlines["yearly_report"].month_day == "10-25"
    assert {rule.remind for rule in deadlines.values()} == {"WT5D"}
    assert {rule.escalate_to for rule in deadlines.values()} == {"standing-officer"}


PLANS_OWN = {"district_list", "half_year_report", "yearly_report"}


@pytest.mark.parametrize("label", VERSIONS)
def test_only_what_the_province_chose_itself_moves_off_a_day_off(label: str) -> None:
    deadlines = package(label).manifest.deadlines

    assert {key for key, rule in deadlines.items() if rule.day_off == "keep"} == PLANS_OWN
    assert {rule.day_off for key, rule in deadlines.items() if key not in PLANS_OWN} == {"previous"}


@pytest.mark.parametrize("label", VERSIONS)
def test_every_node_and_every_named_flow_has_an_english_name(label: str) -> None:
    process = package(label).bpmn.processes["dien_hinh"]
    names = {node.id: (node.name, node.name_en) for node in process.all_nodes.values()}
    names |= {flow.id: (flow.name, flow.name_en) for flow in process.all_flows.values() if flow.name}

    assert len(names) > 50
    assert [key for key, (vi, en) in names.items() if not vi or not en] == []


def test_the_dossier_has_three_papers() -> None:
    spec = package("2023").bpmn.processes["dien_hinh"].user_tasks["self_assessment"].spec

    assert [paper.id for paper in spec.papers] == ["submission_letter", "report", "unit_minutes"]
    assert all(paper.required for paper in spec.papers)


def _labels(part: object) -> Iterator[Label]:
    if isinstance(part, Label):
        yield part
    elif is_dataclass(part):
        for item in fields(part):
            yield from _labels(getattr(part, item.name))
    elif isinstance(part, dict):
        for value in part.values():
            yield from _labels(value)
    elif isinstance(part, tuple | list):
        for value in part:
            yield from _labels(value)
