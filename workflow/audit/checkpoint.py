"""Signed checkpoints over the heads of all streams, chained to each other."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from workflow.audit.breach import Breach, BreachKind
from workflow.audit.event import instant_text
from workflow.audit.keys import KeyRing, PublicKey, SigningKey
from workflow.audit.merkle import Leaf, merkle_root
from workflow.audit.payload import canonical
from workflow.errors import InvalidInput

FORMAT = 1
CONTEXT = b"cong-nhan/audit-checkpoint/1\n"
"""Precedes the signed text, so that a signature over anything else can never pass for one over a checkpoint."""


class CheckpointKind(StrEnum):
    """Why a checkpoint was made. Hourly ones may lose their leaves after a while; daily ones keep them."""

    HOURLY = "hourly"
    DAILY = "daily"
    ON_DEMAND = "on-demand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The signed root over the heads of all streams at an instant.

    `streams` and `events` count what it covers. `previous` is the `checkpoint_hash` of the one before, None for the first.
    `signature` is 128 hexadecimal digits.
    """

    id: str
    at: datetime
    kind: CheckpointKind
    streams: int
    events: int
    root: str
    previous: str | None
    key_id: str
    signature: str


def checkpoint_body(checkpoint: Checkpoint) -> dict[str, Any]:
    """Return what is signed and hashed."""
    return {
        "format": FORMAT,
        "id": checkpoint.id,
        "at": instant_text(checkpoint.at),
        "kind": str(checkpoint.kind),
        "streams": checkpoint.streams,
        "events": checkpoint.events,
        "root": checkpoint.root,
        "previous": checkpoint.previous,
        "key_id": checkpoint.key_id,
    }


def checkpoint_record(checkpoint: Checkpoint) -> dict[str, Any]:
    """Return the body with its signature: what `checkpoint.json` holds."""
    return {**checkpoint_body(checkpoint), "signature": checkpoint.signature}


def checkpoint_hash(checkpoint: Checkpoint) -> str:
    """Return the SHA-256 of the body: what the next checkpoint names as `previous`, and what is worth noting on paper."""
    return hashlib.sha256(canonical(checkpoint_body(checkpoint))).hexdigest()


def sign_checkpoint(
    leaves: Iterable[Leaf],
    key: SigningKey,
    *,
    id: str,
    at: datetime,
    kind: CheckpointKind,
    previous: Checkpoint | None,
) -> Checkpoint:
    """Cover the given heads; raises InvalidInput where a stream has two heads or `at` is naive."""
    rows = list(leaves)
    unsigned = Checkpoint(
        id=id,
        at=at,
        kind=kind,
        streams=len(rows),
        events=sum(leaf.seq for leaf in rows),
        root=merkle_root(rows),
        previous=checkpoint_hash(previous) if previous else None,
        key_id=key.public.key_id,
        signature="",
    )
    return replace(unsigned, signature=key.sign(_message(unsigned)).hex())


def verify_signature(checkpoint: Checkpoint, public_key: PublicKey | None) -> list[Breach]:
    """Check who signed; `public_key` is the one that the ring has for the checkpoint's key id, or None."""
    if public_key is None or public_key.key_id != checkpoint.key_id:
        return [_breach(checkpoint, BreachKind.CHECKPOINT_KEY, None, checkpoint.key_id)]
    try:
        genuine = public_key.verifies(bytes.fromhex(checkpoint.signature), _message(checkpoint))
    except (ValueError, InvalidInput):
        genuine = False
    return [] if genuine else [_breach(checkpoint, BreachKind.CHECKPOINT_SIGNATURE, None, None)]


def verify_checkpoint(checkpoint: Checkpoint, leaves: Iterable[Leaf], public_key: PublicKey | None) -> list[Breach]:
    """Check the signature, the root over `leaves`, and both counts."""
    breaches = verify_signature(checkpoint, public_key)
    rows = list(leaves)
    try:
        root = merkle_root(rows)
    except InvalidInput as refusal:
        root = str(refusal)
    if root != checkpoint.root:
        breaches.append(_breach(checkpoint, BreachKind.CHECKPOINT_ROOT, checkpoint.root, root))
    counted = f"{checkpoint.streams}/{checkpoint.events}"
    found = f"{len(rows)}/{sum(leaf.seq for leaf in rows)}"
    if counted != found:
        breaches.append(_breach(checkpoint, BreachKind.CHECKPOINT_COUNT, counted, found))
    return breaches


def verify_chain(checkpoints: Sequence[Checkpoint], anchors: Collection[str] = ()) -> list[Breach]:
    """Check that each checkpoint, oldest first, names the one before it and is younger.

    `anchors` are checkpoint hashes noted outside the system: each must still be there, or the newest checkpoints were cut off.
    """
    breaches = []
    previous: Checkpoint | None = None
    seen = set()
    for checkpoint in checkpoints:
        expected = checkpoint_hash(previous) if previous else None
        if checkpoint.previous != expected or (previous and checkpoint.at < previous.at):
            breaches.append(_breach(checkpoint, BreachKind.CHECKPOINT_CHAIN, expected, checkpoint.previous))
        seen.add(checkpoint_hash(checkpoint))
        previous = checkpoint
    missing = [anchor for anchor in anchors if anchor not in seen]
    return breaches + [
        Breach(kind=BreachKind.CHECKPOINT_MISSING, stream="checkpoints", expected=one) for one in missing
    ]


def key_for(checkpoint: Checkpoint, keys: KeyRing) -> PublicKey | None:
    """Return the ring's key for a checkpoint."""
    return keys.get(checkpoint.key_id)


def _message(checkpoint: Checkpoint) -> bytes:
    return CONTEXT + canonical(checkpoint_body(checkpoint))


def _breach(checkpoint: Checkpoint, kind: BreachKind, expected: str | None, actual: str | None) -> Breach:
    return Breach(kind=kind, stream=f"checkpoint:{checkpoint.id}", expected=expected, actual=actual)
