"""Checkpoints and the heads they cover. Every column but `leaves` is part of what is signed."""

import json
import zlib
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from workflow.audit.checkpoint import Checkpoint, CheckpointKind
from workflow.audit.merkle import Leaf
from workflow.db.repositories.audit import read_instant
from workflow.db.tables.audit import checkpoints
from workflow.services.ports.cases import Page

_BODY = ("streams", "events", "root", "previous", "key_id")
_COLUMNS = (
    checkpoints.c.id,
    checkpoints.c.kind,
    checkpoints.c.signature,
    # Past the types' own readers, which would raise for what is no instant or no JSON.
    sa.type_coerce(checkpoints.c.at, sa.String).label("at"),
    sa.type_coerce(checkpoints.c.body, sa.Text).label("body"),
)


class SqlCheckpoints:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, checkpoint: Checkpoint, leaves: Sequence[Leaf]) -> None:
        packed = zlib.compress(json.dumps([asdict(leaf) for leaf in leaves], separators=(",", ":")).encode())
        self._connection.execute(
            sa.insert(checkpoints).values(
                id=checkpoint.id,
                kind=str(checkpoint.kind),
                at=checkpoint.at,
                body={name: getattr(checkpoint, name) for name in _BODY},
                signature=checkpoint.signature,
                leaves=packed,
            )
        )

    def latest(self) -> Checkpoint | None:
        query = sa.select(*_COLUMNS).order_by(checkpoints.c.at.desc(), checkpoints.c.id.desc()).limit(1)
        row = self._connection.execute(query).mappings().first()
        return _checkpoint(row) if row else None

    def all(self) -> Sequence[Checkpoint]:
        query = sa.select(*_COLUMNS).order_by(checkpoints.c.at, checkpoints.c.id)
        return [_checkpoint(row) for row in self._connection.execute(query).mappings()]

    def page(self, page: Page) -> tuple[Sequence[Checkpoint], int]:
        total = self._connection.scalar(sa.select(sa.func.count()).select_from(checkpoints)) or 0
        query = sa.select(*_COLUMNS).order_by(checkpoints.c.at.desc(), checkpoints.c.id.desc())
        rows = self._connection.execute(query.limit(page.limit).offset(page.offset)).mappings()
        return [_checkpoint(row) for row in rows], total

    def leaves(self, checkpoint_id: str) -> Sequence[Leaf] | None:
        packed = self._connection.scalar(sa.select(checkpoints.c.leaves).where(checkpoints.c.id == checkpoint_id))
        if not packed:
            return None
        try:
            return [Leaf(**leaf) for leaf in json.loads(zlib.decompress(packed))]
        except (ValueError, TypeError, zlib.error):
            return []  # damaged: they cover nothing, which the root then contradicts

    def thin_hourly_before(self, at: datetime) -> int:
        old = sa.update(checkpoints).where(
            checkpoints.c.kind == str(CheckpointKind.HOURLY), checkpoints.c.at < at, checkpoints.c.leaves != b""
        )
        return self._connection.execute(old.values(leaves=b"")).rowcount


def _checkpoint(row: sa.RowMapping) -> Checkpoint:
    """A damaged body gives a checkpoint that no key has signed, so that verification can name it."""
    signature = str(row["signature"])
    try:
        kind = CheckpointKind(row["kind"])
    except ValueError:
        kind, signature = CheckpointKind.ON_DEMAND, ""
    at = read_instant(row["at"])
    at = at if isinstance(at, datetime) else datetime.min.replace(tzinfo=UTC)
    body = _body(row["body"])
    return Checkpoint(id=row["id"], at=at, kind=kind, signature=signature, **body)


def _body(text: Any) -> dict[str, Any]:
    try:
        body = json.loads(text)
        return {name: body[name] for name in _BODY}
    except (ValueError, TypeError, KeyError):
        return {"streams": 0, "events": 0, "root": "", "previous": None, "key_id": ""}
