"""PDF files and pictures: where they begin and end, and that nothing a browser or a desk could run lies before, between or behind.

Readers of these formats are lenient, and so is this: what they pass over (a printer's words, blanks, a photo's film, a second picture)
is passed over here. Each walk yields the pieces that are no packed data, the one behind the end last.
"""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO

from workflow.services.casework.files.refusals import behind, other

HEAD = 1024
"""A PDF's readers look for its head in so many bytes, and for its end in as many."""
_TAG = rb"(?:<|\+ADw-)(?:%s)[\s>/+]"
_ACTIVE = re.compile(_TAG % rb"script|html|!doctype\s+html|iframe|\?php|%%@|svg", re.IGNORECASE)
_MARKUP = re.compile(
    _TAG
    % rb"a\s+href|img|meta|style|link|base|body|head|form|input|button|video|audio|object|embed|applet|math|div|span|table|title",
    re.IGNORECASE,
)
_PROGRAM = re.compile(
    rb"MZ|\x7fELF|#!|PK\x03\x04|Rar!|7z\xbc\xaf|\xd0\xcf\x11\xe0|\xca\xfe\xba\xbe|\xcf\xfa\xed\xfe|%PDF-|GIF8"
)
_BLANK = b"\0\t\n\f\r \x1a"
_PRINTER = re.compile(rb"\x1b%-12345X|@PJL[^\r\n]*|%[^\r\n<]*|\xef\xbb\xbf|\xff\xfe|\xfe\xff")
_STREAM = re.compile(rb"stream(?<!endstream)[\r\n]")
_MARKER = re.compile(rb"\xff+([\x01-\xcf\xd8-\xfe])")
_ALONE = frozenset((0x01, *range(0xD0, 0xD9)))
_FEW = re.compile(rb"[\w\s]{0,64}")
_LAST = 1 << 16
"""Bytes at the end that are looked at whatever they seem to be: an end that is not there hides nothing."""
PHOTOS = frozenset(b"heic heix heim heis hevc hevx hevm hevs".split())
CONTAINERS = frozenset(b"mif1 msf1".split())


def pdf(content: bytes, ending: str) -> str:
    """Return the media type. Raises `InvalidInput`."""
    start = content.find(b"%PDF-", 0, HEAD + 5)
    if start < 0 or b"obj" not in content:
        raise other(ending)
    before = _PRINTER.sub(b"", content[:start]).strip(_BLANK)
    end = content.rfind(b"%%EOF")
    body, tail = (content[start:end], content[end + 5 :]) if end > start else (content[start:], b"")
    rest = _PRINTER.sub(b"", tail).strip(_BLANK)
    if _PROGRAM.match(before) or len(rest) > HEAD:
        raise behind()
    _check((before, *_between_streams(body)), rest, content)
    return "application/pdf"


def _between_streams(body: bytes) -> Iterator[bytes]:
    at = 0
    while start := _STREAM.search(body, at):
        yield body[at : start.start()]
        at = body.find(b"endstream", start.end())
        if at < 0:
            return
    yield body[at:]


def jpeg(content: bytes, ending: str) -> str:
    """As `pdf`."""
    if not content.startswith(b"\xff\xd8\xff"):
        raise other(ending)
    pieces, at, scans = list[bytes](), 2, 0
    while found := _MARKER.search(content, at):
        if not scans:
            pieces.append(content[at : found.start()])
        code, at = found[1][0], found.end()
        if code == 0xD9:
            break
        if code not in _ALONE:
            length = max(int.from_bytes(content[at : at + 2], "big"), 2)
            pieces.append(content[at + 2 : at + length])
            at, scans = at + length, scans + (code == 0xDA)
    else:
        at = len(content) if scans else at
    if not scans:
        raise other(ending)
    _check(pieces, content[at:], content)
    return "image/jpeg"


def png(content: bytes, ending: str) -> str:
    """As `pdf`."""
    if not content.startswith(b"\x89PNG\r\n\x1a\n") or content[12:16] != b"IHDR":
        raise other(ending)
    pieces, at = list[bytes](), 8
    while re.fullmatch(rb"[A-Za-z]{4}", kind := content[at + 4 : at + 8]):
        end = at + 12 + int.from_bytes(content[at : at + 4], "big")
        if kind != b"IDAT":
            pieces.append(content[at + 8 : end])
        at = min(end, len(content))
        if kind == b"IEND":
            break
    _check(pieces, content[at:], content)
    return "image/png"


def heic(content: bytes, ending: str) -> str:
    """As `pdf`: a photo of a telephone, told by its brand."""
    brand = content[8:12]
    if content[4:8] != b"ftyp" or brand not in PHOTOS | CONTAINERS or b"meta" not in content[:HEAD]:
        raise other(ending)
    pieces, at = list[bytes](), 0
    while re.fullmatch(rb"[a-z0-9 ]{4}", kind := content[at + 4 : at + 8]):
        size = int.from_bytes(content[at : at + 4], "big")
        size = int.from_bytes(content[at + 8 : at + 16], "big") if size == 1 else size or len(content) - at
        if kind != b"mdat":
            pieces.append(content[at : at + size])
        at = min(at + max(size, 8), len(content))
    _check(pieces, content[at:], content)
    return "image/heic" if brand in PHOTOS else "image/heif"


def _check(pieces: tuple[bytes, ...] | list[bytes], tail: bytes, content: bytes) -> None:
    """Markup in whatever encoding, a program or words behind the end, another format before it. Raises `InvalidInput`."""
    rest = tail.strip(_BLANK)
    plain = rest.replace(b"\0", b"")
    if (
        any(_ACTIVE.search(piece.replace(b"\0", b"")) for piece in (*pieces, plain, content[-_LAST:]))
        or _MARKUP.search(plain)
        or _PROGRAM.match(rest)
        or (not _FEW.fullmatch(plain) and _is_text(plain))
        or (content[0] in b"\x89\xff\0" and b"%PDF-" in content[:HEAD])
        or _is_zip(content)
    ):
        raise behind()


def _is_text(plain: bytes) -> bool:
    try:
        return all(sign.isprintable() or sign.isspace() for sign in plain.decode())
    except UnicodeDecodeError:
        return False


def _is_zip(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return bool(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
