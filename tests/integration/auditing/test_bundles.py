"""A case's bundle proves itself with Python's standard library alone, and stops doing so when a byte is changed."""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.integration.auditing.conftest import Tamper
from tests.integration.auditing.support import PDF, UNIT, Court
from workflow.errors import NotFound, PermissionDenied


def written(court: Court, folder: Path, ref: str | None = None) -> Path:
    target = io.BytesIO()
    court.app.bundles.write(ref or court.case_id, target, court.auditor)
    path = folder / "bundle.zip"
    path.write_bytes(target.getvalue())
    return path


def check(bundle: Path, folder: Path) -> tuple[int, str]:
    """Run the bundle's own verifier as somebody would who has nothing but Python."""
    program = folder / "verify.py"
    with zipfile.ZipFile(bundle) as archive:
        program.write_bytes(archive.read("verify.py"))
    with zipfile.ZipFile(bundle) as archive:
        key_id = json.loads(archive.read("manifest.json"))["key_id"]
    command = [sys.executable, "-I", "-S", str(program), str(bundle), "--key-id", key_id]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout


def test_it_holds_everything_and_verifies(court: Court, tmp_path: Path) -> None:
    court.assess()
    bundle = written(court, tmp_path, court.case.business_key)

    code, said = check(bundle, tmp_path)
    assert (code, "FAULT" in said, "no event names" in said) == (0, False, False), said
    assert "not enclosed" not in said
    with zipfile.ZipFile(bundle) as archive:
        names = archive.namelist()
        events = [json.loads(line) for line in archive.read("events.jsonl").splitlines()]
        (index,) = json.loads(archive.read("evidence/index.json"))
        assert archive.read(f"evidence/{index['sha256']}") == PDF
    assert {"definition/dien-hinh.bpmn", "definition/procedure.toml", "criteria/xa-phuong-thi-tran.json"} <= set(names)
    assert events[-1]["type"] == "CaseBundled"
    assert events[-1]["actor"] == court.auditor.user_id
    assert court.faults() == set()


def test_a_case_that_was_tampered_with_can_be_bundled_and_says_so(court: Court, tamper: Tamper, tmp_path: Path) -> None:
    tamper("UPDATE events SET actor = 'x', at = '2023-01-01' WHERE stream = :s AND seq = 2", s=court.stream)

    code, said = check(written(court, tmp_path), tmp_path)
    assert code == 1
    assert "event 2: changed" in said


def test_a_definition_that_was_altered_is_a_fault(court: Court, tamper: Tamper, tmp_path: Path) -> None:
    path = "criteria/xa-phuong-thi-tran.json"
    tamper("UPDATE definition_files SET content = :content WHERE path = :path", content=b"[]", path=path)

    code, said = check(written(court, tmp_path), tmp_path)
    assert code == 1
    assert path in said


def test_only_an_auditor_whose_jurisdiction_covers_the_case_gets_it(court: Court) -> None:
    with pytest.raises(PermissionDenied):
        court.app.bundles.write(court.case_id, io.BytesIO(), court.officer)
    with pytest.raises(NotFound):
        court.app.bundles.write(court.case_id, io.BytesIO(), court.neighbour)

    assert all(event.type != "CaseBundled" for event in court.world.events(court.stream))


def bundled(court: Court, folder: Path, kind: str, subject: str) -> Path:
    path = folder / "bundle.zip"
    with path.open("wb") as target:
        court.app.bundles.write_of(kind, subject, target, court.auditor)
    return path


SUBJECTS = {
    "case": lambda court: court.case_id,
    "campaign": lambda court: "dien-hinh-2023-thanh-hoa",
    "organisation": lambda court: UNIT,
    "procedure": lambda court: "dien-hinh",
    "accounts": lambda court: "accounts",
}


@pytest.mark.parametrize("kind", SUBJECTS)
def test_a_bundle_of_each_kind_is_proved_as_a_whole(court: Court, tmp_path: Path, kind: str) -> None:
    court.assess()
    bundle = bundled(court, tmp_path, kind, SUBJECTS[kind](court))

    code, said = check(bundle, tmp_path)
    assert code == 0, said
    with zipfile.ZipFile(bundle) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        lines = archive.read("events.jsonl").splitlines()
    written = court.world.events("audit")[-1]
    assert written.type == "BundleWritten"
    assert written.actor == court.auditor.user_id
    assert written.payload["kind"] == manifest["kind"] == kind
    assert written.payload["events"] == len(lines) > 0
    assert written.payload["files"] == len(manifest["members"])
    assert written.payload["size"] == sum(member["size"] for member in manifest["members"])
    assert court.faults() == set()


def test_the_bundle_of_a_campaign_holds_the_events_of_all_its_cases(court: Court, tmp_path: Path) -> None:
    with zipfile.ZipFile(bundled(court, tmp_path, "campaign", "dien-hinh-2023-thanh-hoa")) as archive:
        events = [json.loads(line) for line in archive.read("events.jsonl").splitlines()]
        (case,) = json.loads(archive.read("campaign.json"))["cases"]

    assert {event["stream"].partition(":")[0] for event in events} == {"campaign", "case"}
    assert case["business_key"] == "DH-2023-0001"


SUMMARIES = [
    ("case", "UPDATE cases SET outcome = 'recognised'"),
    ("campaign", "UPDATE cases SET outcome = 'recognised'"),
    ("campaign", "UPDATE campaigns SET status = 'closed'"),
    ("organisation", "UPDATE organisations SET name_vi = 'Xã Khác'"),
    ("procedure", "UPDATE definition_versions SET status = 'retired'"),
]


@pytest.mark.parametrize(("kind", "statement"), SUMMARIES)
def test_a_summary_that_differs_from_the_events_is_a_fault(
    court: Court, tamper: Tamper, tmp_path: Path, kind: str, statement: str
) -> None:
    tamper(statement)

    code, said = check(bundled(court, tmp_path, kind, SUBJECTS[kind](court)), tmp_path)
    assert code == 1
    assert "the events say" in said


@pytest.mark.parametrize("kind", ["case", "campaign", "accounts"])
def test_a_bundle_is_for_an_auditor_whose_jurisdiction_covers_it(court: Court, kind: str) -> None:
    for actor in (court.officer, court.neighbour):
        with pytest.raises((PermissionDenied, NotFound)):
            court.app.bundles.write_of(kind, SUBJECTS[kind](court), io.BytesIO(), actor)

    assert not {event.type for event in court.world.events("audit")} & {"BundleRequested", "BundleWritten"}


@pytest.mark.parametrize("kind", SUBJECTS)
def test_what_is_not_there_cannot_be_bundled(court: Court, kind: str) -> None:
    with pytest.raises(NotFound):
        court.app.bundles.write_of(kind, "khong-co", io.BytesIO(), court.auditor)


def test_a_procedure_is_for_every_auditor_and_for_nobody_else(court: Court) -> None:
    assert court.app.bundles.write_of("procedure", "dien-hinh", io.BytesIO(), court.neighbour).events
    with pytest.raises(PermissionDenied):
        court.app.bundles.write_of("procedure", "dien-hinh", io.BytesIO(), court.officer)
