"""The way of a version: draft, in review, published by a second person, retired."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from workflow.calendar.zone import local_date
from workflow.errors import Conflict, DefinitionRejected
from workflow.lifecycle.definition_version import DEFINITION_VERSION, PUBLISHED
from workflow.model.findings import Finding
from workflow.organisation.authority import Actor, Assignment
from workflow.organisation.permissions import Permission
from workflow.packages.archive import digests, package_sha256
from workflow.packages.package import check_package, load_published
from workflow.ports import Clock
from workflow.runtime.recorder import Fact, Provenance, record
from workflow.services.ground.access import provenance
from workflow.services.ground.idempotence import done_before, remember
from workflow.services.ground.register import OrganisationRegister
from workflow.services.procedures.drafts import add_version
from workflow.services.procedures.library import DefinitionLibrary, stream_of
from workflow.store.procedures import VersionRecord
from workflow.store.unit_of_work import UnitOfWork, UnitsOfWork

_FACTS = {
    "submit": "VersionSubmitted",
    "return_to_draft": "VersionReturned",
    "publish": "VersionPublished",
    "retire": "VersionRetired",
}
_NEEDS: Mapping[str, tuple[Permission, ...]] = {
    "submit": ("administer_definitions",),
    "return_to_draft": ("review_definitions", "administer_definitions"),
    "publish": ("review_definitions",),
    "retire": ("administer_definitions",),
}


class PublishingService:
    """Every step raises `TransitionRefused` where the lifecycle forbids it, `Conflict` when the revision is an older one."""

    def __init__(
        self, units: UnitsOfWork, clock: Clock, register: OrganisationRegister, library: DefinitionLibrary
    ) -> None:
        self._units = units
        self._clock = clock
        self._register = register
        self._library = library

    def submit(self, actor: Actor, version_id: str, *, revision: int, command_id: str) -> None:
        """Hand the draft in for review. Raises `DefinitionRejected` with its findings."""
        self._move(actor, version_id, "submit", revision, command_id)

    def return_to_draft(self, actor: Actor, version_id: str, *, reason: str, revision: int, command_id: str) -> None:
        """Give the version back to its authors with a reason."""
        self._move(actor, version_id, "return_to_draft", revision, command_id, reason)

    def publish(self, actor: Actor, version_id: str, *, revision: int, command_id: str) -> None:
        """Make the version run for new campaigns; only a person who had no part in it may. Raises `DefinitionRejected`."""
        self._move(actor, version_id, "publish", revision, command_id)

    def retire(self, actor: Actor, version_id: str, *, reason: str, revision: int, command_id: str) -> None:
        """Let no new campaign choose the version; cases that run on it go on."""
        self._move(actor, version_id, "retire", revision, command_id, reason)

    def install(self, files: Mapping[str, bytes], by: Provenance) -> str:
        """Publish a package that is shipped with the installation and return its version's id; the same files only once.

        Raises `DefinitionRejected`.
        """
        findings = check_package(files, handlers=self._library.handlers)
        if any(finding.severity == "error" for finding in findings):
            raise DefinitionRejected(tuple(findings))
        package = load_published(files)
        with self._units() as uow:
            for known in uow.definitions.all(package.key):
                if known.sha256 == package.sha256 and known.published_at is not None:
                    return known.id
            version = add_version(uow, package.manifest, files, by, status=PUBLISHED, note="")
            uow.definitions.save(replace(version, published_by=by.actor, published_at=by.at))
            _record(uow, version, "publish", by, PUBLISHED, files=digests(files))
            uow.commit()
        return version.id

    def _move(
        self, actor: Actor, version_id: str, trigger: str, revision: int, command_id: str, reason: str = ""
    ) -> None:
        files, findings = self._checked(version_id)
        with self._units() as uow:
            if done_before(uow, command_id, actor.user_id) is not None:
                return
            version = uow.definitions.get(version_id)
            if version.revision != revision or version.sha256 != package_sha256(files):
                raise Conflict()
            context = self._library.context(uow, actor, version, findings, reason)
            # The person first, then the findings: whoever may not act learns nothing new, whoever may sees all of them.
            clean = replace(context, error_findings=0)
            state = DEFINITION_VERSION.move(version.status, trigger, clean)
            if trigger in ("submit", "publish") and context.error_findings:
                raise DefinitionRejected(tuple(findings))
            by = provenance(actor, self._held(uow, actor, trigger), self._clock.now(), command_id)
            uow.definitions.save(replace(version, status=state, **_stamp(trigger, by.actor, by.at)))
            _record(uow, version, trigger, by, state, reason=reason.strip(), files=digests(files))
            remember(uow, f"Version:{trigger}", by, {"id": version_id})
            uow.commit()

    def _checked(self, version_id: str) -> tuple[Mapping[str, bytes], list[Finding]]:
        """The version's files and what the check finds, saved tests included: before the lock, since that takes its time."""
        with self._units.reading() as uow:
            files = uow.definitions.files(uow.definitions.get(version_id).id)
            calendar, organisations = self._register.calendar(uow), self._register.tree(uow).all()
        return files, check_package(
            files, handlers=self._library.handlers, working_time=calendar, organisations=organisations
        )

    def _held(self, uow: UnitOfWork, actor: Actor, trigger: str) -> Assignment | None:
        tree, today = self._register.tree(uow), local_date(self._clock.now())
        found = (actor.authority(permission, None, tree, today) for permission in _NEEDS[trigger])
        return next((held for held in found if held is not None), None)


def _stamp(trigger: str, actor: str, at: datetime) -> dict[str, Any]:
    if trigger == "submit":
        return {"submitted_by": actor, "submitted_at": at}
    if trigger == "publish":
        return {"published_by": actor, "published_at": at}
    return {"retired_at": at} if trigger == "retire" else {}


def _record(uow: UnitOfWork, version: VersionRecord, trigger: str, by: Provenance, state: str, **more: Any) -> None:
    payload = {
        "version_id": version.id,
        "version": version.version,
        "old": version.status,
        "new": state,
        "sha256": version.sha256,
        **more,
    }
    record(uow, stream_of(version.key), [Fact(type=_FACTS[trigger], payload=payload)], by)
