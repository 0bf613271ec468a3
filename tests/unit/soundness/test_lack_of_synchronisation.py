"""Ways that run side by side and meet without a join."""

from tests.support.processes import process, timer, user
from tests.unit.soundness.checking import exclusive, found, only, parallel
from workflow.model import elements as m


def test_people_get_the_task_after_the_meeting_twice() -> None:
    finding = only(
        process(
            parallel("split"),
            user("a"),
            user("b"),
            exclusive("meet"),
            user("decide"),
            paths=("start > split > a > meet > decide > end", "split > b > meet"),
        )
    )
    assert (finding.rule, finding.element_id, finding.severity) == ("lack-of-synchronisation", "decide", "error")
    assert finding.params["path"].startswith("start → split →")
    assert finding.params["path"].endswith("meet → decide")


def test_what_follows_is_not_told_again() -> None:
    findings = found(
        process(
            user("a"),
            user("b"),
            user("decide"),
            user("publish"),
            paths=("start > a > decide > publish > end", "start > b > decide"),
        )
    )
    assert findings == [("lack-of-synchronisation", "decide", "error")]


def test_machine_work_done_twice_is_a_warning_and_work_of_people_after_it_an_error() -> None:
    service = m.ServiceTask(id="notify", handler="notify")
    findings = found(
        process(
            user("a"),
            user("b"),
            service,
            user("decide"),
            paths=("start > a > notify > decide > end", "start > b > notify"),
        )
    )
    assert findings == [
        ("lack-of-synchronisation", "notify", "warning"),
        ("lack-of-synchronisation", "decide", "error"),
    ]


def test_ways_may_meet_before_an_end() -> None:
    assert not found(
        process(
            parallel("split"),
            user("a"),
            user("b"),
            user("c"),
            exclusive("meet"),
            paths=("start > split > a > meet > end", "split > b > meet", "split > c > meet"),
        )
    )


def test_a_task_that_is_done_again_in_a_loop_is_not_done_twice_at_once() -> None:
    assert not found(
        process(
            exclusive("again"),
            user("a"),
            exclusive("meet"),
            paths=("start > meet > a > again", "again > meet ? x = 1", "again > end ? x != 1"),
        )
    )


def test_a_reminder_that_goes_back_to_the_work_makes_it_twice() -> None:
    findings = found(
        process(
            user("a"),
            user("b"),
            m.BoundaryEvent(id="remind", attached_to="a", interrupting=False, definition=timer("duration", "P1D")),
            paths=("start > a > b > end", "remind > b"),
        )
    )
    assert findings == [("lack-of-synchronisation", "b", "error")]


def test_a_reminder_with_an_end_of_its_own_is_right() -> None:
    assert not found(
        process(
            user("a"),
            m.ServiceTask(id="mail", handler="notify"),
            m.BoundaryEvent(id="remind", attached_to="a", interrupting=False, definition=timer("duration", "P1D")),
            m.EndEvent(id="reminded"),
            paths=("start > a > end", "remind > mail > reminded"),
        )
    )


def test_a_reminder_within_a_loop_may_come_again() -> None:
    assert not found(
        process(
            exclusive("meet"),
            user("a"),
            exclusive("again", default_flow="again_end"),
            m.ServiceTask(id="mail", handler="notify"),
            m.BoundaryEvent(id="remind", attached_to="a", interrupting=False, definition=timer("duration", "P1D")),
            m.EndEvent(id="reminded"),
            paths=("start > meet > a > again", "again > meet ? returned", "again > end", "remind > mail > reminded"),
        )
    )


def in_each_round(beside: m.FlowNode) -> list[tuple[str, str | None, str]]:
    """A loop that starts `beside` in each round and does not wait for it."""
    return found(
        process(
            exclusive("meet"),
            parallel("split"),
            user("a"),
            exclusive("again", default_flow="again_end"),
            beside,
            m.EndEvent(id="done"),
            paths=(
                *("start > meet > split > a > again", "again > meet ? returned", "again > end"),
                f"split > {beside.id} > done",
            ),
        )
    )


def test_what_a_loop_starts_anew_beside_it_is_a_doubt_where_people_do_it() -> None:
    assert in_each_round(user("file")) == [("lack-of-synchronisation", "file", "warning")]


def test_what_a_loop_starts_anew_beside_it_is_right_where_machines_do_it() -> None:
    assert in_each_round(m.ServiceTask(id="mail", handler="notify")) == []


def test_a_branch_that_goes_back_before_its_split_is_a_fault() -> None:
    findings = found(
        process(
            exclusive("meet"),
            parallel("split"),
            user("a"),
            exclusive("again", default_flow="again_join"),
            user("b"),
            parallel("join"),
            user("done"),
            paths=(
                *("start > meet > split > a > again", "again > meet ? returned", "again > join > done > end"),
                "split > b > join",
            ),
        )
    )
    assert ("lack-of-synchronisation", "b") in [(rule, element) for rule, element, _ in findings]


def test_a_loop_that_makes_more_and_more_tokens_does_not_hide_the_work_behind_it() -> None:
    findings = found(
        process(
            exclusive("again"),
            user("a"),
            parallel("split"),
            parallel("on"),
            user("decide"),
            paths=("again > a > split", "on > decide > end", "start > again", "split > on", "split > again"),
        )
    )
    assert [(rule, element_id) for rule, element_id, _ in findings] == [("lack-of-synchronisation", "decide")]
