"""Streams and bundles for the audit tests, made by the code under test from fixed instants."""

import io
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from workflow.audit.bundle import Contents, EvidenceFile, line_of, write_bundle
from workflow.audit.checkpoint import Checkpoint, CheckpointKind, sign_checkpoint
from workflow.audit.event import AuditEvent, Head, head_of, seal_next
from workflow.audit.keys import SigningKey, key_ring
from workflow.audit.merkle import inclusion_proof

BEGIN = datetime(2023, 4, 5, 1, 2, 3, 4, tzinfo=UTC)
SCAN = b"%PDF-1.7 minutes of the meeting"
DIAGRAM = b"<definitions/>"


def stream_of(payloads: Iterable[dict[str, Any]], stream: str = "case:1") -> list[AuditEvent]:
    """Seal one event a payload, a minute apart."""
    events: list[AuditEvent] = []
    for number, payload in enumerate(payloads):
        events.append(
            seal_next(
                head_of(events[-1]) if events else None,
                stream,
                id=f"{stream}-{number}",
                type="CriterionAssessed",
                at=BEGIN + timedelta(minutes=number),
                actor="cán bộ thẩm định",
                role="reviewer",
                organisation="xa-tho-thanh",
                command_id=f"command-{number}",
                case_id="1",
                province="38",
                payload=payload,
            )
        )
    return events


def plain_stream(count: int, stream: str = "case:1") -> list[AuditEvent]:
    """A stream of `count` events that differ in their payload."""
    return stream_of([{"criterion": f"I.{number}", "result": "đạt"} for number in range(count)], stream)


def checkpoint_over(heads: Iterable[Head], key: SigningKey, previous: Checkpoint | None = None) -> Checkpoint:
    """An on-demand checkpoint an hour after the one before it."""
    at = previous.at + timedelta(hours=1) if previous else BEGIN + timedelta(days=1)
    number = f"cp{at:%d%H}"
    return sign_checkpoint(heads, key, id=number, at=at, kind=CheckpointKind.ON_DEMAND, previous=previous)


def bundle_bytes(
    key: SigningKey, events: list[AuditEvent] | None = None, covered: Head | None = None, **changed: Any
) -> bytes:
    """A bundle of a case with one evidence file; `changed` replaces what goes in."""
    digest = sha256(SCAN).hexdigest()
    rows = events or stream_of(
        [
            {"definition_sha256": sha256(DIAGRAM).hexdigest()},
            {"evidence_sha256": digest, "filename": "biên bản.pdf"},
            {"outcome": "approve"},
        ]
    )
    heads = [covered or head_of(rows[-1]), *(head_of(plain_stream(2, f"case:{other}")[-1]) for other in "2345")]
    checkpoint = checkpoint_over(heads, key)
    scan = EvidenceFile(
        sha256=digest,
        filename="biên bản.pdf",
        media_type="application/pdf",
        size=len(SCAN),
        chunks=lambda: [SCAN[:5], SCAN[5:]],
    )
    arguments: dict[str, Any] = {
        "kind": "case",
        "summary": {"id": "1", "business_key": "DH-2023-0007"},
        "lines": [line_of(event) for event in rows],
        "definition_files": {"dien-hinh.bpmn": DIAGRAM},
        "criteria": {"xa.json": b"[]"},
        "evidence": [scan],
        "checkpoint": checkpoint,
        "proofs": [inclusion_proof(heads, heads[0].stream)],
    }
    target = io.BytesIO()
    ring = key_ring([key.public])
    write_bundle(target, Contents(**(arguments | changed)), written_at=checkpoint.at, key=key, ring=ring)
    return target.getvalue()


def saved(data: bytes, folder: Path) -> str:
    """Write a bundle to disk and return its path."""
    path = folder / "bundle.zip"
    path.write_bytes(data)
    return str(path)
