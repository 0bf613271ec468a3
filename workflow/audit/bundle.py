"""A bundle: one zip that holds everything needed to check the record of one thing without this program.

The writer writes what there is and judges nothing; judging is the verifier's work, so that a damaged record can be handed to an auditor
too.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO

from workflow.audit import standalone
from workflow.audit.checkpoint import Checkpoint, checkpoint_hash, checkpoint_record
from workflow.audit.event import AuditEvent, event_record
from workflow.audit.keys import KeyRing, SigningKey
from workflow.audit.manifest import Chunks, Written, held, write_signed
from workflow.audit.merkle import InclusionProof
from workflow.audit.payload import canonical, checked

README = """\
GÓI KIỂM CHỨNG

Gói này chứa toàn bộ nhật ký của một đối tượng (hồ sơ, đợt, đơn vị, tài khoản hoặc quy trình) và những gì cần để tự kiểm tra rằng nhật ký
và các tệp không bị sửa, xóa, thêm, đảo thứ tự hay cắt bớt.

  manifest.json     danh mục mọi tệp của gói: tên, mã băm SHA-256, kích thước; thời điểm lập
  manifest.sig      chữ ký số Ed25519 của hệ thống trên danh mục
  events.jsonl      mỗi dòng một sự kiện: ai, khi nào, với vai trò nào, đã làm gì; mỗi sự kiện mang mã băm của sự kiện trước
  checkpoint.json   điểm chốt có chữ ký số, bao trùm mọi chuỗi sự kiện vào một thời điểm
  proof.json        bằng chứng rằng các chuỗi sự kiện của gói nằm trong điểm chốt đó
  <loại>.json       bản tóm tắt để đọc; chương trình so với các sự kiện
  definition/       quy trình (các phiên bản)
  criteria/         bộ tiêu chí
  evidence/         minh chứng, tên tệp là mã băm SHA-256; tên gốc ở evidence/index.json
  keys/             khóa công khai
  verify.py         chương trình kiểm tra, chỉ cần Python 3.8 trở lên

ĐỪNG TIN verify.py NẰM TRONG GÓI: ai làm giả gói thì làm giả được cả chương trình này. Hãy lấy verify.py và mã khóa từ nơi khác:
trang của cơ quan, bản đã lưu từ trước, hoặc lệnh `congnhan audit verifier`.

Cách kiểm tra:  python3 verify.py GÓI.zip --key-id MÃ_KHÓA        (hoặc thư mục đã giải nén)

Kết quả 0: mọi điều đều được chứng minh. Kết quả 1: có lỗi, từng lỗi được nêu tên. Kết quả 3: không thấy lỗi nhưng có điều chưa chứng minh
được, từng điều có một câu; chẳng hạn khi không nêu mã khóa thì chưa chứng minh được ai đã ký.


BUNDLE FOR VERIFICATION

This bundle holds the whole record of one thing (a case, a campaign, an organisation, the accounts or a procedure) and what is needed to
check, without the program that wrote it, that nothing in the record and no file was changed, removed, added, reordered or cut off.

  manifest.json     every file of the bundle: name, SHA-256, size; and when it was written
  manifest.sig      the installation's Ed25519 signature over the manifest
  events.jsonl      one event a line: who, when, in which role, did what; each event carries the hash of the one before
  checkpoint.json   a signed checkpoint that covers all streams of events at one instant
  proof.json        the proof that the streams of this bundle are part of that checkpoint
  <kind>.json       a summary for reading; the verifier compares it with the events
  definition/       the process definition (its versions)
  criteria/         the criteria sets
  evidence/         evidence files, named by their SHA-256; their own names stand in evidence/index.json
  keys/             public keys
  verify.py         the verifier; Python 3.8 or later is all it needs

DO NOT TRUST THE verify.py IN THIS BUNDLE: whoever forges a bundle forges this program too. Take verify.py and the id of the key from
elsewhere: the organisation's site, a copy kept from before, or the command `congnhan audit verifier`.

To check:  python3 verify.py BUNDLE.zip --key-id KEY_ID        (or the extracted folder)

Exit code 0: everything is proved. Exit code 1: there are faults, each of them named. Exit code 3: no fault was found, but something is not
proved, each thing with a sentence; without the id of a key, for instance, it is not proved who signed.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFile:
    """One evidence file: `chunks` opens it anew and yields its bytes; `filename` is the name it was uploaded under."""

    sha256: str
    filename: str
    media_type: str
    size: int
    chunks: Chunks


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What goes into a bundle.

    `kind` is `case`, `campaign`, `organisation`, `accounts` or `procedure`; `summary` is for human readers, of payload types only, and
    must say what the events say. `lines` are those of `events.jsonl`, stream after stream, that of the subject first, see `line_of`.
    `definition_files` and `criteria` map file names to exact bytes. `proofs` are those of the streams in `checkpoint`.
    """

    kind: str
    summary: Mapping[str, Any]
    lines: Iterable[bytes]
    definition_files: Mapping[str, bytes] = field(default_factory=dict)
    criteria: Mapping[str, bytes] = field(default_factory=dict)
    evidence: Iterable[EvidenceFile] = ()
    checkpoint: Checkpoint
    proofs: Sequence[InclusionProof]


def write_bundle(
    fileobj: BinaryIO, contents: Contents, *, written_at: datetime, key: SigningKey, ring: KeyRing
) -> Written:
    """Write the bundle to a seekable binary file. Raises InvalidInput as `write_signed`."""
    attachments = sorted({file.sha256: file for file in contents.evidence}.values(), key=lambda file: file.sha256)
    proofs = [proof_record(proof) for proof in contents.proofs]
    members: dict[str, Chunks] = {
        "README.txt": held(README.encode()),
        f"{contents.kind}.json": _json({"format": standalone.FORMAT, **contents.summary}),
        "checkpoint.json": _json(checkpoint_record(contents.checkpoint)),
        "events.jsonl": lambda: contents.lines,
        "evidence/index.json": _json([_index_entry(file) for file in attachments]),
        "proof.json": _json(proofs[0] if len(proofs) == 1 else proofs),
    }
    members |= {f"definition/{name}": held(data) for name, data in contents.definition_files.items()}
    members |= {f"criteria/{name}": held(data) for name, data in contents.criteria.items()}
    members |= {f"evidence/{file.sha256}": file.chunks for file in attachments}
    about = {
        "subject": str(contents.summary.get("id")),
        "checkpoint_hash": checkpoint_hash(contents.checkpoint),
        "streams": len(proofs),
    }
    return write_signed(
        fileobj, members, kind=contents.kind, about=lambda: about, written_at=written_at, key=key, ring=ring
    )


def line_of(event: AuditEvent) -> bytes:
    """The event as it stands in `events.jsonl`."""
    return canonical(event_record(event)) + b"\n"


UNTIL_THE_ROUND_CLOSES = "open-round"


def withheld_line_of(event: AuditEvent) -> bytes:
    """The same where its content may not be told yet: its place and hash prove it.

    Its id and its command's, which nobody can guess, stay away too: from a short content and the rest the hash could be tried out.
    """
    known = {key: value for key, value in event_record(event).items() if key not in ("payload", "id", "command_id")}
    return canonical({**known, "withheld": UNTIL_THE_ROUND_CLOSES}) + b"\n"


def proof_record(proof: InclusionProof) -> dict[str, Any]:
    """Return what `proof.json` holds of one stream."""
    leaf = {"stream": proof.leaf.stream, "seq": proof.leaf.seq, "hash": proof.leaf.hash}
    return {"leaf": leaf, "index": proof.index, "size": proof.size, "path": list(proof.path)}


def _index_entry(file: EvidenceFile) -> dict[str, Any]:
    return {"sha256": file.sha256, "filename": file.filename, "media_type": file.media_type, "size": file.size}


def _json(value: Any) -> Chunks:
    return held(canonical(checked(value, "bundle")) + b"\n")
