"""Bundles: everything needed to check the record of one thing without this program."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, BinaryIO

from workflow.audit.bundle import Contents, line_of, withheld_line_of, write_bundle
from workflow.audit.checkpoint import Checkpoint, CheckpointKind
from workflow.audit.event import AuditEvent
from workflow.audit.facts.auditing import BundleRequested, BundleWritten, CaseBundled
from workflow.audit.manifest import verifier_source
from workflow.audit.merkle import InclusionProof, Leaf, inclusion_proof
from workflow.errors import N_, Conflict, PermissionDenied
from workflow.ids import new_id
from workflow.organisation.authority import Actor
from workflow.organisation.records import Organisation
from workflow.ports import AuditKeys
from workflow.runtime.recorder import SYSTEM, Provenance, record
from workflow.runtime.steps import case_stream
from workflow.services.auditing.checkpoints import CheckpointService, lock, note
from workflow.services.auditing.subjects import SUBJECTS
from workflow.services.auditing.veils import Veils
from workflow.services.casework.ground import CaseGround
from workflow.services.ground.access import NEEDS, provenance
from workflow.spelling import by_name, fits, sought
from workflow.store.campaigns import CampaignRecord
from workflow.store.casework import UnitCase
from workflow.store.procedures import VersionRecord
from workflow.store.unit_of_work import UnitOfWork

_SHOWN = 50
_EMPTY = N_("Nothing has been recorded of this yet: there is nothing to bundle.")


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleFile:
    """What was written, and what to call it."""

    filename: str
    manifest: str
    files: int
    size: int
    events: int


BUNDLES_A_MINUTE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """Of what somebody can have bundles; of a procedure, its newest version stands here."""

    campaigns: Sequence[CampaignRecord]
    procedures: Sequence[VersionRecord]
    organisations: Sequence[Organisation]
    accounts: bool


class BundleService:
    """An actor of None is the system."""

    def __init__(self, ground: CaseGround, checkpoints: CheckpointService, keys: AuditKeys) -> None:
        self._ground = ground
        self._checkpoints = checkpoints
        self._keys = keys

    def write(self, case_ref: str, fileobj: BinaryIO, actor: Actor | None = None) -> UnitCase:
        """Write the bundle of the case with this id or business key to a seekable file. Raises as `write_of`."""
        with self._ground.units.reading() as uow:
            case = uow.unit_cases.get(SUBJECTS["case"].find(uow, case_ref))
        self.write_of("case", case.id, fileobj, actor)
        return case

    def write_of(self, kind: str, subject_id: str, fileobj: BinaryIO, actor: Actor | None = None) -> BundleFile:
        """Write the bundle of a case, a campaign, an organisation, a procedure (by its key) or the accounts to a seekable file.

        `subject_id` may be a case's business key or a campaign's `key-year-province` too.

        It is recorded, and a checkpoint made, before anything is written; what was really written is recorded before this returns.
        Raises `NotFound`, `PermissionDenied`, `TooManyAttempts`.
        """
        if actor is not None:
            self._ground.pace.take(actor.user_id, "bundle", BUNDLES_A_MINUTE)
        with self._ground.units.reading() as uow:
            subject_id = SUBJECTS[kind].find(uow, subject_id)
        by, checkpoint = self._request(kind, subject_id, actor)
        with self._ground.units.reading() as uow:
            bundled = SUBJECTS[kind].of(self._ground, uow, subject_id)
            lines = _Lines(self._ground, uow, bundled.streams)
            leaves = uow.checkpoints.leaves(checkpoint.id) or ()
            contents = Contents(
                kind=kind,
                summary={**bundled.summary, "id": subject_id},
                lines=lines,
                definition_files=bundled.definition_files,
                criteria=bundled.criteria,
                evidence=bundled.evidence(lines.told),
                checkpoint=checkpoint,
                proofs=_proofs(leaves, bundled.streams),
            )
            written = write_bundle(
                fileobj, contents, written_at=self._ground.clock.now(), key=self._keys.signing(), ring=self._keys.ring()
            )
        told: dict[str, Any] = {
            "manifest": written.sha256,
            "files": written.files,
            "size": written.size,
            "events": lines.count,
        }
        with self._ground.units() as uow:
            note(uow, replace(by, at=self._ground.clock.now()), BundleWritten(kind=kind, subject=subject_id, **told))
            uow.commit()
        return BundleFile(filename=f"{bundled.name}.zip", **told)

    @staticmethod
    def verifier() -> bytes:
        """The program that checks bundles, exports and reports; anybody may have it."""
        return verifier_source()

    def offer(self, actor: Actor, organisation: str = "") -> Offered:
        """Of what the actor can have bundles, cases aside; of organisations those with that text in their name, at most 50."""
        with self._ground.units.reading() as uow:
            access = self._ground.access(uow, actor)
            units = access.units("audit")
            everywhere = units >= {one.id for one in access.tree.all()}
            wanted = sought(organisation)
            named = [one for one in access.tree.all() if one.id in units and fits(wanted, one.name_vi, one.name_en)]
            newest = {one.key: one for one in sorted(uow.definitions.all(), key=lambda one: one.version)}
            return Offered(
                campaigns=[one for one in uow.campaigns.all() if one.province in units],
                procedures=list(newest.values()),
                organisations=sorted(named, key=lambda one: by_name(one.name_vi, one.id))[:_SHOWN],
                accounts=everywhere,
            )

    def _request(self, kind: str, subject_id: str, actor: Actor | None) -> tuple[Provenance, Checkpoint]:
        with self._ground.units() as uow:
            lock(uow)
            by = self._by(uow, kind, subject_id, actor)
            checkpoint_id = new_id()
            if kind == "case":
                case = uow.unit_cases.get(subject_id)
                fact = CaseBundled(checkpoint_id=checkpoint_id)
                record(uow, case_stream(case.id), [fact], by, case_id=case.id, province=case.province)
            else:
                if not any(uow.events.head(one) for one in SUBJECTS[kind].of(self._ground, uow, subject_id).streams):
                    raise Conflict(_EMPTY)
                note(uow, by, BundleRequested(kind=kind, subject=subject_id, checkpoint_id=checkpoint_id))
            checkpoint = self._checkpoints.cover(uow, CheckpointKind.ON_DEMAND, checkpoint_id)
            uow.commit()
        return by, checkpoint

    def _by(self, uow: UnitOfWork, kind: str, subject_id: str, actor: Actor | None) -> Provenance:
        now = self._ground.clock.now()
        if actor is None:
            return Provenance(actor=SYSTEM, at=now)
        assignment = SUBJECTS[kind].permitted(self._ground, uow, actor, subject_id)
        if assignment is None:
            raise PermissionDenied(NEEDS["audit"])
        return provenance(actor, assignment, now, new_id())


class _Lines:
    """The lines of `events.jsonl`, and how many there were."""

    def __init__(self, ground: CaseGround, uow: UnitOfWork, streams: Sequence[str]) -> None:
        self._uow = uow
        self._veils = Veils(ground, uow, None)
        self._streams = streams
        self.count = 0

    def __iter__(self) -> Iterator[bytes]:
        self.count = 0
        for stream in self._streams:
            withheld = self._withheld(stream)
            for event in self._uow.events.of_stream(stream):
                self.count += 1
                line = withheld_line_of if event.id in withheld else line_of
                yield line(_writable(event))

    def told(self, stream: str) -> Iterator[AuditEvent]:
        """The stream's events but those whose content is withheld."""
        withheld = self._withheld(stream)
        return (event for event in self._uow.events.of_stream(stream) if event.id not in withheld)

    def _withheld(self, stream: str) -> frozenset[str]:
        case = self._uow.unit_cases.find(stream.removeprefix(case_stream("")))
        return self._veils.over(case).events


def _proofs(leaves: Sequence[Leaf], streams: Sequence[str]) -> list[InclusionProof]:
    """Of each stream that the checkpoint covers: one that has no event yet has no head."""
    covered = {leaf.stream for leaf in leaves}
    return [inclusion_proof(leaves, stream) for stream in streams if stream in covered]


def _writable(event: AuditEvent) -> AuditEvent:
    """A damaged record can be bundled too: an instant that is none becomes one that no hash fits."""
    return event if isinstance(event.at, datetime) else replace(event, at=datetime.min.replace(tzinfo=UTC))
