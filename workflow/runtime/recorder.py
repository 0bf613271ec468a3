"""Seals events into the audit chain, in the transaction of what they tell."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from workflow.audit.event import AuditEvent, Head, head_of, seal_next
from workflow.audit.facts.fact import Fact
from workflow.engine.codec import event_to_json
from workflow.engine.events import Event
from workflow.ids import new_id
from workflow.store.jobs import JobRecord
from workflow.store.unit_of_work import UnitOfWork

SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Who acts, in which role and for which organisation, when, and by which command."""

    actor: str
    at: datetime
    command_id: str = field(default_factory=new_id)
    role: str | None = None
    organisation: str | None = None
    on_behalf_of: str | None = None


Happening: TypeAlias = Fact | Event
"""What can be recorded: a fact of a service, an event of the engine."""


def record(
    uow: UnitOfWork,
    stream: str,
    happenings: Iterable[Happening],
    by: Provenance,
    *,
    case_id: str | None = None,
    province: str | None = None,
) -> Head | None:
    """Append `happenings` to `stream` in their order and return its new head. Raises `Conflict` when the head has moved.

    What a fact's class says has to follow it becomes jobs, in the same transaction.
    """
    head = before = uow.events.head(stream)
    sealed: list[AuditEvent] = []
    jobs: list[JobRecord] = []
    for one in happenings:
        type, payload = _written(one)
        event = seal_next(
            head,
            stream,
            id=new_id(),
            type=type,
            at=by.at,
            actor=by.actor,
            role=by.role,
            organisation=by.organisation,
            on_behalf_of=by.on_behalf_of,
            command_id=by.command_id,
            case_id=case_id,
            province=province,
            payload=payload,
        )
        sealed.append(event)
        head = head_of(event)
        jobs += [_follow_up(kind, event) for kind in _follow_ups(one)]
    if sealed:
        uow.events.append(sealed, before)
        uow.jobs.add(jobs)
    return head


TELL, LOOK = "tell", "look"
"""The jobs that follow a fact: telling those whom it is about; looking at open work that perhaps nobody can do any more."""


def _follow_ups(happening: Happening) -> tuple[str, ...]:
    if not isinstance(happening, Fact):
        return ()
    told = happening.who and not happening.counted
    return (*((TELL,) if told else ()), *((LOOK,) if happening.unsettles else ()))


def _follow_up(kind: str, event: AuditEvent) -> JobRecord:
    return JobRecord(
        id=new_id(),
        kind=kind,
        province=event.province,
        case_id=event.case_id,
        payload={"stream": event.stream, "seq": event.seq},
        run_at=event.at,
        created_at=event.at,
    )


def _written(happening: Happening) -> tuple[str, dict[str, Any]]:
    if isinstance(happening, Fact):
        return happening.type, happening.payload()
    payload = event_to_json(happening)
    return payload.pop("type"), payload
