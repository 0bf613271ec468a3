"""Waits for messages and signals."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from workflow.db.rows import columns, read_all, values
from workflow.db.tables.cases import cases
from workflow.db.tables.waits import waits
from workflow.services.ports.waits import WaitRecord

_WAIT = columns(waits, WaitRecord)
_MOST = 20
_STATUSES = {"message": ("active",), "signal": ("active", "suspended")}
"""A message waits until a suspended case goes on; a signal is told to it then, for nobody sends it again."""


class SqlWaits:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, records: Sequence[WaitRecord]) -> None:
        if records:
            self._connection.execute(sa.insert(waits), [values(record) for record in records])

    def remove(self, case_id: str, subscription_ids: Collection[str]) -> None:
        if subscription_ids:
            self._connection.execute(
                sa.delete(waits).where(waits.c.case_id == case_id, waits.c.subscription_id.in_(subscription_ids))
            )

    def for_message(self, province: str, name: str, key: str) -> Sequence[WaitRecord]:
        query = (
            _waiting(sa.select(*_WAIT), "message", province, name)
            .where(sa.or_(waits.c.key.is_(None), waits.c.key == key))
            .order_by(waits.c.since_at, waits.c.case_id, waits.c.subscription_id)
            .limit(_MOST)
        )
        return read_all(WaitRecord, self._connection.execute(query))

    def cases_for_signal(self, province: str, name: str) -> Sequence[str]:
        query = _waiting(sa.select(waits.c.case_id).distinct(), "signal", province, name)
        return self._connection.scalars(query.order_by(waits.c.case_id)).all()

    def of_case(self, case_id: str) -> Sequence[WaitRecord]:
        query = sa.select(*_WAIT).where(waits.c.case_id == case_id)
        return read_all(WaitRecord, self._connection.execute(query.order_by(waits.c.since_at, waits.c.subscription_id)))


def _waiting(query: sa.Select[Any], kind: str, province: str, name: str) -> sa.Select[Any]:
    return query.join(cases, cases.c.id == waits.c.case_id).where(
        waits.c.kind == kind,
        waits.c.name == name,
        waits.c.province == province,
        cases.c.status.in_(_STATUSES[kind]),
    )
