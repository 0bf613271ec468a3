"""What a case comes to is found at publishing: ends without a result, steps that nobody does, criteria that nobody judges, unknown kinds."""

import json
from collections.abc import Callable
from datetime import date

import pytest

from tests.unit.packages.conftest import Files
from workflow.model.findings import Finding
from workflow.organisation.records import SUBJECT_KINDS, Organisation
from workflow.packages.package import check_package

Faults = Callable[..., list[Finding]]
TOML, BPMN = "procedure.toml", "khen.bpmn"
END = '<bpmn:endEvent id="done" name="Công nhận" cn:nameEn="Recognised"/>'
JUDGED = 'criteriaSet="set-a" completeness="result"'
TELL = '<bpmn:serviceTask id="tell" camunda:type="external" camunda:topic="notify"/>'
TOLD = '<bpmn:endEvent id="told" name="Đã báo" cn:nameEn="Told"/>'
RECORD = """<bpmn:serviceTask id="tell" camunda:type="external" camunda:topic="record-result"><bpmn:extensionElements>
<camunda:inputOutput><camunda:inputParameter name="outcome">{outcome}</camunda:inputParameter></camunda:inputOutput>
</bpmn:extensionElements></bpmn:serviceTask>"""

FOUND: dict[str, tuple[str, str, str, str, str]] = {
    "an end without a name": (BPMN, END, '<bpmn:endEvent id="done"/>', "end-without-result", "error"),
    "an end with a blank name": (BPMN, END, END.replace("Công nhận", " "), "end-without-result", "error"),
    "an end that terminates": (
        BPMN,
        END,
        '<bpmn:endEvent id="done"><bpmn:terminateEventDefinition/></bpmn:endEvent>',
        "end-without-result",
        "error",
    ),
    "a recorded result that no end names": (
        BPMN,
        f'{TELL}\n  <bpmn:sequenceFlow id="f8" sourceRef="tell" targetRef="told"/>\n  {TOLD}',
        RECORD.format(outcome="recognised")
        + f'<bpmn:sequenceFlow id="f8" sourceRef="tell" targetRef="told"/>{TOLD.replace("Đã báo", "")}',
        "result-without-name",
        "error",
    ),
    "a task without a kind": (
        BPMN,
        TELL,
        '<bpmn:task id="tell" name="Họp" cn:nameEn="Meet"/>',
        "nobody-does-it",
        "error",
    ),
    "a manual task": (
        BPMN,
        TELL,
        '<bpmn:manualTask id="tell" name="Họp" cn:nameEn="Meet"/>',
        "nobody-does-it",
        "warning",
    ),
    "completeness not said": (BPMN, JUDGED, 'criteriaSet="set-a"', "completeness-not-said", "warning"),
    "nothing judged": (BPMN, JUDGED, 'criteriaSet="set-a" completeness="none"', "nothing-judged", "warning"),
    "an outcome that judges nothing": (
        BPMN,
        'label="Đạt" labelEn="Approve"',
        'label="Đạt" labelEn="Approve" complete="false"',
        "outcome-without-judgement",
        "warning",
    ),
    "an unknown kind of unit": (
        TOML,
        'kinds = ["commune"]',
        'kinds = ["commune", "xa"]',
        "unknown-kind-of-unit",
        "error",
    ),
}


@pytest.mark.parametrize("case", FOUND.values(), ids=FOUND)
def test_it_is_found_with_an_advice(faults: Faults, case: tuple[str, str, str, str, str]) -> None:
    name, old, new, rule, severity = case
    found = [one for one in faults(name, old, new) if one.rule == rule]
    assert [one.severity for one in found] == [severity]
    assert found[0].advice
    assert found[0].file == name


@pytest.mark.parametrize("outcome", ["done", "recognised", '="recognised"', "=entry.grade"])
def test_a_result_that_has_a_name_or_is_computed_is_no_finding(faults: Faults, outcome: str) -> None:
    rules = {one.rule for one in faults(BPMN, TELL, RECORD.format(outcome=outcome))}
    assert "result-without-name" not in rules


def test_the_end_of_a_subprocess_ends_no_case(faults: Faults) -> None:
    inner = '<bpmn:subProcess id="tell" name="A" cn:nameEn="A"><bpmn:startEvent id="s"/><bpmn:endEvent id="e"/>'
    inner += '<bpmn:sequenceFlow id="se" sourceRef="s" targetRef="e"/></bpmn:subProcess>'
    assert [one.rule for one in faults(BPMN, TELL, inner) if one.rule == "end-without-result"] == []


def test_every_kind_that_is_judged_is_known(faults: Faults) -> None:
    found = faults(TOML, 'kinds = ["commune"]', f"kinds = {json.dumps(SUBJECT_KINDS)}")
    assert [one for one in found if one.rule == "unknown-kind-of-unit"] == []


def test_a_role_at_a_kind_of_body_that_there_is_nowhere(files: Files, commune: Organisation) -> None:
    manifest = files[TOML].decode().replace('body = "subject"', 'body = "xa"')
    found = check_package({**files, TOML: manifest.encode()}, organisations=[commune])
    assert "unknown-kind-of-body" in {one.rule for one in found}


@pytest.fixture
def commune() -> Organisation:
    return Organisation(
        id="x", code="x", kind="commune", level="commune", name_vi="Xã X", name_en="X", valid_from=date(2022, 1, 1)
    )
