"""What stands around an expression of another tool is dropped; what is inside must be FEEL."""

from collections.abc import Callable

import pytest
from hypothesis import given, strategies as st
from lxml import etree

from workflow.bpmn.expressions import feel, value_of
from workflow.bpmn.report import Report
from workflow.model.expressions import Expression, Literal
from workflow.model.findings import Finding

Errors = Callable[..., list[Finding]]
_AT = etree.fromstring("<a/>")


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("a > 1", "a > 1"),
        ("= a > 1", "a > 1"),
        ("${a > 1}", "a > 1"),
        ("#{ a > 1 }", "a > 1"),
        ("=${a}", "a"),
        ("${ {x: 1}.x }", "{x: 1}.x"),
        ('${ "}" + a }', '"}" + a'),
        ('"${a}"', '"${a}"'),
    ],
)
def test_delimiters_are_dropped(text: str, inside: str) -> None:
    report = Report()
    assert feel(text, _AT, report) == Expression(inside, 1)
    assert report.findings == []


@pytest.mark.parametrize("text", ["${a} and ${b}", "${a", "${}", "${a}.b", "#{a} > #{b}", "${ {x: 1} } + 1", "${a}}"])
def test_delimiters_that_are_not_around_the_whole_are_refused(text: str) -> None:
    report = Report()
    feel(text, _AT, report)
    assert [finding.rule for finding in report.findings] == ["juel-expression"]


def test_a_value_is_text_unless_it_is_marked() -> None:
    report = Report()
    assert value_of("P3D", _AT, report) == Literal("P3D", 1)
    assert value_of("=a", _AT, report) == Expression("a", 1)
    assert value_of("${a}", _AT, report) == Expression("a", 1)
    assert value_of(None, _AT, report) is None


@given(st.text(alphabet='ab${}#"\\ =', max_size=30))
def test_no_text_is_read_with_a_delimiter_left_unsaid(text: str) -> None:
    report = Report()
    found = feel(text, _AT, report)
    assert report.findings or not found.text.startswith(("${", "#{"))


@pytest.mark.parametrize("language", ["feel", "http://www.omg.org/spec/FEEL/20140401", "application/feel"])
def test_an_expression_may_say_that_it_is_feel(errors: Errors, language: str) -> None:
    flow = '<sequenceFlow id="f" sourceRef="a" targetRef="b"><conditionExpression language="{}">1</conditionExpression>'
    assert errors(f'<task id="a"/><task id="b"/>{flow.format(language)}</sequenceFlow>') == []
