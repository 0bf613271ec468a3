"""Zip files and folders from strangers are bounded; a package's zip and identity depend on its files alone."""

import hashlib
import io
import stat
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from workflow.errors import DefinitionRejected
from workflow.packages import archive
from workflow.packages.archive import MAX_BYTES, MAX_FILES, package_sha256, read_folder, read_zip, write_zip

NAMES = st.from_regex(r"[a-z][a-z0-9_-]{0,8}\.(bpmn|toml|json)", fullmatch=True)


def zipped(*entries: tuple[zipfile.ZipInfo | str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as file:
        for entry, content in entries:
            file.writestr(entry, content)
    return target.getvalue()


def refused(data: bytes) -> str:
    with pytest.raises(DefinitionRejected) as caught:
        read_zip(data)
    (finding,) = caught.value.findings
    assert finding.message
    return str(finding.rule)


@given(st.dictionaries(NAMES, st.binary(max_size=50), min_size=1, max_size=5))
def test_what_is_written_is_read_again(files: dict[str, bytes]) -> None:
    assert read_zip(write_zip(files)) == files


@given(st.dictionaries(NAMES, st.binary(max_size=50), max_size=5))
def test_the_order_of_files_changes_neither_zip_nor_identity(files: dict[str, bytes]) -> None:
    turned = dict(reversed(files.items()))
    assert write_zip(turned) == write_zip(files)
    assert package_sha256(turned) == package_sha256(files)


def test_the_identity_is_the_hash_of_a_sha256sum_listing() -> None:
    listing = f"{hashlib.sha256(b'1').hexdigest()}  a\n{hashlib.sha256(b'2').hexdigest()}  b/c\n"
    assert package_sha256({"b/c": b"2", "a": b"1"}) == hashlib.sha256(listing.encode()).hexdigest()


@pytest.mark.parametrize(
    "name",
    [
        "../a.bpmn",
        "/etc/a.bpmn",
        "a/../../b.bpmn",
        "a\\b.bpmn",
        "C:a.bpmn",
        ".hidden",
        "a//b",
        "tờ.docx",
        "a/b/c/d/e.bpmn",
    ],
)
def test_names_that_lead_elsewhere_are_refused(name: str) -> None:
    assert refused(zipped((name, b""))) == "archive-name"


def test_a_bomb_stops_at_the_limit() -> None:
    assert refused(zipped(("a.bpmn", b"\0" * (MAX_BYTES + 1)))) == "archive-too-large"


def test_many_small_entries_add_up() -> None:
    part = b"\0" * (MAX_BYTES // 4 + 1)
    assert refused(zipped(*((f"{index}.bpmn", part) for index in range(4)))) == "archive-too-large"


def test_an_entry_that_lies_about_its_size_is_refused() -> None:
    data = bytearray(zipped(("a.bpmn", b"\0" * 1000)))
    central = data.index(b"PK\x01\x02")
    data[central + 24 : central + 28] = (10).to_bytes(4, "little")
    with pytest.raises(DefinitionRejected):
        read_zip(bytes(data))


def test_too_many_entries_are_refused() -> None:
    assert refused(zipped(*((f"{index}.json", b"") for index in range(MAX_FILES + 1)))) == "archive-too-many"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_repeated_entries_are_refused_whatever_their_case() -> None:
    assert refused(zipped(("a.bpmn", b"1"), ("a.bpmn", b"2"))) == "archive-duplicate"
    assert refused(zipped(("a.bpmn", b"1"), ("A.bpmn", b"2"))) == "archive-duplicate"


def test_a_link_is_refused() -> None:
    link = zipfile.ZipInfo("a.bpmn")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert refused(zipped((link, b"/etc/passwd"))) == "archive-link"


def test_an_encrypted_entry_is_refused() -> None:
    data = bytearray(zipped(("a.bpmn", b"1")))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    assert refused(bytes(data)) == "archive-encrypted"


def test_an_unusual_compression_is_refused() -> None:
    assert refused(zipped(("a.bpmn", b"1"), method=zipfile.ZIP_LZMA)) == "archive-method"


@pytest.mark.parametrize(
    "data",
    [b"", b"no zip", b"PK\x05\x06", zipped(("a.bpmn", b"12345"))[:-30]],
    ids=["nothing", "text", "end only", "cut short"],  # a zip holds the time at which it was made
)
def test_what_is_no_zip_is_refused(data: bytes) -> None:
    assert refused(data) == "archive-unreadable"


def test_a_damaged_entry_is_refused() -> None:
    data = bytearray(zipped(("a.bpmn", b"12345"), method=zipfile.ZIP_STORED))
    data[data.index(b"12345")] ^= 1
    assert refused(bytes(data)) == "archive-unreadable"


def test_a_folder_around_all_files_is_taken_off() -> None:
    assert read_zip(zipped(("top/procedure.toml", b"1"), ("top/rules/a.dmn", b"2"))) == {
        "procedure.toml": b"1",
        "rules/a.dmn": b"2",
    }


def test_a_folder_is_read_without_hidden_files(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "a.dmn").write_bytes(b"1")
    (tmp_path / "procedure.toml").write_bytes(b"2")
    (tmp_path / ".DS_Store").write_bytes(b"3")
    assert read_folder(tmp_path) == {"procedure.toml": b"2", "rules/a.dmn": b"1"}


def test_a_link_in_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.bpmn").symlink_to("/etc/hostname")
    with pytest.raises(DefinitionRejected):
        read_folder(tmp_path)


def test_a_large_folder_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_BYTES", 10)
    (tmp_path / "a.bpmn").write_bytes(b"0123456789x")
    with pytest.raises(DefinitionRejected, match="1 findings"):
        read_folder(tmp_path)
