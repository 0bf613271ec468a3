"""The case bundle, and what its own verifier says of it: as a zip, as a folder, and without any other package."""

import ast
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.audit.support import SCAN, bundle_bytes, plain_stream, saved, stream_of
from workflow.audit import standalone
from workflow.audit.event import head_of
from workflow.audit.keys import SigningKey
from workflow.audit.manifest import verifier_source
from workflow.errors import InvalidInput

KEY = SigningKey.generate()
SCAN_NAME = "evidence/" + hashlib.sha256(SCAN).hexdigest()


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files: dict[str, bytes]) -> bytes:
    """A zip of these members, with a manifest that fits them and is signed: what a dishonest installation would hand over."""
    manifest = json.loads(files["manifest.json"])
    listed = [
        {"name": name, "sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
        for name, data in files.items()
        if not name.startswith("manifest.")
    ]
    text = json.dumps({**manifest, "members": listed}).encode()
    signature = KEY.sign(standalone.MANIFEST_CONTEXT + text).hex().encode() + b"\n"
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in {**files, "manifest.json": text, "manifest.sig": signature}.items():
            archive.writestr(name, data)
    return target.getvalue()


def run(folder: Path, *arguments: str, isolated: bool = False) -> subprocess.CompletedProcess[str]:
    options = ["-I", "-S"] if isolated else []
    command = [sys.executable, *options, str(folder / "verify.py"), *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, encoding="utf-8", env={"PYTHONUTF8": "1"}
    )


def test_the_same_case_gives_the_same_bytes_and_every_member_is_listed() -> None:
    data = bundle_bytes(KEY)
    assert data == bundle_bytes(KEY)
    files = members(data)
    manifest = json.loads(files.pop("manifest.json"))
    assert len(files.pop("manifest.sig")) == 129
    assert manifest["members"] == [
        {"name": name, "sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        for name, content in sorted(files.items())
    ]
    assert files[SCAN_NAME] == SCAN
    assert json.loads(files["evidence/index.json"])[0]["filename"] == "biên bản.pdf"
    assert "GÓI KIỂM CHỨNG" in files["README.txt"].decode()


def test_a_whole_bundle_verifies_as_a_zip(tmp_path: Path) -> None:
    result = standalone.check(saved(bundle_bytes(KEY), tmp_path), KEY.public.key_id)
    assert (result.faults, result.gaps, result.code) == ([], [], 0)
    assert (result.events, result.manifest_signed, result.key_id) == (3, True, KEY.public.key_id)


def test_an_extracted_bundle_verifies_with_the_standard_library_alone(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(bundle_bytes(KEY))) as archive:
        archive.extractall(tmp_path)
    (tmp_path / ".DS_Store").write_bytes(b"litter")
    alone = run(tmp_path, "--key-id", KEY.public.key_id, isolated=True)
    assert (alone.returncode, alone.stderr) == (0, "")
    assert "3 events / sự kiện: OK / NGUYÊN VẸN" in alone.stdout


def test_without_the_id_of_a_key_nobody_is_told_that_all_is_proved(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(bundle_bytes(KEY))) as archive:
        archive.extractall(tmp_path)
    done = run(tmp_path, isolated=True)
    assert (done.returncode, done.stderr) == (3, "")
    assert "no key was given" in done.stdout
    assert "chưa nêu khóa tin cậy" in done.stdout
    assert "NGUYÊN VẸN" not in done.stdout
    assert KEY.public.key_id in done.stdout


def test_the_extracted_verifier_exits_1_and_names_every_fault(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(bundle_bytes(KEY))) as archive:
        archive.extractall(tmp_path)
    lines = (tmp_path / "events.jsonl").read_bytes()
    (tmp_path / "events.jsonl").write_bytes(lines.replace(b"approve", b"returns"))
    (tmp_path / SCAN_NAME).write_bytes(b"another scan")
    (tmp_path / "definition" / "extra.bpmn").write_bytes(b"x")
    done = run(tmp_path, isolated=True)
    assert done.returncode == 1
    for fault in (
        "event 3: changed",
        "events.jsonl': content changed",
        "does not have this hash",
        "extra.bpmn': not in the manifest",
    ):
        assert fault in done.stdout


def test_the_verifier_is_readable_by_python_3_8_and_imports_the_standard_library_only() -> None:
    tree = ast.parse(verifier_source(), feature_version=(3, 8))
    imported = {
        (node.module or "") if isinstance(node, ast.ImportFrom) else node.names[0].name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    outside = {name for name in imported if name.split(".")[0] not in sys.stdlib_module_names}
    assert outside == set()


def edit(name: str, old: bytes, new: bytes) -> Callable[[dict[str, bytes]], None]:
    def apply(files: dict[str, bytes]) -> None:
        assert old in files[name]
        files[name] = files[name].replace(old, new)

    return apply


def reorder(files: dict[str, bytes]) -> None:
    one, two, three = files["events.jsonl"].splitlines(keepends=True)
    files["events.jsonl"] = one + three + two


def cut(files: dict[str, bytes]) -> None:
    files["events.jsonl"] = b"".join(files["events.jsonl"].splitlines(keepends=True)[:2])


def remove(files: dict[str, bytes]) -> None:
    one, _, three = files["events.jsonl"].splitlines(keepends=True)
    files["events.jsonl"] = one + three


def swap_evidence(files: dict[str, bytes]) -> None:
    del files[SCAN_NAME]
    files["evidence/" + hashlib.sha256(b"forged").hexdigest()] = b"forged"


def swap_definition(files: dict[str, bytes]) -> None:
    files["definition/dien-hinh.bpmn"] = b"<forged/>"


@pytest.mark.parametrize(
    ("tamper", "sentence"),
    [
        (edit("events.jsonl", b"approve", b"returns"), "event 3: changed"),
        (edit("events.jsonl", b'"format":1', b'"format": 1'), "event 1: changed"),
        (edit("events.jsonl", b'"seq":2', b'"seq":'), "line 2: changed, not an event"),
        (edit("events.jsonl", b'"seq":2', b'"seq":"2"'), "line 2: changed, not an event"),
        (reorder, "event 2: reordered or repeated"),
        (remove, "events 2 to 2: removed or reordered"),
        (cut, "event 3: cut off or removed, though the checkpoint covers it"),
        (swap_evidence, "no event names this content"),
        (swap_definition, "definition/dien-hinh.bpmn: no event names this content"),
        (edit("checkpoint.json", b'"events":11', b'"events":12'), "the signature does not fit"),
        (edit("proof.json", b'"index":0', b'"index":1'), "does not lead to the checkpoint's root"),
        (edit("proof.json", b'"index":0', b'"index":9'), "the path does not fit the tree"),
        (edit("proof.json", b'"size":5', b'"size":6'), "another stream or checkpoint"),
        (lambda files: files.pop("proof.json"), "proof.json: damaged"),
        (lambda files: files.pop("events.jsonl"), "events.jsonl: damaged"),
        (lambda files: files.pop(f"keys/{KEY.public.key_id}.pem"), "is missing"),
        (edit("checkpoint.json", b'"format":1', b'"format":2'), "another stream or checkpoint"),
        (lambda files: files.update({"checkpoint.json": b"[" * 100_000}), "damaged"),
    ],
)
def test_tampering_with_a_fitting_manifest_is_still_named(
    tamper: Callable[[dict[str, bytes]], object], sentence: str, tmp_path: Path
) -> None:
    files = members(bundle_bytes(KEY))
    tamper(files)
    result = standalone.check(saved(packed(files), tmp_path))
    assert any(sentence in fault for fault in result.faults), result.faults


def test_a_bundle_signed_by_somebody_else_needs_the_trusted_id_to_be_found(tmp_path: Path) -> None:
    path = saved(bundle_bytes(SigningKey.generate()), tmp_path)
    assert standalone.check(path).faults == []
    assert standalone.check(path).code == 3
    faults = standalone.check(path, KEY.public.key_id).faults
    assert [fault.partition(":")[0] for fault in faults if "not with the key you trust" in fault] == [
        "manifest.json",
        "checkpoint.json",
    ]


def test_events_newer_than_the_checkpoint_are_proved_by_the_manifest_alone(tmp_path: Path) -> None:
    events = stream_of([{"evidence_sha256": hashlib.sha256(SCAN).hexdigest()}, {}, {}])
    result = standalone.check(saved(bundle_bytes(KEY, events, head_of(events[1])), tmp_path), KEY.public.key_id)
    assert (result.faults, result.gaps) == ([], [])
    assert (
        "'case:1': events after 2 are newer than the checkpoint; the signed manifest alone proves them" in result.notes
    )


def test_evidence_that_an_event_names_and_the_bundle_lacks_is_not_proved(tmp_path: Path) -> None:
    result = standalone.check(saved(bundle_bytes(KEY, evidence=[]), tmp_path), KEY.public.key_id)
    assert (result.faults, result.code) == ([], 3)
    assert any("named by an event, not enclosed" in gap for gap in result.gaps)


def test_evidence_that_no_event_names_is_a_fault(tmp_path: Path) -> None:
    result = standalone.check(saved(bundle_bytes(KEY, plain_stream(2)), tmp_path))
    assert f"{SCAN_NAME}: no event names this content" in result.faults


@pytest.mark.parametrize("name", ["../up.bpmn", "/root.bpmn", "a//b.bpmn", ".hidden", "sơ đồ.bpmn", "a\\b", ""])
def test_file_names_that_a_zip_should_not_hold_are_refused(name: str) -> None:
    with pytest.raises(InvalidInput):
        bundle_bytes(KEY, definition_files={name: b""})
