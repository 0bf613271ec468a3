"""A version is published by a second person, without errors, or not at all."""

from dataclasses import replace

import pytest

from workflow.errors import TransitionRefused
from workflow.lifecycle.definition_version import DEFINITION_VERSION, VersionContext

EDITOR = VersionContext(is_editor=True, is_author=True, reason="thay bằng phiên bản mới")
REVIEWER = VersionContext(is_reviewer=True, reason="thiếu căn cứ")


def test_from_draft_to_retired_by_two_people() -> None:
    state = "draft"
    for trigger, actor in (("submit", EDITOR), ("publish", REVIEWER), ("retire", EDITOR)):
        state = DEFINITION_VERSION.move(state, trigger, actor)
    assert state == "retired"


@pytest.mark.parametrize("actor", [EDITOR, REVIEWER], ids=["editor", "reviewer"])
def test_a_version_in_review_goes_back_with_a_reason(actor: VersionContext) -> None:
    assert DEFINITION_VERSION.move("in_review", "return_to_draft", actor) == "draft"
    with pytest.raises(TransitionRefused) as refusal:
        DEFINITION_VERSION.move("in_review", "return_to_draft", replace(actor, reason=""))
    assert refusal.value.guard == "has_reason"


@pytest.mark.parametrize(
    ("state", "trigger", "actor", "guard"),
    [
        ("draft", "submit", REVIEWER, "is_editor"),
        ("draft", "submit", replace(EDITOR, error_findings=3), "no_errors"),
        ("in_review", "publish", EDITOR, "is_reviewer"),
        ("in_review", "publish", replace(EDITOR, is_reviewer=True), "is_second_person"),
        ("in_review", "publish", replace(REVIEWER, error_findings=1), "no_errors"),
        ("draft", "publish", REVIEWER, "state"),
        ("published", "return_to_draft", EDITOR, "state"),
        ("published", "retire", REVIEWER, "is_editor"),
        ("published", "retire", replace(EDITOR, reason=""), "has_reason"),
        ("retired", "publish", REVIEWER, "state"),
    ],
)
def test_the_steps_that_are_refused(state: str, trigger: str, actor: VersionContext, guard: str) -> None:
    with pytest.raises(TransitionRefused) as refusal:
        DEFINITION_VERSION.move(state, trigger, actor)
    assert refusal.value.guard == guard


def test_findings_are_counted_in_the_message() -> None:
    with pytest.raises(TransitionRefused, match="3 findings"):
        DEFINITION_VERSION.move("draft", "submit", replace(EDITOR, error_findings=3))
