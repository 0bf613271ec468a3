"""Which variables decide is read from the version itself, however its nodes hand values on."""

from tests.support.processes import feel, process
from workflow.model import elements as m
from workflow.model.events import TimerDefinition
from workflow.model.user_task import UserTaskSpec
from workflow.packages.decisions import Decisions
from workflow.packages.names import decided_by_people, deciding
from workflow.packages.records import RECORD_RESULT


def read(*nodes: m.FlowNode) -> frozenset[str]:
    return deciding({"p": process(*nodes)}, Decisions())


def test_what_tells_who_does_a_task_and_by_when_decides_and_so_does_what_it_is_made_of() -> None:
    task = m.UserTask(
        id="review",
        spec=UserTaskSpec(jurisdiction=feel("body"), due_date=feel("last_day"), criteria_set=feel("criteria")),
    )
    script = m.ScriptTask(id="choose", script=feel("hint + answer.kind"), result_variable="body")
    reply = m.IntermediateCatchEvent(id="reply", outputs=(m.Mapping(source=feel("brought.day"), target="last_day"),))

    found = read(task, script, reply)

    assert {"body", "last_day", "criteria", "hint", "answer", "brought"} <= found
    assert {"unit", "campaign", "deadlines"} <= found


def test_the_results_of_rules_the_times_of_timers_and_what_is_recorded_as_result_decide() -> None:
    rule = m.BusinessRuleTask(id="route", decision="routing", result_variable="routing")
    timer = m.BoundaryEvent(
        id="late", attached_to="review", definition=TimerDefinition(kind="date", value=feel("until"))
    )
    outcome = m.Mapping(source=feel("verdict"), target="outcome")
    record = m.ServiceTask(id="record", handler=RECORD_RESULT, inputs=(outcome,))

    assert {"routing", "until", "verdict"} <= read(m.UserTask(id="review"), rule, timer, record)


def test_what_only_machine_work_and_gateways_read_decides_nothing_of_it() -> None:
    notice = m.ServiceTask(id="tell", handler="notify", inputs=(m.Mapping(source=feel("greeting"), target="text"),))
    script = m.ScriptTask(id="sum", script=feel("a + b"), result_variable="total")

    assert not {"greeting", "a", "b", "total"} & read(notice, script)


def test_what_is_made_of_what_people_decided_is_theirs() -> None:
    votes = m.MultiInstance(collection=feel("voters"), element_variable="voter", output_collection="votes")
    vote = m.UserTask(id="vote", multi_instance=votes, outputs=(m.Mapping(source=feel("outcome"), target="last"),))
    script = m.ScriptTask(id="tally", script=feel("count(votes) > 2"), result_variable="carried")
    other = m.ScriptTask(id="sum", script=feel("a + b"), result_variable="total")

    found = decided_by_people({"p": process(vote, script, other)})

    assert found == {"vote", "votes", "last", "carried"}
