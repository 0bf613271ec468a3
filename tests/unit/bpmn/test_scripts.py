"""Script tasks are FEEL, unless the environment says that it runs any script."""

import pytest

from workflow.bpmn.reader import examine_bpmn, read_bpmn
from workflow.errors import DefinitionRejected
from workflow.model.elements import ScriptTask
from workflow.model.expressions import Expression
from workflow.simulation.source import read_checked


def document(task: str) -> bytes:
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn">'
        f'<process id="p" isExecutable="true">{task}</process></definitions>'
    ).encode()


def alone(node: str, beside: str) -> bytes:
    """A process of that one node, between a start and an end."""
    ends = '<startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="n"/><sequenceFlow id="g" sourceRef="n" targetRef="e"/><endEvent id="e"/>'
    process = (
        f'<process id="p" isExecutable="true">{node}{ends}</process>'
        if node
        else '<process id="p" isExecutable="true"/>'
    )
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
        f' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="tests">{process}{beside}</definitions>'
    ).encode()


FOREIGN = [
    '<scriptTask id="n"><script>LOG ${a}</script></scriptTask>',
    '<scriptTask id="n" scriptFormat="groovy"><script>LOG ${a}</script></scriptTask>',
    '<scriptTask id="n" scriptFormat="feel"><script>LOG ${a}</script></scriptTask>',
    '<scriptTask id="n" scriptFormat="groovy" camunda:resultVariable="r"><script>LOG ${a}</script></scriptTask>',
]


@pytest.mark.parametrize("task", FOREIGN)
def test_a_script_of_another_language_is_kept_as_it_is_where_any_runs(task: str) -> None:
    found = read_bpmn(document(task), scripts="any").processes["p"].nodes["n"]
    assert isinstance(found, ScriptTask)
    assert (found.script, found.result_variable) == (Expression("LOG ${a}", 1), None)


@pytest.mark.parametrize("task", FOREIGN)
def test_it_is_refused_where_feel_runs(task: str) -> None:
    with pytest.raises(DefinitionRejected) as caught:
        read_bpmn(document(task))
    assert {(finding.element_id, finding.line) for finding in caught.value.findings} == {("n", 1)}


@pytest.mark.parametrize(
    "body",
    [
        '<scriptTask id="n" scriptFormat="javascript"><script>var x = 1; print("x")</script></scriptTask>',
        '<scriptTask id="n" scriptFormat="groovy" camunda:resultVariable="r"><script>${a} + 1;</script></scriptTask>',
        '<globalScriptTask id="n" scriptLanguage="python"><script>x = 1</script></globalScriptTask>',
        '<task id="n"><standardLoopCharacteristics><loopCondition xsi:type="tFormalExpression" language="js">a == 1;</loopCondition></standardLoopCharacteristics></task>',
        '<intermediateCatchEvent id="n"><timerEventDefinition><timeDate xsi:type="tFormalExpression" language="js">=new Date()</timeDate></timerEventDefinition>'
        "</intermediateCatchEvent>",
    ],
)
def test_a_text_in_another_language_is_one_finding_and_not_also_wrong_as_feel(body: str) -> None:
    inside, beside = (body, "") if "globalScriptTask" not in body else ("", body)
    with pytest.raises(DefinitionRejected) as caught:
        read_checked(alone(inside, beside))
    found = [one.rule for one in caught.value.findings if one.element_id == "n"]
    assert found in (["script-format"], ["expression-language"])


def test_feel_stays_feel_where_any_script_runs() -> None:
    task = '<scriptTask id="n" scriptFormat="feel" camunda:resultVariable="r"><script>=1 + 1</script></scriptTask>'
    found = read_bpmn(document(task), scripts="any").processes["p"].nodes["n"]
    assert isinstance(found, ScriptTask)
    assert (found.script, found.result_variable) == (Expression("1 + 1", 1), "r")


@pytest.mark.parametrize("scripts", ["feel", "any"])
def test_a_script_task_without_a_script_is_refused(scripts: str) -> None:
    examined = examine_bpmn(document('<scriptTask id="n"/>'), scripts=scripts)  # type: ignore[arg-type] # one of two
    assert "empty-script" in [finding.rule for finding in examined.findings]
