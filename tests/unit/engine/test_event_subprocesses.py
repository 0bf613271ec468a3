"""Event subprocesses: armed with the scope around them, started by their event while it is active."""

import pytest

from tests.support.processes import Case, condition, event_subprocess, process, signal, subprocess, timer, user
from workflow.engine.commands import CancelProcess, ThrowError
from workflow.engine.events import ErrorThrown, EscalationThrown, SubscriptionCancelled, TimerCancelled
from workflow.model import elements as m
from workflow.model.events import ErrorDefinition, EscalationDefinition, MessageDefinition


def with_event(definition: object, *, interrupting: bool = True) -> Case:
    handler = event_subprocess(
        "on",
        definition,
        user("handle"),
        paths=("on_begin > handle > on_done",),
        interrupting=interrupting,  # type: ignore[arg-type]  # any definition
    )
    return Case(process(user("work"), handler, paths=("start > work > end",)))


def test_an_interrupting_one_ends_all_else_in_its_scope() -> None:
    case = with_event(signal()).start()

    case.signal("alarm")

    assert case.places == ["handle"]
    case.complete("handle")
    assert case.status == "completed"


def test_a_non_interrupting_one_runs_beside_its_scope_as_often_as_its_event_happens() -> None:
    case = with_event(MessageDefinition(name="note"), interrupting=False).start()

    case.message("note")
    case.message("note")

    assert case.places == ["handle", "handle", "work"]
    case.complete("work")
    case.complete("handle")
    assert case.status == "active"
    case.complete("handle")
    assert case.status == "completed"


def test_an_interrupting_one_starts_once_only() -> None:
    case = with_event(signal()).start()

    case.signal("alarm")
    case.signal("alarm")

    assert case.places == ["handle"]


def test_what_the_event_brings_stays_inside() -> None:
    case = with_event(MessageDefinition(name="note")).start()

    case.message("note", text="hello")

    assert "text" not in case.variables
    assert any(scope.variables.get("text") == "hello" for scope in case.state.scopes.values())  # type: ignore[union-attr]  # it has started


def test_a_repeating_timer_starts_it_again_and_again() -> None:
    case = with_event(timer("cycle", "R3/PT1H"), interrupting=False).start()

    case.after(hours=10)

    assert case.places == ["handle", "handle", "handle", "work"]


def test_a_condition_starts_it_when_it_becomes_true() -> None:
    case = with_event(condition("score > 5")).start(score=1)

    case.set(score=3)
    assert case.places == ["work"]
    case.set(score=6)
    assert case.places == ["handle"]


def test_a_scope_that_ends_disarms_its_event_subprocesses() -> None:
    case = with_event(timer("duration", "PT1H"), interrupting=False).start()

    case.complete("work")

    assert case.status == "completed"
    assert case.count(TimerCancelled) == 1


def test_a_cancelled_process_disarms_them_too() -> None:
    case = with_event(signal()).start()

    case.do(CancelProcess())

    assert case.count(SubscriptionCancelled) == 1
    assert not case.state.subscriptions  # type: ignore[union-attr]  # it has started


def test_an_error_inside_the_scope_is_caught_before_the_boundary_outside() -> None:
    handler = event_subprocess("on", ErrorDefinition(code="E"), user("handle"), paths=("on_begin > handle > on_done",))
    thrower = m.EndEvent(id="fail", definition=ErrorDefinition(code="E"))
    inner = subprocess("sub", handler, thrower, paths=("sub_begin > fail",))
    boundary = m.BoundaryEvent(id="outside", attached_to="sub", definition=ErrorDefinition())
    case = Case(process(inner, boundary, user("never"), paths=("start > sub > end", "outside > never"))).start()

    assert case.places == ["handle"]
    assert case.last(ErrorThrown).caught_by == "on_begin"
    case.complete("handle")
    assert case.status == "completed"


def test_an_error_thrown_by_the_handler_is_not_caught_by_the_handler() -> None:
    rethrow = m.EndEvent(id="again", definition=ErrorDefinition(code="E"))
    handler = event_subprocess("on", ErrorDefinition(), rethrow, paths=("on_begin > again",))
    case = Case(process(user("work"), handler, paths=("start > work > end",))).start()

    case.do(ThrowError(activity_id=case.waiting("work")[0].id, code="E"))

    assert [incident.kind for incident in case.incidents] == ["error"]
    assert case.last(ErrorThrown).caught_by is None


def test_an_error_of_a_non_interrupting_one_is_caught_by_the_one_beside_it() -> None:
    fail = m.EndEvent(id="fail", definition=ErrorDefinition(code="E"))
    beside = event_subprocess("told", signal(), fail, paths=("told_begin > fail",), interrupting=False)
    handler = event_subprocess("on", ErrorDefinition(), user("handle"), paths=("on_begin > handle > on_done",))
    case = Case(process(user("work"), beside, handler, paths=("start > work > end",))).start()

    case.signal("alarm")

    assert case.places == ["handle"]
    assert case.last(ErrorThrown).caught_by == "on_begin"


@pytest.mark.parametrize(("interrupting", "places"), [(True, ["handle"]), (False, ["after", "handle"])])
def test_an_escalation_starts_it_and_the_thrower_goes_on_unless_it_is_ended(
    interrupting: bool, places: list[str]
) -> None:
    escalate = m.IntermediateThrowEvent(id="escalate", definition=EscalationDefinition(code="late"))
    handler = event_subprocess(
        "on",
        EscalationDefinition(),
        user("handle"),
        paths=("on_begin > handle > on_done",),
        interrupting=interrupting,
    )
    case = Case(process(escalate, user("after"), handler, paths=("start > escalate > after > end",))).start()

    assert case.places == places
    assert case.last(EscalationThrown).caught_by == "on_begin"


def test_a_subprocess_arms_its_own_each_time_it_is_entered() -> None:
    handler = event_subprocess("on", signal(), user("handle"), paths=("on_begin > handle > on_done",))
    inner = subprocess("sub", user("work"), handler, paths=("sub_begin > work > sub_done",))
    case = Case(process(inner, user("after"), paths=("start > sub > after > end",))).start()

    case.signal("alarm")
    case.complete("handle")

    assert case.places == ["after"]
    assert case.signal("alarm") == []
