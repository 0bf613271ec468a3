"""Variables whose names hold spaces or signs are read wherever a process reads variables, as DMN 10.3.1.2 says."""

from itertools import pairwise

import pytest

from workflow.errors import DefinitionRejected
from workflow.simulate import simulate

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:cn="urn:congnhan:bpmn:1" targetNamespace="urn:names">'
)
VALUES = {
    "Số tiền": 10,
    "lần 2": 3,
    "đơn-vị": "A",
    "các mục": [1, 2],
    "hẹn": "P1D",
    "hồ sơ": {"mã số": 7},
    "ngày in lại": 5,
    "v.a": 4,
}


def run(*elements: str, flows: str = "start > a > end", extra: str = "") -> object:
    """A process of these elements, with the values above, whose steps are `flows`."""
    steps = [step.strip() for step in flows.split(">")]
    lines = "".join(
        f'<sequenceFlow id="f{n}" sourceRef="{one}" targetRef="{two}"/>' for n, (one, two) in enumerate(pairwise(steps))
    )
    body = "".join(elements)
    text = f'{HEAD}{extra}<process id="p" isExecutable="true"><startEvent id="start"/>{body}<endEvent id="end"/>{lines}</process></definitions>'
    return simulate(text.encode(), variables=VALUES)


def script(text: str, variable: str = "n", inside: str = "") -> str:
    return f'<scriptTask id="a" scriptFormat="feel" camunda:resultVariable="{variable}">{inside}<script>{text}</script></scriptTask>'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Số tiền + 1", 11),
        ("Số  tiền+lần 2", 13),
        ("if Số tiền &gt; 5 then lần 2 else 0", 3),
        ("hồ sơ.mã số", 7),
        ("sum(for mục in các mục return mục * lần 2)", 9),
        ("count(các mục[item &lt; lần 2])", 2),
        ('đơn-vị + "B"', "AB"),
        ("ngày in lại + 1", 6),
        ("4 in các mục", False),
        ("v.a * 2", 8),
        ("Số tiền lớn", None),
    ],
)
def test_in_scripts(text: str, expected: object) -> None:
    result = run(script(text))
    if expected is None:
        assert result.status == "failed"  # type: ignore[attr-defined]
        assert "Số tiền lớn" in result.incidents[0].message  # type: ignore[attr-defined]
    else:
        assert result.variables["n"] == expected  # type: ignore[attr-defined]


PLACES = {
    "a result": script("5", "kết quả mới"),
    "a duration": '<intermediateCatchEvent id="a"><timerEventDefinition><timeDuration>=if Số tiền &gt; 5 then duration("PT1H") else null</timeDuration></timerEventDefinition></intermediateCatchEvent>',
    "a collection": '<task id="a"><multiInstanceLoopCharacteristics camunda:collection="=các mục" camunda:elementVariable="mục này"/></task>',
    "a cardinality": "<task id='a'><multiInstanceLoopCharacteristics><loopCardinality xsi:type='tFormalExpression'>lần 2</loopCardinality></multiInstanceLoopCharacteristics></task>",
    "a completion condition": (
        "<task id='a'><multiInstanceLoopCharacteristics isSequential='true'><loopCardinality xsi:type='tFormalExpression'>lần 2</loopCardinality>"
        "<completionCondition xsi:type='tFormalExpression'>Số tiền &gt; 5</completionCondition></multiInstanceLoopCharacteristics></task>"
    ),
    "a loop condition": "<task id='a'><standardLoopCharacteristics loopMaximum='2'><loopCondition xsi:type='tFormalExpression'>Số tiền &gt; 5</loopCondition></standardLoopCharacteristics></task>",
    "an assignee": '<userTask id="a" camunda:assignee="=đơn-vị"/>',
    "an awaited condition": (
        '<intermediateCatchEvent id="a"><conditionalEventDefinition><condition xsi:type="tFormalExpression">Số tiền &gt; 5</condition></conditionalEventDefinition>'
        "</intermediateCatchEvent>"
    ),
}


@pytest.mark.parametrize("place", PLACES)
def test_wherever_variables_are_read(place: str) -> None:
    result = run(PLACES[place])
    assert (result.status, result.incidents) == ("completed", ())  # type: ignore[attr-defined]


def test_a_mapping_of_what_was_never_set_copies_nothing_whatever_its_name() -> None:
    inside = '<extensionElements><camunda:inputOutput><camunda:outputParameter name="ra ngoài">=chưa có gì</camunda:outputParameter></camunda:inputOutput></extensionElements>'
    result = run(f'<task id="a">{inside}</task>')
    assert (result.status, "ra ngoài" in result.variables) == ("completed", False)  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", ["Số tiền &gt;", "Số tiền )", "1 2", '"a" b', "f(x y z", "5 lần"])
def test_what_no_names_can_make_readable_is_found_before_it_runs(text: str) -> None:
    with pytest.raises(DefinitionRejected) as refused:
        run(script(text))
    assert {found.rule for found in refused.value.findings} == {"expression-unreadable"}
