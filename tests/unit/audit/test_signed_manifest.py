"""Whoever changes a bundle without the installation's key: no change of any file, of the list of files or of the format passes as proved."""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.audit.support import BEGIN, SCAN, bundle_bytes, saved
from workflow.audit import standalone
from workflow.audit.bundle import line_of
from workflow.audit.event import Head, seal_next
from workflow.audit.keys import SigningKey
from workflow.audit.payload import canonical

KEY = SigningKey.generate()
ID = KEY.public.key_id
SCAN_NAME = "evidence/" + hashlib.sha256(SCAN).hexdigest()
Files = dict[str, bytes]


def opened(data: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(files: Files) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return target.getvalue()


def as_old(files: Files) -> Files:
    """The same members as an earlier version listed them: without a signature."""
    kept = {name: content for name, content in files.items() if not name.startswith("manifest.")}
    listed = {name: hashlib.sha256(content).hexdigest() for name, content in kept.items()}
    return {**kept, "manifest.json": json.dumps({"format": 1, "members": listed}).encode()}


def relisted(files: Files) -> Files:
    """The list made to fit what was changed; the signature stays."""
    manifest = json.loads(files["manifest.json"])
    manifest["members"] = [
        {"name": name, "sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        for name, content in sorted(files.items())
        if not name.startswith("manifest.")
    ]
    return {**files, "manifest.json": canonical(manifest) + b"\n"}


def appended(files: Files) -> Files:
    """One more event, chained as it should be: a refusal after the checkpoint."""
    last = json.loads(files["events.jsonl"].splitlines()[-1])
    head = Head(stream="case:1", seq=last["seq"], hash=last["hash"])
    refusal = {"outcome": "refused", "decision_number": None, "decided_on": None}
    event = seal_next(head, "case:1", id="late", type="ResultRecorded", at=BEGIN, actor="nobody", payload=refusal)
    return {**files, "events.jsonl": files["events.jsonl"] + line_of(event)}


def changed(name: str, old: bytes, new: bytes) -> Callable[[Files], Files]:
    def change(files: Files) -> Files:
        assert old in files[name]
        return {**files, name: files[name].replace(old, new)}

    return change


def without(name: str) -> Callable[[Files], Files]:
    return lambda files: {member: content for member, content in files.items() if member != name}


def renamed(name: str, to: str) -> Callable[[Files], Files]:
    return lambda files: {(to if member == name else member): content for member, content in files.items()}


def with_file(name: str, content: bytes = b"x") -> Callable[[Files], Files]:
    return lambda files: {**files, name: content}


ATTACKS: dict[str, Callable[[Files], Files]] = {
    "a refusal appended after the checkpoint": appended,
    "another number in the summary": changed("case.json", b"DH-2023-0007", b"DH-2023-0008"),
    "another name in the index": changed("evidence/index.json", b".pdf", b".exe"),
    "another size in the index": changed("evidence/index.json", b'"size":', b'"size":1'),
    "another README": changed("README.txt", b"verify.py", b"run-me.py"),
    "another verifier": with_file("verify.py", b"print('OK')"),
    "another key beside": with_file("keys/" + "0" * 64 + ".pem"),
    "a definition file removed": without("definition/dien-hinh.bpmn"),
    "a criteria file removed": without("criteria/xa.json"),
    "evidence removed": without(SCAN_NAME),
    "a definition file renamed": renamed("definition/dien-hinh.bpmn", "definition/another.bpmn"),
    "a definition file added": with_file("definition/another.bpmn"),
    "evidence added": with_file("evidence/" + hashlib.sha256(b"x").hexdigest()),
    "a file at the top": with_file("read-me-first.txt"),
    "no signature": without("manifest.sig"),
    "no manifest": without("manifest.json"),
    "a signature in capitals": lambda files: {**files, "manifest.sig": files["manifest.sig"].upper()},
    "a longer signature": lambda files: {**files, "manifest.sig": files["manifest.sig"] + b"\n"},
    "another time": changed("manifest.json", b"2023", b"2024"),
    "another kind": changed("manifest.json", b'"kind":"case"', b'"kind":"export"'),
    "a manifest with spaces": changed("manifest.json", b'"format":2', b'"format": 2'),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_every_change_is_a_fault_and_stays_one_when_the_list_is_made_to_fit(attack: str, tmp_path: Path) -> None:
    files = ATTACKS[attack](opened(bundle_bytes(KEY)))

    assert standalone.check(saved(zipped(files), tmp_path), ID).code == 1
    if "manifest.json" in files:
        assert standalone.check(saved(zipped(relisted(files)), tmp_path), ID).code == 1 or relisted(files) == opened(
            bundle_bytes(KEY)
        )


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_passes_as_proved_by_looking_like_an_older_bundle(attack: str, tmp_path: Path) -> None:
    result = standalone.check(saved(zipped(as_old(ATTACKS[attack](opened(bundle_bytes(KEY))))), tmp_path), ID)

    assert result.code in (1, 3)


def test_a_bundle_forged_as_a_whole_proves_nothing_without_a_key_and_is_a_fault_with_it(tmp_path: Path) -> None:
    forged = saved(bundle_bytes(SigningKey.generate()), tmp_path)

    assert (standalone.check(forged).faults, standalone.check(forged).code) == ([], 3)
    assert standalone.check(forged, ID).code == 1


def test_an_unknown_format_is_not_proved_and_no_false_alarm(tmp_path: Path) -> None:
    files = changed("manifest.json", b'"format":2', b'"format":3')(opened(bundle_bytes(KEY)))
    result = standalone.check(saved(zipped(files), tmp_path), ID)

    assert (result.faults, result.code) == ([], 3)


def test_every_key_that_is_trusted_may_have_signed(tmp_path: Path) -> None:
    other = SigningKey.generate().public.key_id

    assert standalone.check(saved(bundle_bytes(KEY), tmp_path), [other, ID]).code == 0


@pytest.mark.parametrize(
    "member",
    [
        b'{"format":2,"format":2}',
        b'{"format":NaN}',
        b'{"format":1e400}',
        b'{"format":2.0}',
        b'{"format":' + b"9" * 100_000 + b"}",
        b"[" * 1_000_000,
        b'{"a":' * 200_000,
        b"\xff\xfe{}",
        b"\xef\xbb\xbf{}",
        b'"\\ud800"',
        b"null",
        b"[]",
        b"",
    ],
    ids=lambda member: repr(member[:20]),
)
@pytest.mark.parametrize(
    "name", ["manifest.json", "case.json", "checkpoint.json", "proof.json", "events.jsonl", "evidence/index.json"]
)
def test_json_made_to_harm_is_a_fault_without_a_traceback(
    name: str, member: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = saved(zipped({**opened(bundle_bytes(KEY)), name: member}), tmp_path)

    assert standalone.main([path, "--key-id", ID]) == 1
    assert "FAULT / LỖI" in capsys.readouterr().out


def test_each_sentence_is_said_in_both_languages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = ATTACKS["evidence removed"](opened(bundle_bytes(KEY)))
    standalone.main([saved(zipped(files), tmp_path)])

    for line in capsys.readouterr().out.splitlines():
        assert " / " in line
    assert "bị thiếu" in standalone.check(saved(zipped(files), tmp_path)).faults[0].vi


ENGLISH = re.compile(r"\b(the|is|no|not|of|by|are|damaged|missing|content|changed|signature|number|too)\b")


@pytest.mark.parametrize("name", ATTACKS)
def test_every_fault_is_said_wholly_in_vietnamese_too(name: str, tmp_path: Path) -> None:
    found = standalone.check(saved(zipped(ATTACKS[name](opened(bundle_bytes(KEY)))), tmp_path))

    assert found.faults
    assert [said.vi for said in found.faults if ENGLISH.search(re.sub(r"'[^']*'|\(\w+\)", "", said.vi))] == []
