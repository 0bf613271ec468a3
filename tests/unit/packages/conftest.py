"""A small package that is right, for specifications that each break one thing of it."""

import json
from collections.abc import Callable, Mapping

import pytest

from workflow.model.findings import Finding
from workflow.packages.package import ProcedurePackage, check_package, read_package

MANIFEST = """key = "khen"
version_label = "2023"
process = "khen.bpmn"
effective_from = 2023-01-01
effective_to = 2023-12-31
legal_basis = ["Kế hoạch 1"]
province_scope = ["38"]

[title]
vi = "Khen thưởng"
en = "Award"

[business_key]
pattern = "K-{year}-{number:03}"

[subjects]
kinds = ["commune"]

[[roles]]
id = "officer"
vi = "Cán bộ"
en = "Officer"
body = "subject"

[[roles]]
id = "board"
vi = "Ban Chỉ đạo"
en = "Board"

[[stages]]
id = "entry"
vi = "Đăng ký"
en = "Entry"

[[stages]]
id = "review"
vi = "Xem xét"
en = "Review"

[[deadlines]]
id = "list_due"
vi = "Gửi danh sách"
en = "List"
rule = "02-15"
semantics = "before"
remind = "WT5D"
escalate_to = "board"
years = { "2023" = "04-05" }

[calendar]
office_closes = "16:30"
"""

BPMN = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:cn="urn:congnhan:bpmn:1"
  xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<bpmn:process id="khen" name="Khen thưởng" isExecutable="true">
  <bpmn:startEvent id="start"/>
  <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="entry"/>
  <bpmn:userTask id="entry" name="Đăng ký" camunda:candidateGroups="officer" camunda:dueDate="=deadlines.list_due.due_at">
    <bpmn:extensionElements>
      <cn:task stage="entry" jurisdiction="subject" labelEn="Enter"/>
      <cn:outcome id="submit" label="Gửi" labelEn="Send"/>
      <cn:field id="grade" kind="integer" label="Điểm" labelEn="Score"/>
    </bpmn:extensionElements>
  </bpmn:userTask>
  <bpmn:sequenceFlow id="f2" sourceRef="entry" targetRef="rule"/>
  <bpmn:businessRuleTask id="rule" camunda:decisionRef="eligible" camunda:resultVariable="eligible"/>
  <bpmn:sequenceFlow id="f3" sourceRef="rule" targetRef="review"/>
  <bpmn:userTask id="review" name="Xem xét" camunda:candidateGroups="board" camunda:dueDate="WT5D">
    <bpmn:extensionElements>
      <cn:task stage="review" jurisdiction="steering-committee@commune" labelEn="Review" separateFrom="entry"
        criteriaSet="set-a" completeness="result" compareWith="entry" carryOver="entry"/>
      <cn:outcome id="approve" label="Đạt" labelEn="Approve" condition="=assessment.all_met and quorum.met"/>
      <cn:outcome id="return" label="Trả lại" labelEn="Return" effect="back" reason="required" complete="false"/>
      <cn:field id="roster" kind="users" role="board" jurisdiction="steering-committee@commune" label="Họp" labelEn="Roster"/>
      <cn:field id="present" kind="users" within="roster" label="Có mặt" labelEn="Present"/>
      <cn:quorum roster="roster" present="present" share="2/3"/>
    </bpmn:extensionElements>
  </bpmn:userTask>
  <bpmn:boundaryEvent id="late" attachedToRef="review" cancelActivity="false">
    <bpmn:timerEventDefinition><bpmn:timeDuration xsi:type="bpmn:tFormalExpression">WT5D</bpmn:timeDuration></bpmn:timerEventDefinition>
  </bpmn:boundaryEvent>
  <bpmn:sequenceFlow id="f7" sourceRef="late" targetRef="tell"/>
  <bpmn:serviceTask id="tell" camunda:type="external" camunda:topic="notify"/>
  <bpmn:sequenceFlow id="f8" sourceRef="tell" targetRef="told"/>
  <bpmn:endEvent id="told" name="Đã báo" cn:nameEn="Told"/>
  <bpmn:sequenceFlow id="f4" sourceRef="review" targetRef="gate"/>
  <bpmn:exclusiveGateway id="gate" default="f6"/>
  <bpmn:sequenceFlow id="f5" sourceRef="gate" targetRef="done">
    <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">review.outcome = "approve" and eligible</bpmn:conditionExpression>
  </bpmn:sequenceFlow>
  <bpmn:sequenceFlow id="f6" sourceRef="gate" targetRef="entry"/>
  <bpmn:endEvent id="done" name="Công nhận" cn:nameEn="Recognised"/>
</bpmn:process>
<bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement="khen"><bpmndi:BPMNShape bpmnElement="start"/></bpmndi:BPMNPlane>
</bpmndi:BPMNDiagram>
</bpmn:definitions>
"""

DMN = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:test">
<inputData id="i" name="entry"><variable name="entry"/></inputData>
<decision id="eligible" name="Đủ điều kiện"><variable name="eligible"/>
<informationRequirement id="r"><requiredInput href="#i"/></informationRequirement>
<decisionTable id="t" hitPolicy="UNIQUE"><input id="in" label="Điểm"><inputExpression id="ie"><text>entry.grade</text>
</inputExpression></input><output id="o" name="eligible"/>
<rule id="yes"><inputEntry id="a"><text>&gt;= 5</text></inputEntry><outputEntry id="b"><text>true</text></outputEntry></rule>
<rule id="no"><inputEntry id="c"><text>&lt; 5</text></inputEntry><outputEntry id="e"><text>false</text></outputEntry></rule>
</decisionTable></decision></definitions>
"""

CRITERIA = {
    "key": "set-a",
    "title": {"vi": "Bộ tiêu chí", "en": "Criteria"},
    "source": "Phụ lục I",
    "groups": [
        {
            "id": "g",
            "title": {"vi": "Nhóm", "en": "Group"},
            "criteria": [{"id": "c1", "no": 1, "text": "Có nghị quyết", "kind": "boolean"}],
        }
    ],
}

Files = dict[str, bytes]


@pytest.fixture
def files() -> Files:
    """The files of the package; each specification gets its own."""
    return {
        "procedure.toml": MANIFEST.encode(),
        "khen.bpmn": BPMN.encode(),
        "rules/eligible.dmn": DMN.encode(),
        "criteria/a.json": json.dumps(CRITERIA, ensure_ascii=False).encode(),
        "documents/to_trinh.docx": b"PK\x03\x04 a template, kept as it is",
    }


@pytest.fixture
def changed(files: Files) -> Callable[..., Files]:
    """The files with one text of one of them replaced; the text must be there."""

    def change(name: str, old: str, new: str) -> Files:
        text = files[name].decode()
        assert old in text
        return {**files, name: text.replace(old, new).encode()}

    return change


@pytest.fixture
def faults(changed: Callable[..., Files]) -> Callable[..., list[Finding]]:
    """The findings after one text of one file is replaced."""
    return lambda name, old, new: check_package(changed(name, old, new))


@pytest.fixture
def package(files: Mapping[str, bytes]) -> ProcedurePackage:
    """The package, read."""
    return read_package(files)
