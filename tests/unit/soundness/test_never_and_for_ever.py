"""Work that no run comes to, and runs that never end."""

from tests.support.processes import process, script, user
from tests.unit.soundness.checking import exclusive, found, inclusive, outcomes
from workflow.model import elements as m
from workflow.model.events import CompensateDefinition, LinkDefinition, MessageDefinition


def test_a_task_behind_a_condition_that_an_earlier_one_always_forestalls() -> None:
    findings = found(
        process(
            exclusive("size", default_flow="size_end"),
            user("large"),
            user("huge"),
            paths=(
                "start > size",
                "size > large ? n > 5",
                "size > huge ? n > 10",
                "size > end",
                "large > end",
                "huge > end",
            ),
        )
    )
    assert ("dead-task", "huge", "error") in findings
    assert ("overlapping-conditions", "size", "warning") in findings


def test_a_task_behind_an_outcome_that_the_task_does_not_have() -> None:
    findings = found(
        process(
            user("review", outcomes=outcomes("approve", "reject")),
            exclusive("result", default_flow="result_end"),
            user("correct"),
            paths=(
                "start > review > result",
                'result > correct ? review.outcome = "return"',
                "result > end",
                "correct > end",
            ),
        )
    )
    assert findings == [("dead-task", "correct", "error")]


def test_machines_that_go_round_for_ever() -> None:
    findings = found(
        process(
            exclusive("meet"),
            script("count", "n + 1", "n"),
            exclusive("enough", default_flow="enough_meet"),
            paths=("start > meet > count > enough", "enough > meet", "enough > end ? n > 5 and n < 3"),
        )
    )
    assert findings == [("livelock", "meet", "error")]


def test_people_who_can_never_finish() -> None:
    findings = found(
        process(
            exclusive("meet"),
            user("review", outcomes=outcomes("return", "reject")),
            exclusive("enough", default_flow="enough_meet"),
            paths=("start > meet > review > enough", "enough > meet", 'enough > end ? review.outcome = "approve"'),
        )
    )
    assert findings == [("no-option-to-complete", "meet", "error")]


def test_handlers_of_compensation_are_not_dead() -> None:
    assert not found(
        process(
            user("book"),
            m.BoundaryEvent(id="undo_mark", attached_to="book", definition=CompensateDefinition(), handler="undo"),
            m.ServiceTask(id="undo", handler="undo", for_compensation=True),
            paths=("start > book > end",),
        )
    )


def test_links_lead_on() -> None:
    assert not found(
        process(
            m.IntermediateThrowEvent(id="out", definition=LinkDefinition(name="page 2")),
            m.IntermediateCatchEvent(id="in", definition=LinkDefinition(name="page 2")),
            user("a"),
            paths=("start > out", "in > a > end"),
        )
    )


def test_each_start_event_begins_runs_of_its_own() -> None:
    by_message = m.StartEvent(id="called", definition=MessageDefinition(name="call"))
    assert not found(process(by_message, user("a"), user("b"), paths=("start > a > end", "called > b > a")))


def test_one_event_of_an_event_based_gateway_happens() -> None:
    waits = [m.IntermediateCatchEvent(id=id, definition=MessageDefinition(name=id)) for id in ("yes", "no")]
    gateway = m.EventBasedGateway(id="which")
    assert not found(process(gateway, *waits, user("a"), paths=("start > which > yes > a > end", "which > no > a")))


def test_an_inclusive_join_waits_for_what_can_come_and_no_more() -> None:
    assert not found(
        process(
            inclusive("some", default_flow="some_a"),
            user("a"),
            user("b"),
            inclusive("join"),
            user("done"),
            paths=("start > some", "some > a", "some > b ? urgent", "a > join > done > end", "b > join"),
        )
    )
