"""The auditor finds who did what, why the case went that way, and how it stood; within their jurisdiction only."""

from datetime import timedelta

import pytest

from tests.integration.auditing.support import UNIT, Court
from workflow.errors import NotFound, PermissionDenied
from workflow.services.auditing.explanations import GatewayView, RuleView
from workflow.services.auditing.questions.comparison import differences
from workflow.services.auditing.timeline import TimelineEntry
from workflow.services.auditing.trail import EventQuery
from workflow.store.casework import CaseFilter
from workflow.store.rows import Page

ALL = Page(limit=500)


def entries(court: Court, kind: str) -> list[TimelineEntry]:
    found = court.app.audit.timeline(court.auditor, court.case_id, ALL).entries
    return [entry for entry in reversed(found) if entry.type == kind]


def types(court: Court, query: EventQuery) -> set[str]:
    return {entry.type for entry in court.app.audit.search_events(court.auditor, query, ALL)[0]}


def test_an_entry_says_who_when_in_which_role_and_for_whom(court: Court) -> None:
    (done,) = entries(court, "TaskCompleted")

    assert done.actor == "Người thử can-bo"
    assert (done.role, done.role_label.vi, done.role_label.en) == (
        "unit-officer",
        "Cán bộ đơn vị",
        "Officer of the unit",
    )
    assert done.organisation.vi == "Xã Minh Họa (đơn vị minh họa)"
    assert done.at is not None
    assert done.version is not None
    assert (done.version.key, done.version.version) == ("dien-hinh", 1)
    assert done.said.vi == (
        "Người thử can-bo đã hoàn thành nhiệm vụ “Đăng ký xây dựng đơn vị điển hình”: Gửi đăng ký. "
    )
    assert done.said.en.startswith("Người thử can-bo completed the task “Register as a model-unit candidate”: ")


def test_every_entry_of_a_real_case_can_be_put_in_words(court: Court) -> None:
    court.assess()
    timeline = court.app.audit.timeline(court.auditor, court.case_id, ALL)

    assert timeline.total == len(timeline.entries) > 30
    for entry in timeline.entries:
        assert entry.said.vi
        assert entry.said.en
        assert not entry.damaged


def test_old_and_new_stand_beside_each_other(court: Court) -> None:
    court.assess()
    first, second = entries(court, "CriterionAssessed")
    claimed = entries(court, "TaskClaimed")[0]

    assert ("result", "–", "Chưa đạt") in said(first)
    assert said(second) == [("result", "Chưa đạt", "Đạt")]
    assert ("assignee", "–", "Người thử can-bo") in said(claimed)
    assert ("state", "Chờ nhận", "Đã nhận") in said(claimed)


def said(entry: TimelineEntry) -> list[tuple[str, str, str]]:
    """What was changed: its field, and in Vietnamese what it was and is."""
    return [(one.field, one.old.vi, one.new.vi) for one in entry.changes]


def test_a_gateway_and_a_rule_are_explained_by_inputs_conditions_and_rows(court: Court) -> None:
    routing, eligibility = (entry.explanation for entry in entries(court, "RuleEvaluated"))
    gateway = entries(court, "GatewayDecided")[0].explanation

    assert isinstance(routing, RuleView)
    assert routing.decision == "routing"
    assert [name for name, _ in routing.inputs] == ["registration", "unit"]
    (row,) = routing.rows
    assert dict(row.inputs)["Nhóm đơn vị"]
    assert dict(row.outputs)["evaluator"]
    assert isinstance(eligibility, RuleView)
    assert isinstance(gateway, GatewayView)
    assert not gateway.default_taken
    (taken,) = [one for one in gateway.conditions if one.taken]
    assert (taken.result, bool(taken.expression), bool(taken.inputs)) == (True, True, True)


def test_the_case_as_it_stood_before_and_after(court: Court) -> None:
    before = court.clock.now()
    court.later()
    court.assess()
    audit = court.app.audit

    then = audit.case_at(court.auditor, court.case_id, before)
    now = audit.case_at(court.auditor, court.case_id, court.clock.now())
    never = audit.case_at(court.auditor, court.case_id, before - timedelta(days=365))

    assert [task.node_id for task in then.open_tasks] == ["pilot_list"]
    assert (then.open_tasks[0].assignee, then.assessments, then.evidence) == (None, (), ())
    assert [(task.node_id, task.assignee) for task in now.open_tasks] == [("self_assessment", "Người thử can-bo")]
    (sheet,) = now.assessments
    assert {key: one.result for key, one in sheet.results.items()} == {court.criterion(): "met"}
    assert [(one.filename, one.added_by) for one in now.evidence] == [("báo cáo.pdf", "Người thử can-bo")]
    assert ("registration" in dict(then.scopes[0].variables), then.status) == (True, "active")
    assert (never.events, never.status, never.scopes, never.open_tasks) == (0, None, (), ())


def test_two_moments_of_a_case_are_compared_with_roles_and_deadlines(court: Court) -> None:
    first = court.clock.now()
    court.later()
    court.assess()
    audit = court.app.audit
    sides = [audit.standing_at(court.auditor, court.case_id, at) for at in (first, court.clock.now())]

    found = {(one.kind, one.what.vi): (one.before, one.after) for one in differences(*sides)}
    assert {kind for kind, _ in found} == {"Open task", "Criterion", "Evidence", "Role"}
    ((_, (before, after)),) = [item for item in found.items() if item[0][0] == "Criterion"]
    assert before is None
    assert after is not None
    assert after.vi.startswith("đạt; ")
    people = {one.person for one in sides[0].holders}
    assert ("Người thử can-bo" in people, "Người thử huyen" in people) == (True, False)
    assert "Người thử huyen" in {one.person for one in sides[1].holders}
    assert all(one.last_day is not None for one in sides[0].deadlines)
    assert differences(sides[0], sides[0]) == []


def test_the_path_taken_names_nodes_flows_and_where_it_stands(court: Court) -> None:
    path = court.app.audit.path_taken(court.auditor, court.case_id)

    assert path.active == ("pilot_list",)
    assert path.visited["registration"] == 1
    assert path.flows["registration__routing_rule"] == 1
    assert path.flows["eligible_gateway__pilot_list"] == 1
    assert "eligible_gateway__eligibility_review" not in path.flows
    opened = court.world.events(court.stream)[0].at
    assert court.app.audit.path_taken(court.auditor, court.case_id, opened).active == ("registration",)


def test_events_are_found_by_person_unit_period_type_criterion_and_text(court: Court) -> None:
    court.assess()
    today = court.clock.now().date()

    assert {"TaskCompleted", "CriterionAssessed"} <= types(court, EventQuery(actor="can-bo"))
    assert "CampaignOpened" not in types(court, EventQuery(actor="can-bo"))
    assert types(court, EventQuery(actor="nobody at all")) == set()
    assert types(court, EventQuery(criterion=court.criterion())) == {"CriterionAssessed", "EvidenceAdded"}
    number = court.criterion().rpartition(".")[2]
    assert "CriterionAssessed" in types(court, EventQuery(criterion=number)), "a part of its number will do"
    assert types(court, EventQuery(criterion="no such criterion")) == set()
    assert types(court, EventQuery(text="báo cáo.pdf")) == {"EvidenceAdded"}
    assert types(court, EventQuery(text="PDF bao  cao")) == {"EvidenceAdded"}, "by words, in any order, without marks"
    for nonsense in ('báo OR "', "%", "\u0301", "\ud800", "NEAR(báo cáo)"):
        assert types(court, EventQuery(text=nonsense)) <= {"EvidenceAdded"}, "signs of a query language are none here"
    assert types(court, EventQuery(text="báo -cáo:*")) == types(court, EventQuery(text="cao bao"))
    assert types(court, EventQuery(unit="xa-lang-gieng")) == set()
    assert "CaseOpened" in types(court, EventQuery(unit=UNIT, since_on=today, until_on=today))
    assert types(court, EventQuery(until_on=today - timedelta(days=1))) == set()
    assert types(court, EventQuery(organisation="cong-an-thanh-hoa", type="CampaignOpened")) == {"CampaignOpened"}


def test_an_auditor_of_another_place_finds_and_sees_nothing_of_it(court: Court) -> None:
    audit, other = court.app.audit, court.neighbour

    assert audit.search_cases(court.auditor, CaseFilter(), ALL)[1] == 1
    assert audit.search_cases(other, CaseFilter(), ALL) == ([], 0)
    assert audit.search_cases(other, CaseFilter(unit_ids=[UNIT]), ALL) == ([], 0)
    assert audit.search_events(other, EventQuery(), ALL) == ([], 0)
    for look in (lambda: audit.timeline(other, court.case_id, ALL), lambda: audit.path_taken(other, court.case_id)):
        with pytest.raises(NotFound):
            look()


def test_who_is_no_auditor_is_refused(court: Court) -> None:
    audit, officer = court.app.audit, court.officer

    for look in (
        lambda: audit.search_cases(officer, CaseFilter(), ALL),
        lambda: audit.search_events(officer, EventQuery(), ALL),
        lambda: audit.timeline(officer, court.case_id, ALL),
        lambda: audit.case_at(officer, court.case_id, court.clock.now()),
        lambda: audit.path_taken(officer, court.case_id),
        lambda: audit.export_events(officer, EventQuery(), "csv"),
        lambda: audit.export_cases(officer, CaseFilter(), "csv"),
    ):
        with pytest.raises(PermissionDenied):
            look()


def test_reading_is_recorded_once_an_hour_unless_the_case_is_ones_own_work(court: Court) -> None:
    audit = court.app.audit

    assert [audit.record_reading(court.auditor, court.case_id) for _ in range(3)] == [True, False, False]
    court.later(hours=1, seconds=1)
    assert audit.record_reading(court.auditor, court.case_id)
    assert not audit.record_reading(court.officer, court.case_id)
    assert audit.record_reading(court.as_manager(), court.case_id)
    with pytest.raises(NotFound):
        audit.record_reading(court.neighbour, court.case_id)

    readers = [event.actor for event in court.world.events(court.stream) if event.type == "CaseRead"]
    assert readers == [court.auditor.user_id] * 2 + [court.as_manager().user_id]
    assert court.faults() == set()


def test_reading_does_not_disturb_who_is_at_work_on_the_case(court: Court) -> None:
    revision = court.case.revision
    court.app.audit.record_reading(court.auditor, court.case_id)

    assert court.case.revision == revision
    court.complete(court.world.person("huyen", "standing-officer", "cong-an-thuong-xuan"), "accept", {})
