"""A zip whose every file stands in a manifest that the installation signs: bundles, exports, reports.

The zip is deterministic: members sorted, one fixed time, nothing compressed. Members are written piece by piece and hashed on the way, so
that a large one takes no memory, and the manifest says what was written, not what was meant to be.
"""

import hashlib
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any, BinaryIO

from workflow.audit import standalone
from workflow.audit.event import instant_text
from workflow.audit.keys import KeyRing, SigningKey
from workflow.audit.payload import canonical, checked
from workflow.errors import N_, InvalidInput

CONTEXT = standalone.MANIFEST_CONTEXT
"""Precedes the signed text, so that a signature over anything else can never pass for one over a manifest."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
_NAME = N_("A bundle cannot hold a file named %(name)s.")
_TOO_MUCH = N_("A bundle holds at most %(limit)s files. Take bundles of its single cases.")
_PARTS = ("ed25519", "verdict")

Chunks = Callable[[], Iterable[bytes]]
"""Opens a member anew and yields its bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was really written: `sha256` is that of the manifest, which names everything else."""

    sha256: str
    files: int
    size: int


def write_signed(
    fileobj: BinaryIO,
    members: Mapping[str, Chunks],
    *,
    kind: str,
    about: Callable[[], Mapping[str, Any]],
    written_at: datetime,
    key: SigningKey,
    ring: KeyRing,
) -> Written:
    """Write the members, the public keys, the verifier and the signed manifest to a seekable file.

    `about` is asked once the members are written. Raises InvalidInput for a file name other than letters, digits, `.`, `_`, `-` and `/`,
    for too many files, or for a value in `about` that a payload could not hold.
    """
    everything = {
        **members,
        **{f"keys/{one.key_id}.pem": held(one.to_pem()) for one in (*ring.values(), key.public)},
        "verify.py": held(verifier_source()),
    }
    for name in everything:
        if not standalone.NAME.fullmatch(name):
            raise InvalidInput(_NAME, name=name)
    if len(everything) + 2 > standalone.MAX_MEMBERS:
        raise InvalidInput(_TOO_MUCH, limit=standalone.MAX_MEMBERS)
    with zipfile.ZipFile(fileobj, "w", zipfile.ZIP_STORED) as archive:
        listed = [_write(archive, name, everything[name]()) for name in sorted(everything)]
        manifest = {
            "format": standalone.FORMAT,
            "kind": kind,
            "written_at": instant_text(written_at),
            "key_id": key.public.key_id,
            "about": checked(about(), "bundle"),
            "members": listed,
        }
        text = canonical(manifest) + b"\n"
        _write(archive, "manifest.json", [text])
        _write(archive, "manifest.sig", [key.sign(CONTEXT + text).hex().encode() + b"\n"])
    return Written(
        sha256=hashlib.sha256(text).hexdigest(), files=len(listed), size=sum(entry["size"] for entry in listed)
    )


def verifier_source() -> bytes:
    """Return the stand-alone verifier as it goes into a bundle: one file, in which its parts take the place of their imports."""
    package = files("workflow.audit")
    source = package.joinpath("standalone.py").read_text("utf-8")
    for part in _PARTS:
        text = package.joinpath(f"{part}.py").read_text("utf-8").partition("from __future__ import annotations\n")[2]
        head, line, rest = source.partition(f"from workflow.audit.{part} import ")
        source = f"{head}{text.strip()}\n{rest.partition(chr(10))[2]}" if line else source
    return source.encode()


def held(data: bytes) -> Chunks:
    """A member whose bytes are at hand."""
    return lambda: (data,)


def _write(archive: zipfile.ZipFile, name: str, chunks: Iterable[bytes]) -> dict[str, Any]:
    member = zipfile.ZipInfo(name, _EPOCH)
    member.create_system = 3  # the same on every operating system
    member.external_attr = 0o644 << 16
    digest, size = hashlib.sha256(), 0
    with archive.open(member, "w", force_zip64=True) as target:
        for chunk in chunks:
            target.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return {"name": name, "sha256": digest.hexdigest(), "size": size}
