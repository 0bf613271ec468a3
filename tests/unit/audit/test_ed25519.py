"""The verifier's own Ed25519 judges as the standard's vectors say and as OpenSSL does."""

import random

import pytest

from workflow.audit.ed25519 import ORDER, signed_by
from workflow.audit.keys import PublicKey, SigningKey

# RFC 8032, 7.1: public key, message, signature.
VECTORS = {
    "TEST 1": (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    "TEST 2": (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    "TEST 3": (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    "TEST SHA(abc)": (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ),
}


@pytest.mark.parametrize("name", VECTORS)
def test_the_vectors_of_the_standard(name: str) -> None:
    key, message, signature = (bytes.fromhex(text) for text in VECTORS[name])

    assert signed_by(key, message, signature)
    assert not signed_by(key, message + b"x", signature)


def test_it_judges_as_openssl_does() -> None:
    chance = random.Random(5)
    key = SigningKey.generate()
    for number in range(40):
        message = chance.randbytes(number)
        signature = bytearray(key.sign(message))
        if number % 2:
            signature[chance.randrange(64)] ^= 1 << chance.randrange(8)
        assert signed_by(key.public.raw, message, bytes(signature)) == key.public.verifies(bytes(signature), message)


@pytest.mark.parametrize("raw", [bytes(32), b"\x01" + bytes(31), b"\xff" * 32, (2**255 - 18).to_bytes(32, "little")])
def test_keys_that_are_no_proper_points_are_judged_alike(raw: bytes) -> None:
    signature = SigningKey.generate().sign(b"m")

    assert signed_by(raw, b"m", signature) == PublicKey.from_raw(raw).verifies(signature, b"m") is False


def test_a_second_form_of_a_signature_is_refused() -> None:
    key = SigningKey.generate()
    signature = key.sign(b"m")
    more = int.from_bytes(signature[32:], "little") + ORDER

    assert not signed_by(key.public.raw, b"m", signature[:32] + more.to_bytes(32, "little"))
    assert not signed_by(key.public.raw, b"m", signature[:63])
    assert not signed_by(key.public.raw[:31], b"m", signature)
