"""The tree over heads follows RFC 6962."""

import hashlib
from dataclasses import replace

import pytest

from workflow.audit.event import Head
from workflow.audit.merkle import inclusion_proof, leaf_data, leaf_hash, merkle_root, tree_hash, verify_inclusion
from workflow.errors import InvalidInput, NotFound

# Inputs and roots of the reference test of the certificate-transparency log, for 1 to 8 leaves.
LOG_LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
LOG_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def heads(count: int) -> list[Head]:
    return [Head(stream=f"case:{number:03}", seq=number + 1, hash=f"{number:064x}") for number in range(count)]


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_equal_the_published_vectors(size: int) -> None:
    assert tree_hash([leaf_hash(bytes.fromhex(text)) for text in LOG_LEAVES[:size]]).hex() == LOG_ROOTS[size - 1]


def test_the_empty_tree_is_the_hash_of_nothing() -> None:
    assert merkle_root([]) == hashlib.sha256(b"").hexdigest()


def test_the_order_in_which_heads_come_does_not_matter() -> None:
    assert merkle_root(reversed(heads(7))) == merkle_root(heads(7))


def test_a_leaf_is_the_canonical_text_of_the_head() -> None:
    assert leaf_data(Head(stream="accounts", seq=2, hash="ab")) == b'{"hash":"ab","seq":2,"stream":"accounts"}'


def test_a_stream_with_two_heads_is_refused() -> None:
    with pytest.raises(InvalidInput, match="case:000"):
        merkle_root([*heads(2), Head(stream="case:000", seq=9, hash="0" * 64)])


@pytest.mark.parametrize("size", range(1, 18))
def test_each_head_of_each_tree_can_be_proved(size: int) -> None:
    rows = heads(size)
    root = merkle_root(rows)
    for row in rows:
        assert verify_inclusion(inclusion_proof(rows, row.stream), root)


def test_a_head_that_is_not_there_cannot_be_proved() -> None:
    with pytest.raises(NotFound, match="case:999"):
        inclusion_proof(heads(3), "case:999")


def test_no_altered_proof_is_accepted() -> None:
    rows = heads(6)
    root, proof = merkle_root(rows), inclusion_proof(rows, "case:002")
    forged = [
        replace(proof, leaf=replace(proof.leaf, seq=99)),
        replace(proof, index=3),
        replace(proof, index=-1),
        replace(proof, index=6),
        replace(proof, size=2),
        replace(proof, path=proof.path[:-1]),
        replace(proof, path=(*proof.path, "00" * 32)),
        replace(proof, path=("00" * 32, *proof.path[1:])),
        replace(proof, path=("no hexadecimal", *proof.path[1:])),
    ]
    assert [verify_inclusion(one, root) for one in forged] == [False] * len(forged)
    assert not verify_inclusion(proof, "0" * 64)
