"""Whatever people do, in whatever order: what is recorded stays whole, and a refusal changes nothing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings

from tests.support.house import CASTS, COMMUNE_UNIT, ENTERPRISE_UNIT, Copies, House, open_house
from workflow.demo.player import Deed
from workflow.errors import WorkflowError
from workflow.model.user_task import FormField
from workflow.services.casework.cases import CaseCommand
from workflow.services.casework.operations import OperateCase
from workflow.services.casework.task_view import TaskView
from workflow.services.casework.tasks import ClaimTask, CompleteTask, ReleaseTask
from workflow.store.tasks import TaskRecord

REASON = "Minh họa: bước đi ngẫu nhiên"
TEXTS = {"text": "Minh họa", "longtext": "Minh họa", "date": "01/12/2023", "integer": "3", "decimal": "3,5"}


class Walker:
    """One random step after another, each by somebody who could try it."""

    def __init__(self, house: House, unit: str, data: st.DataObject) -> None:
        self.house, self.unit, self.data = house, unit, data
        self.logins = {user: login for login, user in house.users.items()}

    def draw(self, choices: list[Any]) -> Any:
        return self.data.draw(st.sampled_from(choices))

    def step(self) -> None:
        steps: list[Callable[[], None]] = [self.complete] * 8
        steps += [self.release, self.wait, self.suspend, self.resume, self.move_token, self.wrong_person]
        before = len(self.house.events(self.unit))
        try:
            self.draw(steps)()
        except WorkflowError:
            pass
        else:
            self.house.settle()
            return
        # A refusal in the middle of a deed may follow steps of it that were taken; nothing that was recorded goes.
        assert len(self.house.events(self.unit)) >= before
        self.house.settle()

    def task(self) -> TaskRecord | None:
        tasks = self.house.open_tasks(self.unit)
        return self.draw(tasks) if tasks else None

    def login(self, task: TaskRecord) -> str:
        if task.assignee_id is not None:
            return self.logins[task.assignee_id]
        role, _, place = self.draw(task.groups).partition("@")
        with self.house.container.units.reading() as uow:
            held = uow.accounts.holders(role, place, self.house.clock.now().date())
        return self.logins[self.draw(sorted(one.user_id for one in held))] if held else "quanly.tinh"

    def complete(self) -> None:
        task = self.task()
        if task is None:
            return
        login = self.login(task)
        actor = self.house.actor(login)
        view = self.house.container.task_views.view(actor, task.id)
        outcome = self.draw(list(view.spec.outcomes))
        keys = list(view.sheet.criteria) if view.sheet else []
        deed = Deed(
            login=login,
            node_id=task.node_id,
            outcome=outcome.id,
            reason=REASON,
            criterion_reasons={self.draw(keys): REASON} if keys else {},
            failing={self.draw(keys): REASON} if keys and self.draw([True, False]) else {},
        )
        if task.state == "ready":
            self.house.container.tasks.claim(actor, ClaimTask(task_id=task.id))
        self.house.player._assess(actor, view, deed)
        self.house.player._attach(actor, view)
        fields = {one.field.id: self.entry(one.field, view) for one in view.fields}
        command = CompleteTask(
            task_id=task.id,
            outcome=deed.outcome,
            fields=fields,
            reason=deed.reason,
            criterion_reasons=deed.criterion_reasons,
        )
        self.house.container.tasks.complete(actor, command)

    def entry(self, item: FormField, view: TaskView) -> Any:
        if item.kind == "users":
            people = next(one.people for one in view.fields if one.field.id == item.id)
            return [user for user, _ in people if item.id not in ("recused", "signer")][
                : 1 if item.id == "leader" else 5
            ]
        if item.kind == "choice":
            return self.draw([key for key, _ in item.choices])
        if item.kind == "boolean":
            return self.draw(["true", "false"])
        return TEXTS[item.kind]

    def release(self) -> None:
        task = self.task()
        if task is not None:
            self.house.container.tasks.release(self.house.actor("quanly.tinh"), ReleaseTask(task_id=task.id))

    def wait(self) -> None:
        self.house.clock.move_to(self.house.clock.now() + timedelta(days=self.draw([1, 30, 90])))

    def suspend(self) -> None:
        self.case("suspend")

    def resume(self) -> None:
        self.case("resume")

    def case(self, trigger: str) -> None:
        command = CaseCommand(case_id=self.house.case(self.unit).id, trigger=trigger, reason=REASON)
        self.house.container.cases.move(self.house.actor("quanly.tinh"), command)

    def move_token(self) -> None:
        manager, case_id = self.house.actor("quanly.tinh"), self.house.case(self.unit).id
        positions = [one for one in self.house.container.operations.positions(manager, case_id) if one.targets]
        if positions:
            position = self.draw(positions)
            target, _ = self.draw(list(position.targets))
            command = OperateCase(case_id=case_id, reason=REASON, activity_id=position.activity_id, target_node=target)
            self.house.container.operations.operate(manager, command)

    def wrong_person(self) -> None:
        task = self.task()
        if task is not None:
            actor = self.house.actor(self.draw(["donvi.langgieng", "danhgia.langgieng", "kiemsoat.tinh"]))
            before = self.house.task_by_id(task.id)
            try:
                self.house.container.tasks.claim(actor, ClaimTask(task_id=task.id))
            finally:
                assert self.house.task_by_id(task.id) == before


@settings(
    max_examples=5,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_the_audit_stays_whole_after_any_steps(copies: Copies, data: st.DataObject) -> None:
    with copies() as place:
        house = open_house(*place)
        try:
            unit = data.draw(st.sampled_from([COMMUNE_UNIT, ENTERPRISE_UNIT, "dai-hoc-hong-duc"]))
            assert unit in CASTS
            house.until_self_assessment(unit)
            walker = Walker(house, unit, data)
            for _ in range(data.draw(st.integers(6, 16))):
                walker.step()
            house.verify()
            case = house.case(unit)
            assert (case.ended_at is None) == (case.status in ("active", "suspended"))
            with house.container.units.reading() as uow:
                open_incidents = [one for one in uow.incidents.of_case(case.id) if one.resolved_at is None]
            assert len(open_incidents) == case.open_incidents
        finally:
            house.container.close()
