"""A dossier in turns: the commune's board returns it, the unit corrects it and sends it again."""

from tests.support.house import House
from workflow.demo.player import pdf
from workflow.services.casework.assessments import SaveResult
from workflow.services.casework.criteria.judgements import AgreeCriterion, KeepCriterion
from workflow.services.casework.criteria.sheet_view import CriterionView, SheetView
from workflow.services.casework.evidence import AddEvidence
from workflow.services.casework.tasks import CompleteTask, TakeTask

UNIT, BOARD, CASE = "donvi.minhhoa", "danhgia.minhhoa", "xa-minh-hoa"
FIRST = {"I.1": "Nêu rõ số văn bản", "I.2": "Kèm biên bản", "I.18": "Số liệu chưa khớp"}
WHY = "Quyết định chưa ban hành, dự kiến 20/12"


class Desk:
    """The unit and its commune's board at one case, in turns."""

    def __init__(self, house: House) -> None:
        self.house = house

    def view(self, login: str, node_id: str) -> SheetView:
        found = self.house.container.task_views.view(self.house.actor(login), self.house.task(node_id, CASE).id).sheet
        assert found is not None
        return found

    @property
    def board(self) -> dict[str, CriterionView]:
        return self.view(BOARD, "evaluation").criteria

    @property
    def unit(self) -> dict[str, CriterionView]:
        return self.view(UNIT, "self_assessment").criteria

    def give_back(self, why: dict[str, str]) -> None:
        task = self.house.task("evaluation")
        self.take(BOARD, "evaluation")
        back = CompleteTask(task_id=task.id, outcome="return", reason="Bổ sung", criterion_reasons=why)
        self.house.container.tasks.complete(self.house.actor(BOARD), back)
        self.house.settle()
        self.take(UNIT, "self_assessment")

    def take(self, login: str, node_id: str) -> None:
        take = TakeTask(task_id=self.house.task(node_id).id)
        self.house.container.tasks.take(self.house.actor(login), take)

    def send(self) -> None:
        task = self.house.task("self_assessment")
        done = CompleteTask(task_id=task.id, outcome="submit")
        self.house.container.tasks.complete(self.house.actor(UNIT), done)
        self.house.settle()
        self.take(BOARD, "evaluation")

    def enter(self, key: str, figures: dict[str, str], statement: str) -> None:
        task = self.house.task("self_assessment")
        entry = SaveResult(task_id=task.id, criterion_id=key, result="met", figures=figures, statement=statement)
        self.house.container.assessments.save_result(self.house.actor(UNIT), entry)

    def add(self, key: str) -> str:
        task = self.house.task("self_assessment")
        add = AddEvidence(task_id=task.id, filename=f"{key}.pdf", content=pdf(key), criterion_id=key)
        return self.house.container.evidence.add(self.house.actor(UNIT), add).id

    def keep(self, key: str, reason: str) -> None:
        keep = KeepCriterion(task_id=self.house.task("self_assessment").id, criterion_id=key, reason=reason)
        self.house.container.judgements.keep(self.house.actor(UNIT), keep)

    def look(self, login: str, node_id: str, *keys: str) -> None:
        self.house.look(self.house.actor(login), self.house.task(node_id).id, *keys)

    def agree(self, login: str, node_id: str, key: str) -> None:
        act = AgreeCriterion(task_id=self.house.task(node_id).id, criterion_id=key)
        self.house.container.judgements.agree(self.house.actor(login), act)


def answered(desk: Desk) -> None:
    """The unit's second turn: figures of one, a file for another, a third as it was."""
    figures = {key: str(number) for key, number in desk.unit["I.18"].row.figures.items()}  # type: ignore[union-attr] # the unit has entered some
    desk.enter("I.18", figures | {next(iter(figures)): "21"}, "Đã đối chiếu.")
    desk.add("I.2")
    desk.look(UNIT, "self_assessment", "I.2", "I.1")
    desk.agree(UNIT, "self_assessment", "I.2")
    desk.keep("I.1", WHY)
