"""A bundle made to harm whoever checks it is refused before anything in it is judged."""

import contextlib
import io
import os
import random
import warnings
import zipfile
from pathlib import Path

import pytest

from tests.unit.audit.support import bundle_bytes, saved
from workflow.audit import standalone
from workflow.audit.keys import SigningKey

KEY = SigningKey.generate()


def with_member(name: str, content: bytes = b"x", method: int = zipfile.ZIP_STORED) -> bytes:
    target = io.BytesIO(bundle_bytes(KEY))
    with zipfile.ZipFile(target, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile warns of the duplicate name that is meant here
        archive.writestr(zipfile.ZipInfo(name), content, method)
    return target.getvalue()


@pytest.mark.parametrize(
    "name",
    [
        "../outside",
        "evidence/../../outside",
        "/etc/outside",
        "C:\\outside",
        "evidence\\outside",
        "evidence/",
        "./x",
        "a//b",
        ".git",
        "x\u202e.py",
    ],
)
def test_names_that_lead_out_of_the_bundle_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(standalone.Refused, match="not allowed"):
        standalone.check(saved(with_member(name), tmp_path))
    assert os.listdir(tmp_path) == ["bundle.zip"]


def test_two_members_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(standalone.Refused, match="two members"):
        standalone.check(saved(with_member("events.jsonl"), tmp_path))


def test_a_bomb_is_refused_because_nothing_may_be_packed(tmp_path: Path) -> None:
    bomb = with_member("evidence/bomb", bytes(50_000_000), zipfile.ZIP_DEFLATED)
    assert len(bomb) < 200_000
    with pytest.raises(standalone.Refused, match="packed"):
        standalone.check(saved(bomb, tmp_path))


def test_a_member_larger_than_the_zip_is_refused(tmp_path: Path) -> None:
    data = bytearray(bundle_bytes(KEY))
    entry = data.rindex(b"PK\x01\x02")
    for offset in (20, 24):  # compressed and uncompressed size in the central directory
        data[entry + offset : entry + offset + 4] = (1 << 30).to_bytes(4, "little")
    with pytest.raises(standalone.Refused, match="overlap"):
        standalone.check(saved(bytes(data), tmp_path))


def test_too_many_members_and_too_large_metadata_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(bundle_bytes(KEY), tmp_path)
    monkeypatch.setattr(standalone, "MAX_MEMBERS", 3)
    with pytest.raises(standalone.Refused, match="too many"):
        standalone.check(path)
    monkeypatch.undo()
    monkeypatch.setattr(standalone, "MAX_JSON", 10)
    with pytest.raises(standalone.Refused, match="too large"):
        standalone.check(path)


def test_a_link_in_an_extracted_bundle_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(bundle_bytes(KEY))) as archive:
        archive.extractall(tmp_path)
    (tmp_path / "evidence" / "link").symlink_to(tmp_path / "README.txt")
    with pytest.raises(standalone.Refused, match="link"):
        standalone.check(str(tmp_path))


def test_what_is_no_zip_is_refused_with_exit_code_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert standalone.main([saved(b"no zip", tmp_path)]) == 1
    assert standalone.main([str(tmp_path / "absent.zip")]) == 1
    assert capsys.readouterr().out.count("REFUSED") == 2


def test_control_characters_of_a_bundle_do_not_reach_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = bundle_bytes(KEY).replace(b'"stream":"case:1"', b'"stream":"\\u001b[2"')
    assert standalone.main([saved(data, tmp_path)]) == 1
    assert "\x1b" not in capsys.readouterr().out


def test_any_damage_ends_in_a_refusal_or_a_verdict(tmp_path: Path) -> None:
    whole = bundle_bytes(KEY)
    chance = random.Random(7)
    for _ in range(150):
        data = bytearray(whole)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        path = saved(bytes(data), tmp_path)
        with contextlib.suppress(standalone.Refused):
            assert standalone.check(path).events <= 3
