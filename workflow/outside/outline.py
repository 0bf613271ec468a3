"""What an office file says, as headings, paragraphs and rows of tables: enough to judge it by, not how it looks.

Elements are told by their local names, so that the strict and the usual kind of a format read the same. A block is a list: its kind,
then a heading's level and text, a paragraph's text, or a row's cells.
"""

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import islice
from typing import Any, cast

from lxml import etree

Block = list[Any]
MOST_BLOCKS = 2_000
MOST_CELLS = 40
LONGEST = 4_000
"""Signs of one paragraph or cell."""
MOST_UNPACKED = 48 * 1024 * 1024
"""Bytes of one part."""
_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)


def outline(media_type: str, content: bytes) -> tuple[list[Block], bool]:
    """The first blocks, and whether there are more."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        found = list(islice(_READERS[media_type](archive), MOST_BLOCKS + 1))
    return found[:MOST_BLOCKS], len(found) > MOST_BLOCKS


def _part(archive: zipfile.ZipFile, name: str) -> Any:
    with archive.open(name) as part:
        text = part.read(MOST_UNPACKED + 1)
    if len(text) > MOST_UNPACKED:
        raise MemoryError
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    return etree.fromstring(text, parser)


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _of(element: Any, attribute: str) -> str:
    return next((str(text) for key, text in element.attrib.items() if key.rpartition("}")[2] == attribute), "")


def _links(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Id of each link of a part → its kind and the part that it leads to."""
    folder, name = posixpath.split(part)
    rels = posixpath.join(folder, "_rels", f"{name}.rels")
    if rels not in archive.namelist():
        return {}
    return {
        _of(one, "Id"): (
            _of(one, "Type").rpartition("/")[2],
            posixpath.normpath(posixpath.join("/", folder, _of(one, "Target"))).lstrip("/"),
        )
        for one in _part(archive, rels).iterfind("{*}Relationship")
    }


def _led_to(archive: zipfile.ZipFile, part: str, kind: str) -> list[str]:
    return [target for found, target in _links(archive, part).values() if found == kind]


def _text(element: Any, breaks: tuple[str, ...] = ("br", "cr", "line-break")) -> str:
    """What stands in an element, without what was deleted or hidden in fields."""
    found, size = list[str](), 0
    for one in element.iter("{*}*"):
        name = _local(one)
        piece = "\n" if name in breaks else "\t" if name == "tab" else (one.text or "") if name in ("t", "s") else ""
        found.append(piece)
        size += len(piece)
        if size > LONGEST:
            break
    return "".join(found)[:LONGEST].strip()


def _word(archive: zipfile.ZipFile) -> Iterator[Block]:
    main = _led_to(archive, "", "officeDocument")[0]
    levels = dict[str, int]()
    for name in _led_to(archive, main, "styles"):
        for style in _part(archive, name).iterfind("{*}style"):
            named = _HEADING.match(next((_of(one, "val") for one in style.iterfind("{*}name")), ""))
            said = style.find("{*}pPr/{*}outlineLvl")
            if named or said is not None:
                levels[_of(style, "styleId")] = int(named[1]) if named else int(_of(said, "val")) + 1
    yield from _word_blocks(_part(archive, main), levels)


def _word_blocks(element: Any, levels: dict[str, int]) -> Iterator[Block]:
    for one in element:
        match _local(one):
            case "p":
                text = _text(one)
                style, said = one.find("{*}pPr/{*}pStyle"), one.find("{*}pPr/{*}outlineLvl")
                level = levels.get(_of(style, "val"), 0) if style is not None else 0
                level = int(_of(said, "val")) + 1 if said is not None else level
                if text:
                    yield ["heading", min(level, 6), text] if 0 < level < 10 else ["text", text]
            case "tbl":
                for row in one.iter("{*}tr"):
                    yield _row(_text(cell) for cell in row.iterfind("{*}tc"))
            case "body" | "sdt" | "sdtContent" | "ins" | "smartTag" | "customXml":
                yield from _word_blocks(one, levels)


def _row(cells: Iterator[str]) -> Block:
    return ["row", list(islice(cells, MOST_CELLS))]


def _slides(archive: zipfile.ZipFile) -> Iterator[Block]:
    main = _led_to(archive, "", "officeDocument")[0]
    links = _links(archive, main)
    for number, slide in enumerate(_part(archive, main).iter("{*}sldId"), 1):
        targets = [links[key][1] for key in slide.attrib.values() if key in links]
        yield ["heading", 2, f"{number}."]
        for target in targets:
            root = _part(archive, target)
            for one in root.iter("{*}p", "{*}tr"):
                if _local(one) == "tr":
                    yield _row(_text(cell) for cell in one.iterfind("{*}tc"))
                elif not any(_local(above) == "tc" for above in one.iterancestors()) and (text := _text(one)):
                    yield ["text", text]


def _sheets(archive: zipfile.ZipFile) -> Iterator[Block]:
    from openpyxl import load_workbook

    book = load_workbook(cast(BytesIO, archive.fp), read_only=True, data_only=True)
    for sheet in book.worksheets:
        yield ["heading", 2, sheet.title]
        for row in sheet.iter_rows(max_col=MOST_CELLS, values_only=True):
            if any(cell is not None for cell in row):
                cells = ["" if cell is None else str(cell)[:LONGEST] for cell in row]
                while not cells[-1]:
                    cells.pop()
                yield ["row", cells]


def _open_document(archive: zipfile.ZipFile) -> Iterator[Block]:
    body = _part(archive, "content.xml").find("{*}body")
    for kind in body:
        yield from _document_blocks(kind)


def _document_blocks(element: Any) -> Iterator[Block]:
    for one in element:
        match _local(one):
            case "h":
                level = _of(one, "outline-level")
                yield ["heading", min(int(level) if level.isdecimal() else 1, 6), _plain(one)]
            case "p":
                if text := _plain(one):
                    yield ["text", text]
            case "table":
                if name := _of(one, "name"):
                    yield ["heading", 2, name]
                for row in one.iter("{*}table-row"):
                    cells = [text for cell in islice(row, MOST_CELLS) for text in _repeated(cell)][:MOST_CELLS]
                    while cells and not cells[-1]:
                        cells.pop()
                    if cells:
                        yield ["row", cells]
            case "section" | "list" | "list-item" | "list-header" | "index-body":
                yield from _document_blocks(one)


def _repeated(cell: Any) -> list[str]:
    times = _of(cell, "number-columns-repeated")
    text = "\n".join(_plain(one) for one in cell.iterfind("{*}p"))[:LONGEST]
    return [text] * min(int(times) if times.isdecimal() else 1, MOST_CELLS)


def _plain(element: Any) -> str:
    return "".join(islice(element.itertext(), LONGEST))[:LONGEST].strip()


_OPEN = "application/vnd.openxmlformats-officedocument."
_READERS: dict[str, Callable[[zipfile.ZipFile], Iterator[Block]]] = {
    f"{_OPEN}wordprocessingml.document": _word,
    f"{_OPEN}spreadsheetml.sheet": _sheets,
    f"{_OPEN}presentationml.presentation": _slides,
    "application/vnd.oasis.opendocument.text": _open_document,
    "application/vnd.oasis.opendocument.spreadsheet": _open_document,
}
