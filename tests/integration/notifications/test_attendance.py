"""Work never falls silent: what somebody had who can no longer do it, what nobody can do, what is returned to its author."""

from datetime import date

import pytest

from tests.support.house import COMMUNE_UNIT, House
from workflow.services.accounts.accounts import EndUser
from workflow.services.accounts.directory import NewRole
from workflow.services.accounts.roles import AppointDeputy, AssignRole, EndDeputyship, EndRole
from workflow.services.casework.tasks import ReassignTask, SaveDraft
from workflow.store.cases import IncidentRecord
from workflow.store.inbox import InboxFilter
from workflow.store.rows import Page

BOARD, UNIT = "danhgia.minhhoa", "donvi.minhhoa"
ROLE = ("board-member", "bcd-antt-xa-minh-hoa")
ADMINISTRATOR, MANAGER = "quantri.tinh", "quanly.tinh"
BACK = "“%(task)s” for %(unit)s (%(business_key)s) waits in its group again: whoever had it can no longer do it."
STUCK = "The case of %(unit)s (%(business_key)s) got stuck at “%(task)s”."


def told(house: House, login: str) -> list[str]:
    return [note.template for note in house.container.notifications.list(house.actor(login), 500)]


def end(house: House, login: str) -> None:
    command = EndUser(user_id=house.users[login], reason="Nghỉ hưu (minh họa)")
    house.container.account_changes.end(house.actor(ADMINISTRATOR), command)
    house.settle()


def end_role(house: House, login: str, last_day: date) -> None:
    (held,) = house.actor(login).assignments
    command = EndRole(assignment_id=held.id, last_day=last_day)
    house.container.roles.end_role(house.actor(ADMINISTRATOR), command)
    house.settle()


def give(house: House, login: str, role: tuple[str, str]) -> None:
    new = NewRole(role=role[0], organisation_id=role[1], valid_from=date(2022, 1, 1))
    house.sure(
        house.container.roles.assign(house.actor(ADMINISTRATOR), AssignRole(user_id=house.users[login], role=new))
    )
    house.settle()


def unattended(house: House) -> list[IncidentRecord]:
    with house.container.units.reading() as uow:
        every = uow.incidents.of_case(house.case().id)
    return [one for one in every if one.kind == "unattended" and one.resolved_at is None]


@pytest.mark.stage("to evaluate")
def test_what_an_ended_account_had_goes_back_to_its_group_with_the_draft(house: House) -> None:
    house.person("ban.hai", ROLE)
    task = house.take(BOARD, "evaluation")
    house.container.tasks.save_draft(house.actor(BOARD), SaveDraft(task_id=task.id, reason="Đang xem"))

    end(house, BOARD)

    task = house.task("evaluation")
    assert (task.state, task.assignee_id, (task.draft or {})["reason"]) == ("ready", None, "Đang xem")
    assert told(house, "ban.hai").count(BACK) == told(house, MANAGER).count(BACK) == 1
    assert BACK not in told(house, UNIT)
    page = house.container.inbox.page(house.actor("ban.hai"), InboxFilter(tab="group"), Page())
    assert task.id in [entry.row.task.id for entry in page.entries]
    (event,) = house.events(COMMUNE_UNIT, "TaskGivenBack")
    assert (event.actor, event.payload["from"]["assignee"]) == ("system", house.users[BOARD])
    assert unattended(house) == []
    house.take("ban.hai", "evaluation")
    house.verify()


@pytest.mark.stage("to evaluate")
def test_what_nobody_can_do_is_an_incident_at_once_and_over_once_somebody_can(house: House) -> None:
    house.take(BOARD, "evaluation")

    end(house, BOARD)

    (incident,) = unattended(house)
    assert (incident.node_id, house.case().open_incidents) == ("evaluation", 1)
    assert told(house, MANAGER).count(STUCK) == 1
    house.person("ban.moi")
    give(house, "ban.moi", ROLE)
    assert (unattended(house), house.case().open_incidents) == ([], 0)
    house.take("ban.moi", "evaluation")
    house.verify()


@pytest.mark.stage("to evaluate")
def test_a_role_ends_by_its_day_without_any_click(house: House) -> None:
    house.person("ban.hai", ROLE)
    house.take(BOARD, "evaluation")
    end_role(house, BOARD, date(2023, 4, 14))
    house.move_to(4, 14, 23)
    assert house.task("evaluation").assignee_id == house.users[BOARD]

    house.move_to(4, 15, 1)

    assert house.task("evaluation").assignee_id is None
    assert BACK in told(house, "ban.hai")


@pytest.mark.stage("to evaluate")
def test_a_group_that_empties_while_a_task_waits_in_it_is_an_incident(house: House) -> None:
    end_role(house, BOARD, date(2023, 3, 1))
    assert [one.node_id for one in unattended(house)] == ["evaluation"]


@pytest.mark.stage("to evaluate")
def test_a_deputy_holds_a_task_no_longer_than_the_deputyship(house: House) -> None:
    house.person("pho")
    command = AppointDeputy(
        assignment_id=house.actor(BOARD).assignments[0].id,
        deputy_user_id=house.users["pho"],
        valid_from=date(2023, 1, 1),
        valid_to=date(2023, 12, 31),
        paper="Giấy ủy quyền minh họa",
    )
    deputyship = house.sure(house.container.roles.appoint_deputy(house.actor(ADMINISTRATOR), command))
    house.settle()
    both = "%(deputy)s stands in for %(principal)s in the role “%(role)s” at %(organisation)s from %(first_day)s to %(last_day)s."
    assert told(house, "pho").count(both) == told(house, BOARD).count(both) == 1
    house.take("pho", "evaluation")

    ended = EndDeputyship(deputyship_id=deputyship, last_day=date(2023, 3, 1))
    house.container.roles.end_deputyship(house.actor(ADMINISTRATOR), ended)
    house.settle()

    assert house.task("evaluation").assignee_id is None
    assert BACK in told(house, BOARD)
    over = "The last day on which %(deputy)s stands in for %(principal)s is now %(last_day)s."
    assert told(house, "pho").count(over) == told(house, BOARD).count(over) == 1


@pytest.mark.stage("to evaluate")
def test_a_principals_end_takes_what_the_deputy_had(house: House) -> None:
    house.person("pho")
    house.deputy("pho", BOARD, date(2023, 1, 1), date(2023, 12, 31))
    house.take("pho", "evaluation")

    end(house, BOARD)

    assert house.task("evaluation").assignee_id is None
    assert len(unattended(house)) == 1


@pytest.mark.stage("to inspect")
def test_what_belongs_to_one_named_person_is_an_incident_until_a_manager_gives_it_to_another(house: House) -> None:
    mine = house.task("member_findings", login="kiemtra1.thuongxuan")

    end(house, "kiemtra1.thuongxuan")

    assert house.task_by_id(mine.id).assignee_id == house.users["kiemtra1.thuongxuan"]
    assert [one.activity_id for one in unattended(house)] == [mine.activity_id]
    house.person("kiemtra.moi", ("inspector", "cong-an-thuong-xuan"))
    command = ReassignTask(task_id=mine.id, user_id=house.users["kiemtra.moi"], reason="Thay người nghỉ")
    house.container.tasks.reassign(house.actor(MANAGER), command)
    house.settle()
    assert unattended(house) == []
    house.verify()


@pytest.mark.stage("to evaluate")
def test_the_daily_look_finds_what_no_event_told_of(house: House) -> None:
    house.take(BOARD, "evaluation")
    with house.container.units() as uow:  # as after a restored backup, or years before this was looked at
        uow.accounts.end_assignment(house.actor(BOARD).assignments[0].id, date(2023, 3, 19))
        uow.commit()
    house.container.attendance.ensure_scheduled()
    house.container.attendance.ensure_scheduled()
    assert house.task("evaluation").assignee_id == house.users[BOARD]

    house.move_to(3, 22, 1)

    assert house.task("evaluation").assignee_id is None
    assert len(unattended(house)) == 1


@pytest.mark.stage("to evaluate")
def test_a_returned_step_goes_back_to_its_author_who_is_told(house: House) -> None:
    house.person("donvi.hai", ("unit-officer", COMMUNE_UNIT))
    reasons = {"I.1": "Thiếu số liệu"}
    house.do(COMMUNE_UNIT, BOARD, "evaluation", "return", reason="Bổ sung", criterion_reasons=reasons)

    task = house.task("self_assessment")
    assert (task.state, task.assignee_id) == ("reserved", house.users[UNIT])
    mine = "Returned to you: “%(task)s” for %(unit)s (%(business_key)s), due on %(due)s."
    unit = "The case of %(unit)s (%(business_key)s) has been returned: “%(task)s”."
    assert (told(house, UNIT).count(mine), told(house, UNIT).count(unit)) == (1, 0)
    assert (told(house, "donvi.hai").count(mine), told(house, "donvi.hai").count(unit)) == (0, 1)
    assert not {mine, unit} & set(told(house, BOARD)), "nobody is told of what they did themselves"
    house.verify()


@pytest.mark.stage("to evaluate")
def test_a_returned_step_whose_author_is_gone_waits_in_its_group(house: House) -> None:
    house.person("donvi.hai", ("unit-officer", COMMUNE_UNIT))
    end(house, UNIT)
    house.do(COMMUNE_UNIT, BOARD, "evaluation", "return", reason="Bổ sung", criterion_reasons={"I.1": "Thiếu số liệu"})

    task = house.task("self_assessment")
    assert (task.state, task.assignee_id) == ("ready", None)
    assert "The case of %(unit)s (%(business_key)s) has been returned: “%(task)s”." in told(house, "donvi.hai")
