"""Whether a step grows with the history of its case: the same step after ten returns and after a thousand. See README.md."""

import tomllib
from collections.abc import Mapping
from functools import partial
from typing import Any

from cases import DEFINITIONS, REGISTRATION, Office, office
from shared import Place, Spent, middle, options, places, say, spent_by

from workflow.demo.player import pdf
from workflow.organisation.authority import Actor
from workflow.services.casework.assessments import SaveResult
from workflow.services.casework.criteria.judgements import KeepCriterion, LookAtCriterion
from workflow.services.casework.evidence import AddEvidence
from workflow.services.casework.tasks import CompleteTask
from workflow.store.tasks import TaskRecord

FEW, MANY, QUICK_MANY = 10, 1_000, 60
SAMPLES, QUICK_SAMPLES, WARM_UP = 60, 10, 3
CRITERIA_SET = "xa-phuong-thi-tran"
SUBMITTED = {"outcome": "submit"}
RETURNED = {"outcome": "return", "reason": "Bổ sung minh chứng.", "criterion_reasons": {"I.14": "Thiếu quyết định."}}
ROUND: Mapping[str, Mapping[str, Any]] = {"evaluation": RETURNED, "self_assessment": SUBMITTED}


def main() -> None:
    """Measure on each database and print."""
    chosen = options(__doc__ or "")
    many, samples = (QUICK_MANY, QUICK_SAMPLES) if chosen.quick else (MANY, SAMPLES)
    result: dict[str, Any] = {name: {} for name in ("ratio", "cpu_ratio", "few_ms", "many_ms")}
    for place in places(chosen.only):
        few_spent, many_spent = measure(place, many, samples)
        few_ms, many_ms = (middle(one.wall for one in spent) for spent in (few_spent, many_spent))
        few_cpu, many_cpu = (middle(one.cpu for one in spent) for spent in (few_spent, many_spent))
        result["few_ms"][place.kind], result["many_ms"][place.kind] = few_ms, many_ms
        result["ratio"][place.kind] = round(many_ms / few_ms, 2)
        result["cpu_ratio"][place.kind] = round(many_cpu / few_cpu, 2)
    say({**result, "returns": [FEW, many], "n": 2 * samples})


def measure(place: Place, many: int, samples: int) -> tuple[list[Spent], list[Spent]]:
    """Two cases in one database take turns: both steps of a round (return, submit again) count."""
    work = office(place, ("xa-minh-hoa", "xa-lang-gieng"))
    hasty = work.hasty()
    young, old = work.cases.values()
    for case_id, returns in ((young, FEW - WARM_UP), (old, many - WARM_UP)):
        begin(hasty, case_id)
        for _ in range(returns):
            for node_id, answers in ROUND.items():
                actor, task = prepared(hasty, case_id, node_id)
                complete(hasty, actor, task, answers)
    hasty.container.close()
    spent: dict[str, list[Spent]] = {young: [], old: []}
    for _ in range(WARM_UP + samples):
        for node_id, answers in ROUND.items():
            # One after the other, so that whatever else the machine does falls on both alike.
            for case_id in (young, old):
                actor, task = prepared(work, case_id, node_id)
                spent[case_id].append(spent_by(partial(complete, work, actor, task, answers)))
    work.container.close()
    return spent[young][2 * WARM_UP :], spent[old][2 * WARM_UP :]


def begin(work: Office, case_id: str) -> None:
    """Register, and assess every criterion once with its papers; later rounds carry the results over."""
    work.complete(case_id, "registration", "submit", fields=REGISTRATION)
    work.complete(case_id, "pilot_list", "accept")
    actor, task = work.claim(case_id, "self_assessment")
    figures = tomllib.loads((DEFINITIONS / "demonstration" / "figures.toml").read_text(encoding="utf-8"))[CRITERIA_SET]
    view = work.container.task_views.view(actor, task.id)
    assert view.sheet is not None
    for criterion_id in view.sheet.criteria:
        entered = SaveResult(
            task_id=task.id,
            criterion_id=criterion_id,
            result="met",
            figures=figures.get(criterion_id, {}),
            statement="Đã thực hiện, có hồ sơ kèm theo.",
        )
        work.container.assessments.save_result(actor, entered)
    for paper in view.papers:
        file = AddEvidence(
            task_id=task.id, paper_id=paper.paper.id, filename=f"{paper.paper.id}.pdf", content=pdf(paper.paper.id)
        )
        work.container.evidence.add(actor, file)
    complete(work, actor, task, SUBMITTED)
    work.settle()


def prepared(work: Office, case_id: str, node_id: str) -> tuple[Actor, TaskRecord]:
    """Take the task; what was returned is opened and sent as it is, with why, for nobody may leave unseen what they were asked about."""
    actor, task = work.claim(case_id, node_id)
    if node_id == "self_assessment":
        view = work.container.task_views.view(actor, task.id)
        assert view.sheet is not None
        for criterion_id in RETURNED["criterion_reasons"]:
            work.container.judgements.look(actor, LookAtCriterion(task_id=task.id, criterion_id=criterion_id))
            kept = KeepCriterion(task_id=task.id, criterion_id=criterion_id, reason="Quyết định đã có trong hồ sơ.")
            work.container.judgements.keep(actor, kept)
    return actor, task


def complete(work: Office, actor: Actor, task: TaskRecord, answers: Mapping[str, Any]) -> None:
    """The step that is measured."""
    work.container.tasks.complete(actor, CompleteTask(task_id=task.id, **answers))


if __name__ == "__main__":
    main()
