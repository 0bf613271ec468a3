"""A DMN file comes from outside: what it may not do."""

import pytest

from workflow.dmn.model import load
from workflow.errors import DefinitionRejected

NAMESPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"not xml", "dmn-xml"),
        (b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>', "dmn-doctype"),
        (b'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><d>&b;</d>', "dmn-doctype"),
        (b"<definitions xmlns='urn:other'/>", "dmn-namespace"),
        (b"<d>" * 210 + b"</d>" * 210, "dmn-depth"),
        (b"<d>" + b" " * 5_000_001 + b"</d>", "dmn-too-large"),
    ],
)
def test_it_is_refused(content: bytes, rule: str) -> None:
    with pytest.raises(DefinitionRejected) as caught:
        load(content)
    assert [finding.rule for finding in caught.value.findings] == [rule]


def test_a_thousand_decisions_in_a_chain_are_evaluated() -> None:
    def node(number: int) -> str:
        need = f'<informationRequirement><requiredDecision href="#d{number - 1}"/></informationRequirement>'
        text = f"n{number - 1} + 1" if number else "0"
        logic = f"<literalExpression><text>{text}</text></literalExpression>"
        return f'<decision id="d{number}" name="n{number}">{need if number else ""}{logic}</decision>'

    body = "".join(map(node, range(1000)))
    model = load(f'<definitions xmlns="{NAMESPACE}" namespace="u" name="m">{body}</definitions>'.encode())
    assert model.evaluate("n999", {}) == 999


def test_a_model_with_names_without_end_is_refused() -> None:
    columns = "".join(f'<column name="a {number}"/>' for number in range(2_001))
    body = f'<decision id="d" name="d"><relation>{columns}</relation></decision>'
    with pytest.raises(DefinitionRejected) as caught:
        load(f'<definitions xmlns="{NAMESPACE}" namespace="u" name="m">{body}</definitions>'.encode())
    assert caught.value.findings[0].rule == "dmn-names"
