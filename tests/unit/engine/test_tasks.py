"""What tasks do: user, service, script, business rule, receive and none tasks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.support.processes import START, Case, feel, process, script, user
from workflow.dmn.model import load_leniently as load_dmn
from workflow.engine import events as e
from workflow.engine.commands import (
    CompleteActivity,
    CorrelateMessage,
    FailJob,
    ReportAttended,
    ReportUnattended,
    ResolveIncident,
    RetryIncident,
)
from workflow.errors import NotFound, TransitionRefused
from workflow.model import elements as m
from workflow.model.events import MessageDefinition
from workflow.model.expressions import Literal


def test_a_user_task_carries_its_evaluated_texts_and_times() -> None:
    case = Case(
        process(
            user(
                "review",
                candidate_groups=(Literal("commune-board"), feel("others")),
                jurisdiction=feel("routing.evaluator"),
                assignee=feel("voter"),
                due_date=feel("deadline"),
                follow_up_date=Literal("P2D"),
                priority=Literal("70"),
                criteria_set=feel('"commune-" + string(year)'),
            ),
            paths=("start > review > end",),
        )
    ).start(
        others=["leaders", "commune-board"],
        routing={"evaluator": {"body": "steering-committee", "level": "commune"}},
        voter="u1",
        deadline=date(2023, 2, 15),
        year=2023,
    )
    task = case.last(e.UserTaskCreated)
    assert task.candidate_groups == ("commune-board", "leaders")
    assert task.jurisdiction == "steering-committee@commune"
    assert task.assignee == "u1"
    assert task.due_at == datetime(2023, 2, 15, 10, 0, tzinfo=UTC), "17:00 in Asia/Ho_Chi_Minh"
    assert task.follow_up_at == datetime(2023, 2, 3, 1, 0, tzinfo=UTC)
    assert task.priority == 70
    assert task.criteria_set == "commune-2023"
    assert task.created_at == START


@pytest.mark.parametrize(
    "attribute",
    [
        {"assignee": feel("nobody.id")},
        {"candidate_groups": (feel("3"),)},
        {"jurisdiction": feel('{body: "x"}')},
        {"due_date": Literal("next week")},
        {"priority": Literal("high")},
        {"priority": feel("1.5")},
    ],
)
def test_an_assignment_that_cannot_be_evaluated_is_an_incident(attribute: dict[str, Any]) -> None:
    case = Case(process(user("review", **attribute), paths=("start > review > end",))).start()
    assert [incident.kind for incident in case.incidents] == ["assignment"]
    assert case.places == []
    assert case.status == "active"


def test_a_completed_user_task_leaves_its_result_in_the_scope_that_holds_it() -> None:
    case = Case(process(user("review"), paths=("start > review > end",))).start()
    case.complete("review", review={"outcome": "approve"})
    assert case.variables == {"review": {"outcome": "approve"}}
    assert case.end_nodes == ("end",)


def test_a_task_cannot_be_completed_twice() -> None:
    case = Case(process(user("a"), user("b"), paths=("start > a > b > end",))).start()
    done = case.waiting("a")[0].id
    case.complete("a")
    with pytest.raises(NotFound):
        case.do(CompleteActivity(activity_id=done))
    assert case.places == ["b"]


def service(**more: Any) -> Case:
    return Case(
        process(m.ServiceTask(id="work", handler="notify", **more), paths=("start > work > end",)),
        handlers=("notify",),
    )


def test_a_service_task_makes_a_job_with_evaluated_inputs_and_waits() -> None:
    case = service(inputs=(m.Mapping(source=feel("name + '!'".replace("'", '"')), target="text"),)).start(name="Ba")
    job = case.last(e.JobCreated)
    assert (job.handler, dict(job.inputs)) == ("notify", {"text": "Ba!"})
    case.complete("work", sent=True)
    assert case.variables["sent"] is True
    assert case.status == "completed"


def test_with_output_mappings_only_their_targets_are_kept() -> None:
    case = service(outputs=(m.Mapping(source=feel("raw + 1"), target="answer"),)).start()
    case.complete("work", raw=41)
    assert case.variables == {"answer": 42}


def test_a_result_whose_outputs_fail_is_kept_and_the_job_is_not_done_again() -> None:
    case = service(outputs=(m.Mapping(source=feel("raw.missing.deeper + 1"), target="answer"),)).start()
    case.complete("work", raw=41)
    (incident,) = case.incidents
    assert incident.kind == "expression"
    assert case.variables == {"raw": 41}
    case.do(RetryIncident(incident_id=incident.id))
    assert case.count(e.JobCreated) == 1


def test_a_missing_handler_is_an_incident() -> None:
    case = Case(process(m.ServiceTask(id="work", handler="nobody"), paths=("start > work > end",))).start()
    assert [incident.kind for incident in case.incidents] == ["job"]


def test_a_failed_job_is_an_incident_and_a_retry_makes_the_job_again() -> None:
    case = service().start()
    job = case.waiting("work")[0].id
    case.do(FailJob(activity_id=job, message="no route"))
    with pytest.raises(TransitionRefused):
        case.do(FailJob(activity_id=job, message="no route"))
    case.do(RetryIncident(incident_id=case.incidents[0].id))
    assert case.count(e.JobCreated, activity_id=job) == 2
    case.complete("work")
    assert case.status == "completed"


def test_a_user_task_for_which_nobody_is_found_is_an_incident_and_is_created_anew() -> None:
    case = Case(process(user("a", assignee=feel("who")), paths=("start > a > end",))).start(who="u1")
    case.do(FailJob(activity_id=case.waiting("a")[0].id, message="no such body"))
    (incident,) = case.incidents
    assert incident.kind == "assignment"
    case.do(ResolveIncident(incident_id=incident.id, variables={"who": "u2"}))
    assert case.last(e.UserTaskCreated).assignee == "u2"
    assert case.count(e.UserTaskCreated) == 2
    assert case.places == ["a"]


def test_a_user_task_that_nobody_can_do_is_an_incident_until_somebody_can() -> None:
    case = Case(process(user("a"), paths=("start > a > end",))).start()
    task = case.waiting("a")[0].id
    case.do(ReportUnattended(activity_id=task))
    case.do(ReportUnattended(activity_id=task))
    (incident,) = case.incidents
    assert (incident.kind, case.count(e.IncidentOpened)) == ("unattended", 1), "one thing is one incident"
    case.do(ReportAttended(activity_id=task))
    assert (case.incidents, case.last(e.IncidentResolved).how) == ([], "attended")
    assert (case.places, case.count(e.UserTaskCreated)) == (["a"], 1), "the task has waited all the while"


def test_an_unattended_task_is_neither_made_anew_by_a_retry_nor_barred_from_being_done() -> None:
    case = Case(process(user("a"), paths=("start > a > end",))).start()
    task = case.waiting("a")[0].id
    case.do(ReportUnattended(activity_id=task))
    case.do(RetryIncident(incident_id=case.incidents[0].id))
    assert (case.incidents, case.count(e.UserTaskCreated)) == ([], 1)
    case.do(ReportUnattended(activity_id=task))
    case.complete("a")
    assert (case.status, case.incidents) == ("completed", [])


def test_a_failed_job_that_is_completed_by_hand_closes_its_incident() -> None:
    case = service().start()
    case.do(FailJob(activity_id=case.waiting("work")[0].id, message="no route"))
    case.complete("work")
    assert case.last(e.IncidentResolved).how == "corrected"
    assert case.status == "completed"


def test_a_script_changes_a_variable_where_it_is_and_makes_it_where_it_is_not() -> None:
    case = Case(
        process(script("one", "total + 1", "total"), script("two", "total * 2"), paths=("start > one > two > end",))
    ).start(total=Decimal("0.5"))
    assert case.variables == {"total": Decimal("1.5"), "two": Decimal(3)}


@pytest.mark.parametrize("text", ["missing.value", "1 +", '"a" - 1', "function(x) x"])
def test_a_script_without_a_value_is_an_incident(text: str) -> None:
    case = Case(process(script("work", text), paths=("start > work > end",))).start()
    assert [incident.kind for incident in case.incidents] == ["expression"]


def test_feel_reads_the_instant_of_the_command_and_not_the_clock() -> None:
    case = Case(process(script("day", "today()"), paths=("start > day > end",))).start()
    assert case.variables["day"] == START.date()


@dataclass(frozen=True)
class Result:
    decision: str
    inputs: Mapping[str, Any]
    matched: tuple[str, ...]
    value: Any
    diagnostics: tuple[str, ...] = ()
    tables: tuple[Any, ...] = ()


class Rules:
    def explain(self, name: str, inputs: Mapping[str, Any], *, now: datetime | None = None) -> Result:
        if name != "eligibility":
            raise NotFound
        fit = inputs["class"] == "Khá"
        return Result(
            name, {"class": inputs["class"]}, ("r1",) if fit else (), fit or None, () if fit else ("no rule",)
        )


def rule(decision: str = "eligibility") -> Case:
    task = m.BusinessRuleTask(id="rule", decision=decision, result_variable="eligible")
    return Case(process(task, paths=("start > rule > end",)), decisions=Rules())


def test_a_business_rule_writes_its_value_and_records_the_rules_that_matched() -> None:
    case = rule().start(**{"class": "Khá"})
    assert case.variables["eligible"] is True
    assert case.last(e.RuleEvaluated).matched == ("r1",)
    assert case.last(e.RuleEvaluated).inputs == {"class": "Khá"}


def test_a_business_rule_without_a_result_or_a_decision_is_an_incident() -> None:
    assert [incident.kind for incident in rule().start(**{"class": "Kém"}).incidents] == ["rule"]
    assert [incident.kind for incident in rule("unknown").start().incidents] == ["rule"]


def receive() -> Case:
    message = MessageDefinition(name="papers", correlation_key=feel("number"))
    return Case(process(m.ReceiveTask(id="wait", message=message), paths=("start > wait > end",)))


def test_a_message_goes_to_the_one_who_waits_for_its_key() -> None:
    case = receive().start(number=7)
    with pytest.raises(NotFound):
        case.do(CorrelateMessage(name="papers", key=8))
    case.do(CorrelateMessage(name="papers", key=7, variables={"count": 3}))
    assert case.variables["count"] == 3
    assert case.status == "completed"


def test_a_message_catch_event_without_a_key_takes_any_message_of_its_name() -> None:
    event = m.IntermediateCatchEvent(id="wait", definition=MessageDefinition(name="go"))
    case = Case(process(event, paths=("start > wait > end",))).start()
    case.do(CorrelateMessage(name="go", key="anything"))
    assert case.status == "completed"


def test_none_and_manual_tasks_and_none_throw_events_are_passed_through() -> None:
    case = Case(
        process(m.Task(id="manual"), m.IntermediateThrowEvent(id="mark"), paths=("start > manual > mark > end",))
    ).start()
    assert case.status == "completed"
    assert case.count(e.ActivityCompleted) == 4


def test_a_decision_s_tables_go_into_the_event_with_the_entries_that_let_a_rule_through() -> None:
    text = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:t">
    <inputData id="i" name="x"><variable name="x"/></inputData>
    <decision id="level" name="level"><variable name="level"/>
    <informationRequirement id="r"><requiredInput href="#i"/></informationRequirement>
    <decisionTable id="t" hitPolicy="UNIQUE"><input id="in" label="score"><inputExpression id="ie"><text>x</text>
    </inputExpression></input><output id="o" name="level"/>
    <rule id="high"><inputEntry id="a"><text>&gt;= 5</text></inputEntry><outputEntry id="b"><text>"high"</text></outputEntry></rule>
    </decisionTable></decision></definitions>"""
    rule = m.BusinessRuleTask(id="rule", decision="level", result_variable="level")
    case = Case(process(rule, paths=("start > rule > end",)), decisions=load_dmn(text)).start(x=7)

    (table,) = case.last(e.RuleEvaluated).tables
    assert (table["table"], table["hit_policy"], table["inputs"]) == ("level", "UNIQUE", {"score": 7})
    assert [(each["id"], each["entries"]) for each in table["rules"]] == [("high", {"score": ">= 5"})]
