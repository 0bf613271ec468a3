"""`congnhan definition check` on a single BPMN file, and what a package's check says at which element."""

from pathlib import Path

from click.testing import CliRunner, Result

from workflow.cli.definition import definition
from workflow.packages.package import check_bpmn_file

TEMPLATE = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="urn:test">
<bpmn:process id="p" isExecutable="true">
  <bpmn:startEvent id="start"/>
  <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="which"/>
  <bpmn:exclusiveGateway id="which" default="f3"/>
  <bpmn:sequenceFlow id="f2" sourceRef="which" targetRef="a">
    <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">n > 5</bpmn:conditionExpression>
  </bpmn:sequenceFlow>
  <bpmn:sequenceFlow id="f3" sourceRef="which" targetRef="b"/>
  <bpmn:task id="a" name="Review"/>
  <bpmn:task id="b" name="Skip"/>
  <bpmn:sequenceFlow id="f4" sourceRef="a" targetRef="join"/>
  <bpmn:sequenceFlow id="f5" sourceRef="b" targetRef="join"/>
  <bpmn:{join} id="join" name="Together"/>
  <bpmn:sequenceFlow id="f6" sourceRef="join" targetRef="end"/>
  <bpmn:endEvent id="end"/>
</bpmn:process>
</bpmn:definitions>
"""


def check(folder: Path, join: str) -> Result:
    path = folder / "p.bpmn"
    path.write_text(TEMPLATE.format(join=join), encoding="utf-8")
    return CliRunner().invoke(definition, ["check", str(path)])


def test_a_fault_is_one_line_with_rule_element_line_and_advice(tmp_path: Path) -> None:
    result = check(tmp_path, "parallelGateway")
    (line,) = [line for line in result.output.splitlines() if "deadlock" in line]
    assert result.exit_code == 1
    assert line.startswith("p.bpmn:16  deadlock  join  “Together” can wait for ever")
    assert "start → which → Review → Together" in line
    assert "→ Join with the same kind of gateway" in line


def test_a_file_without_faults_leaves_with_zero(tmp_path: Path) -> None:
    result = check(tmp_path, "exclusiveGateway")
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[-1].startswith("0 errors")


def test_a_file_that_cannot_be_read_is_a_finding_not_a_crash(tmp_path: Path) -> None:
    path = tmp_path / "p.bpmn"
    path.write_text("<no", encoding="utf-8")
    result = CliRunner().invoke(definition, ["check", str(path)])
    assert result.exit_code == 1
    assert "p.bpmn" in result.output


def test_findings_name_file_and_element_as_the_editor_needs_them() -> None:
    source = TEMPLATE.format(join="parallelGateway").encode()
    (finding,) = [each for each in check_bpmn_file(source, "p.bpmn") if each.rule == "deadlock"]
    assert (finding.file, finding.element_id, finding.element_name) == ("p.bpmn", "join", "Together")


def test_a_fault_of_a_task_does_not_hide_the_deadlock() -> None:
    broken = TEMPLATE.format(join="parallelGateway").replace(
        'task id="a" name="Review"', 'serviceTask id="a" name="Review"'
    )
    rules = {each.rule for each in check_bpmn_file(broken.encode(), "p.bpmn") if each.severity == "error"}
    assert "deadlock" in rules
    assert len(rules) > 1
