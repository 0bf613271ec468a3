"""What stands in the way of completing a task with what has been entered: for the page before submitting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workflow.errors import TransitionRefused
from workflow.model.user_task import Outcome, UserTaskSpec
from workflow.services.completion import Answers, check_completion
from workflow.services.desk import Desk
from workflow.services.fields import FieldProblem, FormRefused
from workflow.services.task_context import TaskSituation
from workflow.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """`outcome` is the chosen one; `problems` are wrong entries; `refusal` says that the outcome is not possible."""

    outcome: Outcome | None
    problems: Sequence[FieldProblem]
    refusal: TransitionRefused | None


def answers_of(spec: UserTaskSpec, draft: Mapping[str, Any] | None, fields: Mapping[str, Any]) -> Answers:
    """The draft as answers. A task with one outcome needs no choice."""
    entered = draft or {}
    outcome = str(entered.get("outcome") or "")
    if not outcome and len(spec.outcomes) == 1:
        outcome = spec.outcomes[0].id
    return Answers(
        outcome=outcome,
        fields=fields,
        reason=str(entered.get("reason") or ""),
        criterion_reasons=entered.get("criterion_reasons") or {},
    )


def check_answers(desk: Desk, uow: UnitOfWork, found: TaskSituation, spec: UserTaskSpec, answers: Answers) -> Findings:
    """Check without changing anything. What criteria and papers lack is not repeated here: the task's view has it."""
    outcome = next((one for one in spec.outcomes if one.id == answers.outcome), None)
    try:
        check_completion(desk, uow, found.package, found.case, found.task, answers)
    except FormRefused as error:
        return Findings(outcome=outcome, problems=error.problems, refusal=None)
    except TransitionRefused as error:
        return Findings(outcome=outcome, problems=(), refusal=error)
    return Findings(outcome=outcome, problems=(), refusal=None)
