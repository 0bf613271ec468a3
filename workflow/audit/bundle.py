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
from workflow.audit.checkpoint import Checkpoint, checkpoint_record
from workflow.audit.event import AuditEvent, event_record
from workflow.audit.keys import PublicKey
from workflow.audit.merkle import InclusionProof
from workflow.audit.payload import canonical, checked
from workflow.errors import N_, InvalidInput

README = """\
GÓI HỒ SƠ KIỂM CHỨNG

Gói này chứa toàn bộ nhật ký của một hồ sơ và những gì cần để tự kiểm tra rằng nhật ký không bị sửa, xóa, đảo thứ tự hay cắt bớt.

  events.jsonl      mỗi dòng một sự kiện: ai, khi nào, với vai trò nào, đã làm gì; mỗi sự kiện mang mã băm của sự kiện trước
  definition/       quy trình (phiên bản) mà hồ sơ đã chạy theo
  criteria/         bộ tiêu chí
  evidence/         minh chứng, tên tệp là mã băm SHA-256; tên gốc ở evidence/index.json
  checkpoint.json   điểm kiểm soát có chữ ký số Ed25519, bao trùm mọi chuỗi sự kiện vào một thời điểm
  proof.json        bằng chứng rằng hồ sơ này nằm trong điểm kiểm soát đó
  keys/             khóa công khai
  case.json         tóm tắt để đọc; không phải bằng chứng
  manifest.json     mã băm của mọi tệp trong gói
  verify.py         chương trình kiểm tra, chỉ cần Python 3.8 trở lên

Cách kiểm tra:  python3 verify.py        (trong thư mục đã giải nén)
hoặc:           python3 verify.py GÓI.zip --key-id MÃ_KHÓA

Kết quả 0: nguyên vẹn. Kết quả 1: có lỗi, từng lỗi được nêu tên. Muốn kiểm tra cả chữ ký số cần có gói `cryptography` của Python;
nếu không có, chương trình nói rõ là chưa kiểm tra chữ ký.

Khóa nằm trong gói không tự chứng minh cho chính nó: hãy đối chiếu mã khóa với mã mà cơ quan đã công bố, và nếu nghi ngờ gói này
thì dùng bản verify.py lấy từ nơi khác.


CASE BUNDLE FOR VERIFICATION

This bundle holds the whole record of one case and what is needed to check, without the program that wrote it, that nothing in the
record was changed, removed, reordered or cut off.

  events.jsonl      one event a line: who, when, in which role, did what; each event carries the hash of the one before
  definition/       the process definition that the case ran on
  criteria/         the criteria set
  evidence/         evidence files, named by their SHA-256; their own names stand in evidence/index.json
  checkpoint.json   a checkpoint signed with Ed25519 that covers all streams of events at one instant
  proof.json        the proof that this case is part of that checkpoint
  keys/             public keys
  case.json         a summary for reading; it proves nothing
  manifest.json     the hash of every file in the bundle
  verify.py         the verifier; Python 3.8 or later is all it needs

To check:  python3 verify.py        (in the extracted folder)
or:        python3 verify.py BUNDLE.zip --key-id KEY_ID

Exit code 0: everything holds. Exit code 1: there are faults, each of them named. The signature check needs Python's `cryptography`
package; without it the verifier says plainly that the signature was not checked.

A key inside the bundle cannot vouch for itself: compare its id with the one that the organisation publishes, and if you doubt this
bundle, use a copy of verify.py from elsewhere.
"""

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
