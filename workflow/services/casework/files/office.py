"""Office files are zips of XML: told apart by the list of their parts, and refused where a part, or a link to one, could run or fetch.

Nothing is believed of names: lists are read by an XML parser in whatever encoding they are, every attribute's value counts whatever its
namespace, and each part is looked at by its first bytes. A workbook behind a chart is an office file like the one around it.
"""

import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any
from urllib.parse import unquote
from xml.parsers import expat

from workflow.services.casework.files.refusals import behind, damaged, embedded, fetched, other, programs, too_much

MEGABYTE = 1024 * 1024
MAX_UNPACKED = 200 * MEGABYTE
MAX_READ = 64 * MEGABYTE
"""Of that, so much is read: lists, links and the texts of OpenDocument, those of embedded files too."""
MAX_ELEMENTS = 1_000_000
MAX_DEPTH = 256
MAX_PARTS = 20_000
DEEPEST = 2
"""How far office files may lie in one another."""
TYPES = "[content_types].xml"
OPEN_XML = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
OF_OPEN_DOCUMENT = ("mimetype", "content.xml", "meta-inf/manifest.xml")
"""By these a reader takes a file for OpenDocument, whatever else lies in it."""
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
_PROGRAMS = re.compile(
    r"macro|vba(?:project|data)|activex|attachedtoolbars|keymapcustom|x-msdownload|javascript|java-archive|/control$"
)
_EMBEDDED = re.compile(r"oleobject|afchunk|/subdocument$|vnd\.ms-(?:word|excel|powerpoint)$|/msword$")
_LOCAL = re.compile(r"(?:file:/{2,3})?[a-z]:[\\/]|(?![a-z0-9+.-]+:|//|\\|/\\)", re.IGNORECASE)
"""On the reader's own disk, or beside the file: what no other computer is asked for."""
_OF_TEMPLATES = re.compile(r"file:///(?![/\\])", re.IGNORECASE)
_SHOWN = re.compile(r"(?:.*-)?image|video|audio|media")
"""What may come from a page of the web, as people paste it from there."""
_CLICKED = re.compile(r"hyperlink|a|area-[a-z]+|button|event-listener")
"""What leads elsewhere only when a person clicks on it: links of Open XML, then elements of OpenDocument."""
_FETCHING = ("href", "src", "image-data")
"""Attributes of OpenDocument that name what is to be had from somewhere."""
_SCRIPT = re.compile(
    r"\s*(?:javascript|vbscript|data|mhtml|mk|shell|search(?:-ms)?|ms-[a-z-]+|macro|vnd\.sun\.star\.\w+|service|slot)\s*:"
)
_LIBRARY = re.compile(r"(?:^|/)(?:basic|scripts|dialogs)/(?!(?:[^/]+/)?(?:script|dialog)-l[bc]\.xml$)")
_ACTIVE = frozenset(
    (
        "script",
        "module",
        "applet",
        "plugin",
        "dde-source",
        "dde-connection-decl",
        "dde-link",
        "ddeLink",
        "floating-frame",
    )
)
_MAGIC = re.compile(
    rb"(\xd0\xcf\x11\xe0)|(MZ|\x7fELF|\xca\xfe\xba\xbe|#!|<(?:script|html|!doctype\s+html))|(PK\x03\x04)", re.IGNORECASE
)
_FAULTS = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, expat.ExpatError, ValueError)


def office(content: bytes, ending: str) -> str:
    """Return the media type. Raises `InvalidInput`."""
    if not content.startswith(b"PK\x03\x04"):
        raise damaged() if content.startswith(b"\xd0\xcf\x11\xe0") else other(ending)
    return _kind_of(content, ending, _Budget())


class _Budget:
    """What may still be read, over all files within the file."""

    def __init__(self) -> None:
        self.left, self.elements = MAX_READ, MAX_ELEMENTS

    def take(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise too_much(MAX_READ // MEGABYTE)

    def count(self, depth: int) -> None:
        self.elements -= 1
        if self.elements < 0 or depth > MAX_DEPTH:
            raise too_much(MAX_READ // MEGABYTE)


def _kind_of(content: bytes, ending: str, budget: _Budget, depth: int = 1) -> str:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            at = content.rfind(b"PK\x05\x06")
            rest = content[at + 22 + len(archive.comment) :].strip(b"\0\t\n\f\r ")
            starts = min((one.header_offset for one in archive.infolist()), default=0)
            if rest or starts or b"<" in archive.comment or b"%PDF-" in content[:1024]:
                raise behind()
            return _Office(archive, ending, budget, depth).looked_through()
    except _FAULTS as error:
        raise damaged() from error


class _Office:
    """One office file."""

    def __init__(self, archive: zipfile.ZipFile, ending: str, budget: _Budget, depth: int) -> None:
        self._archive, self._ending, self._budget, self._depth = archive, ending, budget, depth
        files = [one for one in archive.infolist() if not one.is_dir()]
        if len(files) > MAX_PARTS or sum(one.file_size for one in files) > MAX_UNPACKED:
            raise too_much(MAX_UNPACKED // MEGABYTE)
        self._parts = {_plain(one.filename): one for one in files}
        if len(self._parts) != len(files) or any(name.startswith("..") for name in self._parts):
            raise damaged()

    def looked_through(self) -> str:
        """Return the media type. Raises `InvalidInput`, and what is found at fault in a zip or an XML."""
        for name, part in self._parts.items():
            if _LIBRARY.search(name) or name.endswith("vbaproject.bin"):
                raise programs(part.filename)
        if TYPES in self._parts and any(name in self._parts for name in OF_OPEN_DOCUMENT):
            raise behind()  # both kinds at once: each reader would see another file
        kind = self._open_xml() if TYPES in self._parts else self._open_document()
        for name, part in self._parts.items():
            self._check_first_bytes(name, part)
        return kind

    def _open_xml(self) -> str:
        mains, endings = set[str](), {name.rpartition(".")[2] for name in self._parts}

        def told(_name: str, values: dict[str, str]) -> None:
            if values.get("extension", "").casefold() in endings | {""}:
                self._check_told(values.values())
                said = {one.partition(";")[0].strip().casefold() for one in values.values()}
                mains.update(kind for kind in OPEN_XML.values() if f"{kind}.main+xml" in said)

        self._walk(TYPES, told)
        for part in self._parts:
            if part.endswith(".rels"):
                self._walk(part, self._check_link)
            elif part.startswith("xl/externallinks/"):
                self._walk(part, self._check_document)
        if not mains:  # a list that names none: the folder tells
            mains.update(
                kind for folder, kind in OPEN_XML.items() if any(one.startswith(folder) for one in self._parts)
            )
        if len(mains) != 1:
            raise other(self._ending)
        return mains.pop()

    @staticmethod
    def _check_told(values: Any) -> None:
        for value in (str(one).casefold() for one in values):
            if _PROGRAMS.search(value):
                raise programs(value.rpartition("/")[2])
            if _EMBEDDED.search(value):
                raise embedded(value.rpartition("/")[2])

    def _check_link(self, _name: str, values: dict[str, str]) -> None:
        kind = values.get("type", "").rstrip("/").casefold()
        self._check_told([kind])
        target = values.get("target", "")
        if _SCRIPT.match(_bare(target).casefold()) or _asks_elsewhere(kind.rpartition("/")[2], target):
            raise fetched(target[:100])

    def _open_document(self) -> str:
        kinds = list[str]()
        if "mimetype" in self._parts:
            with self._archive.open(self._parts["mimetype"]) as part:
                kinds = [part.read(200).decode("utf-8-sig", "replace").strip()]
        elif "meta-inf/manifest.xml" in self._parts:
            self._walk(
                "meta-inf/manifest.xml",
                lambda _name, one: kinds.append(one.get("media-type", "")) if one.get("full-path") == "/" else None,
            )
        if not kinds or not kinds[0].startswith(OPEN_DOCUMENT):
            raise other(self._ending)
        for name, one in self._parts.items():
            if name.endswith(".xml") and one.file_size:
                self._walk(name, self._check_document)
        return kinds[0]

    @staticmethod
    def _check_document(name: str, values: dict[str, str]) -> None:
        """No listener, link or object that calls a program, and none that is fetched from elsewhere when the file is opened."""
        called = name == "event-listener" and "event-name" in values and "action" not in values
        if name in _ACTIVE or called or _SCRIPT.match(_bare(values.get("href", "")).casefold()):
            raise programs(name)
        for target in (values[key] for key in _FETCHING if key in values):
            if _asks_elsewhere(name, target) and not (name == "template" and _OF_TEMPLATES.match(_bare(target))):
                raise fetched(target[:100])

    def _check_first_bytes(self, name: str, part: zipfile.ZipInfo) -> None:
        with self._archive.open(part) as opened:
            found = _MAGIC.match(opened.read(32).lstrip(b"\xef\xbb\xbf\r\n\t "))
        if found is None:
            return
        if found[2]:
            raise programs(part.filename)
        if found[1] or self._depth >= DEEPEST:
            raise embedded(part.filename)
        self._budget.take(part.file_size)
        _kind_of(self._archive.read(part), f".{name.rpartition('.')[2]}", self._budget, self._depth + 1)

    def _walk(self, part: str, look: Callable[[str, dict[str, str]], None]) -> None:
        """Show `look` each element's local name and attributes, whatever encoding and namespaces the part uses."""
        self._budget.take(self._parts[part].file_size)

        depth = 0

        def begin(name: str, attributes: dict[str, str]) -> None:
            nonlocal depth
            depth += 1
            self._budget.count(depth)
            look(_local(name), {_local(key).casefold(): value for key, value in attributes.items()})

        def end(_name: str) -> None:
            nonlocal depth
            depth -= 1

        def refuse(*_declared: Any) -> None:  # old OpenOffice names a document type; nobody declares something in one
            raise damaged()

        parser = expat.ParserCreate(namespace_separator="}")
        parser.StartElementHandler, parser.EndElementHandler = begin, end
        parser.EntityDeclHandler = parser.AttlistDeclHandler = refuse
        with self._archive.open(self._parts[part]) as opened:
            parser.ParseFile(opened)


def _plain(name: str) -> str:
    """A part's name as readers take it: one case, one kind of stroke, no detour."""
    return posixpath.normpath(unquote(name).replace("\\", "/").lstrip("/")).casefold()


def _bare(target: str) -> str:
    """An address as readers take it: strokes spelled out, without blanks and signs that show nothing."""
    return re.sub(r"[\0-\x20]", "", unquote(target))


def _asks_elsewhere(kind: str, target: str) -> bool:
    """Whether opening the file asks another computer for something: the one rule for the links of both formats."""
    bare = _bare(target)
    of_web = re.match(r"https?://", bare, re.IGNORECASE) and _SHOWN.fullmatch(kind)
    return not (_CLICKED.fullmatch(kind) or of_web or _LOCAL.match(bare))


def _local(name: str) -> str:
    return name.rpartition("}")[2]
