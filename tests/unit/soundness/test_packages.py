"""The packages that are shipped have no fault, and a package's check says what would strand its cases."""

import pytest

from tests.support.world import shipped_folders, shipped_package
from workflow.packages.folders import PackageFolder
from workflow.packages.package import check_package


@pytest.mark.parametrize("folder", shipped_folders(), ids=lambda folder: "-".join(folder.path.parts[-2:]))
def test_the_shipped_packages_are_sound(folder: PackageFolder) -> None:
    rules = {"overlapping-conditions", "condition-gap", "too-large-to-decide"}
    findings = check_package(folder.files())
    assert [str(finding) for finding in findings if finding.severity == "error" or finding.rule in rules] == []


def test_the_check_of_a_package_names_a_stranding_gateway() -> None:
    files = shipped_package()
    text = files["dien-hinh.bpmn"].decode()
    broken = text.replace(
        '<bpmn:sequenceFlow id="vote__decision" sourceRef="vote" targetRef="decision" />',
        '<bpmn:sequenceFlow id="vote__decision" sourceRef="vote" targetRef="decision" />'
        '<bpmn:sequenceFlow id="vote__decision_2" sourceRef="vote" targetRef="decision" />',
    )
    assert broken != text
    files["dien-hinh.bpmn"] = broken.encode()
    found = [each for each in check_package(files) if each.rule == "lack-of-synchronisation"]
    assert [(each.element_id, each.file, each.severity) for each in found] == [("decision", "dien-hinh.bpmn", "error")]


def test_a_role_that_the_acting_body_does_not_give_is_a_doubt() -> None:
    files = shipped_package()
    text = files["dien-hinh.bpmn"].decode()
    files["dien-hinh.bpmn"] = text.replace('candidateGroups="board-member"', 'candidateGroups="inspector"').encode()
    found = [each for each in check_package(files) if each.rule == "role-of-another-body"]
    assert {(each.element_id, each.severity, each.params["bodies"]) for each in found} == {
        ("evaluation", "warning", "police")
    }


def test_a_jurisdiction_at_no_level_of_the_state_is_a_fault() -> None:
    files = shipped_package()
    text = files["dien-hinh.bpmn"].decode()
    files["dien-hinh.bpmn"] = text.replace('jurisdiction="subject"', 'jurisdiction="police@ward"', 1).encode()
    assert ("not-a-jurisdiction", "registration") in [(each.rule, each.element_id) for each in check_package(files)]
