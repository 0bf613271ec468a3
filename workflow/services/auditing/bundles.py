"""The bundle of one case: everything needed to check it without this program."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, BinaryIO

from workflow.audit.bundle import EvidenceFile, write_bundle
from workflow.audit.checkpoint import Checkpoint, CheckpointKind, checkpoint_hash
from workflow.audit.event import AuditEvent
from workflow.audit.facts.auditing import CaseBundled
from workflow.audit.facts.casework import EvidenceAdded
from workflow.audit.merkle import inclusion_proof
from workflow.errors import NotFound
from workflow.ids import new_id
from workflow.organisation.authority import Actor
from workflow.ports import AuditKeys, BlobStore
from workflow.runtime.recorder import SYSTEM, Provenance, record
from workflow.runtime.steps import case_stream
from workflow.services.auditing.checkpoints import CheckpointService, lock
from workflow.services.casework.cases import CRITERIA
from workflow.services.casework.ground import CaseGround
from workflow.services.ground.access import provenance
from workflow.store.casework import UnitCase
from workflow.store.unit_of_work import UnitOfWork

_CHUNK = 1 << 20


class BundleService:
    def __init__(self, ground: CaseGround, checkpoints: CheckpointService, keys: AuditKeys) -> None:
        self._ground = ground
        self._checkpoints = checkpoints
        self._keys = keys

    def write(self, case_ref: str, fileobj: BinaryIO, actor: Actor | None = None) -> UnitCase:
        """Write the bundle of the case with this id or business key to a seekable file; `actor` None is the system.

        It is recorded in the case, and a checkpoint made, before anything is written. Raises `NotFound`, `PermissionDenied`.
        """
        case, checkpoint = self._record(case_ref, actor)
        with self._ground.units.reading() as uow:
            files = _files(uow, case)
            write_bundle(
                fileobj,
                case=self._summary(uow, case, checkpoint),
                events=map(_writable, uow.events.of_stream(case_stream(case.id))),
                definition_files={path: content for path, content in files.items() if not path.startswith(CRITERIA)},
                criteria={
                    path.removeprefix(CRITERIA): content for path, content in files.items() if path.startswith(CRITERIA)
                },
                evidence=_evidence(uow.events.of_stream(case_stream(case.id)), self._ground.blobs),
                checkpoint=checkpoint,
                proof=inclusion_proof(uow.checkpoints.leaves(checkpoint.id) or (), case_stream(case.id)),
                public_keys=self._keys.ring().values(),
            )
        return case

    def _record(self, case_ref: str, actor: Actor | None) -> tuple[UnitCase, Checkpoint]:
        with self._ground.units() as uow:
            lock(uow)
            named = uow.cases.by_business_key(case_ref)
            case = uow.unit_cases.get(named.id if named else case_ref)
            now = self._ground.clock.now()
            by = Provenance(actor=SYSTEM, at=now)
            if actor is not None:
                assignment = self._ground.access(uow, actor).require("audit", case)
                by = provenance(actor, assignment, now, new_id())
            checkpoint_id = new_id()
            fact = CaseBundled(checkpoint_id=checkpoint_id)
            record(uow, case_stream(case.id), [fact], by, case_id=case.id, province=case.province)
            checkpoint = self._checkpoints.cover(uow, CheckpointKind.ON_DEMAND, checkpoint_id)
            uow.commit()
        return case, checkpoint

    def _summary(self, uow: UnitOfWork, case: UnitCase, checkpoint: Checkpoint) -> dict[str, Any]:
        version = uow.definitions.get(case.version_id)
        return {
            "id": case.id,
            "business_key": case.business_key,
            "unit": {"id": case.unit_id, "name": self._ground.register.tree(uow).get(case.unit_id).name_vi},
            "procedure": {"key": version.key, "version": version.version, "title": version.title_vi},
            "status": case.status,
            "outcome": case.outcome,
            "decision_number": case.decision_number,
            "decided_on": case.decided_on.isoformat() if case.decided_on else None,
            "demonstration": case.demonstration,
            "written_at": checkpoint.at.isoformat(),
            "checkpoint_hash": checkpoint_hash(checkpoint),
        }


def _files(uow: UnitOfWork, case: UnitCase) -> dict[str, bytes]:
    """The files of the case's version, and in folders of their own those of the versions it ran on before."""
    files = uow.definitions.files(case.version_id)
    former = uow.definitions.many(case.former_versions)
    for version_id in case.former_versions:
        folder = f"version-{former[version_id].version}/"
        for path, content in uow.definitions.files(version_id).items():
            into = f"{CRITERIA}{folder}" if path.startswith(CRITERIA) else folder
            files[into + path.removeprefix(CRITERIA)] = content
    return files


def _evidence(events: Iterable[AuditEvent], blobs: BlobStore) -> Iterator[EvidenceFile]:
    """The files that the case's events name, withdrawn ones included; what is gone is left out, and the verifier says so."""
    for event in events:
        payload = event.payload
        if event.type != EvidenceAdded.__name__ or not isinstance(payload, dict):
            continue
        sha256 = str(payload.get("evidence_sha256"))
        try:
            blobs.open(sha256).close()
        except (NotFound, OSError):
            continue
        yield EvidenceFile(
            sha256=sha256,
            filename=str(payload.get("filename")),
            media_type=str(payload.get("media_type")),
            size=payload["size"] if isinstance(payload.get("size"), int) else 0,
            chunks=lambda sha256=sha256: _chunks(blobs, sha256),  # type: ignore[misc] # a default argument binds the hash
        )


def _chunks(blobs: BlobStore, sha256: str) -> Iterator[bytes]:
    with blobs.open(sha256) as stored:
        while chunk := stored.read(_CHUNK):
            yield chunk


def _writable(event: AuditEvent) -> AuditEvent:
    """A damaged case can be bundled too: an instant that is none becomes one that no hash fits."""
    return event if isinstance(event.at, datetime) else replace(event, at=datetime.min.replace(tzinfo=UTC))
