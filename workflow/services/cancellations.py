"""Why tasks of a case were taken away: a manager moved the case, or somebody withdrew or cancelled it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from workflow.errors import N_
from workflow.services.people import user_names
from workflow.services.steps import case_stream
from workflow.store.tasks import TaskRecord
from workflow.store.unit_of_work import UnitOfWork

_BY_PERSON = {
    "CaseOperated": N_("Taken away by %(person)s, who moved the case to another step."),
    "CaseWithdrawn": N_("Taken away when %(person)s withdrew the case."),
    "CaseCancelled": N_("Taken away when %(person)s cancelled the case."),
}
_BY_PROCEDURE = N_("Taken away by the procedure: the case went on without it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancellation:
    """`template` with `person` says how the task was taken away; `reason` is the person's own, empty where nobody did it."""

    template: str
    person: str
    reason: str


def cancellations(uow: UnitOfWork, tasks: Iterable[TaskRecord]) -> Mapping[str, Cancellation]:
    """Task id → why, for the cancelled ones among one case's tasks: what a person did and what followed bear one instant."""
    gone = [task for task in tasks if task.state == "cancelled"]
    if not gone:
        return {}
    stream = case_stream(gone[0].case_id)
    events = {event.at: event for kind in _BY_PERSON for event in uow.events.of_type(stream, kind)}
    names = user_names(uow, [event.actor for event in events.values()])
    found = {}
    for task in gone:
        event = events.get(task.ended_at) if task.ended_at else None
        found[task.id] = Cancellation(
            template=_BY_PERSON[event.type] if event else _BY_PROCEDURE,
            person=names.get(event.actor, "") if event else "",
            reason=str(event.payload.get("reason") or "") if event else "",
        )
    return found
