"""Which files are taken: what people's programs and cameras write; and refused: what could run, fetch or hide something."""

import io
import re
import time
import zipfile

import pytest
from hypothesis import given, settings, strategies as st
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference

from tests.support.files import (
    HEIC,
    OFFICE,
    OPEN,
    SHEET,
    TABLES,
    TEXT,
    WORD,
    archive,
    links,
    open_document,
    pdf_pages,
    picture,
    slides,
    types,
    word,
)
from workflow.demo.player import pdf
from workflow.errors import InvalidInput
from workflow.services.casework.evidence import checked_type
from workflow.services.casework.files.office import MAX_PARTS, MAX_READ, MAX_UNPACKED

PDF, JPEG, PNG = pdf("a"), picture("JPEG"), picture("PNG")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
HTML = b"<html><script>alert(1)</script></html>"
LETTER, NOTE = word("<w:p/>"), open_document(TEXT, "<text:p/>")
MACROS = '<Override PartName="/word/x.bin" ContentType="application/vnd.ms-office.vbaProject"/>'


def sheet() -> bytes:
    """A workbook with a chart and a link, as openpyxl writes it."""
    book, content = Workbook(), io.BytesIO()
    book.active.append(["a", 1])
    book.active["B1"].hyperlink = "https://example.vn/"
    chart = BarChart()
    chart.add_data(Reference(book.active, min_col=2, min_row=1, max_row=1))
    book.active.add_chart(chart, "D4")
    book.save(content)
    return content.getvalue()


def letter(**parts: bytes | str) -> bytes:
    """A Word file with these parts, `__` for a stroke and `_rels` where a name ends so."""
    return archive({**LETTER, **{name.replace("__", "/"): content for name, content in parts.items()}})


def linked(kind: str, target: str, *, outside: bool = True) -> bytes:
    return archive({**LETTER, "word/_rels/settings.xml.rels": links(("rId1", kind, target), external=outside)})


def listed(more: str, encoding: str = "UTF-8", codec: str = "utf-8") -> bytes:
    """A Word file whose list of parts has `more` in it, written in that encoding."""
    text = types(WORD, "word/document.xml", more).replace("UTF-8", encoding)
    return archive({**LETTER, "[Content_Types].xml": text.encode(codec), "word/x.bin": b"x"})


def chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + kind + data + bytes(4)


def changed(content: bytes, number: int) -> bytes:
    """A PDF as a program leaves it that only writes what it changed behind the end."""
    return content + f"{number} 0 obj<<>>endobj\nxref\n0 0\ntrailer<</Prev 9>>\nstartxref\n9\n%%EOF\n".encode()


RICH = b"7 0 obj<</Type/Annot/RC(<?xml version='1.0'?><body xmlns='http://www.w3.org/1999/xhtml'><p>x</p></body>)>>endobj\n"
FILM = b"\0\0\0\x18ftypmp42\0\0\0\0isommp42" + b"\0\0\0\x0emdatmotion"
SAMSUNG = b"\0\0\x01\x0a\x0e\0\0\0Image_UTC_Data1700000000000SEFH\x6a\0\0\0\x01\0\0\0\0\0\x01\x0a\x23\0\0\0\x23\0\0\0\x18\0\0\0SEFT"
CHART = types(WORD, "word/document.xml", f'<Default Extension="xlsx" ContentType="{SHEET}"/>')
LIBRARY = '<!DOCTYPE l PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "libraries.dtd"><l/>'
ORDER = ["word/document.xml", "_rels/.rels", "[Content_Types].xml", *LETTER]
XLINK = 'xmlns:x="http://www.w3.org/1999/xlink" xmlns:d="urn:d"'


def drawn(element: str, target: str, attribute: str = "x:href") -> bytes:
    """A text of OpenDocument with one element that names a target."""
    return archive({**NOTE, "styles.xml": f'<o {XLINK}><d:{element} {attribute}="{target}"/></o>'})


TAKEN = {
    "pdf": ("a.pdf", PDF),
    "pdf after a mark of order": ("a.pdf", b"\xef\xbb\xbf" + PDF),
    "pdf after a printer's words": ("a.pdf", b"\x1b%-12345X@PJL JOB\r\n@PJL ENTER LANGUAGE=PDF\r\n" + PDF),
    "pdf at the last place": ("a.pdf", bytes(1023) + PDF),
    "pdf after a letter's head": ("a.pdf", b"Content-Type: application/pdf\r\n\r\n" + PDF),
    "pdf changed twice": ("a.pdf", changed(changed(PDF, 9), 10)),
    "pdf padded": ("a.pdf", PDF + b"\r\n\x1a" + bytes(4096)),
    "pdf and the printer's last words": ("a.pdf", PDF + b'\x1b%-12345X@PJL EOJ NAME="a"\r\n\x1b%-12345X'),
    "pdf with some bytes behind": ("a.pdf", PDF + bytes(range(128, 200))),
    "pdf without an end": ("a.pdf", pdf_pages(1).partition(b"trailer")[0]),
    "pdf with notes": ("a.pdf", PDF.replace(b"5 0 obj", RICH + b"5 0 obj")),
    "pdf with a page of html in a stream": (
        "a.pdf",
        PDF.replace(b"5 0 obj", b"8 0 obj<<>>stream\n" + HTML + bytes(70_000) + b"\nendstream endobj 5 0 obj")
        + bytes(70_000),
    ),
    "jpeg": ("a.jpg", JPEG),
    "jpeg that begins with a remark": ("a.jpeg", JPEG[:2] + b"\xff\xfe\0\x06scan" + JPEG[2:]),
    "jpeg with filled markers": ("a.jpg", JPEG[:2] + b"\xff\xff\xff" + JPEG[2:]),
    "jpeg cut short": ("a.jpg", JPEG[:-20]),
    "jpeg with another behind": ("a.jpg", JPEG + bytes(9) + JPEG),
    "jpeg with a film behind": ("a.jpg", JPEG + FILM),
    "jpeg of a Samsung telephone": ("a.jpg", JPEG + SAMSUNG),
    "png": ("a.png", PNG),
    "png with what a shorter one left behind": ("a.png", PNG + PNG[50:]),
    "heic": ("a.heic", HEIC),
    "heif": ("a.heif", HEIC.replace(b"ftypheic", b"ftypmif1", 1)),
    "word": ("a.docx", archive(LETTER)),
    "word in another order": ("a.docx", archive({name: LETTER[name] for name in ORDER})),
    "word with a picture": ("a.docx", letter(word__media__image1_png=PNG)),
    "word with a chart's workbook": (
        "a.docx",
        archive({**LETTER, "[Content_Types].xml": CHART, "word/embeddings/a.xlsx": sheet()}),
    ),
    "word after a template of one's own disk": (
        "a.docx",
        linked("attachedTemplate", "file:///C:\\Users\\An\\Report.dotx"),
    ),
    "word with links": ("a.docx", linked("hyperlink", "https://chinhphu.vn/")),
    "word with a picture of a page": ("a.docx", linked("image", "https://chinhphu.vn/a.png")),
    "word listed in UTF-16": ("a.docx", listed("", "UTF-16", "utf-16")),
    "word with blanks behind": ("a.docx", archive(LETTER) + b"\0\r\n"),
    "excel": ("a.xlsx", sheet()),
    "powerpoint": ("a.pptx", archive(slides("a"))),
    "text": ("a.odt", archive(NOTE, stored=True)),
    "text of LibreOffice": (
        "a.odt",
        archive(
            {
                **NOTE,
                "Configurations2/accelerator/current.xml": b"",
                "Basic/script-lc.xml": LIBRARY,
                "Object 1/content.xml": "<a/>",
            }
        ),
    ),
    "text listed only": (
        "a.odt",
        archive(
            {"content.xml": "<a/>", "META-INF/manifest.xml": f'<m><file-entry full-path="/" media-type="{TEXT}"/></m>'}
        ),
    ),
    "text with a link": ("a.odt", drawn("a", "https://chinhphu.vn/")),
    "text with a picture of a page": ("a.odt", drawn("image", "https://chinhphu.vn/a.png")),
    "text with its own picture": ("a.odt", drawn("image", "Pictures/a.png")),
    "text with its own object": ("a.odt", drawn("object", "./Object 1")),
    "text after a template of one's own disk": ("a.odt", drawn("template", "file:///home/an/Templates/a.ott")),
    "tables": ("a.ods", archive(open_document(TABLES, "<table:table/>"))),
}
HARMFUL = {
    "word/vbaProject.bin": b"x",
    "word/VBA%50roject.bin": b"x",
    "word/data.bin": OLE,
    "word/embeddings/oleObject1.bin": OLE,
    "word/media/image2.png": b"MZ\x90",
    "word/media/image3.png": HTML,
    "word/embeddings/a.zip": archive({"a.exe": b"MZ"}),
    "word/_rels/a.xml.rels": links(("r1", "vbaProject", "data.xml")),
    "word/_rels/b.xml.rels": links(("r1", "control", "activeX1.xml")),
    "word/_rels/c.xml.rels": links(("r1", "oleObject", "http://a.vn/x"), external=True),
    "word/_rels/d.xml.rels": links(("r1", "attachedTemplate", "https://a.vn/x.dotm"), external=True),
    "word/_rels/e.xml.rels": links(("r1", "attachedTemplate", "file://a.vn/x.dotm"), external=True),
    "word/_rels/f.xml.rels": links(("r1", "image", "\\\\a.vn\\x.png"), external=True),
    "word/_rels/g.xml.rels": links(("r1", "hyperlink", "javascript:x"), external=True),
    "word/_rels/h.xml.rels": links(("r1", "frame", "http://a.vn"), external=True),
    "word/_rels/i.xml.rels": links(("r1", "aFChunk", "a.htm")),
    "word/_rels/j.xml.rels": links(("r1", "attachedTemplate", "%5C%5Ca.vn%5Cx.dotm"), external=True),
    "xl/externalLinks/externalLink1.xml": '<e xmlns:x="urn:x"><x:ddeLink ddeService="cmd"/></e>',
    "WORD/document.xml": "<w/>",
    "../x.xml": "<w/>",
}
HARMFUL_TEXT = {
    "Basic/Standard/M.xml": "<x/>",
    "./basic/Standard/M.xml": "<x/>",
    "Object 1/Basic/Standard/M.xml": "<x/>",
    "Scripts/python/m.py": b"x",
    "Object 2": OLE,
    "Pictures/a.png": b"\x7fELF",
    "Object 3/content.xml": '<o xmlns:s="urn:s"><s:event-listener s:event-name="dom:load" s:language="x"/></o>',
    "styles.xml": '<o xmlns:x="urn:x"><a x:href="vnd.sun.star.script:M.main"/></o>',
    "settings.xml": '<?xml version="1.0" encoding="UTF-16"?><o><applet/></o>'.encode("utf-16"),
    "meta.xml": '<!DOCTYPE o [<!ENTITY e "x">]><o/>',
}
FETCHED = {
    "section": ("section-source", "http://a.vn/x.odt"),
    "section with a blank in the scheme": ("section-source", "ht&#10;tp://a.vn/x.odt"),
    "object": ("object", "https://a.vn/x.ods"),
    "table": ("table-source", "ftp://a.vn/x.ods"),
    "picture of a file server": ("image", "file://a.vn/x.png"),
    "picture of a share": ("image", "//a.vn/x.png"),
    "picture of a share, spelled": ("fill-image", "%5C%5Ca.vn%5Cx.png"),
    "template": ("template", "https://a.vn/x.ott"),
    "template of a share": ("template", "file:////a.vn/x.ott"),
    "another page after a while": ("auto-reload", "http://a.vn/"),
}
BOTH = {"[Content_Types].xml": "<Types/>", "word/document.xml": ""}
REFUSED = {
    **{f"text that fetches: {what}": ("a.odt", drawn(*link)) for what, link in FETCHED.items()},
    "text that fetches: a form's data": ("a.odt", drawn("instance", "http://a.vn/x.xml", "src")),
    "both kinds": ("a.docx", archive({**NOTE, **BOTH, "content.xml": HARMFUL_TEXT["Object 3/content.xml"]})),
    "both kinds, harmless": ("a.odt", archive({**NOTE, **LETTER})),
    "both kinds without saying so": ("a.docx", archive({**LETTER, "content.xml": "<o/>"})),
    "both kinds by a manifest": ("a.docx", archive({**LETTER, "META-INF/manifest.xml": "<m/>"})),
    **{f"word: {name}": ("a.docx", archive({**LETTER, name: data})) for name, data in HARMFUL.items()},
    **{f"text: {name}": ("a.odt", archive({**NOTE, name: data})) for name, data in HARMFUL_TEXT.items()},
    "macros listed": ("a.docx", listed(MACROS)),
    "macros listed in UTF-16": ("a.docx", listed(MACROS, "UTF-16", "utf-16")),
    "macros listed in UTF-16 without a mark": ("a.docx", listed(MACROS, "UTF-16LE", "utf-16-le")),
    "macros listed in UTF-7": ("a.docx", listed(MACROS.replace("<", "+ADw-"), "UTF-7")),
    "macros spelled": ("a.docx", listed(MACROS.replace("vbaP", "v&#98;aP"))),
    "macros in another namespace": ("a.docx", listed(f'<x:y xmlns:x="urn:x" x:{MACROS[10:]}')),
    "macros enabled": ("a.docx", listed('<Override PartName="/x" ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>')),
    "macros for a kind of part": ("a.docx", listed('<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>')),
    "activex": ("a.docx", listed('<Override PartName="/word/x.bin" ContentType="application/vnd.ms-office.activeX+xml"/>')),
    "entities": ("a.docx", letter(**{"[Content_Types].xml": '<!DOCTYPE T [<!ENTITY a "vba">]><Types a="&a;Project"/>'})),
    "workbook with macros in a letter": ("a.docx", archive({**LETTER, "word/embeddings/a.xlsm": archive({**LETTER, "xl/vbaProject.bin": b"x"})})),
    "a letter in a letter in a letter": ("a.docx", archive({**LETTER, "word/embeddings/a.docx": archive({**LETTER, "word/embeddings/b.docx": archive(LETTER)})})),
    "another kind": ("a.xlsx", archive(LETTER)),
    "old or locked": ("a.docx", OLE),
    "a zip": ("a.docx", archive({"a.txt": b"a"})),
    "something before a zip": ("a.docx", b"PK\x03\x04" + HTML + archive(LETTER)),
    "something behind a zip": ("a.docx", archive(LETTER) + HTML),
    "cut short": ("a.docx", archive(LETTER)[:-30]),
    "page behind a pdf": ("a.pdf", PDF + HTML),
    "page behind a pdf in UTF-16": ("a.pdf", PDF + HTML.decode().encode("utf-16")),
    "page behind a pdf in UTF-7": ("a.pdf", PDF + b"+ADw-script+AD4-"),
    "page behind a pdf and much else": ("a.pdf", PDF + bytes(5000) + b"\x01<img src=x onerror=alert(1)>"),
    "script behind a pdf": ("a.pdf", PDF + "\nalert('xin chào');".encode()),
    "page before a pdf": ("a.pdf", HTML + PDF),
    "program before a pdf": ("a.pdf", b"MZ\x90\0" + PDF),
    "page behind a pdf's head": ("a.pdf", b"%PDF-1.4\n" + HTML),
    "page among a pdf's objects": ("a.pdf", PDF.replace(b"5 0 obj", HTML + b"5 0 obj")),
    "much behind a pdf": ("a.pdf", PDF + bytes(range(128, 256)) * 20),
    "archive behind a pdf": ("a.pdf", PDF + archive({"a.exe": b"MZ"})),
    "pdf too late": ("a.pdf", bytes(1100) + PDF),
    "page behind a jpeg": ("a.jpg", JPEG + HTML),
    "page behind a jpeg's head": ("a.jpg", JPEG[:20] + HTML),
    "page in a jpeg's remark": ("a.jpg", JPEG[:2] + b"\xff\xfe" + (len(HTML) + 2).to_bytes(2, "big") + HTML + JPEG[2:]),
    "archive behind a jpeg": ("a.jpg", JPEG + archive({"a.exe": b"MZ"})),
    "archive behind a film": ("a.jpg", JPEG + FILM + archive({"a.exe": b"MZ"})),
    "program behind a jpeg": ("a.jpg", JPEG + b"\0MZ\x90"),
    "script behind a jpeg": ("a.jpg", JPEG + b"\neval(location.hash.slice(1))"),
    "pdf in a jpeg": ("a.jpg", JPEG[:2] + b"\xff\xfe\0\x0a%PDF-1.7" + JPEG[2:]),
    "page behind a png": ("a.png", PNG + HTML),
    "page in the place of a png's data": ("a.png", PNG[:33] + (1 << 30).to_bytes(4, "big") + b"IDAT" + HTML),
    "page in a png's remark": ("a.png", PNG[:33] + chunk(b"tEXt", b"a\0" + HTML) + PNG[33:]),
    "page behind a heic": ("a.heic", HEIC + HTML),
    "another film": ("a.heic", FILM),
}  # fmt: skip


@pytest.mark.parametrize(("name", "content"), TAKEN.values(), ids=TAKEN)
def test_what_programs_and_cameras_write_is_taken(name: str, content: bytes) -> None:
    assert checked_type(name, content)


@pytest.mark.parametrize(("name", "content"), REFUSED.values(), ids=REFUSED)
def test_what_could_run_or_hides_something_is_refused_with_what_to_do(name: str, content: bytes) -> None:
    with pytest.raises(InvalidInput) as refused:
        checked_type(name, content)

    assert re.search(r": .*(send|choose)", str(refused.value))


BOMBS = {
    "unpacked": letter(word__media__a=bytes(MAX_UNPACKED + 1)),
    "a long list": archive({**LETTER, "word/_rels/a.xml.rels": b"<a>" + b" " * MAX_READ}),
    "long lists in many files": archive(
        {**LETTER, **{f"word/embeddings/{n}.docx": archive({"[Content_Types].xml": b"<a>" + b" " * (MAX_READ // 8)}) for n in range(9)}}
    ),
    "many parts": archive({str(number): b"" for number in range(MAX_PARTS + 1)}),
    "deep": archive({**LETTER, "word/_rels/a.xml.rels": b"<a>" * 3_000_000}),
    "broad": archive({**NOTE, "content.xml": b"<o>" + b"<a/>" * 1_100_000 + b"<applet/></o>"}),
}  # fmt: skip


@pytest.mark.parametrize("content", BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_refused_in_bounded_time(content: bytes) -> None:
    begun = time.process_time()

    with pytest.raises(InvalidInput):
        checked_type("a.docx" if b"mimetype" not in content[:60] else "a.odt", content)

    assert time.process_time() - begun < 15


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_part_that_could_run_is_refused_wherever_it_lies_and_a_good_one_changes_nothing(data: st.DataObject) -> None:
    """Given a good file, when a part is put in at any place, then only what the part is decides."""
    name, good, hostile = data.draw(st.sampled_from([("a.docx", LETTER, HARMFUL), ("a.odt", NOTE, HARMFUL_TEXT)]))
    place, harmless = data.draw(st.integers(0, len(good))), data.draw(st.booleans())
    part = (f"media/more{place}.png", PNG) if harmless else data.draw(st.sampled_from(sorted(hostile.items())))
    parts = [one for one in good.items() if one[0] != part[0]]
    content = archive(dict([*parts[:place], part, *parts[place:]]))
    if harmless:
        checked_type(name, content)
    else:
        with pytest.raises(InvalidInput):
            checked_type(name, content)


TAGS = (
    "<script>x</script>",
    "<html><body>",
    "<!DOCTYPE html>",
    "<iframe src=//a.vn>",
    "<img src=x onerror=y>",
    "<?php x ?>",
)


@settings(max_examples=80, deadline=None)
@given(
    which=st.sampled_from([("a.pdf", PDF), ("a.jpg", JPEG), ("a.png", PNG), ("a.heic", HEIC)]),
    tag=st.sampled_from(TAGS),
    codec=st.sampled_from(["utf-8", "utf-16", "utf-16-be", "utf-32"]),
    before=st.binary(max_size=300),
    upper=st.booleans(),
)
def test_markup_behind_the_end_is_refused_in_every_encoding_and_behind_anything(
    which: tuple[str, bytes], tag: str, codec: str, before: bytes, upper: bool
) -> None:
    name, content = which
    text = tag.upper() if upper else tag

    with pytest.raises(InvalidInput):
        checked_type(name, content + before + text.encode(codec))


def test_a_name_twice_in_a_zip_is_refused() -> None:
    content = io.BytesIO(archive(LETTER))
    with zipfile.ZipFile(content, "a") as target, pytest.warns(UserWarning, match="Duplicate"):
        target.writestr("word/document.xml", b"<w/>")

    with pytest.raises(InvalidInput):
        checked_type("a.docx", content.getvalue())


def test_the_spaces_of_the_strict_kind_change_nothing() -> None:
    strict = {name: data.replace(OFFICE, "http://purl.oclc.org/ooxml/officeDocument/relationships") if isinstance(data, str) else data for name, data in LETTER.items()}  # fmt: skip

    assert checked_type("a.docx", archive(strict)) == f"{OPEN}wordprocessingml.document"
    hostile = {**strict, "word/_rels/a.xml.rels": str(HARMFUL["word/_rels/d.xml.rels"]).replace(OFFICE, "http://purl.oclc.org/x")}  # fmt: skip
    with pytest.raises(InvalidInput):
        checked_type("a.docx", archive(hostile))
