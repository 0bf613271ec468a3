"""Verification of everything: all streams, their recorded heads, all checkpoints."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from workflow.audit.breach import Breach, BreachKind
from workflow.audit.chain import ChainVerifier
from workflow.audit.checkpoint import (
    Checkpoint,
    CheckpointKind,
    key_for,
    verify_chain,
    verify_checkpoint,
    verify_signature,
)
from workflow.audit.event import AuditEvent, Head
from workflow.audit.keys import KeyRing
from workflow.audit.merkle import Leaf, merkle_root


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The result. `head` is the Merkle root over the heads of all streams as they were found.

    `uncovered` counts events that no checkpoint covers yet: they are chained, but a cut there would not be noticed.
    """

    ok: bool
    events: int
    streams: int
    checkpoints: int
    uncovered: int
    breaches: tuple[Breach, ...]
    head: str
    warnings: tuple[str, ...] = ()
    """Message templates of what is no fault but weakens the proof."""


def verify_all(
    streams: Iterable[tuple[str, Iterable[AuditEvent]]],
    heads: Mapping[str, Head],
    checkpoints: Sequence[Checkpoint],
    checkpoint_leaves: Callable[[str], Iterable[Leaf] | None],
    keys: KeyRing,
    *,
    anchors: Collection[str] = (),
) -> Report:
    """Check every stream against its links, its recorded head and all checkpoints.

    `streams` gives each stream once with its events in stored order; they are read once and not kept. `heads` is the table of current
    heads. `checkpoints` come oldest first; `checkpoint_leaves` gives the leaves of one by its id, or None where an hourly one's leaves
    were let go. `keys` must be the keys that the auditor trusts. `anchors` are checkpoint hashes noted outside the system.
    """
    breaches, covered = _checkpoints(checkpoints, checkpoint_leaves, keys, anchors)
    found: dict[str, Head] = {}
    events = uncovered = 0
    for name, stored in streams:
        chain = ChainVerifier(name, _expected(name, heads, covered))
        for event in stored:
            chain.feed(event)
        breaches += chain.finish() + _beyond(name, chain.head, heads.get(name))
        events += chain.count
        if chain.head:
            found[name] = chain.head
            uncovered += max(0, chain.head.seq - max((head.seq for head in covered.get(name, ())), default=0))
    for name in sorted((covered.keys() | heads.keys()) - found.keys()):
        breaches += ChainVerifier(name, _expected(name, heads, covered)).finish()
    return Report(
        ok=not breaches,
        events=events,
        streams=len(found),
        checkpoints=len(checkpoints),
        uncovered=uncovered,
        breaches=tuple(breaches),
        head=merkle_root(found.values()),
    )


def _checkpoints(
    checkpoints: Sequence[Checkpoint],
    checkpoint_leaves: Callable[[str], Iterable[Leaf] | None],
    keys: KeyRing,
    anchors: Collection[str],
) -> tuple[list[Breach], dict[str, set[Head]]]:
    """Check all checkpoints; return their faults and, by stream, the distinct heads that they cover."""
    breaches = verify_chain(checkpoints, anchors)
    covered: dict[str, set[Head]] = {}
    for checkpoint in checkpoints:
        key = key_for(checkpoint, keys)
        leaves = checkpoint_leaves(checkpoint.id)
        if leaves is None and checkpoint.kind is CheckpointKind.HOURLY and checkpoint is not checkpoints[-1]:
            breaches += verify_signature(checkpoint, key)
            continue
        rows = list(leaves or ())
        breaches += verify_checkpoint(checkpoint, rows, key)
        for leaf in rows:
            covered.setdefault(leaf.stream, set()).add(leaf)
    return breaches, covered


def _expected(name: str, heads: Mapping[str, Head], covered: Mapping[str, set[Head]]) -> list[Head]:
    recorded = heads.get(name)
    return [*covered.get(name, ()), *([recorded] if recorded else [])]


def _beyond(name: str, last: Head | None, recorded: Head | None) -> list[Breach]:
    """A stream that runs past its recorded head, or has none, was written to by something else than the application."""
    if last is None or (recorded is not None and recorded.seq >= last.seq):
        return []
    expected = str(recorded.seq) if recorded else "–"
    return [Breach(kind=BreachKind.HEAD, stream=name, seq=last.seq, expected=expected, actual=str(last.seq))]
