"""Going on with another version: timers, messages, event subprocesses and due times."""

from dataclasses import replace
from datetime import timedelta

from tests.support.migrating import chain, move, plan, standing, with_timer
from tests.support.processes import START, Case, event_subprocess, process, signal, timer, user
from workflow.engine import events as e
from workflow.engine.migration import events as me
from workflow.model import elements as m
from workflow.model.definition import ProcessDefinition
from workflow.model.expressions import Literal


def test_a_timer_whose_time_is_the_same_keeps_its_due_time() -> None:
    case = Case(with_timer("P2D")).start()
    case.now += timedelta(days=1)
    move(case, with_timer("P2D"))
    assert [one.due_at for one in standing(case).timers.values()] == [START + timedelta(days=2)]


def test_a_changed_time_counts_from_when_the_wait_began() -> None:
    case = Case(with_timer("P2D")).start()
    case.now += timedelta(days=1)
    move(case, with_timer("P5D"))
    assert [(one.id, one.due_at) for one in standing(case).timers.values()] == [("t4", START + timedelta(days=5))]
    case.after(days=5)
    assert case.places == ["b"]


def test_a_renamed_event_keeps_its_timer() -> None:
    case = Case(with_timer("P2D")).start()
    move(case, with_timer("P2D", id="overdue"), late="overdue")
    assert [(one.id, one.node_id, one.due_at) for one in standing(case).timers.values()] == [
        ("t4", "overdue", START + timedelta(days=2))
    ]
    case.after(days=2)
    assert case.places == ["b"]


def test_new_events_are_armed_and_removed_ones_cancelled() -> None:
    case = Case(chain(user("a"))).start()
    case.now += timedelta(days=1)
    found = plan(case, with_timer("P2D"))
    assert [(wait.what, wait.node, wait.fate) for wait in found.waits] == [("timer", "late", "armed")]
    move(case, with_timer("P2D"))
    assert [one.due_at for one in standing(case).timers.values()] == [START + timedelta(days=3)]
    move(case, chain(user("a")))
    assert standing(case).timers == {}


def test_what_has_happened_already_is_not_armed_again() -> None:
    def reminding(text: str) -> ProcessDefinition:
        event = m.BoundaryEvent(id="r", attached_to="a", interrupting=False, definition=timer("duration", text))
        return process(user("a"), event, paths=("start > a > end", "r > end"))

    case = Case(reminding("P1D")).start()
    case.after(days=1)
    move(case, reminding("P3D"))
    assert standing(case).timers == {}


def test_a_signal_is_awaited_by_its_new_name() -> None:
    def awaiting(name: str) -> ProcessDefinition:
        return chain(m.IntermediateCatchEvent(id="c", definition=signal(name)), user("z"))

    case = Case(awaiting("one")).start()
    move(case, awaiting("two"))
    case.signal("one")
    assert case.places == ["c"]
    case.signal("two")
    assert case.places == ["z"]


def test_event_subprocesses_of_a_running_scope_are_armed_or_put_off() -> None:
    plain = chain(user("a"))
    watched = replace(
        plain,
        nodes={
            **plain.nodes,
            "alarm": event_subprocess("alarm", signal(), user("help"), paths=("alarm_begin > help > alarm_done",)),
        },
    )
    case = Case(plain).start()
    move(case, watched)
    move(case, plain)
    case.signal("alarm")
    assert case.places == ["a"]
    move(case, watched)
    case.signal("alarm")
    assert case.places == ["help"]


def test_due_times_of_a_task_follow_a_changed_definition_only() -> None:
    case = Case(chain(user("a", due_date=Literal("P2D")))).start()
    case.now += timedelta(days=1)
    move(case, chain(user("a", due_date=Literal("P2D"))))
    assert case.count(e.UserTaskRescheduled) == 0
    move(case, chain(user("a", due_date=Literal("P4D"))))
    assert case.waiting("a")[0].due_at == START + timedelta(days=4)


def test_the_new_version_says_who_may_take_the_task() -> None:
    case = Case(chain(user("a", candidate_groups=(Literal("one"),)))).start()
    move(case, chain(user("a", candidate_groups=(Literal("two"),), priority=Literal("7"))))
    found = case.last(me.UserTaskMigrated)
    assert (found.candidate_groups, found.priority) == (("two",), 7)
