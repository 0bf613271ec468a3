"""After any acts of administrators, managers and officers every open task of an active case can be done by somebody, or is an incident."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

import pytest

from tests.support.house import COMMUNE_UNIT, House
from workflow.calendar.zone import local_date
from workflow.errors import WorkflowError
from workflow.services.accounts.accounts import EndUser
from workflow.services.accounts.directory import NewRole
from workflow.services.accounts.roles import AppointDeputy, AssignRole, EndDeputyship, EndRole
from workflow.services.casework.cases import CaseCommand
from workflow.services.casework.operations import OperateCase
from workflow.services.casework.tasks import ClaimTask, DelegateTask, ReassignTask, ReleaseTask
from workflow.services.places.organisations import EndOrganisation

ADMINISTRATOR, MANAGER = "quantri.tinh", "quanly.tinh"
PLACES = (("board-member", "bcd-antt-xa-minh-hoa"), ("unit-officer", COMMUNE_UNIT))
ACTS = 30


class Fate:
    """Draws what happens next, among a few people around one commune's case; what is refused changes nothing."""

    def __init__(self, house: House, seed: int) -> None:
        self.house, self.random, self.said = house, Random(seed), [f"seed {seed}"]
        self.people = ["danhgia.minhhoa", "donvi.minhhoa"]
        for number in range(3):
            self._newcomer(f"moi.{number}")
        self.acts: tuple[Callable[[], object], ...] = (
            self.end_account,
            self.end_role,
            self.give_role,
            self.give_role,
            self.newcomer,
            self.deputy,
            self.end_deputyship,
            self.claim,
            self.claim,
            self.release,
            self.delegate,
            self.reassign,
            self.move_back,
            self.suspend,
            self.resume,
            self.end_body,
            self.next_day,
        )

    def go_on(self) -> None:
        act = self.random.choice(self.acts)
        try:
            act()
            self.said.append(act.__name__)
        except WorkflowError as refusal:
            self.said.append(f"{act.__name__} was refused: {type(refusal).__name__}")
        self.house.settle()

    @property
    def today(self) -> date:
        return local_date(self.house.clock.now())

    def someone(self) -> str:
        return self.random.choice(self.people)

    def a_task(self) -> str:
        return self.random.choice(self.house.open_tasks()).id if self.house.open_tasks() else "none"

    def _newcomer(self, login: str) -> None:
        self.house.person(login, self.random.choice(PLACES))
        self.people.append(login)

    def newcomer(self) -> None:
        self._newcomer(f"moi.{len(self.people)}")

    def end_account(self) -> None:
        command = EndUser(user_id=self.house.users[self.someone()], reason="Nghỉ")
        self.house.container.account_changes.end(self.house.actor(ADMINISTRATOR), command)

    def end_role(self) -> None:
        held = [one for one in self.house.actor(self.someone()).assignments if one.via_deputy_of is None]
        for one in held[:1]:
            last = self.today + timedelta(days=self.random.choice((-1, 0, 2)))
            command = EndRole(assignment_id=one.id, last_day=last)
            self.house.container.roles.end_role(self.house.actor(ADMINISTRATOR), command)

    def give_role(self) -> None:
        role, place = self.random.choice(PLACES)
        until = self.random.choice((None, self.today + timedelta(days=3)))
        new = NewRole(role=role, organisation_id=place, valid_from=self.today, valid_to=until)
        command = AssignRole(user_id=self.house.users[self.someone()], role=new)
        self.house.sure(self.house.container.roles.assign(self.house.actor(ADMINISTRATOR), command))

    def deputy(self) -> None:
        for held in self.house.actor(self.someone()).assignments[:1]:
            command = AppointDeputy(
                assignment_id=held.id,
                deputy_user_id=self.house.users[self.someone()],
                valid_from=self.today,
                valid_to=self.today + timedelta(days=self.random.choice((0, 2))),
                paper="Minh họa",
            )
            self.house.sure(self.house.container.roles.appoint_deputy(self.house.actor(ADMINISTRATOR), command))

    def end_deputyship(self) -> None:
        with self.house.container.units.reading() as uow:
            lent = [one for login in self.people for one in uow.accounts.deputyships_for(self.house.users[login])]
        for one in lent[:1]:
            command = EndDeputyship(deputyship_id=one.id, last_day=max(one.valid_from - timedelta(days=1), self.today))
            self.house.container.roles.end_deputyship(self.house.actor(ADMINISTRATOR), command)

    def claim(self) -> None:
        self.house.container.tasks.claim(self.house.actor(self.someone()), ClaimTask(task_id=self.a_task()))

    def release(self) -> None:
        self.house.container.tasks.release(self.house.actor(MANAGER), ReleaseTask(task_id=self.a_task()))

    def delegate(self) -> None:
        command = DelegateTask(task_id=self.a_task(), user_id=self.house.users[self.someone()])
        self.house.container.tasks.delegate(self.house.actor(self.someone()), command)

    def reassign(self) -> None:
        command = ReassignTask(task_id=self.a_task(), user_id=self.house.users[self.someone()], reason="Đổi người")
        self.house.container.tasks.reassign(self.house.actor(MANAGER), command)

    def move_back(self) -> None:
        for task in self.house.open_tasks()[:1]:
            command = OperateCase(
                case_id=task.case_id, reason="Thử", activity_id=task.activity_id, target_node="self_assessment"
            )
            self.house.container.operations.operate(self.house.actor(MANAGER), command)

    def suspend(self) -> None:
        self._case("suspend")

    def resume(self) -> None:
        self._case("resume")

    def _case(self, trigger: str) -> None:
        command = CaseCommand(case_id=self.house.case().id, trigger=trigger, reason="Thử")
        self.house.container.cases.move(self.house.actor(MANAGER), command)

    def end_body(self) -> None:
        body, _ = self.house.container.organisations.get(self.house.actor(ADMINISTRATOR), "bcd-antt-xa-minh-hoa")
        command = EndOrganisation(
            organisation_id=body.id, last_day=self.today, paper="Minh họa", revision=body.revision
        )
        self.house.container.organisations.end(self.house.actor(ADMINISTRATOR), command)

    def next_day(self) -> None:
        then = self.house.clock.now() + timedelta(days=1)
        self.house.move_to(then.month, then.day)


def silent(house: House) -> list[str]:
    """The open tasks that nobody can do, as their pages tell everybody, and of which no incident tells."""
    case = house.case()
    if case.status != "active":
        return []
    with house.container.units.reading() as uow:
        stuck = {one.activity_id for one in uow.incidents.of_case(case.id) if one.resolved_at is None}
    found = []
    for task in house.open_tasks():
        doable = any(_can(house, login, task.id) for login in house.users)
        if doable == (task.activity_id in stuck):
            found.append(f"{task.node_id}: doable {doable}, an incident {task.activity_id in stuck}")
    return found


def _can(house: House, login: str, task_id: str) -> bool:
    try:
        view = house.container.task_views.view(house.actor(login), task_id)
    except WorkflowError:
        return False
    return any(one.allowed for one in view.options if one.trigger in ("claim", "start", "complete")) or view.editable


@pytest.mark.stage("to evaluate")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_open_task_can_be_done_or_is_an_incident(house: House, seed: int) -> None:
    fate = Fate(house, seed)
    for _ in range(ACTS):
        fate.go_on()
        assert silent(house) == [], "\n".join(fate.said)
    house.verify()
