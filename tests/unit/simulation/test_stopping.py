"""A simulation always ends, and what would never end is named; what cannot run is refused before it starts."""

import pytest

from tests.support.drawing import file_of, flows, process, sequence
from workflow.errors import DefinitionRejected
from workflow.simulate import simulate


def formal(tag: str, text: str) -> str:
    return f'<{tag} xsi:type="tFormalExpression">{text}</{tag}>'


def timer(node_id: str, text: str, kind: str = "timeDuration") -> str:
    inside = f"<timerEventDefinition>{formal(kind, text)}</timerEventDefinition>"
    return f'<intermediateCatchEvent id="{node_id}">{inside}</intermediateCatchEvent>'


def many(node_id: str, count: int, content: str) -> str:
    loop = (
        f"<multiInstanceLoopCharacteristics>{formal('loopCardinality', str(count))}</multiInstanceLoopCharacteristics>"
    )
    return f'<subProcess id="{node_id}">{content}{loop}</subProcess>'


def test_loops_within_loops_are_an_incident_before_they_fill_the_memory() -> None:
    inner = many("inner", 1_000, '<task id="work"/>')
    result = simulate(sequence(many("outer", 1_000, inner)))

    assert result.status == "failed"
    assert {found.node_id for found in result.incidents} == {"inner"}
    assert {found.kind for found in result.incidents} == {"loop"}


def test_a_wide_process_is_stopped_by_its_work_not_its_steps() -> None:
    waiting = f'<startEvent id="b"/>{timer("wait", "PT1H")}<endEvent id="e"/>{flows("b>wait", "wait>e")}'
    result = simulate(sequence(many("outer", 90, many("inner", 90, waiting))))

    assert result.status == "failed"
    assert [found.kind for found in result.incidents] == ["limit"]


def test_a_timer_that_fires_for_ever_at_one_instant_is_named() -> None:
    gates = '<exclusiveGateway id="merge"/><exclusiveGateway id="split" default="split_merge"/>'
    ways = flows("start>merge", "merge>again", "again>split", "split>merge")
    out = f'<sequenceFlow id="out" sourceRef="split" targetRef="end">{formal("conditionExpression", "x = 1")}</sequenceFlow>'
    content = f'<startEvent id="start"/>{gates}{timer("again", "PT0S")}<endEvent id="end"/>{ways}{out}'

    result = simulate(file_of(process(content)), variables={"x": 0})

    assert result.status == "failed"
    assert [(found.kind, found.node_id) for found in result.incidents] == [("loop", "again")]


@pytest.mark.parametrize("text", ["PX", "hello", "P1DX", "WT5X", "PT", "-PT1H", "2024-13-45"])
def test_a_time_that_is_none_is_refused_before_anything_runs(text: str) -> None:
    with pytest.raises(DefinitionRejected) as refused:
        simulate(sequence(timer("wait", text)))

    assert [(found.rule, found.element_id) for found in refused.value.findings] == [("not-a-time", "wait")]


@pytest.mark.parametrize("text", ["R3/PT1H", "R/WT1D", "R2/2026-01-06T08:00:00+07:00/PT1H"])
def test_a_cycle_may_say_when_it_begins(text: str) -> None:
    result = simulate(sequence(timer("wait", text, "timeCycle")), until="P2D")

    assert result.incidents == ()
    assert "end" in result.visited


def test_an_expression_that_is_no_feel_is_refused_before_anything_runs() -> None:
    with pytest.raises(DefinitionRejected) as refused:
        simulate(
            sequence(
                '<scriptTask id="s" scriptFormat="feel" camunda:resultVariable="r"><script>1 +</script></scriptTask>'
            )
        )

    assert [(found.rule, found.element_id) for found in refused.value.findings] == [("expression-unreadable", "s")]
