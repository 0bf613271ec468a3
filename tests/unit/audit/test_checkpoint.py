"""Keys, signatures and the chain of checkpoints."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tests.unit.audit.support import BEGIN, checkpoint_over, plain_stream
from workflow.audit.breach import Breach, BreachKind
from workflow.audit.checkpoint import CheckpointKind, checkpoint_hash, key_for, verify_chain, verify_checkpoint
from workflow.audit.event import Head, head_of
from workflow.audit.keys import PublicKey, SigningKey, key_ring
from workflow.errors import ConfigurationError

KEY = SigningKey.generate()
HEADS = [head_of(plain_stream(count, f"case:{count}")[-1]) for count in (1, 2, 3)]


def kinds(breaches: list[Breach]) -> list[BreachKind]:
    return [breach.kind for breach in breaches]


def test_keys_survive_being_written_and_read() -> None:
    again = SigningKey.from_pem(KEY.to_pem())
    public = PublicKey.from_pem(KEY.public.to_pem())
    assert again.public == public == KEY.public
    assert public.verifies(again.sign(b"x"), b"x")
    assert not public.verifies(again.sign(b"x"), b"y")


def test_a_key_can_be_written_under_a_password() -> None:
    pem = KEY.to_pem(b"mat khau")
    assert SigningKey.from_pem(pem, b"mat khau").public == KEY.public
    for wrong in (b"khac", None):
        with pytest.raises(ConfigurationError):
            SigningKey.from_pem(pem, wrong)


def test_a_key_of_another_kind_is_refused() -> None:
    other = X25519PrivateKey.generate()
    private = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = other.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(ConfigurationError):
        SigningKey.from_pem(private)
    for pem in (public, b"no key"):
        with pytest.raises(ConfigurationError):
            PublicKey.from_pem(pem)


def test_a_private_key_does_not_show_itself() -> None:
    assert repr(KEY) == f"SigningKey({KEY.public.key_id})"


def test_a_checkpoint_counts_and_verifies() -> None:
    checkpoint = checkpoint_over(HEADS, KEY)
    assert (checkpoint.streams, checkpoint.events, checkpoint.previous) == (3, 6, None)
    assert verify_checkpoint(checkpoint, reversed(HEADS), KEY.public) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"at": BEGIN},
        {"kind": CheckpointKind.DAILY},
        {"id": "other"},
        {"previous": "0" * 64},
        {"signature": "00" * 64},
        {"signature": "no hexadecimal"},
    ],
)
def test_no_field_can_be_changed_under_the_signature(changed: dict[str, Any]) -> None:
    forged = replace(checkpoint_over(HEADS, KEY), **changed)
    assert kinds(verify_checkpoint(forged, HEADS, KEY.public)) == [BreachKind.CHECKPOINT_SIGNATURE]


def test_a_checkpoint_of_another_key_is_not_accepted() -> None:
    checkpoint = checkpoint_over(HEADS, SigningKey.generate())
    assert kinds(verify_checkpoint(checkpoint, HEADS, KEY.public)) == [BreachKind.CHECKPOINT_KEY]
    assert kinds(verify_checkpoint(checkpoint, HEADS, None)) == [BreachKind.CHECKPOINT_KEY]
    claimed = replace(checkpoint, key_id=KEY.public.key_id)
    assert kinds(verify_checkpoint(claimed, HEADS, KEY.public)) == [BreachKind.CHECKPOINT_SIGNATURE]


def test_other_heads_than_the_covered_ones_are_named() -> None:
    checkpoint = checkpoint_over(HEADS, KEY)
    shorter = [Head(stream="case:1", seq=1, hash="0" * 64), *HEADS[1:]]
    assert kinds(verify_checkpoint(checkpoint, shorter, KEY.public)) == [BreachKind.CHECKPOINT_ROOT]
    assert kinds(verify_checkpoint(checkpoint, HEADS[1:], KEY.public)) == [
        BreachKind.CHECKPOINT_ROOT,
        BreachKind.CHECKPOINT_COUNT,
    ]
    assert BreachKind.CHECKPOINT_ROOT in kinds(verify_checkpoint(checkpoint, [*HEADS, HEADS[0]], KEY.public))


def test_retired_keys_still_verify_what_they_signed() -> None:
    new = SigningKey.generate()
    first = checkpoint_over(HEADS, KEY)
    second = checkpoint_over(HEADS, new, first)
    ring = key_ring([KEY.public, new.public])
    assert verify_chain([first, second]) == []
    assert [verify_checkpoint(one, HEADS, key_for(one, ring)) for one in (first, second)] == [[], []]


def test_a_removed_checkpoint_breaks_the_chain() -> None:
    first = checkpoint_over(HEADS, KEY)
    second = checkpoint_over(HEADS, KEY, first)
    third = checkpoint_over(HEADS, KEY, second)
    assert verify_chain([first, second, third]) == []
    assert kinds(verify_chain([first, third])) == [BreachKind.CHECKPOINT_CHAIN]
    assert kinds(verify_chain([second, third])) == [BreachKind.CHECKPOINT_CHAIN]
    assert kinds(verify_chain([second, first, third])) == [BreachKind.CHECKPOINT_CHAIN] * 3


def test_a_checkpoint_older_than_its_predecessor_is_named() -> None:
    first = checkpoint_over(HEADS, KEY)
    second = replace(checkpoint_over(HEADS, KEY, first), at=first.at - timedelta(seconds=1))
    assert kinds(verify_chain([first, second])) == [BreachKind.CHECKPOINT_CHAIN]


def test_cut_checkpoints_are_missed_where_a_hash_was_noted_elsewhere() -> None:
    first = checkpoint_over(HEADS, KEY)
    second = checkpoint_over(HEADS, KEY, first)
    assert verify_chain([first, second], [checkpoint_hash(second)]) == []
    assert verify_chain([first]) == []
    assert kinds(verify_chain([first], [checkpoint_hash(second)])) == [BreachKind.CHECKPOINT_MISSING]
