"""Ed25519 keys that sign checkpoints, and the ring of public keys that outlives their rotation."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from workflow.errors import N_, ConfigurationError

_NOT_ED25519 = N_("The audit key is not a readable Ed25519 key in PEM form.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKey:
    """A public key; `key_id` is the SHA-256 of its 32 raw bytes, in hexadecimal."""

    key_id: str
    raw: bytes

    @classmethod
    def from_pem(cls, pem: bytes) -> Self:
        """Read a SubjectPublicKeyInfo PEM; raises ConfigurationError for anything but an Ed25519 key."""
        try:
            key = load_pem_public_key(pem)
        except (ValueError, UnsupportedAlgorithm):
            raise ConfigurationError(_NOT_ED25519) from None
        if not isinstance(key, Ed25519PublicKey):
            raise ConfigurationError(_NOT_ED25519)
        return cls.from_raw(key.public_bytes_raw())

    @classmethod
    def from_raw(cls, raw: bytes) -> Self:
        """Make the record from 32 raw bytes."""
        return cls(key_id=hashlib.sha256(raw).hexdigest(), raw=raw)

    def to_pem(self) -> bytes:
        """Return the key as SubjectPublicKeyInfo in PEM."""
        key = Ed25519PublicKey.from_public_bytes(self.raw)
        return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Say whether the signature over the message is this key's."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


class SigningKey:
    """A private key. It shows its id only, never its bytes, when printed."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public = PublicKey.from_raw(private.public_key().public_bytes_raw())

    def __repr__(self) -> str:
        return f"SigningKey({self.public.key_id})"

    @classmethod
    def generate(cls) -> Self:
        """Make a new key from the operating system's randomness."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def from_pem(cls, pem: bytes, password: bytes | None = None) -> Self:
        """Read a PKCS #8 PEM; raises ConfigurationError for a wrong password or anything but an Ed25519 key."""
        try:
            key = load_pem_private_key(pem, password)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise ConfigurationError(_NOT_ED25519) from None
        if not isinstance(key, Ed25519PrivateKey):
            raise ConfigurationError(_NOT_ED25519)
        return cls(key)

    def to_pem(self, password: bytes | None = None) -> bytes:
        """Return the key as PKCS #8 in PEM, encrypted where a password is given."""
        cover = BestAvailableEncryption(password) if password else NoEncryption()
        return self._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, cover)

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of the signature."""
        return self._private.sign(message)


KeyRing = Mapping[str, PublicKey]


def key_ring(keys: Iterable[PublicKey]) -> dict[str, PublicKey]:
    """Return the keys by id. Retired keys stay in the ring: what they signed must verify for ever."""
    return {key.key_id: key for key in keys}
