"""What changed between two versions of a package."""

import json
from collections.abc import Callable

from workflow.packages.comparison import Change, compare
from workflow.packages.package import ProcedurePackage, read_package

Files = dict[str, bytes]
Changed = Callable[..., Files]


def differences(package: ProcedurePackage, files: Files) -> list[Change]:
    return compare(package, read_package(files))


def test_a_package_does_not_differ_from_itself(package: ProcedurePackage) -> None:
    assert compare(package, package) == []


def test_a_changed_task_property_says_old_and_new(package: ProcedurePackage, changed: Changed) -> None:
    assert differences(package, changed("khen.bpmn", 'reason="required"', 'reason="optional"')) == [
        Change(
            kind="changed",
            subject="node",
            id="review",
            name="Xem xét",
            what="outcomes.return.reason",
            old="required",
            new="optional",
        )
    ]


def test_a_new_outcome_in_front_is_no_change_of_the_others(package: ProcedurePackage, changed: Changed) -> None:
    files = changed(
        "khen.bpmn", '<cn:outcome id="approve"', '<cn:outcome id="a" label="A" labelEn="A"/><cn:outcome id="approve"'
    )
    assert {change.what.rsplit(".", 1)[0] for change in differences(package, files)} <= {
        "outcomes.a",
        "outcomes.a.label",
    }


def test_a_condition(package: ProcedurePackage, changed: Changed) -> None:
    (change,) = differences(package, changed("khen.bpmn", " and eligible", ""))
    assert (change.subject, change.id, change.what) == ("flow", "f5", "condition")
    assert (change.old, change.new) == ('=review.outcome = "approve" and eligible', '=review.outcome = "approve"')


def test_nodes_and_flows_come_and_go(package: ProcedurePackage, changed: Changed) -> None:
    files = changed(
        "khen.bpmn",
        '<bpmn:sequenceFlow id="f8" sourceRef="tell" targetRef="told"/>',
        '<bpmn:sequenceFlow id="f8" sourceRef="tell" targetRef="m"/><bpmn:intermediateThrowEvent id="m" name="Mốc"/>'
        '<bpmn:sequenceFlow id="f9" sourceRef="m" targetRef="told"/>',
    )
    found = differences(package, files)
    assert Change(kind="added", subject="node", id="m", name="Mốc") in found
    assert Change(kind="added", subject="flow", id="f9") in found
    assert Change(kind="changed", subject="flow", id="f8", what="target", old="told", new="m") in found
    assert len(found) == 3
    back = compare(read_package(files), package)
    assert Change(kind="removed", subject="node", id="m", name="Mốc") in back


def test_a_node_of_another_kind(package: ProcedurePackage, changed: Changed) -> None:
    files = changed(
        "khen.bpmn",
        '<bpmn:endEvent id="told" name="Đã báo" cn:nameEn="Told"/>',
        '<bpmn:endEvent id="told" name="Đã báo" cn:nameEn="Told"><bpmn:terminateEventDefinition/></bpmn:endEvent>',
    )
    assert [(change.id, change.what, change.new) for change in differences(package, files)] == [
        ("told", "trigger", "Terminate")
    ]


def test_deadlines_roles_and_stages(package: ProcedurePackage, changed: Changed) -> None:
    files = changed("procedure.toml", '"2023" = "04-05"', '"2023" = "04-06"')
    text = (
        files["procedure.toml"]
        .decode()
        .replace('en = "Board"', 'en = "Committee"')
        .replace('en = "Entry"', 'en = "Start"')
    )
    files["procedure.toml"] = text.encode()
    found = [(change.subject, change.id, change.what, change.old, change.new) for change in differences(package, files)]
    assert found == [
        ("role", "board", "label.en", "Board", "Committee"),
        ("stage", "entry", "label.en", "Entry", "Start"),
        ("deadline", "list_due", "years.2023", "04-05", "04-06"),
    ]


def test_what_a_version_covers(package: ProcedurePackage, changed: Changed) -> None:
    (change,) = differences(package, changed("procedure.toml", "[title]", 'covers = ["P18", "P19"]\n[title]'))
    assert (change.subject, change.id, change.what) == ("procedure", "khen", "covers")
    assert (change.old, change.new) == ("", "P18, P19")


def test_the_text_of_a_criterion(package: ProcedurePackage, files: Files) -> None:
    criteria = json.loads(files["criteria/a.json"])
    criteria["groups"][0]["criteria"][0]["text"] = "Có nghị quyết hằng năm"
    files["criteria/a.json"] = json.dumps(criteria).encode()
    (change,) = differences(package, files)
    assert (change.subject, change.id, change.what) == ("criterion", "set-a/c1", "text")
    assert (change.old, change.new) == ("Có nghị quyết", "Có nghị quyết hằng năm")


def test_a_decision_rule(package: ProcedurePackage, changed: Changed) -> None:
    (change,) = differences(package, changed("rules/eligible.dmn", "&gt;= 5", "&gt;= 6"))
    assert (change.subject, change.id, change.what) == ("rule", "eligible/yes", "input.Điểm")
    assert (change.old, change.new) == (">= 5", ">= 6")


def test_a_document(package: ProcedurePackage, files: Files) -> None:
    files["documents/to_trinh.docx"] += b"2"
    (change,) = differences(package, files)
    assert (change.subject, change.id, change.what) == ("document", "documents/to_trinh.docx", "sha256")


def test_the_drawing_alone_is_no_difference(package: ProcedurePackage, changed: Changed) -> None:
    files = changed(
        "khen.bpmn", '<bpmndi:BPMNShape bpmnElement="start"/>', '\n\n<bpmndi:BPMNShape bpmnElement="gate"/>'
    )
    assert differences(package, files) == []


def test_a_line_more_is_no_difference(package: ProcedurePackage, changed: Changed) -> None:
    assert (
        differences(package, changed("khen.bpmn", '<bpmn:startEvent id="start"/>', '\n\n<bpmn:startEvent id="start"/>'))
        == []
    )
