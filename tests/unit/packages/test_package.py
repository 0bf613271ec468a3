"""A right package is read wholly; a wrong one is refused with everything that is wrong."""

from collections.abc import Callable
from datetime import date, time

import pytest

from tests.support.world import shipped_folders
from workflow.errors import DefinitionRejected, NotFound
from workflow.model.user_task import Label
from workflow.packages.archive import package_sha256
from workflow.packages.folders import PackageFolder
from workflow.packages.package import ProcedurePackage, check_package, load_published, read_package
from workflow.packages.records import DeadlineRule, Role, Stage

Files = dict[str, bytes]


def test_a_right_package_has_no_findings(files: Files) -> None:
    assert [str(finding) for finding in check_package(files)] == []


def test_the_manifest_is_read(package: ProcedurePackage) -> None:
    assert (package.key, package.version_label, package.title) == ("khen", "2023", Label(vi="Khen thưởng", en="Award"))
    assert (package.effective_from, package.effective_to) == (date(2023, 1, 1), date(2023, 12, 31))
    assert (package.legal_basis, package.province_scope) == (("Kế hoạch 1",), ("38",))
    assert package.business_key.format(key="khen", year=2023, number=7) == "K-2023-007"
    assert package.subjects == ("commune",)
    assert package.roles["officer"] == Role(id="officer", label=Label(vi="Cán bộ", en="Officer"), body="subject")
    assert package.stages[0] == Stage(id="entry", label=Label(vi="Đăng ký", en="Entry"))
    assert package.office_closes == time(16, 30)


def test_a_deadline_keeps_its_rule_and_its_exception(package: ProcedurePackage) -> None:
    assert package.deadlines["list_due"] == DeadlineRule(
        id="list_due",
        label=Label(vi="Gửi danh sách", en="List"),
        month_day="02-15",
        semantics="before",
        remind="WT5D",
        escalate_to="board",
        years={2023: "04-05"},
    )


def test_the_process_the_decisions_and_the_criteria_are_there(package: ProcedurePackage) -> None:
    assert package.process.id == "khen"
    assert set(package.process.user_tasks) == {"entry", "review"}
    assert list(package.criteria_sets["set-a"].criteria) == ["c1"]
    assert package.bpmn.has_diagram


def test_a_decision_is_explained(package: ProcedurePackage) -> None:
    result = package.decisions.explain("eligible", {"entry": {"grade": 7}})
    assert (result.value, result.matched) == (True, ("yes",))


def test_an_unknown_decision_says_which_there_are(package: ProcedurePackage) -> None:
    with pytest.raises(NotFound, match="eligible"):
        package.decisions.explain("eligibel", {})


def test_files_are_kept_byte_for_byte(files: Files, package: ProcedurePackage) -> None:
    assert package.files == files
    assert package.diagram == files["khen.bpmn"]
    assert package.sha256 == package_sha256(files)


def test_one_byte_more_is_another_package(files: Files, package: ProcedurePackage) -> None:
    files["documents/to_trinh.docx"] += b"."
    assert read_package(files).sha256 != package.sha256


def test_every_fault_of_every_file_is_reported_at_once(changed: Callable[..., Files]) -> None:
    broken = changed("khen.bpmn", 'camunda:topic="notify"', 'camunda:topic="fax"')
    broken["procedure.toml"] = broken["procedure.toml"].replace(b'semantics = "before"', b'semantics = "around"')
    broken["criteria/a.json"] = b"{}"
    broken["rules/eligible.dmn"] = b"<!DOCTYPE a><a/>"
    broken["virus.exe"] = b""
    with pytest.raises(DefinitionRejected) as caught:
        read_package(broken)
    found = {(finding.file, finding.rule) for finding in caught.value.findings}
    assert {
        ("khen.bpmn", "unknown-handler"),
        ("procedure.toml", "unknown-value"),
        ("criteria/a.json", "criteria-set"),
        ("rules/eligible.dmn", "xml-doctype"),
        ("virus.exe", "unexpected-file"),
    } <= found


def test_an_installation_may_have_more_handlers(changed: Callable[..., Files]) -> None:
    files = changed("khen.bpmn", 'camunda:topic="notify"', 'camunda:topic="fax"')
    assert check_package(files, handlers=frozenset({"fax"})) == []


def test_warnings_do_not_keep_a_package_from_being_read(changed: Callable[..., Files]) -> None:
    package = read_package(changed("khen.bpmn", ' labelEn="Send"', ""))
    assert [(finding.rule, finding.severity) for finding in package.findings] == [("label-without-english", "warning")]


@pytest.mark.parametrize("files", [{}, {"procedure.toml": b"\xff"}, {"procedure.toml": b"key = "}, {"a.bpmn": b""}])
def test_nonsense_is_refused_without_a_traceback(files: Files) -> None:
    assert any(finding.severity == "error" for finding in check_package(files))


@pytest.mark.parametrize("folder", shipped_folders(), ids=lambda folder: "-".join(folder.path.parts[-2:]))
def test_every_shipped_procedure_is_right(folder: PackageFolder) -> None:
    assert [str(finding) for finding in check_package(folder.files()) if finding.severity == "error"] == []


def test_what_was_published_loads_although_a_check_would_refuse_it_now(changed: Callable[..., Files]) -> None:
    files = changed("khen.bpmn", 'camunda:topic="notify"', 'camunda:topic="handler-of-old"')
    with pytest.raises(DefinitionRejected):
        read_package(files)
    assert load_published(files).process.id == "khen"


def test_what_cannot_run_at_all_does_not_load(files: Files) -> None:
    del files["khen.bpmn"]
    with pytest.raises(DefinitionRejected):
        load_published(files)
