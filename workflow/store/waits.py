"""What cases wait for from outside themselves: messages and signals, so that a delivery finds its receivers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import rfc8785
import sqlalchemy as sa

from workflow.feel.values import coerce, to_json
from workflow.store.cases import cases
from workflow.store.columns import Id, Instant, Key, bound, metadata
from workflow.store.rows import columns, read_all, values

waits = sa.Table(
    "waits",
    metadata,
    bound("case_id", Id, sa.ForeignKey("cases.id"), primary_key=True),
    bound("subscription_id", sa.String(20), primary_key=True),
    bound("province", Key, nullable=False),
    bound("kind", sa.String(10), nullable=False),
    bound("name", sa.String(200), nullable=False),
    bound("key", sa.String(400)),
    bound("node_id", Key, nullable=False),
    bound("since_at", Instant, nullable=False),
    sa.Index("ix_waits_name", "kind", "name", "province", "since_at"),
)


def key_text(key: Any) -> str:
    """A correlation key as one text, the same for equal FEEL values."""
    return rfc8785.dumps(to_json(coerce(key))).decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitRecord:
    """A projection of one subscription. `kind`: message or signal. `key`: canonical JSON of the correlation key, None for any."""

    case_id: str
    subscription_id: str
    province: str
    kind: str
    name: str
    key: str | None = None
    node_id: str
    since_at: datetime


_WAIT = columns(waits, WaitRecord)
_MOST = 20

_STATUSES = {"message": ("active",), "signal": ("active", "suspended")}
"""A message waits until a suspended case goes on; a signal is told to it then, for nobody sends it again."""


class Waits:
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
        """Waits for the message with this key or any, in active cases of the province, the longest waiting first; at most 20."""
        query = (
            _waiting(sa.select(*_WAIT), "message", province, name)
            .where(sa.or_(waits.c.key.is_(None), waits.c.key == key))
            .order_by(waits.c.since_at, waits.c.case_id, waits.c.subscription_id)
            .limit(_MOST)
        )
        return read_all(WaitRecord, self._connection.execute(query))

    def cases_for_signal(self, province: str, name: str) -> Sequence[str]:
        """Ids of the cases of the province in which something waits for the signal."""
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
