"""Input and output mappings: what an activity sees before its scope, and what of its result goes on."""

from typing import Any

from tests.support.processes import Case, number, process, script, subprocess, user
from workflow.engine.events import UserTaskCreated
from workflow.model import elements as m
from workflow.model.expressions import Expression


def mapping(target: str, source: str) -> m.Mapping:
    return m.Mapping(source=Expression(source), target=target)


def run(node: m.FlowNode, **variables: Any) -> Case:
    return Case(process(node, paths=(f"start > {node.id} > end",))).start(**variables)


def test_a_script_reads_its_inputs_and_keeps_only_its_outputs() -> None:
    doubled = script(
        "double", "x * 2", "result", inputs=(mapping("x", "amount"),), outputs=(mapping("total", "result"),)
    )

    assert run(doubled, amount=21).variables == {"amount": 21, "total": number(42)}


def test_an_input_hides_a_variable_of_the_scope_without_changing_it() -> None:
    plus_one = script("plus", "x + 1", "sum", inputs=(mapping("x", "x + 10"),))

    assert run(plus_one, x=1).variables == {"x": 1, "sum": number(12)}


def test_a_plain_task_carries_its_mappings_out() -> None:
    note = m.Task(id="note", inputs=(mapping("half", "amount / 2"),), outputs=(mapping("share", "half"),))

    assert run(note, amount=10).variables == {"amount": 10, "share": number(5)}


def test_a_user_task_is_offered_with_its_inputs_and_its_outputs_go_further() -> None:
    work = m.UserTask(
        id="work",
        spec=user("w", assignee=Expression("who")).spec,
        inputs=(mapping("who", '"officer"'),),
        outputs=(mapping("grade", "work.grade"),),
    )
    inner = subprocess("sub", work, paths=("sub_begin > work > sub_done",))
    case = Case(process(inner, paths=("start > sub > end",))).start(grade=0)

    assert case.last(UserTaskCreated).assignee == "officer"
    case.complete("work", work={"grade": 9})
    assert case.variables == {"grade": 9}


def test_a_copy_of_what_was_never_set_leaves_the_target_alone() -> None:
    tell = m.ServiceTask(id="tell", handler="fax", outputs=(mapping("total", "answer"),))
    case = Case(process(tell, paths=("start > tell > end",)), handlers=("fax",)).start(total=7)

    case.complete("tell", other=1)

    assert case.variables == {"total": 7}


def test_the_inputs_of_a_subprocess_are_its_own_and_its_outputs_come_back() -> None:
    inner = subprocess(
        "sub",
        script("double", "x * 2", "y"),
        paths=("sub_begin > double > sub_done",),
        inputs=(mapping("x", "amount"), mapping("y", "0")),
        outputs=(mapping("total", "y"),),
    )

    assert run(inner, amount=4).variables == {"amount": 4, "total": number(8)}
