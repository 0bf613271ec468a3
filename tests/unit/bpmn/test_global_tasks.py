"""A global task is a process of one node, which call activities call."""

from collections.abc import Callable

import pytest

from workflow.bpmn.reader import Examined, examine_bpmn
from workflow.model.elements import BusinessRuleTask, CallActivity, ScriptTask, Task, UserTask
from workflow.model.findings import Finding

Examine = Callable[..., Examined]
Errors = Callable[..., list[Finding]]
_CALL = '<callActivity id="c" calledElement="tns:g"/>'


@pytest.mark.parametrize(
    ("element", "kind"),
    [
        ('<globalTask id="g" name="Chung"/>', Task),
        ('<globalManualTask id="g" name="Chung"/>', Task),
        ('<globalUserTask id="g" name="Chung" camunda:candidateGroups="staff"/>', UserTask),
        (
            '<globalBusinessRuleTask id="g" name="Chung" camunda:decisionRef="d" camunda:resultVariable="r"/>',
            BusinessRuleTask,
        ),
        (
            '<globalScriptTask id="g" name="Chung" scriptLanguage="feel" camunda:resultVariable="r"><script>1</script>'
            "</globalScriptTask>",
            ScriptTask,
        ),
    ],
)
def test_a_global_task_is_a_process_of_one_node(examine: Examine, element: str, kind: type) -> None:
    examined = examine(_CALL, element)
    task = examined.processes["g"]
    assert (task.id, task.name, list(task.nodes), dict(task.flows)) == ("g", "Chung", ["g"], {})
    assert type(task.nodes["g"]) is kind
    call = examined.processes["p"].nodes["c"]
    assert isinstance(call, CallActivity)
    assert call.called_process == "g"


def test_a_global_task_is_never_the_process_that_a_case_starts(examine: Examine) -> None:
    examined = examine(_CALL, '<globalTask id="g"/>')
    assert (examined.main, examined.processes["g"].executable) == ("p", False)
    alone = b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><globalTask id="g"/></definitions>'
    assert "no-process" in [finding.rule for finding in examine_bpmn(alone).findings]


def test_a_faulty_global_task_is_named_with_its_line(errors: Errors) -> None:
    found = errors(_CALL, '<globalBusinessRuleTask id="g" camunda:resultVariable="r"/>')
    assert [(finding.rule, finding.element_id, finding.line) for finding in found] == [("missing-property", "g", 5)]
