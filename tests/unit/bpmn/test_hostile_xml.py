"""XML from strangers is refused before anything in it is followed, with line and element."""

import encodings.aliases

import pytest

from workflow.bpmn.reader import read_bpmn
from workflow.bpmn.xml import MAX_BYTES, MAX_DEPTH, MAX_ELEMENTS, parse_xml
from workflow.errors import DefinitionRejected
from workflow.model.findings import Finding

BILLION_LAUGHS = b"""<?xml version="1.0"?>
<!DOCTYPE definitions [
 <!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
]>
<definitions>&c;</definitions>"""
EXTERNAL_ENTITY = b"""<!DOCTYPE d [<!ENTITY secret SYSTEM "file:///etc/passwd">]>
<definitions>&secret;</definitions>"""
EXTERNAL_DTD = b"""<?xml version="1.0"?>
<!DOCTYPE definitions SYSTEM "http://example.org/evil.dtd">
<definitions/>"""
PARAMETER_ENTITY = b"""<?xml version="1.0"?>
<!DOCTYPE d [<!ENTITY % x SYSTEM "http://example.org/x.dtd"> %x;]><d/>"""


def refusal(source: bytes) -> Finding:
    with pytest.raises(DefinitionRejected) as caught:
        read_bpmn(source, file="p.bpmn")
    findings: tuple[Finding, ...] = caught.value.findings
    assert len(findings) == 1
    return findings[0]


@pytest.mark.parametrize(
    ("source", "line"),
    [(BILLION_LAUGHS, 2), (EXTERNAL_ENTITY, 1), (EXTERNAL_DTD, 2), (PARAMETER_ENTITY, 2)],
    ids=["billion laughs", "external entity", "external DTD", "parameter entity"],
)
def test_a_document_type_is_refused_where_it_stands(source: bytes, line: int) -> None:
    finding = refusal(source)
    assert (finding.rule, finding.line, finding.file) == ("xml-doctype", line, "p.bpmn")
    assert "never read" in finding.message


def test_a_document_type_in_utf_16_is_refused_too() -> None:
    source = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE d [<!ENTITY a "b">]><d>&a;</d>'.encode("utf-16")
    assert refusal(source).rule == "xml-doctype"


def test_a_stylesheet_instruction_is_refused() -> None:
    finding = refusal(b'<?xml version="1.0"?>\n<?xml-stylesheet href="http://example.org/a.xsl"?>\n<definitions/>')
    assert (finding.rule, finding.line) == ("xml-instruction", 2)


def test_ten_megabytes_of_nested_elements_stop_at_the_depth_limit_with_the_element() -> None:
    nest = b"<definitions>\n" + b'<subProcess id="s">\n' * 500_000
    assert len(nest) > 9_000_000
    finding = refusal(nest)
    assert finding.rule == "xml-too-deep"
    assert finding.line == MAX_DEPTH + 1
    assert finding.element_id == "s"
    assert "subProcess" in finding.message


def test_ten_megabytes_of_text_stop_at_the_size_limit_with_the_element_they_stand_in() -> None:
    source = b'<definitions>\n<process id="big">\n' + b"x" * (MAX_BYTES * 2) + b"</process></definitions>"
    finding = refusal(source)
    assert (finding.rule, finding.element_id) == ("xml-too-large", "big")
    assert "5 MB" in finding.message


def test_very_many_elements_are_refused() -> None:
    source = b"<definitions>" + b"<a/>" * (MAX_ELEMENTS + 1) + b"</definitions>"
    assert refusal(source).rule == "xml-too-many"


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"   ",
        b"PK\x03\x04",
        b"<definitions>",
        b"<a></b>",
        b"<a>&undefined;</a>",
        b"\xff\xfe\x00",
        b"<a b='1' b='2'/>",
    ],
)
def test_what_is_no_xml_is_refused_without_a_traceback(source: bytes) -> None:
    assert refusal(source).rule == "xml-unreadable"


def test_a_fault_names_its_line() -> None:
    finding = refusal(b"<definitions>\n<process id='p'>\n</definitions>")
    assert (finding.line, finding.element_id) == (3, "p")


def test_another_xml_file_is_no_bpmn() -> None:
    assert refusal(b"<html/>").rule == "not-bpmn"


def test_an_inclusion_is_not_followed() -> None:
    source = b'<d xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="/etc/hostname" parse="text"/></d>'
    assert (parse_xml(source)[0].text or "") == ""


def test_a_depth_within_the_limit_is_read() -> None:
    source = b"<a>" * MAX_DEPTH + b"</a>" * MAX_DEPTH
    assert parse_xml(source).tag == "a"


@pytest.mark.parametrize("body", [b"<a/>", "<a>ệ</a>".encode(), b"<a>\xff\xfe</a>"], ids=["plain", "utf-8", "bytes"])
def test_every_encoding_that_is_claimed_is_read_or_a_finding(body: bytes) -> None:
    claimed = {"nope", "UTF-8", "utf-16", "x" * 5000, *encodings.aliases.aliases, *encodings.aliases.aliases.values()}
    rules = set()
    for name in sorted(claimed):
        source = b'<?xml version="1.0" encoding="' + name.replace("_", "-").encode() + b'"?>' + body
        try:
            parse_xml(source, file="a.bpmn")
        except DefinitionRejected as rejected:
            rules |= {finding.rule for finding in rejected.findings}
    assert "xml-encoding" in rules
    assert rules <= {"xml-encoding", "xml-unreadable"}
