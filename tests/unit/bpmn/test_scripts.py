"""Script tasks are FEEL, unless the environment says that it runs any script."""

import pytest

from workflow.bpmn.reader import examine_bpmn, read_bpmn
from workflow.errors import DefinitionRejected
from workflow.model.elements import ScriptTask
from workflow.model.expressions import Expression


def document(task: str) -> bytes:
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn">'
        f'<process id="p" isExecutable="true">{task}</process></definitions>'
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


def test_feel_stays_feel_where_any_script_runs() -> None:
    task = '<scriptTask id="n" scriptFormat="feel" camunda:resultVariable="r"><script>=1 + 1</script></scriptTask>'
    found = read_bpmn(document(task), scripts="any").processes["p"].nodes["n"]
    assert isinstance(found, ScriptTask)
    assert (found.script, found.result_variable) == (Expression("1 + 1", 1), "r")


@pytest.mark.parametrize("scripts", ["feel", "any"])
def test_a_script_task_without_a_script_is_refused(scripts: str) -> None:
    examined = examine_bpmn(document('<scriptTask id="n"/>'), scripts=scripts)  # type: ignore[arg-type] # one of two
    assert "empty-script" in [finding.rule for finding in examined.findings]
