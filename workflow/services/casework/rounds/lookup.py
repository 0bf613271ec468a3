"""The rounds of a case and who was recused in it, read from its rows and its state."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from workflow.model.user_task import Quorum
from workflow.packages.package import ProcedurePackage
from workflow.packages.tasks import several_do, spec_of
from workflow.recognition.rounds import Part, Round
from workflow.services.casework.rounds.recusals import Recusal, recorded
from workflow.store.casework import UnitCase
from workflow.store.tasks import TaskRecord
from workflow.store.unit_of_work import UnitOfWork

is_round = several_do


def round_of(uow: UnitOfWork, package: ProcedurePackage, task: TaskRecord) -> Round | None:
    """The round that the task is an instance of; None for a task that stands alone."""
    if task.round_id is None or not is_round(package, task.node_id):
        return None
    tasks = uow.tasks.of_round(task.case_id, task.round_id)
    parts = [
        Part(task_id=task_id, user_id=user_id, entered=part == "entered")
        for task_id, user_id, part in uow.task_people.of_round(task.case_id, task.round_id)
    ]
    for one in tasks:
        parts += [Part(task_id=one.id, user_id=who) for who in (one.assignee_id, one.on_behalf_of) if who]
        parts += [Part(task_id=one.id, user_id=who, entered=True) for who in _doers(one)]
    done = frozenset(who for one in tasks if one.state == "completed" for who in _doers(one))
    return Round(id=task.round_id, node_id=task.node_id, parts=tuple(parts), done=done)


def _doers(task: TaskRecord) -> list[str]:
    if task.completed_by is None:
        return []
    return [who for who in (task.completed_by, task.on_behalf_of) if who]


def running_rounds(package: ProcedurePackage, case: UnitCase) -> dict[str, str]:
    """Activity that stands for the whole → its node, for every round that has not closed yet.

    Read from the state as it is stored: this is asked for every case of a listing of events.
    """
    if case.ended_at is not None:
        return {}
    return {
        str(one["id"]): str(one["node_id"])
        for one in _records(case, "activities")
        if one.get("loop") is not None and is_round(package, str(one.get("node_id")))
    }


def vote_runs(package: ProcedurePackage, case: UnitCase) -> bool:
    """Whether the members of a session are voting: a round runs for which the session's opening named them."""
    return any(is_vote(package, node_id) for node_id in running_rounds(package, case).values())


def is_vote(package: ProcedurePackage, node_id: str) -> bool:
    """Whether the parts of this round go to those whom the opening of a session names."""
    return opening_of(package, node_id) is not None


def opening_of(package: ProcedurePackage, node_id: str) -> str | None:
    """The task that opens the session on which this one is the vote; None where it is no vote."""
    tasks = {key: one for process in package.bpmn.processes.values() for key, one in process.user_tasks.items()}
    loop = tasks[node_id].multi_instance if node_id in tasks else None
    if loop is None or loop.collection is None:
        return None
    opening = tasks.get(loop.collection.text.partition(".")[0])
    return opening.id if opening is not None and opening.spec.quorum is not None else None


def recused_in(package: ProcedurePackage, case: UnitCase) -> frozenset[str]:
    """Whose recusal stands: put down at an opening of a session of the case and not lifted at a later one."""
    rules = dict(_recusals(package))
    now = {node_id for process in package.bpmn.processes.values() for node_id in process.user_tasks}
    listed: dict[bool, list[Recusal]] = {True: [], False: []}
    for scope in _records(case, "scopes"):
        variables: Any = scope.get("variables")
        for node_id, rule in rules.items() if isinstance(variables, Mapping) else ():
            listed[node_id in now] += recorded(variables.get(node_id), str(rule.recused), rule.reasons)
    said = {one.person for one in listed[True]}  # a step that has another name now says the last word
    return frozenset(
        one.person
        for current, ones in listed.items()
        for one in ones
        if one.lifted is None and (current or one.person not in said)
    )


def records_recusal(package: ProcedurePackage, node_id: str) -> bool:
    """Whether this task is where somebody is put down as recused: it decides nothing itself."""
    return spec_of(package, node_id).quorum is not None


def makes_a_round(package: ProcedurePackage, node_id: str, field_id: str) -> bool:
    """Whether whoever is chosen in this field of the task each get a part of a round: nobody is chosen who could not do it."""
    named = f"{node_id}.{field_id}"
    loops = (task.multi_instance for one in package.bpmn.processes.values() for task in one.user_tasks.values())
    return any(loop is not None and loop.collection is not None and loop.collection.text == named for loop in loops)


def is_decided_by_session(package: ProcedurePackage, node_id: str) -> bool:
    """Whether a session leads to this task, so that its opening may have said who does it."""
    tasks = (task for one in package.bpmn.processes.values() for task in one.user_tasks.values())
    return any(task.spec.quorum is not None and task.spec.quorum.decides == node_id for task in tasks)


def _recusals(package: ProcedurePackage) -> Iterator[tuple[str, Quorum]]:
    """The tasks that open a session, with their rule; those of versions the case ran on before, too."""
    for one in (*reversed(package.former), package):
        for process in one.bpmn.processes.values():
            for node_id, task in process.user_tasks.items():
                rule = task.spec.quorum
                if rule is not None and rule.recused is not None:
                    yield node_id, rule


def _records(case: UnitCase, part: str) -> Iterable[Mapping[str, Any]]:
    found = (case.state or {}).get(part)
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else ()
