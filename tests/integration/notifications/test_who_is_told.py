"""What happens → who is told and who is not: every happening of the reference, seen from everybody around a case."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest

from tests.support.house import COMMUNE_UNIT, House
from workflow.audit.facts.notifications import NOTICES
from workflow.audit.facts.registry import FACTS
from workflow.services.accounts.accounts import EndUser, ResetPassword, ResetSecondFactor
from workflow.services.accounts.directory import NewRole
from workflow.services.accounts.roles import AppointDeputy, AssignRole, EndDeputyship, EndRole
from workflow.services.casework.cases import CaseCommand
from workflow.services.casework.comments import AddComment
from workflow.services.casework.operations import OperateCase
from workflow.services.casework.tasks import DelegateTask, ReassignTask, ReleaseTask
from workflow.services.notifications.audiences import AUDIENCES, MEANINGS
from workflow.services.places.organisations import EndOrganisation

BOARD, COLLEAGUE, DEPUTY, NEWCOMER = "danhgia.minhhoa", "ban.hai", "pho.hai", "nguoi.moi"
UNIT, MANAGER, ADMINISTRATOR, REVIEWER = "donvi.minhhoa", "quanly.tinh", "quantri.tinh", "duyet.tinh"
OTHERS = ("donvi.langgieng", "danhgia.langgieng", "kiemsoat.tinh", "uyvien1.thuongxuan", "truongban.thuongxuan")
"""They have nothing to do with what happens here."""
AROUND = (BOARD, COLLEAGUE, DEPUTY, NEWCOMER, UNIT, MANAGER, ADMINISTRATOR, REVIEWER, *OTHERS)
ROLE = "board-member", "bcd-antt-xa-minh-hoa"


@dataclass(frozen=True)
class Happening:
    name: str
    act: Callable[[House], None]
    notice: str
    told: tuple[str, ...]


def _release(house: House) -> None:
    house.container.tasks.release(house.actor(BOARD), ReleaseTask(task_id=house.task("evaluation").id))


def _delegate(house: House) -> None:
    command = DelegateTask(task_id=house.task("evaluation").id, user_id=house.users[COLLEAGUE])
    house.container.tasks.delegate(house.actor(BOARD), command)


def _reassign(house: House) -> None:
    command = ReassignTask(task_id=house.task("evaluation").id, user_id=house.users[COLLEAGUE], reason="Bận")
    house.container.tasks.reassign(house.actor(MANAGER), command)


def _case(trigger: str, login: str) -> Callable[[House], None]:
    def act(house: House) -> None:
        command = CaseCommand(case_id=house.case().id, trigger=trigger, reason="Minh họa")
        house.container.cases.move(house.actor(login), command)

    return act


def _resume(house: House) -> None:
    _case("suspend", MANAGER)(house)
    house.settle()
    _case("resume", MANAGER)(house)


def _comment(*, for_unit: bool) -> Callable[[House], None]:
    def act(house: House) -> None:
        command = AddComment(case_id=house.case().id, text="Ý kiến", for_unit=for_unit)
        house.container.comments.add(house.actor(BOARD), command)

    return act


def _move_back(house: House) -> None:
    activity = house.task("evaluation").activity_id
    command = OperateCase(
        case_id=house.case().id, reason="Nhầm bước", activity_id=activity, target_node="self_assessment"
    )
    house.container.operations.operate(house.actor(MANAGER), command)


def _end_board(house: House) -> None:
    command = EndUser(user_id=house.users[BOARD], reason="Nghỉ hưu")
    house.container.account_changes.end(house.actor(ADMINISTRATOR), command)


def _end_all(house: House) -> None:
    for login in (BOARD, COLLEAGUE):
        command = EndUser(user_id=house.users[login], reason="Nghỉ hưu")
        house.container.account_changes.end(house.actor(ADMINISTRATOR), command)


def _give_role(house: House) -> None:
    new = NewRole(role="board-member", organisation_id="bcd-antt-xa-minh-hoa", valid_from=date(2023, 1, 1))
    house.sure(
        house.container.roles.assign(house.actor(ADMINISTRATOR), AssignRole(user_id=house.users[NEWCOMER], role=new))
    )


def _end_role(house: House) -> None:
    (held,) = house.actor(BOARD).assignments
    command = EndRole(assignment_id=held.id, last_day=date(2023, 12, 31))
    house.container.roles.end_role(house.actor(ADMINISTRATOR), command)


def _appoint(house: House) -> str:
    command = AppointDeputy(
        assignment_id=house.actor(BOARD).assignments[0].id,
        deputy_user_id=house.users[NEWCOMER],
        valid_from=date(2023, 1, 1),
        valid_to=date(2023, 12, 31),
        paper="Giấy ủy quyền",
    )
    return house.sure(house.container.roles.appoint_deputy(house.actor(ADMINISTRATOR), command))


def _end_deputyship(house: House) -> None:
    command = EndDeputyship(deputyship_id=_appoint(house), last_day=date(2023, 6, 30))
    house.container.roles.end_deputyship(house.actor(ADMINISTRATOR), command)


def _return(house: House) -> None:
    reasons = {"I.1": "Thiếu số liệu"}
    house.do(COMMUNE_UNIT, BOARD, "evaluation", "return", reason="Bổ sung", criterion_reasons=reasons)


def _overdue(house: House) -> None:
    house.move_to(12, 6)


def _remind(house: House) -> None:
    due = house.task("evaluation").follow_up_at
    assert due is not None
    house.move_to(due.month, due.day, 18)


def _end_board_organisation(house: House) -> None:
    ended, _ = house.container.organisations.get(house.actor(ADMINISTRATOR), "bcd-antt-xa-minh-hoa")
    command = EndOrganisation(
        organisation_id=ended.id, last_day=date(2023, 12, 31), paper="Minh họa", revision=ended.revision
    )
    house.container.organisations.end(house.actor(ADMINISTRATOR), command)


def _reset_password(house: House) -> None:
    command = ResetPassword(user_id=house.users[UNIT], reason="Quên mật khẩu")
    house.sure(house.container.account_changes.reset_password(house.actor(ADMINISTRATOR), command))


def _reset_factor(house: House) -> None:
    command = ResetSecondFactor(user_id=house.users[REVIEWER], reason="Mất điện thoại")
    house.sure(house.container.account_changes.reset_second_factor(house.actor(ADMINISTRATOR), command))


HAPPENINGS = (
    Happening("put back", _release, "waits in your group again.", (COLLEAGUE, DEPUTY)),
    Happening("delegated", _delegate, "You have been given the task", (COLLEAGUE, DEPUTY)),
    Happening("reassigned", _reassign, "You have been given the task", (COLLEAGUE, DEPUTY)),
    Happening("taken away", _reassign, "has been given to somebody else.", (BOARD,)),
    Happening("returned", _return, "Returned to you", (UNIT,)),
    Happening("moved back", _move_back, "is no longer needed.", (BOARD,)),
    Happening("suspended", _case("suspend", MANAGER), "has been suspended.", (BOARD, UNIT)),
    Happening("goes on", _resume, "goes on.", (BOARD, UNIT)),
    Happening("withdrawn", _case("withdraw", UNIT), "The unit has withdrawn", (MANAGER,)),
    Happening("withdrawn, whoever had the task", _case("withdraw", UNIT), "is no longer needed.", (BOARD,)),
    Happening("cancelled", _case("cancel", MANAGER), "has been cancelled.", (UNIT,)),
    Happening("comment", _comment(for_unit=False), "has written a comment", ()),
    Happening("comment for the unit", _comment(for_unit=True), "has written a comment", (UNIT,)),
    Happening("account ended", _end_board, "waits in its group again", (COLLEAGUE, MANAGER)),
    Happening("nobody left", _end_all, "got stuck at", (MANAGER,)),
    Happening("role given", _give_role, "You have been given the role", (NEWCOMER,)),
    Happening("role ends", _end_role, "Your role", (BOARD,)),
    Happening("deputy appointed", _appoint, "stands in for", (BOARD, NEWCOMER)),
    Happening("deputyship ended", _end_deputyship, "The last day on which", (BOARD, NEWCOMER)),
    Happening("reminded", _remind, "Reminder", (BOARD,)),
    Happening("overdue", _overdue, "Overdue", (BOARD,)),
    Happening("organisation ends", _end_board_organisation, "Its open cases", (BOARD, COLLEAGUE, MANAGER)),
    Happening("password reset", _reset_password, "Your password was made void", (UNIT,)),
    Happening("second factor reset", _reset_factor, "Your second factor was reset", (REVIEWER,)),
)


def busy(house: House) -> None:
    """The board's member has the task; a colleague, and for some days a deputy of the colleague, could do it too."""
    house.person(COLLEAGUE, ROLE)
    house.person(DEPUTY)
    house.person(NEWCOMER)
    house.deputy(DEPUTY, COLLEAGUE, date(2023, 1, 1), date(2023, 12, 31))
    house.take(BOARD, "evaluation")
    house.settle()


@pytest.mark.stage("to evaluate", then=busy)
@pytest.mark.parametrize("one", HAPPENINGS, ids=lambda one: one.name)
def test_those_are_told_whom_it_is_about_and_nobody_else(house: House, one: Happening) -> None:
    before = {login: len(house.container.notifications.list(house.actor(login), 500)) for login in AROUND}

    one.act(house)
    house.settle()

    fresh = {
        login: house.container.notifications.list(house.actor(login), 500)[: -before[login] or None] for login in AROUND
    }
    heard = {login: [note.template for note in notes if one.notice in note.template] for login, notes in fresh.items()}
    expected = set(one.told) | ({DEPUTY} if COLLEAGUE in one.told and one.name == "account ended" else set())
    assert {login for login, found in heard.items() if found} == expected
    assert all(len(found) <= 1 for found in heard.values()), "one thing once"
    for notes in fresh.values():
        assert all(note.template % note.params for note in notes), "every place of the words is filled in"
    assert not any(fresh[login] for login in OTHERS)


def test_what_the_reference_lists_is_what_can_happen_here() -> None:
    """Every notice has an audience, every audience a meaning and a way to be found."""
    assert AUDIENCES.keys() == MEANINGS.keys()
    noticed = [kind for kind in FACTS.values() if kind.notice]
    assert all(kind.who for kind in (*noticed, *NOTICES))
    assert {name for kind in (*noticed, *NOTICES) for name in kind.who} == set(AUDIENCES)
