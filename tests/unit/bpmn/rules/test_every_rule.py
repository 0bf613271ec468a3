"""No rule goes without a specification, and no two modules use one name for different rules."""

import re
from pathlib import Path

from workflow.bpmn import rules
from workflow.bpmn.rules.all import RULES

_RULE = re.compile(r'\.(?:refuse|remark)\(\s*"([a-z-]+)"')
_SOURCES = sorted(Path(rules.__path__[0]).glob("*.py"))


def test_every_rule_has_a_specification() -> None:
    names = {name for source in _SOURCES for name in _RULE.findall(source.read_text(encoding="utf-8"))}
    own = Path(__file__)
    specifications = "".join(
        each.read_text(encoding="utf-8") for each in own.parent.glob("test_*.py") if each.name != own.name
    )
    assert len(names) > 50
    assert sorted(name for name in names if f'"{name}"' not in specifications) == []


def test_every_check_is_in_the_table() -> None:
    written = {
        name
        for source in _SOURCES
        for name in re.findall(r"^def (check_\w+)", source.read_text(encoding="utf-8"), re.M)
    }
    assert written - {"check_rules"} == {rule.__name__ for rule in RULES}
