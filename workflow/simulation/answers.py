"""Who answers in a simulation: callables for scripts, user tasks and machine work, each with a default."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workflow.engine import events as e
from workflow.engine.state import visible_variables
from workflow.errors import N_, InvalidInput
from workflow.model.elements import UserTask
from workflow.model.user_task import OUTCOME, result_variables, task_result
from workflow.simulation.delivery import settle
from workflow.simulation.items import Ending, Work
from workflow.simulation.pool import Pool
from workflow.simulation.records import (
    Answer,
    BpmnError,
    Handler,
    Scripts,
    SimulatedJob,
    SimulatedTask,
    Takes,
    TaskAnswer,
    Tasks,
)

_NO_OUTCOME = N_("“%(node)s” has no outcome “%(outcome)s”; it has %(known)s.")
_NO_ANSWER = N_("The answer for “%(node)s” is of the kind %(kind)s, which says nothing.")


def first_outcome(task: SimulatedTask) -> Answer:
    """What people do where nobody says otherwise."""
    return TaskAnswer()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """Carries out what waits in a pool, oldest first."""

    scripts: Scripts | None = None
    tasks: Tasks = first_outcome
    handlers: Mapping[str, Handler] = field(default_factory=dict)

    def work(self, pool: Pool) -> None:
        """Go on until nothing is left that can be done at this instant."""
        settle(pool)
        while pool.fresh and not pool.stopped:
            work = pool.works.get(pool.fresh.popleft())
            if work is not None:
                self._carry_out(pool, work)
                settle(pool)

    def _carry_out(self, pool: Pool, work: Work) -> None:
        try:
            answer = self._ask(pool, work)
        except BpmnError as error:
            pool.throw(work.key, error.code, error.variables)
            return
        if isinstance(answer, Takes):
            ends_at = pool.now + answer.duration
            pool.defer(Ending(key=work.key, due_at=ends_at, variables=answer.variables or {}, error=answer.error))
        elif answer is not None:
            pool.complete(work.key, answer)

    def _ask(self, pool: Pool, work: Work) -> Mapping[str, Any] | Takes | None:
        """The variables that complete the work; None leaves it waiting."""
        created = work.created
        if isinstance(created, e.UserTaskCreated):
            task = task_of(pool, work)
            return answer_variables(task, self.tasks(task))
        if created.handler == pool.program.script_handler:
            text = str(created.inputs["script"]).strip()
            pool.scripts.append(text)
            answer = self.scripts(text, _variables(pool, work)) if self.scripts is not None else None
        else:
            handler = self.handlers.get(created.handler)
            answer = handler(job_of(pool, work)) if handler is not None else None
        return _checked(work, {} if answer is None else answer)


def task_of(pool: Pool, work: Work) -> SimulatedTask:
    """A waiting user task as those see it who answer it."""
    node = pool.program.processes[work.process_id].all_nodes[work.node_id]
    spec = node.spec if isinstance(node, UserTask) else None
    return SimulatedTask(
        node_id=work.node_id,
        name=node.name,
        process_id=work.process_id,
        outcomes=tuple(outcome.id for outcome in spec.outcomes) if spec else (),
        fields=spec.fields if spec else (),
        variables=_variables(pool, work),
        due_at=work.created.due_at if isinstance(work.created, e.UserTaskCreated) else None,
        loop_counter=work.created.loop_counter if isinstance(work.created, e.UserTaskCreated) else None,
    )


def job_of(pool: Pool, work: Work) -> SimulatedJob:
    """Waiting machine work as its handler sees it."""
    node = pool.program.processes[work.process_id].all_nodes[work.node_id]
    return SimulatedJob(
        node_id=work.node_id,
        name=node.name,
        process_id=work.process_id,
        handler=work.created.handler if isinstance(work.created, e.JobCreated) else "",
        inputs=work.created.inputs if isinstance(work.created, e.JobCreated) else {},
        variables=_variables(pool, work),
    )


def answer_variables(task: SimulatedTask, answer: Answer) -> dict[str, Any] | None:
    """The variables that an answer sets; None where the task is left waiting. Raises `InvalidInput` for an unknown outcome."""
    if answer is None:
        return None
    if isinstance(answer, str):
        answer = TaskAnswer(outcome=answer)
    elif isinstance(answer, Mapping):
        answer = _from_mapping(task, answer)
    if not isinstance(answer, TaskAnswer):
        raise InvalidInput(_NO_ANSWER, node=task.name or task.node_id, kind=type(answer).__name__)
    outcome = answer.outcome if answer.outcome is not None else next(iter(task.outcomes), None)
    if outcome is not None and outcome not in task.outcomes:
        known = ", ".join(task.outcomes) or "-"
        raise InvalidInput(_NO_OUTCOME, node=task.name or task.node_id, outcome=outcome, known=known)
    if outcome is None and not answer.fields:
        return dict(answer.variables)
    fields = {**{item.id: None for item in task.fields}, **answer.fields}
    return {**result_variables(task.node_id, task_result(outcome or "", fields, answer.reason)), **answer.variables}


def _from_mapping(task: SimulatedTask, answer: Mapping[str, Any]) -> TaskAnswer:
    """Variables; an entry `outcome` that is one of the task's outcomes chooses it."""
    chosen = answer.get(OUTCOME)
    if isinstance(chosen, str) and chosen in task.outcomes:
        return TaskAnswer(outcome=chosen, variables={key: answer[key] for key in answer if key != OUTCOME})
    return TaskAnswer(variables=answer)


def _variables(pool: Pool, work: Work) -> dict[str, Any]:
    return visible_variables(pool.states[work.key[0]], work.scope_id)


def _checked(work: Work, answer: object) -> Mapping[str, Any] | Takes:
    if not isinstance(answer, Mapping | Takes):
        raise InvalidInput(_NO_ANSWER, node=work.node_id, kind=type(answer).__name__)
    return answer
