"""Nothing counts as judged that nobody judged: a result is needed wherever there are criteria, unless the definition says otherwise."""

import itertools
from collections.abc import Collection

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.support.house import House
from tests.support.judging import KEYS, OFFICER, Judging, judging_package, open_procedure
from workflow.errors import AssessmentIncomplete
from workflow.services.casework.assessments import SaveResult
from workflow.services.casework.criteria.sheet_view import SheetView
from workflow.services.casework.tasks import CompleteTask

NUMBERS = itertools.count(1)


def opened(house: House, *steps: Judging) -> None:
    key = f"thu{next(NUMBERS)}"
    open_procedure(house, judging_package(key, steps), key)


def judge(house: House, node_id: str, keys: Collection[str]) -> str:
    """Take the task and give these criteria a result."""
    task = house.take(OFFICER, node_id)
    actor = house.actor(OFFICER)
    for key in keys:
        command = SaveResult(task_id=task.id, criterion_id=key, result="met", statement="Đã làm.")
        house.container.assessments.save_result(actor, command)
    return task.id


def submit(house: House, task_id: str) -> None:
    house.container.tasks.complete(house.actor(OFFICER), CompleteTask(task_id=task_id, outcome="approve"))
    house.settle()


def sheet(house: House, task_id: str) -> SheetView:
    found = house.container.task_views.view(house.actor(OFFICER), task_id).sheet
    assert found is not None
    return found


@pytest.mark.parametrize("judged", [(), ("1",), ("1", "2", "3")])
def test_a_definition_that_says_nothing_asks_for_every_result(house: House, judged: tuple[str, ...]) -> None:
    opened(house, Judging())
    task_id = judge(house, "step_1", judged)

    with pytest.raises(AssessmentIncomplete):
        submit(house, task_id)

    assert house.case().outcome is None
    found = sheet(house, task_id)
    assert (found.done, found.summary.total, list(found.open)) == (
        len(judged),
        4,
        [key for key in KEYS if key not in judged],
    )


def test_every_criterion_with_a_result_recognises(house: House) -> None:
    opened(house, Judging())
    submit(house, judge(house, "step_1", KEYS))
    assert house.case().outcome == "recognised"


def test_a_definition_may_ask_for_nothing_but_the_counts_stay_true(house: House) -> None:
    opened(house, Judging(completeness="none"))
    task_id = judge(house, "step_1", ["1"])

    found = sheet(house, task_id)
    assert (found.done, list(found.open), found.summary.complete) == (1, ["2", "3", "4"], False)

    submit(house, task_id)
    assert house.case().outcome == "recognised"


STEPS = st.builds(
    Judging,
    completeness=st.sampled_from([None, "none", "result", "evidence"]),
    complete=st.sampled_from([None, "true", "false"]),
)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), steps=st.lists(STEPS, min_size=1, max_size=3))
def test_no_case_is_recognised_with_a_criterion_that_nobody_judged(
    house: House, data: st.DataObject, steps: list[Judging]
) -> None:
    opened(house, *steps)
    judged: list[set[str]] = []
    for number in range(1, len(steps) + 1):
        keys = data.draw(st.sets(st.sampled_from(KEYS)) | st.just(set(KEYS)))
        task_id = judge(house, f"step_{number}", sorted(keys))
        assert sheet(house, task_id).done == len(keys)
        judged.append(keys)
        try:
            submit(house, task_id)
        except AssessmentIncomplete:
            break

    if house.case().outcome == "recognised":
        wholly = [keys == set(KEYS) or step.is_lenient for keys, step in zip(judged, steps, strict=True)]
        assert all(wholly)
    else:
        assert not steps[len(judged) - 1].is_lenient
        assert judged[-1] != set(KEYS)
