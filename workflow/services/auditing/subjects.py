"""What can be bundled: a case, a campaign with its cases, an organisation, a procedure, the accounts; who may have it, and what is in it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from workflow.audit.bundle import EvidenceFile
from workflow.audit.event import AuditEvent
from workflow.audit.facts.casework import EvidenceAdded
from workflow.errors import NotFound
from workflow.organisation.authority import Actor, Assignment
from workflow.organisation.permissions import permissions_of
from workflow.ports import BlobStore
from workflow.runtime.steps import case_stream
from workflow.services.accounts.directory import STREAM as ACCOUNTS
from workflow.services.casework.cases import CRITERIA
from workflow.services.casework.ground import CaseGround
from workflow.services.procedures.checks import stream_of
from workflow.store.accounts import UserFilter
from workflow.store.campaigns import CampaignRecord
from workflow.store.casework import CaseFilter, UnitCase
from workflow.store.procedures import VersionRecord
from workflow.store.rows import Page
from workflow.store.unit_of_work import UnitOfWork

_CHUNK = 1 << 20
_PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundled:
    """`name` is for the file; `streams` are those whose events go in, that of the subject first."""

    name: str
    streams: Sequence[str]
    summary: Mapping[str, Any]
    definition_files: Mapping[str, bytes] = field(default_factory=dict)
    criteria: Mapping[str, bytes] = field(default_factory=dict)
    blobs: BlobStore | None = None

    def evidence(self, events_of: Callable[[str], Iterable[AuditEvent]]) -> Iterator[EvidenceFile]:
        """The files that the events name, withdrawn ones included; what is gone is left out, and the verifier says so."""
        if self.blobs is None:
            return
        for stream in self.streams:
            yield from _evidence(events_of(stream), self.blobs)


class Subject(Protocol):
    """One kind of thing."""

    def find(self, uow: UnitOfWork, named: str) -> str:
        """The id of what is named by it or by what people call it."""

    def permitted(self, ground: CaseGround, uow: UnitOfWork, actor: Actor, subject_id: str) -> Assignment | None:
        """The assignment by which the actor may have it. Raises `NotFound`, `PermissionDenied`."""

    def of(self, ground: CaseGround, uow: UnitOfWork, subject_id: str) -> Bundled:
        """What goes in. Raises `NotFound`."""


class ById:
    """What is named by its id alone."""

    def find(self, uow: UnitOfWork, named: str) -> str:
        return named


class CaseSubject:
    """A case: its events, evidence, and the versions it ran on."""

    def find(self, uow: UnitOfWork, named: str) -> str:
        case = uow.cases.by_business_key(named)
        return case.id if case else named

    def permitted(self, ground: CaseGround, uow: UnitOfWork, actor: Actor, subject_id: str) -> Assignment | None:
        return ground.access(uow, actor).require("audit", uow.unit_cases.get(subject_id))

    def of(self, ground: CaseGround, uow: UnitOfWork, subject_id: str) -> Bundled:
        case = uow.unit_cases.get(subject_id)
        version = uow.definitions.get(case.version_id)
        definition, criteria = _files(uow, (case.version_id, *case.former_versions))
        return Bundled(
            name=case.business_key,
            streams=(case_stream(case.id),),
            summary={
                **_case(case),
                "unit": {"id": case.unit_id, "name": ground.register.tree(uow).get(case.unit_id).name_vi},
                "procedure": {"key": version.key, "version": version.version, "title": version.title_vi},
            },
            definition_files=definition,
            criteria=criteria,
            blobs=ground.blobs,
        )


class CampaignSubject:
    """A campaign: its events and those of all its cases, their evidence, and the versions they ran on."""

    def find(self, uow: UnitOfWork, named: str) -> str:
        return next((one.id for one in uow.campaigns.all() if named == _campaign_name(one)), named)

    def permitted(self, ground: CaseGround, uow: UnitOfWork, actor: Actor, subject_id: str) -> Assignment | None:
        return ground.require(uow, actor, "audit", uow.campaigns.get(subject_id).province)

    def of(self, ground: CaseGround, uow: UnitOfWork, subject_id: str) -> Bundled:
        campaign = uow.campaigns.get(subject_id)
        cases = list(_cases(uow, CaseFilter(campaign_id=campaign.id)))
        ran_on = [campaign.version_id, *(one for case in cases for one in (case.version_id, *case.former_versions))]
        definition, criteria = _files(uow, tuple(dict.fromkeys(ran_on)))
        said = ("key", "year", "province", "name_vi", "name_en", "status", "version_id", "demonstration")
        return Bundled(
            name=_campaign_name(campaign),
            streams=(f"campaign:{campaign.id}", *(case_stream(case.id) for case in cases)),
            summary={**{name: getattr(campaign, name) for name in said}, "cases": [_case(case) for case in cases]},
            definition_files=definition,
            criteria=criteria,
            blobs=ground.blobs,
        )


class OrganisationSubject(ById):
    """An organisation: how it came to stand in the register as it does."""

    def permitted(self, ground: CaseGround, uow: UnitOfWork, actor: Actor, subject_id: str) -> Assignment | None:
        uow.organisations.get(subject_id)
        return ground.require(uow, actor, "audit", subject_id)

    def of(self, ground: CaseGround, uow: UnitOfWork, subject_id: str) -> Bundled:
        found = uow.organisations.get(subject_id)
        said = ("code", "kind", "name_vi", "name_en", "type", "level", "territory_id", "managing_level", "managing_id")
        days = {
            name: day.isoformat() if day else None
            for name, day in (("valid_from", found.valid_from), ("valid_to", found.valid_to))
        }
        return Bundled(
            name=found.id,
            streams=(f"organisation:{found.id}",),
            summary={**{name: getattr(found, name) for name in said}, **days},
        )


class ProcedureSubject(ById):
    """A procedure, by its key: what became of each of its versions, and their files. No area bounds who may read those."""

    def permitted(self, ground: CaseGround, uow: UnitOfWork, actor: Actor, subject_id: str) -> Assignment | None:
        return _auditing(actor)

    def of(self, ground: CaseGround, uow: UnitOfWork, subject_id: str) -> Bundled:
        versions = sorted(uow.definitions.all(subject_id), key=lambda one: one.version)
        if not versions:
            raise NotFound()
        definition, criteria = _files(uow, [one.id for one in versions], numbered=True)
        return Bundled(
            name=subject_id,
            streams=(stream_of(subject_id),),
            summary={"versions": [_version(one) for one in versions]},
            definition_files=definition,
            criteria=criteria,
        )


class AccountsSubject(ById):
    """The accounts: who came, who left, who had which role and which deputy."""

    def permitted(self, ground: CaseGround, uow: UnitOfWork, actor: Actor, subject_id: str) -> Assignment | None:
        return _everywhere(ground, uow, actor)

    def of(self, ground: CaseGround, uow: UnitOfWork, subject_id: str) -> Bundled:
        if subject_id != ACCOUNTS:
            raise NotFound()
        users = uow.accounts.search(UserFilter(with_ended=True), Page(limit=1))[1]
        return Bundled(name=ACCOUNTS, streams=(ACCOUNTS,), summary={"users": users})


SUBJECTS: Mapping[str, Subject] = {
    "case": CaseSubject(),
    "campaign": CampaignSubject(),
    "organisation": OrganisationSubject(),
    "procedure": ProcedureSubject(),
    "accounts": AccountsSubject(),
}


def _campaign_name(campaign: CampaignRecord) -> str:
    return f"{campaign.key}-{campaign.year}-{campaign.province}"


def _everywhere(ground: CaseGround, uow: UnitOfWork, actor: Actor) -> Assignment | None:
    """What no area bounds is for whoever audits everywhere."""
    access = ground.access(uow, actor)
    if not access.units("audit") >= {one.id for one in access.tree.all()}:
        return None
    return _auditing(actor)


def _auditing(actor: Actor) -> Assignment | None:
    return next((one for one in actor.assignments if "audit" in permissions_of(one.role)), None)


def _case(case: UnitCase) -> dict[str, Any]:
    return {
        "id": case.id,
        "business_key": case.business_key,
        "unit_id": case.unit_id,
        "status": case.status,
        "outcome": case.outcome,
        "decision_number": case.decision_number,
        "decided_on": case.decided_on.isoformat() if case.decided_on else None,
        "demonstration": case.demonstration,
    }


def _version(version: VersionRecord) -> dict[str, Any]:
    return {
        "id": version.id,
        "version": version.version,
        "title": version.title_vi,
        "status": version.status,
        "sha256": version.sha256,
    }


def _cases(uow: UnitOfWork, where: CaseFilter) -> Iterator[UnitCase]:
    offset = 0
    while True:
        rows, _ = uow.unit_cases.search(where, Page(limit=_PAGE, offset=offset))
        yield from rows
        offset += _PAGE
        if len(rows) < _PAGE:
            return


def _files(
    uow: UnitOfWork, version_ids: Sequence[str], *, numbered: bool = False
) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Definition and criteria files: the first version's as they are, in folders of their own those of the others (`numbered`: of all)."""
    known = uow.definitions.many(version_ids)
    definition: dict[str, bytes] = {}
    criteria: dict[str, bytes] = {}
    for place, version_id in enumerate(version_ids):
        folder = f"version-{known[version_id].version}/" if place or numbered else ""
        for path, content in uow.definitions.files(version_id).items():
            into = criteria if path.startswith(CRITERIA) else definition
            into[folder + path.removeprefix(CRITERIA)] = content
    return definition, criteria


def _evidence(events: Iterable[AuditEvent], blobs: BlobStore) -> Iterator[EvidenceFile]:
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
