"""One thing of a right package is broken; the check says what, where and at which element."""

from collections.abc import Callable

import pytest

from workflow.model.findings import Finding
from workflow.packages.package import check_package

Faults = Callable[..., list[Finding]]

BPMN_FAULTS = {
    "expression that does not parse": ('review.outcome = "approve" and eligible', "review.outcome = = 1", "expression-unreadable", "f5"),
    "deadline that is not declared": ("deadlines.list_due.due_at", "deadlines.other.due_at", "unknown-deadline", "entry"),
    "part that a deadline has not": ("deadlines.list_due.due_at", "deadlines.list_due.due", "unknown-deadline-part", "entry"),
    "outcome that the task has not": ('review.outcome = "approve"', 'review.outcome = "aprove"', "unknown-outcome", "f5"),
    "role that is not declared": ('candidateGroups="board"', 'candidateGroups="boord"', "unknown-role", "review"),
    "role of a field": ('role="board"', 'role="boord"', "unknown-role", "review"),
    "stage that is not declared": ('stage="review"', 'stage="rewiew"', "unknown-stage", "review"),
    "jurisdiction of no known form": ('jurisdiction="subject"', 'jurisdiction="Huyện"', "not-a-jurisdiction", "entry"),
    "jurisdiction of a field": ('role="board" jurisdiction="steering-committee@commune"', 'role="board" jurisdiction="x"', "not-a-jurisdiction", "review"),
    "separation from no task": ('separateFrom="entry"', 'separateFrom="gate"', "unknown-task", "review"),
    "comparison with no task": ('compareWith="entry"', 'compareWith="rule"', "unknown-task", "review"),
    "carried over from no task": ('carryOver="entry"', 'carryOver="entri"', "unknown-task", "review"),
    "criteria set that is not there": ('criteriaSet="set-a"', 'criteriaSet="set-b"', "unknown-criteria-set", "review"),
    "decision that is not there": ('decisionRef="eligible"', 'decisionRef="eligibel"', "unknown-decision", "rule"),
    "handler that is not registered": ('topic="notify"', 'topic="fax"', "unknown-handler", "tell"),
    "timer that is no time": (">WT5D</bpmn:timeDuration>", ">five days</bpmn:timeDuration>", "not-a-time", "late"),
    "due date that is no time": ('dueDate="WT5D"', 'dueDate="soon"', "not-a-time", "review"),
    "task without outcome": ('<cn:outcome id="submit" label="Gửi" labelEn="Send"/>', "", "no-outcomes", "entry"),
    "node that nothing leads to": ('<bpmn:endEvent id="done" name="Công nhận" cn:nameEn="Recognised"/>', '<bpmn:endEvent id="done" name="Công nhận" cn:nameEn="Recognised"/><bpmn:task id="lost"/>', "unreachable-node", "lost"),
    "task that nobody may do": (' camunda:candidateGroups="officer"', "", "nobody-to-do-it", "entry"),
    "quorum over no field": ('present="present"', 'present="grade"', "unknown-quorum-field", "review"),
    "result variable that is no name": ('resultVariable="eligible"', 'resultVariable="1st"', "not-a-variable-name", "rule"),
    "priority that is no number": ('camunda:dueDate="WT5D"', 'camunda:dueDate="WT5D" camunda:priority="high"', "not-a-priority", "review"),
    "id that is a word of FEEL": ("entry", "between", "not-a-variable-name", "between"),
    "case that a clock would start": (
        '<bpmn:startEvent id="start"/>',
        '<bpmn:startEvent id="start"/><bpmn:startEvent id="yearly"><bpmn:timerEventDefinition><bpmn:timeCycle '
        'xsi:type="bpmn:tFormalExpression">R/P1Y</bpmn:timeCycle></bpmn:timerEventDefinition></bpmn:startEvent>'
        '<bpmn:sequenceFlow id="fy" sourceRef="yearly" targetRef="entry"/>',
        "start-without-a-unit",
        "yearly",
    ),
    "process that is not there": (
        '<bpmn:serviceTask id="tell" camunda:type="external" camunda:topic="notify"/>',
        '<bpmn:callActivity id="tell" calledElement="other"/>',
        "unknown-process",
        "tell",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", BPMN_FAULTS)
def test_a_fault_of_the_process_is_found_at_its_element(faults: Faults, fault: str) -> None:
    old, new, rule, element = BPMN_FAULTS[fault]
    found = [finding for finding in faults("khen.bpmn", old, new) if finding.rule == rule]
    assert [finding.element_id for finding in found][:1] == [element]
    assert all(finding.severity == "error" for finding in found)
    assert all(finding.file == "khen.bpmn" and finding.line and "%(" not in str(finding) for finding in found)


def line_with(content: bytes, text: str) -> int:
    return next(number for number, line in enumerate(content.decode().splitlines(), start=1) if text in line)


def test_the_line_is_that_of_the_expression(faults: Faults, files: dict[str, bytes]) -> None:
    (finding,) = faults("khen.bpmn", "review.outcome = ", "review.outcome = = ")
    assert finding.rule == "expression-unreadable"
    assert finding.line == line_with(files["khen.bpmn"], "review.outcome")


BPMN_WARNINGS = {
    "variable that nothing writes": ("and eligible", "and elligible", "unknown-variable", "f5"),
    "task without stage": ('stage="entry" ', "", "no-stage", "entry"),
    "label without English": (' labelEn="Score"', "", "label-without-english", "entry"),
    "node whose name has no English": (
        'id="gate" default',
        'id="gate" name="Đạt?" default',
        "label-without-english",
        "gate",
    ),
    "flow whose name has no English": ('id="f6" source', 'id="f6" name="Không" source', "label-without-english", "f6"),
    "no diagram": ('<bpmndi:BPMNShape bpmnElement="start"/>', "", "no-diagram", None),
}


@pytest.mark.parametrize("fault", BPMN_WARNINGS)
def test_a_doubt_is_a_warning(faults: Faults, fault: str) -> None:
    old, new, rule, element = BPMN_WARNINGS[fault]
    found = faults("khen.bpmn", old, new)
    assert [(finding.rule, finding.severity, finding.element_id) for finding in found] == [(rule, "warning", element)]


def test_an_expression_may_read_what_it_sees_only_there(faults: Faults) -> None:
    assert (
        faults("khen.bpmn", "=assessment.all_met and quorum.met", "=count(roster) > 3 and campaign.year > 2022") == []
    )


def test_a_text_that_looks_like_a_deadline_is_only_a_text(faults: Faults) -> None:
    assert faults("khen.bpmn", "=assessment.all_met", "='deadlines'='x'".replace("'", "&quot;")) == []
    assert faults("khen.bpmn", "=assessment.all_met", "=&quot;deadlines.other&quot; = &quot;x&quot;") == []


MANIFEST_FAULTS = {
    "missing key": ('key = "khen"', "", "missing-key", "key"),
    "key that is no name": ('key = "khen"', 'key = "Khen thưởng"', "not-a-name", "key"),
    "misspelt key": ('remind = "WT5D"', 'remnd = "WT5D"', "unknown-key", "deadlines[0].remnd"),
    "covers a number of no list": ("[title]", 'covers = ["P09", "P9"]\n[title]', "not-a-number-of-the-list", "covers"),
    "covers a number twice": ("[title]", 'covers = ["P09", "P10", "P09"]\n[title]', "covered-twice", "covers"),
    "covers what is no text": ("[title]", "covers = [9]\n[title]", "wrong-type", "covers[0]"),
    "missing English": ('en = "Award"', "", "missing-key", "title.en"),
    "wrong type": ('vi = "Khen thưởng"', "vi = 3", "wrong-type", "title.vi"),
    "date that is a text": ("effective_from = 2023-01-01", 'effective_from = "2023"', "wrong-type", "effective_from"),
    "dates in the wrong order": ("2023-12-31", "2022-12-31", "dates-reversed", "effective_to"),
    "day that no year has": ('rule = "02-15"', 'rule = "02-30"', "not-a-day", "deadlines[0].rule"),
    "day that is no day": ('"2023" = "04-05"', '"2023" = "April"', "not-a-day", "deadlines[0].years.2023"),
    "year that is none": ('"2023" = "04-05"', '"next" = "04-05"', "not-a-year", "deadlines[0].years"),
    "unknown reading": ('"before"', '"by"', "unknown-value", "deadlines[0].semantics"),
    "reminder in hours": ("WT5D", "PT5H", "not-working-days", "deadlines[0].remind"),
    "escalation to nobody": ('escalate_to = "board"', 'escalate_to = "boord"', "unknown-role", "deadlines[0].escalate_to"),
    "escalation to no level": ('escalate_to = "board"', 'escalate_to = "board@police@mars"', "not-an-escalation", "deadlines[0].escalate_to"),
    "escalation to no kind of body": ('escalate_to = "board"', 'escalate_to = "board@football@commune"', "not-an-escalation", "deadlines[0].escalate_to"),
    "role of the installation": ('id = "board"', 'id = "auditor"', "reserved-role", "roles[1].id"),
    "role twice": ('id = "board"', 'id = "officer"', "duplicate-id", "roles[1].id"),
    "number without a number": ("{number:03}", "x", "business-key", "business_key.pattern"),
    "number of a billion digits": ("{number:03}", "{number:0999999999}", "business-key", "business_key.pattern"),
    "29 February": ('rule = "02-15"', 'rule = "02-29"', "not-a-day", "deadlines[0].rule"),
    "year without measure": ('"2023" = "04-05"', f'"{"9" * 5000}" = "04-05"', "not-a-year", "deadlines[0].years"),
    "number with an attack": ("{number:03}", "{number.__class__}", "business-key", "business_key.pattern"),
    "time that is none": ("16:30", "half past four", "not-a-time", "calendar.office_closes"),
    "file that is not there": ('process = "khen.bpmn"', 'process = "other.bpmn"', "no-process-file", None),
}  # fmt: skip


@pytest.mark.parametrize("fault", MANIFEST_FAULTS)
def test_a_fault_of_the_manifest_is_found_at_its_place(faults: Faults, fault: str) -> None:
    old, new, rule, place = MANIFEST_FAULTS[fault]
    found = [finding for finding in faults("procedure.toml", old, new) if finding.rule == rule]
    assert [finding.element_id for finding in found][:1] == [place]
    assert all(finding.file == "procedure.toml" and "%(" not in str(finding) for finding in found)


def test_a_manifest_fault_names_its_line(faults: Faults, files: dict[str, bytes]) -> None:
    (finding,) = faults("procedure.toml", 'remind = "WT5D"', 'remnd = "WT5D"')
    assert finding.line == line_with(files["procedure.toml"], "remind")


def test_the_same_decision_in_two_files(files: dict[str, bytes], faults: Faults) -> None:
    files["rules/second.dmn"] = files["rules/eligible.dmn"]
    assert "duplicate-decision" in {finding.rule for finding in faults("procedure.toml", "2023-12-31", "2023-12-30")}


def test_the_same_process_in_two_files(files: dict[str, bytes], faults: Faults) -> None:
    files["second.bpmn"] = files["khen.bpmn"]
    found = [
        finding
        for finding in faults("procedure.toml", "2023-12-31", "2023-12-30")
        if finding.rule == "duplicate-process"
    ]
    assert [(finding.file, finding.element_id) for finding in found] == [("second.bpmn", "khen")]


def test_the_same_user_task_in_two_processes(files: dict[str, bytes], faults: Faults) -> None:
    files["second.bpmn"] = files["khen.bpmn"].replace(b'"khen"', b'"khen_hai"').replace(b'"entry"', b'"entry_two"')
    found = [
        finding for finding in faults("procedure.toml", "2023-12-31", "2023-12-30") if finding.rule == "duplicate-task"
    ]
    assert [(one.file, one.element_id, one.severity) for one in found] == [("second.bpmn", "review", "error")]
    assert "khen" in str(found[0])


def test_names_with_english_are_no_doubt(faults: Faults) -> None:
    assert faults("khen.bpmn", 'id="gate" default', 'id="gate" name="Đạt?" cn:nameEn="Met?" default') == []


def test_a_document_that_is_no_word_file(faults: Faults, files: dict[str, bytes]) -> None:
    files["documents/to_trinh.docx"] = b"MZ"
    assert {finding.rule for finding in faults("procedure.toml", "2023-12-31", "2023-12-30")} == {"not-a-docx"}


def test_a_decision_that_needs_what_nothing_writes(faults: Faults) -> None:
    found = faults("rules/eligible.dmn", 'name="entry"', 'name="entri"')
    assert ("unknown-input", "warning", "rule") in [
        (finding.rule, finding.severity, finding.element_id) for finding in found
    ]


def decided(files: dict[str, bytes], attribute: str, expression: str, result: str) -> list[tuple[str, str | None]]:
    """Let the decision's first rule give `result`, and the review take `attribute` from it."""
    bpmn = files["khen.bpmn"].decode()
    assert attribute in bpmn
    files["khen.bpmn"] = bpmn.replace(attribute, expression).encode()
    files["rules/eligible.dmn"] = files["rules/eligible.dmn"].replace(
        b"<text>true</text>", f"<text>{result}</text>".encode()
    )
    return [(finding.rule, finding.element_id) for finding in check_package(files)]


def test_a_decision_that_gives_an_unknown_criteria_set(files: dict[str, bytes]) -> None:
    assert decided(files, 'criteriaSet="set-a"', 'criteriaSet="=eligible"', '"set-b"') == [
        ("decided-criteria-set", "review")
    ]


def test_a_decision_that_gives_a_known_criteria_set(files: dict[str, bytes]) -> None:
    assert decided(files, 'criteriaSet="set-a"', 'criteriaSet="=eligible"', '"set-a"') == []


def test_a_decision_that_gives_no_organisation(files: dict[str, bytes]) -> None:
    assert decided(
        files, 'jurisdiction="steering-committee@commune" labelEn', 'jurisdiction="=eligible" labelEn', '"huyện"'
    ) == [("decided-jurisdiction", "review")]


BOMBS = {
    "nested arrays": ("procedure.toml", b"a = " + b"[" * 100_000),
    "dotted key": ("procedure.toml", b"a" + b".a" * 100_000 + b" = 1"),
    "long number": ("procedure.toml", b"a = " + b"9" * 10_000),
    "large manifest": ("procedure.toml", b"#" * 200_000),
    "nested JSON": ("criteria/a.json", b"[" * 100_000),
    "JSON that is a number": ("criteria/a.json", b"9" * 10_000),
    "bytes that are no text": ("criteria/a.json", b"\xff\xfe"),
    "DMN with entities": ("rules/eligible.dmn", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_one_finding(files: dict[str, bytes], bomb: str) -> None:
    name, content = BOMBS[bomb]
    assert [finding.file for finding in check_package({**files, name: content}) if finding.severity == "error"] == [
        name
    ]


@pytest.mark.parametrize("text", ["(" * 5_000, "1" + "+1" * 20_000, "not(" * 5_000, '"' + "a" * 100_000], ids=len)
def test_an_expression_without_measure_is_one_finding(faults: Faults, text: str) -> None:
    found = faults("khen.bpmn", 'review.outcome = "approve" and eligible', text)
    assert [finding.rule for finding in found] == ["expression-unreadable"]
    assert len(found[0].message) < 1_000
