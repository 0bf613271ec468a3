"""Whether accounts, roles and deputies still stand as the stream of the accounts tells them."""

from collections.abc import Iterator, Sequence
from typing import Any

from workflow.audit.breach import Breach, BreachKind
from workflow.audit.event import AuditEvent
from workflow.audit.facts.accounts import (
    DeputyAppointed,
    DeputyshipEnded,
    RoleAssigned,
    RoleEnded,
    UserChanged,
    UserCreated,
    UserEnded,
)
from workflow.audit.facts.registry import read
from workflow.services.accounts.directory import STREAM
from workflow.services.auditing.case_verification import Piece
from workflow.services.casework.fold import UNREADABLE
from workflow.services.ground.changes import plain
from workflow.store.accounts import UserFilter
from workflow.store.rows import Page
from workflow.store.unit_of_work import UnitOfWork

_BATCH = 500
Rows = dict[str, dict[str, Any]]
"""Id → fields, as an event's payload holds them."""


class AccountCheck:
    """Takes the events of the stream in stored order and compares at the end."""

    def __init__(self, uow: UnitOfWork, piece: Piece) -> None:
        self._uow = uow
        self._piece = piece
        self._users: Rows = {}
        self._roles: Rows = {}
        self._deputies: Rows = {}
        self._unreadable: int | None = None

    def feed(self, event: AuditEvent) -> None:
        """Take one more event in; one that cannot be read ends the comparison with a breach of its own."""
        if self._unreadable is not None:
            return
        try:
            self._take(event)
        except UNREADABLE:
            self._unreadable = event.seq

    def finish(self) -> list[Breach]:
        """Every difference."""
        if self._unreadable is not None:
            return [_breach(f"an event {self._unreadable} that can be read", "–")]
        found: list[Breach] = []
        with self._piece(STREAM):
            found += self._compare()
        return found

    def _take(self, event: AuditEvent) -> None:
        match fact := read(event.type, event.payload):
            case UserCreated():
                self._users[str(fact.user)] = {**fact.new, "ended_at": None}
            case UserChanged():
                self._users[str(fact.user)] |= {name: pair["new"] for name, pair in fact.changes.items()}
            case UserEnded():
                user = self._users[str(fact.user)]
                user["ended_at"] = user["ended_at"] or plain(event.at)
            case RoleAssigned():
                self._roles[fact.new["id"]] = {"scope": None, **fact.new}
            case RoleEnded():
                self._roles[fact.assignment["id"]]["valid_to"] = fact.new
            case DeputyAppointed():
                self._deputies[fact.new["id"]] = dict(fact.new)
            case DeputyshipEnded():
                self._deputies[fact.deputyship["id"]]["valid_to"] = fact.new

    def _compare(self) -> Iterator[Breach]:
        accounts = self._uow.accounts
        users = list(_users(self._uow))
        roles = [row for some in _batches(users) for row in accounts.assignments_of([one.id for one in some])]
        deputies = [row for some in _batches(roles) for row in accounts.deputyships_on([r.id for r in some])]
        yield from _differences("user", self._users, users)
        yield from _differences("role", self._roles, roles)
        yield from _differences("deputyship", self._deputies, deputies)


def _batches(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), _BATCH):
        yield rows[start : start + _BATCH]


def _users(uow: UnitOfWork) -> Iterator[Any]:
    offset = 0
    while True:
        rows, _ = uow.accounts.search(UserFilter(with_ended=True), Page(limit=_BATCH, offset=offset))
        yield from rows
        offset += _BATCH
        if len(rows) < _BATCH:
            return


def _differences(kind: str, expected: Rows, found: Sequence[Any]) -> Iterator[Breach]:
    rows = {row.id: plain(row) for row in found}
    for key in sorted(expected.keys() | rows.keys()):
        row, said = rows.get(key), expected.get(key)
        if row is None or said is None:
            yield _breach(f"{kind} {key}" if said else f"no {kind}", f"{kind} {key}" if row else f"no {kind}")
            continue
        for name, value in said.items():
            if row.get(name) != value:
                yield _breach(f"{kind} {key} {name}: {value}", f"{kind} {key} {name}: {row.get(name)}")


def _breach(expected: str, actual: str) -> Breach:
    return Breach(kind=BreachKind.PROJECTION, stream=STREAM, expected=expected, actual=actual)
