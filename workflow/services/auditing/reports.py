"""Signed reports of verifications: who had what checked, when, and everything that was found. They are kept, and the record names each."""

import io
import json
import zipfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from workflow.alphabets import stored
from workflow.audit.breach import DESCRIPTION, Breach
from workflow.audit.checkpoint import checkpoint_hash
from workflow.audit.event import AuditEvent, instant_text
from workflow.audit.facts.auditing import VerificationReported, VerificationRequested
from workflow.audit.manifest import held, write_signed
from workflow.audit.payload import canonical, checked
from workflow.audit.verify import Report
from workflow.errors import N_, NotFound
from workflow.ids import new_id
from workflow.organisation.authority import Actor
from workflow.ports import AuditKeys, BlobStore
from workflow.runtime.recorder import SYSTEM, Provenance
from workflow.services.auditing.checkpoints import STREAM, entitled, note
from workflow.services.auditing.verification import VerificationService
from workflow.services.ground.access import provenance
from workflow.services.ground.ground import Ground
from workflow.services.ground.idempotence import Command
from workflow.services.ground.language import translated
from workflow.store.auditing import EventFilter
from workflow.store.jobs import JobRecord
from workflow.store.notifications import NotificationRecord
from workflow.store.rows import Page
from workflow.store.unit_of_work import UnitOfWork

JOB = "verification"
"""The kind of the jobs that `ReportService.run_job` carries out."""
WAITING, FAILED, DONE = "waiting", "failed", "done"
_HELD = N_("The verification that was asked for found no fault in %(events)s events.")
_FAULTS = N_("The verification that was asked for found faults: %(breaches)s.")
_LOOKED_BACK = 50

README = """\
BÁO CÁO KIỂM CHỨNG CÓ CHỮ KÝ SỐ

  report.txt       báo cáo để đọc và in
  report.json      báo cáo để máy đọc
  manifest.json    danh mục tệp;  manifest.sig: chữ ký số của hệ thống trên danh mục

Kiểm tra chữ ký: python3 verify.py TỆP.zip --key-id MÃ_KHÓA. Hãy lấy verify.py và mã khóa từ nơi khác, không dùng bản nằm trong tệp này.


SIGNED REPORT OF A VERIFICATION

  report.txt       for reading and printing
  report.json      for programs
  manifest.json    the list of files;  manifest.sig: the installation's signature over it

To check the signature: python3 verify.py FILE.zip --key-id KEY_ID, with verify.py and the id of the key from elsewhere, not from this file.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestVerification(Command):
    """Check everything; `anchors` are hashes of checkpoints noted outside the system."""

    anchors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """One that was asked for. `state` is `waiting`, `failed` (it could not be carried out) or `done`; what was found stands there then.

    `asked_at` is when it was asked for or, of one that is done, reported.
    """

    id: str
    asked_at: datetime
    asked_by: str
    state: str
    verified: bool = False
    events: int = 0
    breaches: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A report as it is kept: what its JSON holds, and the signed zip."""

    content: Mapping[str, Any]
    file: bytes


class ReportService:
    """An actor of None is the system."""

    def __init__(self, ground: Ground, verification: VerificationService, blobs: BlobStore, keys: AuditKeys) -> None:
        self._ground = ground
        self._verification = verification
        self._blobs = blobs
        self._keys = keys

    def request(self, actor: Actor, command: RequestVerification) -> str:
        """Have everything checked by the worker; return the verification's id. Raises `PermissionDenied`."""

        def work(uow: UnitOfWork) -> Mapping[str, str]:
            by = provenance(actor, entitled(actor), self._ground.clock.now(), command.command_id)
            verification_id = new_id()
            note(uow, by, VerificationRequested(verification_id=verification_id, anchors=list(command.anchors)))
            asked = {"actor": by.actor, "role": by.role, "organisation": by.organisation}
            payload = {"verification_id": verification_id, "anchors": list(command.anchors), "asked": asked}
            job = JobRecord(id=verification_id, kind=JOB, payload=payload, run_at=by.at, created_at=by.at, ref=JOB)
            uow.jobs.add([job])
            return {"id": verification_id}

        return str(self._ground.carry_out(actor, command, work)["id"])

    def run_job(self, job: JobRecord) -> None:
        """An errand for `JobService`: no transaction waits while everything is read. One that was reported already is not told twice."""
        by = Provenance(at=self._ground.clock.now(), command_id=job.id, **job.payload["asked"])
        with self._ground.units.reading() as uow:
            if self._reported(uow, job.payload["verification_id"]):
                return
        self._report(job.payload["verification_id"], job.payload["anchors"], by)

    def verify_now(self, anchors: Collection[str] = ()) -> tuple[Report, bytes]:
        """Check everything at once for who sits at the server; return what was found and the signed report, which is kept."""
        return self._report(new_id(), anchors, Provenance(actor=SYSTEM, at=self._ground.clock.now()))

    def list(self, actor: Actor, page: Page) -> tuple[Sequence[Verification], int]:
        """Those that were reported, newest first, and the number of all. Raises `PermissionDenied`."""
        entitled(actor)
        with self._ground.units.reading() as uow:
            reported, total = uow.events.search(EventFilter(type=VerificationReported.__name__), page)
            return [_done(event) for event in reported], total

    def open(self, actor: Actor) -> Sequence[Verification]:
        """Those that wait for the worker or could not be carried out, newest first. Raises `PermissionDenied`."""
        entitled(actor)
        with self._ground.units.reading() as uow:
            asked = uow.events.of_type(STREAM, VerificationRequested.__name__, _LOOKED_BACK)
            told = {_id(event) for event in uow.events.of_type(STREAM, VerificationReported.__name__, _LOOKED_BACK)}
            left = [event for event in asked if _id(event) not in told and not self._reported(uow, _id(event))]
            return [_waiting(event, uow.jobs.get(_id(event))) for event in left]

    def get(self, actor: Actor, verification_id: str) -> Told:
        """The report. Raises `PermissionDenied`, and `NotFound` where there is none (yet)."""
        entitled(actor)
        with self._ground.units.reading() as uow:
            event = self._reported(uow, verification_id)
        if event is None:
            raise NotFound()
        with self._blobs.open(str(event.payload["report_sha256"])) as kept:
            file = kept.read()
        try:
            with zipfile.ZipFile(io.BytesIO(file)) as archive:
                return Told(content=json.loads(archive.read("report.json")), file=file)
        except (zipfile.BadZipFile, KeyError, ValueError) as damage:
            raise NotFound() from damage  # verification names a file that was changed

    def _report(self, verification_id: str, anchors: Collection[str], by: Provenance) -> tuple[Report, bytes]:
        report = self._verification.verify(anchors)
        with self._ground.units.reading() as uow:
            newest = uow.checkpoints.latest()
            people = uow.accounts.many({by.actor})
        content = {
            "format": 1,
            "verification_id": verification_id,
            "asked_by": by.actor,
            "asked_by_name": stored(people[by.actor].name) if by.actor in people else None,
            "role": by.role,
            "organisation": by.organisation,
            "begun_at": instant_text(by.at),
            "ended_at": instant_text(self._ground.clock.now()),
            "anchors": [stored(one) for one in anchors],
            "checkpoint_hash": checkpoint_hash(newest) if newest else None,
            "key_id": self._keys.signing().public.key_id,
            **report_json(report),
        }
        file = self._signed(content)
        fact = VerificationReported(
            verification_id=verification_id,
            verified=report.ok,
            events=report.events,
            breaches=len(report.breaches),
            head=report.head,
            report_sha256=self._blobs.put(file),
        )
        with self._ground.units() as uow:
            note(uow, Provenance(**{**asdict(by), "at": self._ground.clock.now()}), fact)
            self._tell(uow, by, report)
            uow.commit()
        return report, file

    def _signed(self, content: Mapping[str, Any]) -> bytes:
        target = io.BytesIO()
        members = {
            "README.txt": held(README.encode()),
            "report.json": held(canonical(checked(content, "report")) + b"\n"),
            "report.txt": held(report_text(content).encode()),
        }
        about = {name: content[name] for name in ("verification_id", "verified", "head", "checkpoint_hash")}
        write_signed(
            target,
            members,
            kind="report",
            about=lambda: about,
            written_at=self._ground.clock.now(),
            key=self._keys.signing(),
            ring=self._keys.ring(),
        )
        return target.getvalue()

    def _tell(self, uow: UnitOfWork, by: Provenance, report: Report) -> None:
        if by.actor == SYSTEM:
            return
        params = {"events": report.events, "breaches": len(report.breaches)}
        told = NotificationRecord(
            id=new_id(),
            user_id=by.actor,
            template=_HELD if report.ok else _FAULTS,
            params=params,
            at=self._ground.clock.now(),
        )
        uow.notifications.add([told])

    @staticmethod
    def _reported(uow: UnitOfWork, verification_id: str) -> AuditEvent | None:
        where = EventFilter(type=VerificationReported.__name__, naming=verification_id)
        return next(iter(uow.events.search(where, Page(limit=1))[0]), None)


def report_json(report: Report) -> dict[str, Any]:
    """What was found, as programs read it."""
    return {
        "verified": report.ok,
        "events": report.events,
        "streams": report.streams,
        "checkpoints": report.checkpoints,
        "uncovered": report.uncovered,
        "head": report.head,
        "warnings": list(report.warnings),
        "breaches": [_breach_json(breach) for breach in report.breaches],
    }


def report_text(content: Mapping[str, Any]) -> str:
    """The report for people, in both languages."""
    lines = [
        "BÁO CÁO KIỂM CHỨNG / REPORT OF A VERIFICATION",
        "",
        f"Mã / Id: {content['verification_id']}",
        f"Người yêu cầu / Asked for by: {content['asked_by_name'] or content['asked_by']}",
        f"Bắt đầu / Begun: {content['begun_at']}",
        f"Kết thúc / Ended: {content['ended_at']}",
        f"Sự kiện / Events: {content['events']}",
        f"Chuỗi / Streams: {content['streams']}",
        f"Điểm chốt / Checkpoints: {content['checkpoints']}",
        f"Sự kiện chưa được bao trùm / Events not covered yet: {content['uncovered']}",
        f"Gốc trên mọi chuỗi / Root over all streams: {content['head']}",
        f"Điểm chốt mới nhất / Newest checkpoint: {content['checkpoint_hash'] or '–'}",
        f"Mã băm đã ghi ở nơi khác / Hashes noted elsewhere: {', '.join(content['anchors']) or '–'}",
        f"Khóa ký / Signing key: {content['key_id']}",
        "",
        f"KẾT QUẢ / RESULT: {'NGUYÊN VẸN / HOLDS' if content['verified'] else 'CÓ LỖI / FAULTY'}",
    ]
    lines += [f"! {translated('vi', one)} / {one}" for one in content["warnings"]]
    for number, breach in enumerate(content["breaches"], 1):
        lines.append(f"{number}. [{breach['kind']}] {breach['message_vi']} / {breach['message']}")
    return "\n".join(lines) + "\n"


def _in_vietnamese(breach: Breach) -> str:
    stream = translated("vi", breach.stream) if breach.stream == DESCRIPTION else breach.stream
    return translated("vi", breach.template) % {**breach.params, "stream": stream}


def _breach_json(breach: Breach) -> dict[str, Any]:
    told = {**asdict(breach), "message": str(breach), "message_vi": _in_vietnamese(breach)}
    return {name: stored(value) if isinstance(value, str) else value for name, value in told.items()}


def _waiting(event: AuditEvent, job: JobRecord | None) -> Verification:
    state = FAILED if job is None or job.failed_at else WAITING
    return Verification(id=_id(event), asked_at=event.at, asked_by=event.actor, state=state)


def _done(event: AuditEvent) -> Verification:
    told = event.payload
    return Verification(
        id=_id(event),
        asked_at=event.at,
        asked_by=event.actor,
        state=DONE,
        verified=bool(told["verified"]),
        events=told["events"],
        breaches=told["breaches"],
    )


def _id(event: AuditEvent) -> str:
    return str(event.payload.get("verification_id"))
