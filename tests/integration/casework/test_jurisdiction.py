"""Who may see and do what: neighbours, people with two roles, deputies, ended accounts."""

from datetime import date

import pytest

from tests.support.house import House
from workflow.errors import NotFound, PermissionDenied, SeparationOfDuties, TaskRefused
from workflow.services.accounts.accounts import EndUser
from workflow.services.casework.cases import CaseCommand
from workflow.services.casework.comments import AddComment
from workflow.services.casework.tasks import ClaimTask
from workflow.store.casework import CaseFilter
from workflow.store.inbox import InboxFilter
from workflow.store.rows import Page

BOARD = ("board-member", "bcd-antt-xa-minh-hoa")


@pytest.mark.stage("to evaluate")
def test_the_neighbouring_communes_reviewer_sees_nothing(house: House) -> None:
    neighbour, case, task = house.actor("danhgia.langgieng"), house.case(), house.task("evaluation")

    for look in (
        lambda: house.container.task_views.view(neighbour, task.id),
        lambda: house.container.case_views.view(neighbour, case.id),
        lambda: house.container.tasks.claim(neighbour, ClaimTask(task_id=task.id)),
        lambda: house.container.comments.add(neighbour, AddComment(case_id=case.id, text="Xin chào")),
        lambda: house.container.cases.move(neighbour, CaseCommand(case_id=case.id, trigger="withdraw")),
    ):
        with pytest.raises(NotFound):
            look()
    assert house.container.case_views.search(neighbour, CaseFilter(), Page()) == ([], 0)
    group = house.container.inbox.page(neighbour, InboxFilter(tab="group"), Page())
    assert [entry.row.task.id for entry in group.entries] == []


@pytest.mark.stage("to assess")
def test_whoever_assessed_the_unit_may_not_review_it_even_with_the_role(house: House) -> None:
    house.person("vua.lam", ("unit-officer", "xa-minh-hoa"))
    both = house.formerly("vua.lam", *BOARD)
    house.do("xa-minh-hoa", "vua.lam", "self_assessment", "submit")

    with pytest.raises(SeparationOfDuties) as refused:
        house.container.tasks.claim(both, ClaimTask(task_id=house.task("evaluation").id))

    assert any("Phạm Minh Họa Hai" in person for person in refused.value.who_can_act)
    assert not any(both.name in person for person in refused.value.who_can_act)


@pytest.mark.stage("to assess")
def test_nor_may_they_as_somebody_elses_deputy(house: House) -> None:
    house.person("vua.lam", ("unit-officer", "xa-minh-hoa"))
    house.formerly_deputy("vua.lam", "danhgia.minhhoa", "board-member", date(2023, 1, 1), date(2023, 12, 31))
    house.do("xa-minh-hoa", "vua.lam", "self_assessment", "submit")

    with pytest.raises(SeparationOfDuties):
        house.container.tasks.claim(house.actor("vua.lam"), ClaimTask(task_id=house.task("evaluation").id))


@pytest.mark.stage("to assess")
def test_nor_may_whoever_it_was_done_on_behalf_of(house: House) -> None:
    house.person("vang.mat", ("unit-officer", "xa-minh-hoa"))
    house.formerly("vang.mat", *BOARD)
    house.person("thay.mat")
    house.deputy("thay.mat", "vang.mat", date(2023, 3, 1), date(2023, 12, 31))
    house.do("xa-minh-hoa", "thay.mat", "self_assessment", "submit")

    assert house.tasks("self_assessment")[0].on_behalf_of == house.users["vang.mat"]
    with pytest.raises(SeparationOfDuties):
        house.container.tasks.claim(house.actor("vang.mat"), ClaimTask(task_id=house.task("evaluation").id))


@pytest.mark.stage("to evaluate")
def test_a_deputy_acts_on_behalf_within_the_days_and_the_events_say_so(house: House) -> None:
    house.person("pho")
    house.deputy("pho", "danhgia.minhhoa", date(2023, 3, 1), date(2023, 12, 31))

    house.do("xa-minh-hoa", "pho", "evaluation", "approve")

    done = house.events("xa-minh-hoa", "TaskCompleted")[-1]
    assert done.actor == house.users["pho"]
    assert done.on_behalf_of == house.users["danhgia.minhhoa"]
    assert (done.role, done.organisation) == BOARD
    assert house.tasks("evaluation")[0].on_behalf_of == house.users["danhgia.minhhoa"]


@pytest.mark.stage("to evaluate")
def test_a_deputy_outside_the_days_sees_nothing(house: House) -> None:
    house.person("pho")
    house.deputy("pho", "danhgia.minhhoa", date(2023, 4, 1), date(2023, 4, 30))
    task = house.task("evaluation")

    with pytest.raises(NotFound):
        house.container.task_views.view(house.actor("pho"), task.id)
    house.move_to(4, 3)
    assert house.container.tasks.claim(house.actor("pho"), ClaimTask(task_id=task.id))["state"] == "reserved"
    house.move_to(5, 4)
    assert house.task("evaluation").assignee_id is None, "what the deputy had is back in its group"
    with pytest.raises(NotFound):
        house.take("pho", "evaluation")


@pytest.mark.stage("to evaluate")
def test_an_ended_account_can_do_nothing_more(house: House) -> None:
    task = house.task("evaluation")
    user = house.users["danhgia.minhhoa"]
    house.container.account_changes.end(
        house.actor("quantri.tinh"), EndUser(user_id=user, reason="Nghỉ hưu (minh họa)")
    )

    with pytest.raises(NotFound):
        house.container.tasks.claim(house.actor("danhgia.minhhoa"), ClaimTask(task_id=task.id))


@pytest.mark.stage("to evaluate")
def test_an_auditor_reads_and_changes_nothing(house: House) -> None:
    auditor, case = house.actor("kiemsoat.tinh"), house.case()

    assert house.container.case_views.view(auditor, case.id).case.id == case.id
    with pytest.raises(TaskRefused):
        house.container.tasks.claim(auditor, ClaimTask(task_id=house.task("evaluation").id))
    with pytest.raises(PermissionDenied):
        house.container.comments.add(auditor, AddComment(case_id=case.id, text="Ý kiến"))


@pytest.mark.stage("to evaluate")
def test_a_refusal_to_another_role_says_who_could_act(house: House) -> None:

    with pytest.raises(TaskRefused) as refused:
        house.container.tasks.claim(house.actor("donvi.minhhoa"), ClaimTask(task_id=house.task("evaluation").id))

    assert any("Phạm Minh Họa Hai" in person for person in refused.value.who_can_act)
