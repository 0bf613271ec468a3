"""Seals events into the audit chain, in the transaction of what they tell."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from workflow.audit.event import AuditEvent, Head, Sealing, head_of
from workflow.audit.facts.fact import Fact
from workflow.engine.codec import record_codec
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
    before = uow.events.head(stream)
    told = list(happenings)
    if not told:
        return before
    sealing = Sealing(
        stream=stream,
        at=by.at,
        actor=by.actor,
        role=by.role,
        organisation=by.organisation,
        on_behalf_of=by.on_behalf_of,
        command_id=by.command_id,
        case_id=case_id,
        province=province,
    )
    sealed = sealing.after(before, [(new_id(), *_written(one)) for one in told])
    uow.events.append(sealed, before)
    facts = [(one, event) for one, event in zip(told, sealed, strict=True) if isinstance(one, Fact)]
    uow.jobs.add([_follow_up(kind, event) for one, event in facts for kind in _follow_ups(one)])
    return head_of(sealed[-1])


TELL, LOOK = "tell", "look"
"""The jobs that follow a fact: telling those whom it is about; looking at open work that perhaps nobody can do any more."""


def _follow_ups(fact: Fact) -> tuple[str, ...]:
    told = fact.who and not fact.counted
    return (*((TELL,) if told else ()), *((LOOK,) if fact.unsettles else ()))


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
    kind: type = type(happening)
    return kind.__name__, record_codec(kind).write(happening)
