"""Each structural rule finds its fault, names the element, and leaves sound processes alone."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from tests.support.processes import feel, flows, process, subprocess, timer, user
from workflow.model import elements as m
from workflow.model.definition import ProcessDefinition
from workflow.model.events import (
    CompensateDefinition,
    ErrorDefinition,
    EscalationDefinition,
    LinkDefinition,
    MessageDefinition,
    TerminateDefinition,
)
from workflow.model.expressions import Literal
from workflow.model.findings import Finding
from workflow.model.user_task import FormField, Label, Outcome, Paper, Quorum
from workflow.model.validation.validate import RULES, validate

DONE = Outcome(id="done", label=Label(vi="Xong"))


def task(id: str, **more: Any) -> m.UserTask:
    return user(id, **{"candidate_groups": (Literal("g"),), "outcomes": (DONE,), **more})


def rules(definition: ProcessDefinition) -> Mapping[str, Finding]:
    return {finding.rule: finding for finding in validate(definition)}


def simple(**more: Any) -> ProcessDefinition:
    return process(task("a", **more), paths=("start > a > end",))


def field(id: str, kind: Any = "users", **more: Any) -> FormField:
    return FormField(id=id, kind=kind, label=Label(vi=id), **more)


def sound() -> ProcessDefinition:
    inner = subprocess("sub", task("b"), paths=("sub_begin > b > sub_done",))
    return process(
        task("a"),
        inner,
        m.ExclusiveGateway(id="gate", default_flow="gate_sub"),
        m.ExclusiveGateway(id="merge"),
        m.BoundaryEvent(id="due", attached_to="a", definition=timer("duration", "P1D")),
        m.EndEvent(id="stop", definition=TerminateDefinition()),
        paths=("start > merge > a > gate > sub > end", "gate > merge ? again", "due > stop"),
    )


def test_a_sound_process_has_no_finding() -> None:
    assert validate(sound()) == []


def faulty_starts() -> dict[str, tuple[ProcessDefinition, str]]:
    gate, both = m.ExclusiveGateway(id="gate"), m.ParallelGateway(id="both")
    return {
        "no-start": (process(task("a"), paths=("a > end",)), "p"),
        "several-starts": (process(task("a"), m.StartEvent(id="two"), paths=("start > a > end", "two > a")), "start"),
        "no-end": (process(task("a"), paths=("start > a",)), "p"),
        "dead-end": (process(task("a"), task("b"), paths=("start > a > end", "start > b")), "b"),
        "unreachable-node": (process(task("a"), task("b"), paths=("start > a > end", "b > end")), "b"),
        "no-way-out": (process(task("a"), task("b"), paths=("start > a > end", "start > b > b")), "b"),
        "event-with-incoming": (process(task("a"), paths=("start > a > end", "a > start")), "start"),
        "end-with-outgoing": (process(task("a"), paths=("start > a > end > a",)), "end"),
        "default-not-outgoing": (
            process(replace(task("a"), default_flow="x"), paths=("start > a > end",)),
            "a",
        ),
        "default-with-condition": (
            process(
                replace(gate, default_flow="gate_a"),
                task("a"),
                paths=("start > gate", "gate > a ? x", "gate > end ? y", "a > end"),
            ),
            "gate_a",
        ),
        "missing-condition": (
            process(gate, task("a"), paths=("start > gate > a > end", "gate > end ? x")),
            "gate_a",
        ),
        "condition-not-allowed": (
            process(both, task("a"), paths=("start > both > a > end", "both > end ? x")),
            "both_end",
        ),
        "lonely-condition": (process(task("a"), paths=("start > a", "a > end ? x")), "a_end"),
        "empty-subprocess": (process(m.SubProcess(id="sub"), paths=("start > sub > end",)), "sub"),
    }


def boundary(attached_to: str = "a", **more: Any) -> ProcessDefinition:
    event = m.BoundaryEvent(id="due", attached_to=attached_to, **{"definition": timer("duration", "P1D"), **more})
    return process(task("a"), event, paths=("start > a > end", "due > end"))


def faulty_events() -> dict[str, tuple[ProcessDefinition, str]]:
    error = ErrorDefinition(code="E")
    twice = [m.BoundaryEvent(id=name, attached_to="a", definition=error) for name in ("one", "two")]
    return {
        "caught-twice": (
            process(task("a"), *twice, paths=("start > a > end", "one > end", "two > end")),
            "two",
        ),
    }


def one(node: m.FlowNode) -> ProcessDefinition:
    return process(node, paths=(f"start > {node.id} > end",))


def faulty_activities() -> dict[str, tuple[ProcessDefinition, str]]:
    def loop(**more: Any) -> ProcessDefinition:
        return one(replace(task("a"), multi_instance=m.MultiInstance(**more)))

    return {
        "loop-without-bounds": (loop(), "a"),
        "element-without-collection": (loop(cardinality=feel("3"), element_variable="x"), "a"),
    }


def faulty_user_tasks() -> dict[str, tuple[ProcessDefinition, str]]:
    roster = Quorum(roster="roster", present="present", recused=None, numerator=2, denominator=3)
    return {
        "nobody-to-do-it": (simple(candidate_groups=()), "a"),
        "no-outcomes": (simple(outcomes=()), "a"),
        "duplicate-paper": (simple(papers=(Paper(id="x", label=Label(vi="x")),) * 2), "a"),
        "unknown-quorum-field": (simple(fields=(field("roster"), field("present", "text")), quorum=roster), "a"),
        "unknown-task": (simple(separate_from=("b",)), "a"),
        "criteria-without-set": (simple(completeness="result"), "a"),
        "not-a-time": (simple(due_date=Literal("soon")), "a"),
    }


FAULTS = faulty_starts() | faulty_events() | faulty_activities() | faulty_user_tasks()


@pytest.mark.parametrize("rule", FAULTS)
def test_a_fault_is_found_at_its_element_with_advice(rule: str) -> None:
    definition, element_id = FAULTS[rule]
    findings = rules(definition)
    assert rule in findings
    finding = findings[rule]
    assert finding.element_id == element_id
    assert finding.advice
    assert "%(" not in str(finding)


def test_every_rule_of_the_table_is_tested() -> None:
    """A rule that finds nothing in any of the faulty processes would be a rule without a test."""
    silent = [rule for rule in RULES if not any(list(rule(definition)) for definition, _ in FAULTS.values())]
    assert silent == []


def test_a_finding_carries_name_and_line() -> None:
    gate = m.ExclusiveGateway(id="gate", name="Đạt?", line=12)
    finding = rules(process(gate, task("a"), paths=("start > a > end", "a > gate")))["dead-end"]
    assert (finding.element_name, finding.line) == ("Đạt?", 12)
    assert "Đạt?" in finding.message


def test_a_gateway_may_join_and_split_at_once() -> None:
    both = m.ParallelGateway(id="both")
    definition = process(
        m.ParallelGateway(id="split"),
        both,
        task("a"),
        task("b"),
        task("c"),
        task("d"),
        paths=("start > split > a > both > c > end", "split > b > both > d > end"),
    )
    assert validate(definition) == []


def test_tasks_may_be_compared_with_and_separated_from_other_tasks() -> None:
    definition = process(
        task("a", criteria_set=Literal("c")),
        task("b", separate_from=("a",), compare_with=("a",), carry_over="b", criteria_set=Literal("c")),
        paths=("start > a > b > end",),
    )
    assert validate(definition) == []


def test_a_subprocess_without_events_starts_where_no_flow_leads() -> None:
    inner = m.SubProcess(id="sub", nodes={"x": task("x"), "y": task("y")}, flows=flows("x > y"))
    findings = validate(process(inner, paths=("start > sub > end",)))
    assert [(finding.rule, finding.severity) for finding in findings] == [("dead-end", "warning")]


def test_a_subprocess_with_an_end_event_needs_a_start_event() -> None:
    inner = subprocess("sub", task("x"), paths=("x > sub_done",))
    assert rules(process(inner, paths=("start > sub > end",)))["no-start"].element_id == "sub"


def test_message_events_are_sound() -> None:
    wait = m.IntermediateCatchEvent(id="wait", definition=MessageDefinition(name="papers"))
    assert validate(process(wait, paths=("start > wait > end",))) == []


def test_a_process_may_start_by_a_message_only() -> None:
    begin = m.StartEvent(id="begin", definition=MessageDefinition(name="papers"))
    assert validate(process(begin, task("a"), paths=("begin > a > end",))) == []


def test_a_process_may_start_by_what_it_receives() -> None:
    receive = m.ReceiveTask(id="receive", message=MessageDefinition(name="papers"), instantiate=True)
    gateway = m.EventBasedGateway(id="gate", instantiate=True)
    waits = [m.IntermediateCatchEvent(id=name, definition=MessageDefinition(name=name)) for name in ("x", "y")]
    assert validate(process(receive, paths=("receive > end",))) == []
    assert validate(process(gateway, *waits, paths=("gate > x > end", "gate > y > end"))) == []


def test_a_link_leads_on() -> None:
    definition = process(
        m.IntermediateThrowEvent(id="away", definition=LinkDefinition(name="l")),
        m.IntermediateCatchEvent(id="here", definition=LinkDefinition(name="l")),
        task("a"),
        paths=("start > away", "here > a > end"),
    )
    assert validate(definition) == []


def test_compensation_and_event_subprocesses_stand_beside_the_way() -> None:
    undone = m.BoundaryEvent(id="undo", attached_to="a", definition=CompensateDefinition(), handler="back")
    beside = m.EventSubProcess(
        id="beside",
        nodes={
            "again": m.StartEvent(id="again", definition=MessageDefinition(name="m")),
            "enough": m.EndEvent(id="enough"),
        },
        flows=flows("again > enough"),
    )
    back = replace(task("back"), for_compensation=True)
    assert validate(process(task("a"), undone, back, beside, paths=("start > a > end",))) == []


def test_the_activities_of_an_ad_hoc_subprocess_need_no_flows() -> None:
    inner = m.AdHocSubProcess(id="sub", nodes={"x": task("x"), "y": task("y")})
    assert validate(process(inner, paths=("start > sub > end",))) == []


def test_a_global_task_is_a_process_of_one_node() -> None:
    assert validate(ProcessDefinition(id="a", nodes={"a": task("a")}, flows={}, executable=False)) == []


def test_an_error_and_an_escalation_of_one_code_are_two_things() -> None:
    events = [
        m.BoundaryEvent(id="one", attached_to="a", definition=ErrorDefinition(code="E")),
        m.BoundaryEvent(id="two", attached_to="a", definition=EscalationDefinition(code="E")),
    ]
    assert validate(process(task("a"), *events, paths=("start > a > end", "one > end", "two > end"))) == []
