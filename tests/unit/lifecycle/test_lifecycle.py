"""What every lifecycle keeps: refusals change nothing and explain themselves; the machines are shared safely."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import pytest

from tests.support.nothing import NOTHING_TO_SEE
from workflow.errors import TransitionRefused
from workflow.lifecycle.campaign import CAMPAIGN, CampaignContext
from workflow.lifecycle.case import CASE, CaseContext
from workflow.lifecycle.definition_version import DEFINITION_VERSION, VersionContext
from workflow.lifecycle.lifecycle import Lifecycle
from workflow.lifecycle.user_task import USER_TASK, Receiver, TaskContext

FIT = Receiver(name="Lan", is_candidate=True, in_jurisdiction=True)
NOBODY: list[tuple[Lifecycle[Any], Callable[[], Any]]] = [
    (USER_TASK, TaskContext),
    (CASE, CaseContext),
    (DEFINITION_VERSION, lambda: VersionContext(error_findings=1)),
    (CAMPAIGN, lambda: CampaignContext(open_cases=1)),
]
ANYBODY = TaskContext(
    is_candidate=True,
    in_jurisdiction=True,
    is_assignee=True,
    is_manager=True,
    assigned=True,
    assessment_complete=True,
    reason="vắng mặt",
    receiver=FIT,
)


@dataclass
class Row:
    """A loaded object, as a repository gives it."""

    state: str


def steps() -> list[Any]:
    return [
        pytest.param(lifecycle, state, trigger, nobody, id=f"{lifecycle.name}-{state}-{trigger}")
        for lifecycle, nobody in NOBODY
        for state in lifecycle.states
        for trigger in dict.fromkeys(line.trigger for line in lifecycle.table)
    ]


@pytest.mark.parametrize(("lifecycle", "state", "trigger", "nobody"), steps())
def test_whoever_has_no_right_at_all_moves_nothing(
    lifecycle: Lifecycle[Any], state: str, trigger: str, nobody: Callable[[], Any]
) -> None:
    row = Row(state)
    with pytest.raises(TransitionRefused) as refusal:
        lifecycle.fire(row, trigger, nobody())
    assert row.state == state
    assert refusal.value.guard


@pytest.mark.parametrize(("lifecycle", "nobody"), NOBODY, ids=[pair[0].name for pair in NOBODY])
def test_every_state_can_be_reached_and_every_message_is_complete(
    lifecycle: Lifecycle[Any], nobody: Callable[[], Any]
) -> None:
    reached = {lifecycle.initial} | {line.dest for line in lifecycle.table}
    assert reached == set(lifecycle.states)
    for state in lifecycle.states:
        for option in lifecycle.permitted(state, nobody()):
            assert not option.allowed
            assert "%(" not in str(option.refusal)


def test_a_step_from_a_wrong_state_says_expected_and_actual() -> None:
    with pytest.raises(TransitionRefused) as refusal:
        USER_TASK.move("completed", "start", ANYBODY)
    assert refusal.value.params == {"trigger": "start", "expected": "reserved", "actual": "completed"}


@pytest.mark.parametrize(("state", "trigger"), [("ready", "explode"), ("lost", "claim"), ("ready", "to_completed")])
def test_an_unknown_step_or_state_is_refused(state: str, trigger: str) -> None:
    with pytest.raises(TransitionRefused):
        USER_TASK.move(state, trigger, ANYBODY)


def test_a_loaded_object_is_moved_from_the_state_it_was_loaded_in() -> None:
    row = Row("in_progress")
    USER_TASK.fire(row, "complete", ANYBODY)
    assert row.state == "completed"


def test_a_final_state_has_no_step() -> None:
    assert [state for state in USER_TASK.states if USER_TASK.is_final(state)] == ["completed", "cancelled"]
    assert USER_TASK.permitted("completed", ANYBODY) == ()


def test_a_preview_does_not_ask_for_what_is_entered_with_the_step() -> None:
    manager = TaskContext(is_manager=True)
    options = {option.trigger: option.allowed for option in USER_TASK.permitted("ready", manager)}
    assert options == {"claim": False, "reassign": True, "suspend": True, "cancel": True}


def test_threads_share_the_machine_without_mixing_their_objects() -> None:
    def run(_: int) -> list[str]:
        state, states = "ready", []
        for trigger in ("claim", "start", "release", "claim", "start", "complete"):
            state = USER_TASK.move(state, trigger, ANYBODY)
            states.append(state)
        return states

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(run, range(200)))
    assert all(r == ["reserved", "in_progress", "ready", "reserved", "in_progress", "completed"] for r in results)


@pytest.mark.parametrize("reason", NOTHING_TO_SEE, ids=ascii)
@pytest.mark.parametrize(
    ("lifecycle", "state", "trigger", "context"),
    [
        (CASE, "active", "cancel", CaseContext(is_manager=True)),
        (CASE, "active", "suspend", CaseContext(is_manager=True)),
        (USER_TASK, "ready", "reassign", TaskContext(is_manager=True, receiver=FIT)),
        (DEFINITION_VERSION, "in_review", "return_to_draft", VersionContext(is_editor=True)),
        (DEFINITION_VERSION, "published", "retire", VersionContext(is_editor=True)),
    ],
)
def test_a_reason_in_which_nobody_sees_anything_is_none(
    lifecycle: Lifecycle[Any], state: str, trigger: str, context: Any, reason: str
) -> None:
    assert lifecycle.move(state, trigger, replace(context, reason="Có lý do"))
    with pytest.raises(TransitionRefused) as refusal:
        lifecycle.move(state, trigger, replace(context, reason=reason))
    assert refusal.value.guard == "has_reason"
