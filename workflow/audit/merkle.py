"""The Merkle tree of RFC 6962 over the heads of all streams.

Leaves are the canonical text of `{stream, seq, hash}`, sorted by stream. Consistency proofs of RFC 6962 have no place here: they are for
a log that only grows at its end, whereas every checkpoint is a new tree over heads that have moved on. That one checkpoint continues
another is shown by the streams themselves, which must still contain every head that any checkpoint covers.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from workflow.audit.event import Head
from workflow.audit.payload import canonical
from workflow.errors import N_, InvalidInput, NotFound

Leaf = Head

_TWICE = N_("The stream %(stream)s has two heads.")
_ABSENT = N_("The stream %(stream)s has no head in this checkpoint.")


@dataclass(frozen=True, slots=True, kw_only=True)
class InclusionProof:
    """Shows that `leaf` stands at `index` (from 0) in a tree of `size` leaves; `path` goes from the leaf's sibling up to the root."""

    leaf: Leaf
    index: int
    size: int
    path: tuple[str, ...]


def ordered(leaves: Iterable[Leaf]) -> list[Leaf]:
    """Sort leaves by stream (code points); raises InvalidInput where a stream occurs twice."""
    result = sorted(leaves, key=lambda leaf: leaf.stream)
    for one, other in pairwise(result):
        if one.stream == other.stream:
            raise InvalidInput(_TWICE, stream=one.stream)
    return result


def leaf_data(leaf: Leaf) -> bytes:
    """Return the bytes of a leaf before it is hashed."""
    return canonical({"stream": leaf.stream, "seq": leaf.seq, "hash": leaf.hash})


def merkle_root(leaves: Iterable[Leaf]) -> str:
    """Return the root over the heads, in any order, as 64 hexadecimal digits; of none, the SHA-256 of nothing."""
    return tree_hash([leaf_hash(leaf_data(leaf)) for leaf in ordered(leaves)]).hex()


def inclusion_proof(leaves: Iterable[Leaf], stream: str) -> InclusionProof:
    """Return the proof for the head of `stream`; raises NotFound where there is none."""
    rows = ordered(leaves)
    index = next((place for place, leaf in enumerate(rows) if leaf.stream == stream), None)
    if index is None:
        raise NotFound(_ABSENT, stream=stream)
    path = audit_path(index, [leaf_hash(leaf_data(leaf)) for leaf in rows])
    return InclusionProof(leaf=rows[index], index=index, size=len(rows), path=tuple(node.hex() for node in path))


def verify_inclusion(proof: InclusionProof, root: str) -> bool:
    """Say whether the proof leads from its leaf to `root` (RFC 9162, 2.1.3.2, the same tree as RFC 6962)."""
    if not 0 <= proof.index < proof.size:
        return False
    place, last = proof.index, proof.size - 1
    node = leaf_hash(leaf_data(proof.leaf))
    try:
        path = [bytes.fromhex(text) for text in proof.path]
    except ValueError:
        return False
    for sibling in path:
        if last == 0:
            return False
        if place % 2 or place == last:
            node = node_hash(sibling, node)
            while not place % 2 and place:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and node.hex() == root


def leaf_hash(data: bytes) -> bytes:
    """RFC 6962, 2.1: a leaf is prefixed with 0, so that no inner node can pass for one."""
    return hashlib.sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 6962, 2.1: an inner node is prefixed with 1."""
    return hashlib.sha256(b"\1" + left + right).digest()


def tree_hash(nodes: Sequence[bytes]) -> bytes:
    """Return the root over hashed leaves, level by level; a node without a sibling moves up as it is."""
    if not nodes:
        return hashlib.sha256(b"").digest()
    level = list(nodes)
    while len(level) > 1:
        odd = level[-1:] if len(level) % 2 else []
        level = [node_hash(left, right) for left, right in zip(level[0::2], level[1::2], strict=False)] + odd
    return level[0]


def audit_path(index: int, nodes: Sequence[bytes]) -> list[bytes]:
    """Return the siblings from the hashed leaf at `index` up to the root (RFC 6962, 2.1.1)."""
    path, level, place = [], list(nodes), index
    while len(level) > 1:
        sibling = place ^ 1
        if sibling < len(level):
            path.append(level[sibling])
        odd = level[-1:] if len(level) % 2 else []
        level = [node_hash(left, right) for left, right in zip(level[0::2], level[1::2], strict=False)] + odd
        place >>= 1
    return path
