"""The case's lifecycle: who may rest, withdraw or cancel it, and until when."""

from dataclasses import replace

import pytest

from workflow.errors import TransitionRefused
from workflow.lifecycle.case import CASE, CaseContext

APPLICANT = CaseContext(is_applicant=True)
MANAGER = CaseContext(is_manager=True, reason="đơn vị đã giải thể")
ENGINE = CaseContext(by_system=True)


@pytest.mark.parametrize(
    ("state", "trigger", "context", "after"),
    [
        ("draft", "start", APPLICANT, "active"),
        ("draft", "start", MANAGER, "active"),
        ("draft", "start", ENGINE, "active"),
        ("active", "suspend", MANAGER, "suspended"),
        ("suspended", "resume", MANAGER, "active"),
        ("active", "withdraw", APPLICANT, "withdrawn"),
        ("suspended", "withdraw", APPLICANT, "withdrawn"),
        ("active", "cancel", MANAGER, "cancelled"),
        ("active", "complete", ENGINE, "completed"),
    ],
)
def test_the_steps_that_are_allowed(state: str, trigger: str, context: CaseContext, after: str) -> None:
    assert CASE.move(state, trigger, context) == after


@pytest.mark.parametrize(
    ("state", "trigger", "context", "guard"),
    [
        ("active", "withdraw", MANAGER, "is_applicant"),
        ("active", "withdraw", replace(APPLICANT, decided=True), "undecided"),
        ("active", "cancel", replace(MANAGER, decided=True), "undecided"),
        ("active", "cancel", replace(MANAGER, reason=""), "has_reason"),
        ("active", "suspend", replace(MANAGER, reason=" "), "has_reason"),
        ("active", "cancel", APPLICANT, "is_manager"),
        ("active", "complete", MANAGER, "by_system"),
        ("suspended", "complete", ENGINE, "state"),
        ("completed", "cancel", MANAGER, "state"),
        ("withdrawn", "resume", MANAGER, "state"),
    ],
)
def test_the_steps_that_are_refused(state: str, trigger: str, context: CaseContext, guard: str) -> None:
    with pytest.raises(TransitionRefused) as refusal:
        CASE.move(state, trigger, context)
    assert refusal.value.guard == guard


def test_a_refused_withdrawal_says_who_could() -> None:
    with pytest.raises(TransitionRefused, match="UBND xã Minh Họa"):
        CASE.move("active", "withdraw", replace(MANAGER, who_can_act=("UBND xã Minh Họa",)))
