"""Which version of its procedure held when, in a case that has moved: told by the events alone."""

from collections.abc import Sequence
from datetime import datetime

from workflow.engine.migration.events import ProcessMigrated, ProcessRestored
from workflow.runtime.steps import case_stream
from workflow.store.casework import UnitCase
from workflow.store.unit_of_work import UnitOfWork

Move = tuple[int, datetime, str, str]
"""The number and the instant of a move's event, the version before and the one after."""
_TYPES = (ProcessMigrated.__name__, ProcessRestored.__name__)
_MANY = 1000


def version_moves(uow: UnitOfWork, case_id: str) -> list[Move]:
    """In order; damaged events are passed over, for verification is what names them."""
    found = []
    for type in _TYPES:
        for event in uow.events.of_type(case_stream(case_id), type, _MANY):
            payload = event.payload if isinstance(event.payload, dict) else {}
            before, after = payload.get("from_version"), payload.get("to_version")
            if isinstance(before, str) and isinstance(after, str) and isinstance(event.at, datetime):
                found.append((event.seq, event.at, before, after))
    return sorted(found)


def version_at(moves: Sequence[Move], seq: int) -> str | None:
    """The version that held at the event of that number; None where the case has only had one."""
    return _held(moves, [after for number, _, _, after in moves if number <= seq])


def version_on(uow: UnitOfWork, case: UnitCase, until: datetime | None) -> str:
    """The version that held at the instant (None: now)."""
    if until is None or not case.former_versions:
        return case.version_id
    moves = version_moves(uow, case.id)
    return _held(moves, [after for _, at, _, after in moves if at <= until]) or case.version_id


def _held(moves: Sequence[Move], reached: Sequence[str]) -> str | None:
    if reached:
        return reached[-1]
    return moves[0][2] if moves else None
