"""The way of a version: draft, in review, published by a second person, retired."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from workflow.audit.facts.procedures import (
    VersionMoved,
    VersionPublished,
    VersionRetired,
    VersionReturned,
    VersionSubmitted,
)
from workflow.errors import Conflict, DefinitionRejected
from workflow.lifecycle.definition_version import DEFINITION_VERSION, PUBLISHED
from workflow.organisation.authority import Actor, Assignment
from workflow.organisation.permissions import Permission
from workflow.packages.archive import digests, package_sha256
from workflow.packages.manifest import MANIFEST, without_covers
from workflow.packages.package import check_package, load_published
from workflow.runtime.recorder import Provenance, record
from workflow.services.ground.access import provenance
from workflow.services.ground.ground import Ground
from workflow.services.procedures.checks import stream_of
from workflow.services.procedures.drafts import VersionCommand, add_version, manifest_of
from workflow.services.procedures.library import DefinitionLibrary
from workflow.services.procedures.roles import RoleGain, confirm_gains, version_names
from workflow.spelling import entered
from workflow.store.procedures import VersionRecord
from workflow.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveVersion(VersionCommand):
    """A step of the version's lifecycle, its event, and the permissions of which one is needed."""

    TRIGGER: ClassVar[str]
    FACT: ClassVar[type[VersionMoved]]
    NEEDS: ClassVar[tuple[Permission, ...]] = ("administer_definitions",)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitVersion(MoveVersion):
    STORED_AS: ClassVar[str] = "Version:submit"
    TRIGGER: ClassVar[str] = "submit"
    FACT: ClassVar[type[VersionMoved]] = VersionSubmitted


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnVersion(MoveVersion):
    STORED_AS: ClassVar[str] = "Version:return_to_draft"
    TRIGGER: ClassVar[str] = "return_to_draft"
    FACT: ClassVar[type[VersionMoved]] = VersionReturned
    NEEDS: ClassVar[tuple[Permission, ...]] = ("review_definitions", "administer_definitions")
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishVersion(MoveVersion):
    STORED_AS: ClassVar[str] = "Version:publish"
    TRIGGER: ClassVar[str] = "publish"
    FACT: ClassVar[type[VersionMoved]] = VersionPublished
    NEEDS: ClassVar[tuple[Permission, ...]] = ("review_definitions",)
    confirmed: tuple[str, ...] = ()
    """Keys of what the publisher was asked and confirmed (`RoleGain.key`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetireVersion(MoveVersion):
    STORED_AS: ClassVar[str] = "Version:retire"
    TRIGGER: ClassVar[str] = "retire"
    FACT: ClassVar[type[VersionMoved]] = VersionRetired
    reason: str


class PublishingService:
    """Every step raises `TransitionRefused` where the lifecycle forbids it, `Conflict` when the revision is an older one."""

    def __init__(self, ground: Ground, library: DefinitionLibrary) -> None:
        self._ground = ground
        self._library = library

    def submit(self, actor: Actor, command: SubmitVersion) -> None:
        """Hand the draft in for review. Raises `DefinitionRejected` with its findings."""
        self._move(actor, command)

    def return_to_draft(self, actor: Actor, command: ReturnVersion) -> None:
        """Give the version back to its authors with a reason."""
        self._move(actor, command, command.reason)

    def publish(self, actor: Actor, command: PublishVersion) -> None:
        """Make the version run for new campaigns; only a person who had no part in it may. Raises `DefinitionRejected`."""
        self._move(actor, command)

    def retire(self, actor: Actor, command: RetireVersion) -> None:
        """Let no new campaign choose the version; cases that run on it go on."""
        self._move(actor, command, command.reason)

    def install(self, files: Mapping[str, bytes], by: Provenance) -> str:
        """Publish a package that is shipped with the installation and return its version's id; the same files only once.

        Raises `DefinitionRejected`.
        """
        with self._ground.units.reading() as uow:
            known = _installed(uow, files)
        if known is not None:
            return known.id
        findings = check_package(files)
        if any(finding.severity == "error" for finding in findings):
            raise DefinitionRejected(tuple(findings))
        package = load_published(files)
        with self._ground.units() as uow:
            known = _installed(uow, files)
            if known is not None:
                return known.id
            version = add_version(uow, package.manifest, files, by, status=PUBLISHED, note="")
            roles = version_names(uow, self._library.roles, package.manifest)
            uow.definitions.save(replace(version, published_by=by.actor, published_at=by.at, roles=roles))
            _record(uow, version, PublishVersion.FACT, by, PUBLISHED, files=digests(files), roles=roles)
            uow.commit()
        return version.id

    def _move(self, actor: Actor, command: MoveVersion, reason: str = "") -> None:
        def work(uow: UnitOfWork) -> Mapping[str, str]:
            version = uow.definitions.get(command.version_id)
            files = uow.definitions.files(version.id)
            if version.revision != command.revision or version.sha256 != package_sha256(files):
                raise Conflict()
            standing = self._library.checks.standing(uow, version)
            findings = self._library.found(uow, version, standing)
            context = self._library.context(uow, actor, version, standing, findings, reason)
            # The person first, then the findings: whoever may not act learns nothing new, whoever may sees all of them.
            clean = replace(context, error_findings=0)
            state = DEFINITION_VERSION.move(version.status, command.TRIGGER, clean)
            if isinstance(command, SubmitVersion | PublishVersion) and context.error_findings:
                raise DefinitionRejected(tuple(findings))
            held = self._held(uow, actor, command)
            by = provenance(actor, held, self._ground.clock.now(), command.command_id)
            stamp = _stamp(command, by)
            more: dict[str, Any] = {"reason": entered(reason), "files": digests(files)}
            if isinstance(command, PublishVersion):
                stamp["roles"] = more["roles"] = version_names(uow, self._library.roles, manifest_of(files))
                gains = [one for one in self._library.gains_of(uow, version) if one.asked]
                confirm_gains(gains, command.confirmed)
                if gains:
                    more["confirmed"] = [_told(one) for one in gains]
            uow.definitions.save(replace(version, status=state, **stamp))
            _record(uow, version, command.FACT, by, state, **more)
            return {"id": version.id}

        self._ground.carry_out(actor, command, work)

    def _held(self, uow: UnitOfWork, actor: Actor, command: MoveVersion) -> Assignment | None:
        tree, today = self._ground.register.tree(uow), self._ground.today()
        found = (actor.authority(permission, None, tree, today) for permission in command.NEEDS)
        return next((held for held in found if held is not None), None)


def _told(gain: RoleGain) -> dict[str, Any]:
    return {"role": gain.role, "holders": gain.holders, "gained": list(gain.gained)}


def _installed(uow: UnitOfWork, files: Mapping[str, bytes]) -> VersionRecord | None:
    """The version with these files that has been published; before packages said what they cover, it was published without that."""
    before = {**files, MANIFEST: without_covers(files[MANIFEST])} if MANIFEST in files else files
    identities = (package_sha256(files), package_sha256(before))
    found = (one for one in uow.definitions.all() if one.sha256 in identities and one.published_at is not None)
    return next(found, None)


def _stamp(command: MoveVersion, by: Provenance) -> dict[str, Any]:
    if isinstance(command, SubmitVersion):
        return {"submitted_by": by.actor, "submitted_at": by.at}
    if isinstance(command, PublishVersion):
        return {"published_by": by.actor, "published_at": by.at}
    return {"retired_at": by.at} if isinstance(command, RetireVersion) else {}


def _record(
    uow: UnitOfWork, version: VersionRecord, kind: type[VersionMoved], by: Provenance, state: str, **more: Any
) -> None:
    fact = kind(
        version_id=version.id,
        version=version.version,
        old=version.status,
        new=state,
        sha256=version.sha256,
        **more,
    )
    record(uow, stream_of(version.key), [fact], by)
