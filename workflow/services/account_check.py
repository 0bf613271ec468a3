"""Whether accounts, roles and deputyships still say what the events of the stream `accounts` say."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from workflow.audit.breach import Breach, BreachKind
from workflow.audit.event import AuditEvent
from workflow.services.acting import plain
from workflow.services.administration import STREAM
from workflow.services.case_fold import UNREADABLE
from workflow.store.accounts import UserFilter
from workflow.store.rows import Page
from workflow.store.unit_of_work import UnitOfWork

_BATCH = 500
Rows = dict[str, dict[str, Any]]
"""Id → fields, as an event's payload holds them."""


class AccountCheck:
    """Takes the events of the stream in stored order and compares at the end."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._users: Rows = {}
        self._roles: Rows = {}
        self._deputies: Rows = {}
        self._unreadable: int | None = None

    def feed(self, event: AuditEvent) -> None:
        """Take one more event in; one that cannot be read ends the comparison with a breach of its own."""
        if self._unreadable is not None:
            return
        try:
            self._take(event, event.payload)
        except UNREADABLE:
            self._unreadable = event.seq

    def finish(self) -> list[Breach]:
        """Every difference."""
        if self._unreadable is not None:
            return [_breach(f"an event {self._unreadable} that can be read", "–")]
        try:
            return list(self._compare())
        except UNREADABLE as fault:
            return [_breach("rows that can be read", str(fault))]

    def _take(self, event: AuditEvent, payload: Mapping[str, Any]) -> None:
        match event.type:
            case "UserCreated":
                self._users[payload["user"]] = {**payload["new"], "ended_at": None}
            case "UserChanged":
                self._users[payload["user"]] |= {name: pair["new"] for name, pair in payload["changes"].items()}
            case "UserEnded":
                user = self._users[payload["user"]]
                user["ended_at"] = user["ended_at"] or plain(event.at)
            case "RoleAssigned":
                self._roles[payload["new"]["id"]] = dict(payload["new"])
            case "RoleEnded":
                self._roles[payload["assignment"]["id"]]["valid_to"] = payload["new"]
            case "DeputyAppointed":
                self._deputies[payload["new"]["id"]] = dict(payload["new"])
            case "DeputyshipEnded":
                self._deputies[payload["deputyship"]["id"]]["valid_to"] = payload["new"]

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
