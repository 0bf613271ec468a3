"""The case bundle: one zip that holds everything needed to check a case without this program.

The zip is deterministic: members sorted, one fixed time, nothing compressed. The writer writes what there is and judges nothing; judging is
the verifier's work, so that a damaged case can be handed to an auditor too.
"""

import hashlib
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, BinaryIO

from workflow.audit import standalone
from workflow.audit.bundle_readme import README
from workflow.audit.checkpoint import Checkpoint, checkpoint_record
from workflow.audit.event import AuditEvent, event_record
from workflow.audit.keys import PublicKey
from workflow.audit.merkle import InclusionProof
from workflow.audit.payload import canonical, checked
from workflow.errors import N_, InvalidInput

FORMAT = 1
_EPOCH = (1980, 1, 1, 0, 0, 0)
_NAME = N_("A bundle cannot hold a file named %(name)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFile:
    """One evidence file: `chunks` opens it anew and yields its bytes; `filename` is the name it was uploaded under."""

    sha256: str
    filename: str
    media_type: str
    size: int
    chunks: Callable[[], Iterable[bytes]]


def write_bundle(
    fileobj: BinaryIO,
    *,
    case: Mapping[str, Any],
    events: Iterable[AuditEvent],
    definition_files: Mapping[str, bytes],
    criteria: Mapping[str, bytes],
    evidence: Iterable[EvidenceFile],
    checkpoint: Checkpoint,
    proof: InclusionProof,
    public_keys: Iterable[PublicKey],
) -> dict[str, str]:
    """Write the bundle to a seekable binary file and return the manifest: member name to SHA-256.

    `case` is a summary for human readers, of payload types only. `events` are those of the case's stream, in order. `definition_files` and
    `criteria` map file names to exact bytes. `proof` is that of the case's stream in `checkpoint`. Raises InvalidInput for a file name
    other than letters, digits, `.`, `_`, `-` and `/`, or for a value in `case` that a payload could not hold.
    """
    attachments = sorted({file.sha256: file for file in evidence}.values(), key=lambda file: file.sha256)
    members: dict[str, Callable[[], Iterable[bytes]]] = {
        "README.txt": _bytes(README.encode()),
        "case.json": _json({"format": FORMAT, **case}),
        "checkpoint.json": _json(checkpoint_record(checkpoint)),
        "events.jsonl": lambda: (canonical(event_record(event)) + b"\n" for event in events),
        "evidence/index.json": _json([_index_entry(file) for file in attachments]),
        "proof.json": _json(proof_record(proof)),
        "verify.py": _bytes(verifier_source()),
    }
    members |= {f"definition/{name}": _bytes(data) for name, data in definition_files.items()}
    members |= {f"criteria/{name}": _bytes(data) for name, data in criteria.items()}
    members |= {f"evidence/{file.sha256}": file.chunks for file in attachments}
    members |= {f"keys/{key.key_id}.pem": _bytes(key.to_pem()) for key in public_keys}
    for name in members:
        if not standalone.NAME.fullmatch(name):
            raise InvalidInput(_NAME, name=name)
    with zipfile.ZipFile(fileobj, "w", zipfile.ZIP_STORED) as archive:
        manifest = {name: _write(archive, name, members[name]()) for name in sorted(members)}
        _write(archive, "manifest.json", [canonical({"format": FORMAT, "members": manifest})])
    return manifest


def verifier_source() -> bytes:
    """Return the stand-alone verifier as it goes into a bundle."""
    return files("workflow.audit").joinpath("standalone.py").read_bytes()


def proof_record(proof: InclusionProof) -> dict[str, Any]:
    """Return what `proof.json` holds."""
    leaf = {"stream": proof.leaf.stream, "seq": proof.leaf.seq, "hash": proof.leaf.hash}
    return {"leaf": leaf, "index": proof.index, "size": proof.size, "path": list(proof.path)}


def _index_entry(file: EvidenceFile) -> dict[str, Any]:
    return {"sha256": file.sha256, "filename": file.filename, "media_type": file.media_type, "size": file.size}


def _json(value: Any) -> Callable[[], Iterable[bytes]]:
    return _bytes(canonical(checked(value, "bundle")) + b"\n")


def _bytes(data: bytes) -> Callable[[], Iterable[bytes]]:
    return lambda: (data,)


def _write(archive: zipfile.ZipFile, name: str, chunks: Iterable[bytes]) -> str:
    member = zipfile.ZipInfo(name, _EPOCH)
    member.create_system = 3  # the same on every operating system
    member.external_attr = 0o644 << 16
    digest = hashlib.sha256()
    with archive.open(member, "w", force_zip64=True) as target:
        for chunk in chunks:
            target.write(chunk)
            digest.update(chunk)
    return digest.hexdigest()
