"""Files as cameras, scanners and office programs write them, small, and made in the test where that is short."""

import io
import zipfile
from base64 import b64decode
from collections.abc import Mapping

from PIL import Image

OPEN = "application/vnd.openxmlformats-officedocument."
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
WORD, SHEET, SLIDES = (
    f"{OPEN}{kind}" for kind in ("wordprocessingml.document", "spreadsheetml.sheet", "presentationml.presentation")
)
TEXT, TABLES = (f"application/vnd.oasis.opendocument.{kind}" for kind in ("text", "spreadsheet"))
HEIC = b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAchtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAADRpbG9jAAAAAERA"
    "AAIAAQAAAAAB7AABAAAAAAAAADQAAgAAAAACIAABAAAAAAAAACQAAAA4aWluZgAAAAAAAgAAABVpbmZlAgAAAAABAABodmMxAAAAABVpbmZlAgAAAQAC"
    "AABFeGlmAAAAAA5waXRtAAAAAAABAAABB2lwcnAAAADmaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAA"
    "AAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaA"
    "AAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xhcAAAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AAAAACAAAAEHBpeGkAAAAAAwgICAAAAAlpcm90AwAA"
    "ABlpcG1hAAAAAAAAAAEAAQaBAgMFhIYAAAAaaXJlZgAAAAAAAAAOY2RzYwACAAEAAQAAAGBtZGF0AAAAMCgBrxmA94UNvtLaflLgfyH5OBn+xEdEQeIb"
    "WVxkYq//6IGY4o2vm7TBkVDtC7mCmAAAAAZFeGlmAABNTQAqAAAACAABARIAAwAAAAEABgAAAAAAAA=="
)
"""A photo of 48 × 64 as a telephone writes it: stored lying, with the note that it is to be turned."""


def picture(form: str = "PNG", size: tuple[int, int] = (64, 48), turned: int = 1) -> bytes:
    """A picture whose first quarter is yellow, with the note of how it is to be turned."""
    image, note, target = Image.new("RGB", size, "#16507a"), Image.Exif(), io.BytesIO()
    image.paste("#e9b44c", (0, 0, size[0] // 2, size[1] // 2))
    note[0x112] = turned
    image.save(target, form, exif=note)
    return target.getvalue()


def archive(files: Mapping[str, bytes | str], *, stored: bool = False) -> bytes:
    """A zip of those files in that order."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as target:
        for name, data in files.items():
            target.writestr(name, data)
    return content.getvalue()


def links(*lines: tuple[str, str, str], external: bool = False) -> str:
    """The links of a part: id, kind, target."""
    mode = ' TargetMode="External"' if external else ""
    each = (f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{to}"{mode}/>' for key, kind, to in lines)
    return f'<Relationships xmlns="{PACKAGE}/relationships">{"".join(each)}</Relationships>'


def types(main: str, part: str, more: str = "") -> str:
    """The list of an office file's parts, with `more` in it."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
        f'<Override PartName="/{part}" ContentType="{main}.main+xml"/>{more}</Types>'
    )


def word(body: str, more: Mapping[str, bytes | str] | None = None) -> dict[str, bytes | str]:
    """The parts of a Word file."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return {
        "[Content_Types].xml": types(WORD, "word/document.xml"),
        "_rels/.rels": links(("rId1", "officeDocument", "word/document.xml")),
        "word/document.xml": f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>',
        "word/_rels/document.xml.rels": links(("rId1", "styles", "styles.xml")),
        "word/styles.xml": f'<w:styles xmlns:w="{space}"><w:style w:styleId="u1"><w:name w:val="heading 1"/></w:style></w:styles>',
        **(more or {}),
    }


def slides(text: str) -> dict[str, bytes | str]:
    """The parts of a presentation of one slide."""
    space = "http://schemas.openxmlformats.org/presentationml/2006/main"
    drawn = "http://schemas.openxmlformats.org/drawingml/2006/main"
    return {
        "[Content_Types].xml": types(SLIDES, "ppt/presentation.xml"),
        "_rels/.rels": links(("rId1", "officeDocument", "ppt/presentation.xml")),
        "ppt/presentation.xml": f'<p:presentation xmlns:p="{space}" xmlns:r="{OFFICE}"><p:sldIdLst><p:sldId id="256" r:id="rId2"/></p:sldIdLst></p:presentation>',
        "ppt/_rels/presentation.xml.rels": links(("rId2", "slide", "slides/slide1.xml")),
        "ppt/slides/slide1.xml": f'<p:sld xmlns:p="{space}" xmlns:a="{drawn}"><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sld>',
    }


def open_document(kind: str, body: str, more: Mapping[str, bytes | str] | None = None) -> dict[str, bytes | str]:
    """The parts of an OpenDocument file."""
    spaces = " ".join(
        f'xmlns:{one}="urn:oasis:names:tc:opendocument:xmlns:{one}:1.0"' for one in ("office", "text", "table")
    )
    content = f"<office:document-content {spaces}><office:body><office:{kind.rpartition('.')[2]}>{body}"
    content += f"</office:{kind.rpartition('.')[2]}></office:body></office:document-content>"
    return {"mimetype": kind, "content.xml": content, **(more or {})}


def pdf_pages(count: int, box: str = "0 0 595 842", before: str = "") -> bytes:
    """A PDF of so many empty pages, without the table that says where its objects are: readers look for them."""
    kids = " ".join(f"{number} 0 R" for number in range(3, 3 + count))
    pages = "".join(
        f"{number} 0 obj<</Type/Page/Parent 2 0 R/MediaBox[{box}]>>endobj\n" for number in range(3, 3 + count)
    )
    return (
        f"{before}%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[{kids}]/Count {count}>>endobj\n"
        f"{pages}trailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
    ).encode()
