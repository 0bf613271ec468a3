"""Reads XML from strangers: no document type, no entity, no network, bounded in size, depth and number of elements.

A first pass with expat stops at the first forbidden thing and knows its line; only a clean text reaches lxml.
"""

from collections.abc import Sequence
from xml.parsers import expat

from lxml import etree

from workflow.bpmn.namespaces import Element
from workflow.errors import N_, DefinitionRejected
from workflow.model.findings import Finding

MAX_BYTES = 5 * 1024 * 1024
MAX_DEPTH = 100
MAX_ELEMENTS = 50_000
_CHUNK = 64 * 1024


class _Forbidden(Exception):
    """Stops the scan; carries the finding."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.rule)
        self.finding = finding


class _Guard:
    """One pass over the text that keeps nothing but where it stands."""

    def __init__(self, file: str | None) -> None:
        self._file = file
        self._open: list[tuple[str, str | None]] = []
        self._count = 0
        self._parser = expat.ParserCreate()
        self._encoding = "UTF-8"
        self._parser.XmlDeclHandler = self._declaration
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.EntityDeclHandler = self._entity
        self._parser.ProcessingInstructionHandler = self._instruction

    def scan(self, source: bytes) -> None:
        """Raise `DefinitionRejected` at the first thing that must not be read."""
        try:
            for start in range(0, min(len(source), MAX_BYTES), _CHUNK):
                self._parser.Parse(source[start : min(start + _CHUNK, MAX_BYTES)], False)
            if len(source) > MAX_BYTES:
                self._too_large()
            self._parser.Parse(b"", True)
        except _Forbidden as stop:
            raise DefinitionRejected((stop.finding,)) from None
        except expat.ExpatError as error:
            raise DefinitionRejected((self._unreadable(error),)) from None
        except (LookupError, ValueError):  # how expat says that it has no table for an encoding
            raise DefinitionRejected((self._undecodable(),)) from None

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        self._encoding = encoding or self._encoding

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._open.append((name, attributes.get("id")))
        self._count += 1
        if len(self._open) > MAX_DEPTH:
            self._stop(
                "xml-too-deep", N_("Element %(element)s is nested deeper than %(limit)s levels"), limit=MAX_DEPTH
            )
        if self._count > MAX_ELEMENTS:
            self._stop("xml-too-many", N_("The file has more than %(limit)s elements"), limit=MAX_ELEMENTS)

    def _end(self, _name: str) -> None:
        self._open.pop()

    def _doctype(self, name: str, *_: object) -> None:
        self._open.append((name, None))
        self._stop(
            "xml-doctype",
            N_("The file declares a document type (DOCTYPE %(element)s); entities and external files are never read"),
            advice=N_("Delete the DOCTYPE line and what it declares"),
        )

    def _entity(self, name: str, *_: object) -> None:
        self._stop("xml-entity", N_("The file declares the entity %(name)s; entities are never read"), name=name)

    def _instruction(self, target: str, _data: str) -> None:
        self._stop(
            "xml-instruction",
            N_("The file has a processing instruction (%(target)s), which may refer to other files"),
            advice=N_("Delete the line that starts with <?%(target)s"),
            target=target,
        )

    def _too_large(self) -> None:
        self._stop(
            "xml-too-large",
            N_("The file is larger than %(limit)s MB; reading stopped within element %(element)s"),
            limit=MAX_BYTES // 1024 // 1024,
        )

    def _stop(self, rule: str, template: str, advice: str = "", **params: object) -> None:
        name, element_id = self._open[-1] if self._open else ("-", None)
        raise _Forbidden(
            Finding(
                rule=rule,
                template=template,
                params={"element": name.rsplit(":", 1)[-1], **params},
                advice=advice,
                element_id=element_id,
                line=self._parser.CurrentLineNumber,
                file=self._file,
            )
        )

    def _undecodable(self) -> Finding:
        return Finding(
            rule="xml-encoding",
            template=N_("The file is written in the encoding %(encoding)s, which is not read here"),
            params={"encoding": self._encoding},
            advice=N_("Save the file as UTF-8"),
            line=1,
            file=self._file,
        )

    def _unreadable(self, error: expat.ExpatError) -> Finding:
        name, element_id = self._open[-1] if self._open else ("-", None)
        return Finding(
            rule="xml-unreadable",
            template=N_(
                "The file is not well-formed XML: at column %(column)s of this line, within element %(element)s, something is wrong"
            ),
            params={"element": name.rsplit(":", 1)[-1], "column": error.offset + 1},
            advice=N_("Open the file in a BPMN modeler and save it again"),
            element_id=element_id,
            line=error.lineno,
            file=self._file,
        )


def parse_xml(source: bytes, *, file: str | None = None) -> Element:
    """Return the root element, with line numbers.

    Raises `DefinitionRejected` with one finding for text that is not well-formed, is in an encoding that is not read, has a
    DOCTYPE, entity or processing instruction, or is larger than 5 MB, deeper than 100 levels or longer than 50,000 elements.
    """
    _Guard(file).scan(source)
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(source, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DefinitionRejected(tuple(_syntax_findings(error, file))) from None


def _syntax_findings(error: Exception, file: str | None) -> Sequence[Finding]:
    line, column = getattr(error, "lineno", None), getattr(error, "offset", None)
    return [
        Finding(
            rule="xml-unreadable",
            template=N_("The file cannot be read as XML: something is wrong at column %(column)s of this line"),
            params={"column": column or 1},
            line=line,
            file=file,
        )
    ]
