"""Whatever is done to a bundle by somebody without the key, the verifier never says that all is proved, and never breaks."""

import io
import tempfile
import zipfile
from pathlib import Path

from hypothesis import given, settings, strategies as st

from tests.unit.audit.support import bundle_bytes
from workflow.audit import standalone
from workflow.audit.keys import SigningKey

KEY = SigningKey.generate()
WHOLE = bundle_bytes(KEY)
with zipfile.ZipFile(io.BytesIO(WHOLE)) as _archive:
    MEMBERS = {name: _archive.read(name) for name in _archive.namelist()}
names = st.sampled_from(sorted(MEMBERS))


@st.composite
def damaged(draw: st.DrawFn) -> list[tuple[str, bytes]]:
    """The members with one of them changed, removed, doubled, renamed, exchanged with another, or one added."""
    members = dict(MEMBERS)
    name = draw(names)
    content = members[name]
    match draw(st.sampled_from(["byte", "cut", "insert", "remove", "add", "double", "rename", "exchange"])):
        case "byte":
            place = draw(st.integers(0, len(content) - 1))
            changed = draw(st.integers(1, 255)) ^ content[place]
            members[name] = content[:place] + bytes([changed]) + content[place + 1 :]
        case "cut":
            members[name] = content[: draw(st.integers(0, len(content) - 1))]
        case "insert":
            place = draw(st.integers(0, len(content)))
            members[name] = content[:place] + draw(st.binary(min_size=1, max_size=40)) + content[place:]
        case "remove":
            del members[name]
        case "add":
            members[draw(st.text(max_size=20).filter(lambda one: one not in MEMBERS))] = draw(st.binary(max_size=40))
        case "double":
            return [*members.items(), (draw(st.sampled_from([name, name.upper(), f"./{name}", f"{name}."])), content)]
        case "rename":
            members[draw(st.from_regex(standalone.NAME, fullmatch=True).filter(lambda one: one not in MEMBERS))] = (
                members.pop(name)
            )
        case "exchange":
            other = draw(names.filter(lambda one: MEMBERS[one] != content))
            members[name], members[other] = members[other], members[name]
    return list(members.items())


def judged(data: bytes) -> int:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bundle.zip"
        path.write_bytes(data)
        return standalone.main([str(path), "--key-id", KEY.public.key_id])


def test_the_untouched_one_is_proved() -> None:
    assert judged(WHOLE) == 0


@settings(deadline=None, max_examples=150)
@given(damaged())
def test_no_change_of_a_member_or_of_their_list_passes(members: list[tuple[str, bytes]]) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members:
            info = zipfile.ZipInfo("x")
            info.filename = name
            archive.writestr(info, content)

    assert judged(target.getvalue()) in (1, 3)


@settings(deadline=None, max_examples=150)
@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_no_change_of_a_byte_of_the_file_changes_what_is_proved_or_breaks(place: int, by: int) -> None:
    data = WHOLE[:place] + bytes([WHOLE[place] ^ by]) + WHOLE[place + 1 :]
    code = judged(data)

    assert code in (0, 1, 3)
    if code == 0:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert {name: archive.read(name) for name in archive.namelist()} == MEMBERS
