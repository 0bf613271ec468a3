"""What stored files look like: drawn behind a wall when first looked at, kept by hash, and no hostile file stops more than its own child."""

import io
import os
import time
import zlib
from pathlib import Path

import pytest
from PIL import Image

from tests.support.files import (
    HEIC,
    SHEET,
    SLIDES,
    TABLES,
    TEXT,
    WORD,
    archive,
    open_document,
    pdf_pages,
    picture,
    slides,
    word,
)
from workflow.demo.player import pdf
from workflow.errors import CannotBeShown
from workflow.outside import renderer as module
from workflow.outside.files import FileBlobStore
from workflow.outside.outline import MOST_BLOCKS
from workflow.outside.renderer import WalledRenderer
from workflow.ports import Drawing

PDF = "application/pdf"


@pytest.fixture
def blobs(tmp_path: Path) -> FileBlobStore:
    return FileBlobStore(tmp_path / "evidence")


@pytest.fixture
def renderer(tmp_path: Path, blobs: FileBlobStore) -> WalledRenderer:
    return WalledRenderer(tmp_path / "renderings", blobs)


def children() -> set[str]:
    """The processes that this one has begun, ended and not yet waited for or alive."""
    return {pid for task in Path("/proc/self/task").iterdir() for pid in (task / "children").read_text().split()}


def size(drawn: Drawing) -> tuple[int, int]:
    with Image.open(io.BytesIO(drawn.picture)) as image:
        return image.size


def test_a_page_of_a_pdf_is_a_picture_as_wide_as_asked(renderer: WalledRenderer, blobs: FileBlobStore) -> None:
    drawn = renderer.draw(blobs.put(pdf_pages(3)), PDF, 2, 640)

    assert (drawn.pages, drawn.shown) == (3, 3)
    assert size(drawn)[0] in (640, 641)


def test_a_pdf_behind_a_printers_words_is_drawn(renderer: WalledRenderer, blobs: FileBlobStore) -> None:
    drawn = renderer.draw(blobs.put(pdf_pages(1, before="\ufeff\x1b%-12345X@PJL JOB\r\n")), PDF, 1, 640)

    assert drawn.picture


@pytest.mark.parametrize(
    ("media_type", "content"),
    [("image/jpeg", picture("JPEG", turned=6)), ("image/png", picture("PNG", (48, 64))), ("image/heic", HEIC)],
    ids=["jpeg", "png", "heic"],
)
def test_a_photo_is_shown_upright(
    renderer: WalledRenderer, blobs: FileBlobStore, media_type: str, content: bytes
) -> None:
    drawn = renderer.draw(blobs.put(content), media_type, 1, 960)

    assert size(drawn) == (48, 64)
    assert drawn.picture.startswith(b"\x89PNG" if media_type == "image/png" else b"\xff\xd8\xff")


def test_a_photo_is_made_smaller_never_larger(renderer: WalledRenderer, blobs: FileBlobStore) -> None:
    large = blobs.put(picture("JPEG", (3000, 2000)))

    assert size(renderer.draw(large, "image/jpeg", 1, 960)) == (960, 640)
    assert size(renderer.draw(blobs.put(picture("PNG", (10, 10))), "image/png", 1, 960)) == (10, 10)


def _workbook() -> bytes:
    from openpyxl import Workbook

    book, target = Workbook(), io.BytesIO()
    book.active.title = "Số liệu"
    book.active.append(["Số hộ", 12, None, "x"])
    book.save(target)
    return target.getvalue()


CELLS = "<w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr>"
LETTER = (
    '<w:p><w:pPr><w:pStyle w:val="u1"/></w:pPr><w:r><w:t>Báo cáo</w:t></w:r></w:p>'
    f"<w:p><w:r><w:t>Một</w:t><w:tab/><w:delText>bỏ</w:delText><w:t>hai</w:t></w:r></w:p><w:tbl>{CELLS}</w:tbl>"
)
WRITTEN = '<text:h text:outline-level="2">Báo cáo</text:h><text:section><text:p>Một <text:span>hai</text:span></text:p></text:section>'
COUNTED = '<table:table table:name="Tờ 1"><table:table-row><table:table-cell table:number-columns-repeated="2"><text:p>3</text:p></table:table-cell></table:table-row></table:table>'
OUTLINES = {
    "docx": (WORD, archive(word(LETTER)), [["heading", 1, "Báo cáo"], ["text", "Một\thai"], ["row", ["a", "b"]]]),
    "xlsx": (SHEET, _workbook(), [["heading", 2, "Số liệu"], ["row", ["Số hộ", "12", "", "x"]]]),
    "pptx": (SLIDES, archive(slides("Báo cáo")), [["heading", 2, "1."], ["text", "Báo cáo"]]),
    "odt": (TEXT, archive(open_document(TEXT, WRITTEN)), [["heading", 2, "Báo cáo"], ["text", "Một hai"]]),
    "ods": (TABLES, archive(open_document(TABLES, COUNTED)), [["heading", 2, "Tờ 1"], ["row", ["3", "3"]]]),
}


@pytest.mark.parametrize(("media_type", "content", "says"), OUTLINES.values(), ids=OUTLINES)
def test_an_office_file_is_an_outline(
    renderer: WalledRenderer, blobs: FileBlobStore, media_type: str, content: bytes, says: list[list[object]]
) -> None:
    assert renderer.draw(blobs.put(content), media_type, 1, 960).blocks == says


def test_a_long_text_is_cut_and_says_so(renderer: WalledRenderer, blobs: FileBlobStore) -> None:
    content = archive(word("<w:p><w:r><w:t>x</w:t></w:r></w:p>" * (MOST_BLOCKS + 1)))

    drawn = renderer.draw(blobs.put(content), WORD, 1, 960)

    assert drawn.cut
    assert len(drawn.blocks or []) == MOST_BLOCKS


def test_what_was_drawn_is_kept_and_may_be_deleted(
    renderer: WalledRenderer, blobs: FileBlobStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha256 = blobs.put(pdf("a"))
    first = renderer.draw(sha256, PDF, 1, 640)
    (kept,) = [path for path in (tmp_path / "renderings").rglob("*") if path.is_file()]
    with monkeypatch.context() as patch:
        patch.setattr(module, "ARGUMENTS", ("-c", "raise SystemExit(1)"))
        assert renderer.draw(sha256, PDF, 1, 640) == first
    kept.unlink()

    assert renderer.draw(sha256, PDF, 1, 640) == first


def test_what_nobody_looks_at_is_forgotten(renderer: WalledRenderer, blobs: FileBlobStore, tmp_path: Path) -> None:
    """Given two files drawn long ago, when one is looked at before the day of tidying, then only the other is forgotten."""
    seen, unseen = blobs.put(picture("PNG", (10, 10))), blobs.put(picture("PNG", (20, 20)))
    long_ago = time.time() - module.UNSEEN - 1
    for sha256 in (seen, unseen):
        renderer.draw(sha256, "image/png", 1, 640)
        os.utime(tmp_path / "renderings" / module.EDITION / sha256[:2] / sha256 / "1-640", (long_ago, long_ago))

    renderer.draw(seen, "image/png", 1, 640)
    renderer.forget_old()

    (kept,) = [path for path in (tmp_path / "renderings").rglob("*") if path.is_file()]
    assert kept.parent.name == seen
    assert not (tmp_path / "renderings" / module.EDITION / unseen[:2] / unseen).exists()


def _bomb() -> bytes:
    """A PNG of 60,000 × 60,000 that unpacks to 3.6 GB."""
    head = b"IHDR" + (60_000).to_bytes(4, "big") * 2 + bytes([8, 0, 0, 0, 0])
    parts = (head, b"IDAT" + zlib.compress(bytes(1_000_000)), b"IEND")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (len(one) - 4).to_bytes(4, "big") + one + zlib.crc32(one).to_bytes(4, "big") for one in parts
    )


def _swelling() -> bytes:
    return archive(word("", {"word/document.xml": b"<w>" + b" " * 300_000_000}))


HOSTILE = {
    "not a pdf": (PDF, b"%PDF-1.7 nothing"),
    "a pdf without pages": (PDF, pdf_pages(0)),
    "a loop of pages": (PDF, pdf_pages(1).replace(b"/Kids[3 0 R]", b"/Kids[2 0 R]")),
    "half a picture": ("image/png", picture()[:40]),
    "a swelling picture": ("image/png", _bomb()),
    "half a photo": ("image/heic", HEIC[:300]),
    "a swelling letter": (WORD, _swelling()),
    "a letter that is none": (WORD, archive({"a": b"x"})),
}


@pytest.mark.parametrize(("media_type", "content"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_gives_a_sentence(
    renderer: WalledRenderer, blobs: FileBlobStore, media_type: str, content: bytes
) -> None:
    with pytest.raises(CannotBeShown, match="Open the original"):
        renderer.draw(blobs.put(content), media_type, 1, 960)


@pytest.mark.parametrize(
    "child",
    [
        "import time; time.sleep(60)",
        "while True: pass",
        "x = [bytes(1 << 20) for _ in range(1 << 20)]",
        "raise SystemExit(3)",
    ],
    ids=["waits", "computes", "grows", "falls"],
)
def test_a_child_that_takes_too_much_is_ended_and_leaves_nothing(
    blobs: FileBlobStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, child: str
) -> None:
    """Given a child that does not end, when its time is over, then a sentence says so, and no process or file of it stays."""
    walls = "import sys; from workflow.outside.wall import put_up; put_up(int(sys.argv[1]), int(sys.argv[2]), written=int(sys.argv[3])); "
    code = f"{walls}\n{child}"
    monkeypatch.setattr(module, "ARGUMENTS", ("-c", code))
    renderer, sha256 = WalledRenderer(tmp_path / "renderings", blobs, seconds=1), blobs.put(pdf("a"))
    before = children()  # a database of the tests may be one of them

    with pytest.raises(CannotBeShown, match="too long or too much memory"):
        renderer.draw(sha256, PDF, 1, 640)

    (kept,) = [path for path in (tmp_path / "renderings").rglob("*") if path.is_file()]
    assert kept.read_bytes() == module.COSTLY
    assert children() <= before
    monkeypatch.undo()
    with pytest.raises(CannotBeShown):
        renderer.draw(sha256, PDF, 1, 640)
    os.utime(kept, (time.time() - module.FORGIVEN - 1,) * 2)
    assert renderer.draw(sha256, PDF, 1, 640).picture


def test_a_page_as_long_as_a_street_is_bounded(renderer: WalledRenderer, blobs: FileBlobStore) -> None:
    across, down = size(renderer.draw(blobs.put(pdf_pages(1, "0 0 10 14000")), PDF, 1, 1920))

    assert across * down < 1920 * 1920 * 4
    assert down <= 1920 * 4 + 1
