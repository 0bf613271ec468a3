"""Drafts of procedure packages: uploaded, copied, edited file by file; each change is guarded by the version's revision.

A draft's files must be safe to read, with a manifest that says whose they are, before they are stored at all.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from workflow.bpmn.xml import parse_xml
from workflow.errors import N_, Conflict, DefinitionRejected, InvalidInput, TransitionRefused
from workflow.ids import new_id
from workflow.lifecycle.definition_version import DRAFT
from workflow.organisation.authority import Actor
from workflow.packages.archive import MAX_BYTES, MAX_FILES, digest, digests, package_sha256, read_zip
from workflow.packages.manifest import MANIFEST, read_manifest
from workflow.packages.records import Manifest
from workflow.ports import Clock
from workflow.runtime.recorder import Fact, Provenance, record
from workflow.services.ground.access import authorise, provenance
from workflow.services.ground.changes import plain
from workflow.services.ground.idempotence import done_before, remember
from workflow.services.ground.register import OrganisationRegister
from workflow.services.procedures.library import stream_of
from workflow.store.procedures import VersionRecord
from workflow.store.unit_of_work import UnitOfWork, UnitsOfWork

_PATH = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*){0,3}", re.ASCII)
_LONGEST_PATH = 200
_XML = (".bpmn", ".dmn")
_BAD_PATH = N_("%(path)s is no file name for a package.")
_TOO_MUCH = N_("A package holds at most %(files)s files and %(megabytes)s MB.")
_NO_KEY = N_("procedure.toml must give key, title and effective_from before it can be stored.")


def check_files(files: Mapping[str, bytes]) -> Manifest:
    """Return the manifest of files that may be stored as a draft; other faults may wait until publishing.

    Raises `DefinitionRejected` for XML that is malformed or unsafe and a manifest that is no TOML, `InvalidInput` for bad
    names, too much, or a manifest that does not name the procedure.
    """
    if len(files) > MAX_FILES or sum(map(len, files.values())) > MAX_BYTES:
        raise InvalidInput(_TOO_MUCH, files=MAX_FILES, megabytes=MAX_BYTES // 1024 // 1024)
    for path, content in files.items():
        check_file(path, content)
    return manifest_of(files)


def check_file(path: str, content: bytes) -> None:
    """As `check_files`, for one of them."""
    if not _PATH.fullmatch(path) or len(path) > _LONGEST_PATH:
        raise InvalidInput(_BAD_PATH, path=path)
    if len(content) > MAX_BYTES:
        raise InvalidInput(_TOO_MUCH, files=MAX_FILES, megabytes=MAX_BYTES // 1024 // 1024)
    if path.endswith(_XML):
        parse_xml(content, file=path)


def manifest_of(files: Mapping[str, bytes]) -> Manifest:
    """Return what `procedure.toml` says. Raises `DefinitionRejected` or `InvalidInput`."""
    manifest, findings = read_manifest(files.get(MANIFEST, b""))
    if manifest is None:
        raise DefinitionRejected(tuple(findings))
    unusable = any(found.params.get("place") in ("key", "title", "effective_from") for found in findings)
    if unusable or not manifest.key or not manifest.title.vi:
        raise InvalidInput(_NO_KEY)
    return manifest


_NOT_DRAFT = N_("Only a draft can be changed. Copy this version to a new draft instead.")
_OTHER_KEY = N_("The draft belongs to %(key)s; its procedure.toml must keep that key.")
_NEEDED = N_("%(path)s cannot be removed.")


class DraftService:
    """For administrators of definitions."""

    def __init__(self, units: UnitsOfWork, clock: Clock, register: OrganisationRegister) -> None:
        self._units = units
        self._clock = clock
        self._register = register

    def upload(self, actor: Actor, archive: bytes, *, note: str = "", command_id: str) -> str:
        """Make a draft of an uploaded zip and return its id; nothing is stored of one that is unsafe to read.

        Raises `DefinitionRejected`, `InvalidInput`, `PermissionDenied`.
        """
        return self.create(actor, read_zip(archive), note=note, command_id=command_id)

    def create(self, actor: Actor, files: Mapping[str, bytes], *, note: str = "", command_id: str) -> str:
        """Make a draft of the files, by path, and return its id; raises as `upload`."""
        manifest = check_files(files)
        with self._units() as uow:
            if (done := done_before(uow, command_id, actor.user_id)) is not None:
                return str(done["id"])
            by = self._may_edit(uow, actor, command_id)
            version = add_version(uow, manifest, files, by, status=DRAFT, note=note)
            remember(uow, "CreateDraft", by, {"id": version.id})
            uow.commit()
        return version.id

    def copy(self, actor: Actor, version_id: str, *, note: str = "", command_id: str) -> str:
        """Make a draft with the files of any version, and return its id."""
        with self._units.reading() as uow:
            self._may_edit(uow, actor, command_id)
            files = uow.definitions.files(uow.definitions.get(version_id).id)
        return self.create(actor, files, note=note, command_id=command_id)

    def put_file(
        self, actor: Actor, version_id: str, path: str, content: bytes, *, revision: int, command_id: str
    ) -> VersionRecord:
        """Add or replace a file of the draft. Raises `Conflict` when the draft's revision is no longer `revision`."""
        check_file(path, content)
        with self._units() as uow:
            version = uow.definitions.get(version_id)
            if done_before(uow, command_id, actor.user_id) is not None:
                return version
            by = self._may_edit(uow, actor, command_id)
            files = self._files(uow, version, revision)
            before = files.get(path)
            files[path] = content
            uow.definitions.put_file(version_id, path, content)
            fact = Fact(
                type="VersionFileChanged",
                payload={
                    "version_id": version_id,
                    "path": path,
                    "old": digest(before) if before is not None else None,
                    "new": digest(content),
                },
            )
            return self._save(uow, version, files, fact, by, "PutDefinitionFile")

    def remove_file(self, actor: Actor, version_id: str, path: str, *, revision: int, command_id: str) -> VersionRecord:
        """Remove a file of the draft. Raises `InvalidInput` for the manifest, `Conflict` as `put_file`."""
        if path == MANIFEST:
            raise InvalidInput(_NEEDED, path=path)
        with self._units() as uow:
            version = uow.definitions.get(version_id)
            if done_before(uow, command_id, actor.user_id) is not None:
                return version
            by = self._may_edit(uow, actor, command_id)
            files = self._files(uow, version, revision)
            old = digest(uow.definitions.file(version_id, path))
            del files[path]
            uow.definitions.remove_file(version_id, path)
            payload = {"version_id": version_id, "path": path, "old": old, "new": None}
            fact = Fact(type="VersionFileRemoved", payload=payload)
            return self._save(uow, version, files, fact, by, "RemoveDefinitionFile")

    def _may_edit(self, uow: UnitOfWork, actor: Actor, command_id: str) -> Provenance:
        now = self._clock.now()
        held = authorise(actor, "administer_definitions", None, self._register.tree(uow), now)
        return provenance(actor, held, now, command_id)

    @staticmethod
    def _files(uow: UnitOfWork, version: VersionRecord, revision: int) -> dict[str, bytes]:
        if version.status != DRAFT:
            raise TransitionRefused(_NOT_DRAFT)
        if version.revision != revision:
            raise Conflict()
        return uow.definitions.files(version.id)

    @staticmethod
    def _save(
        uow: UnitOfWork, version: VersionRecord, files: Mapping[str, bytes], fact: Fact, by: Provenance, kind: str
    ) -> VersionRecord:
        check_files(files)
        manifest = manifest_of(files)
        if manifest.key != version.key:
            raise InvalidInput(_OTHER_KEY, key=version.key)
        saved = uow.definitions.save(
            replace(version, **_told(manifest), sha256=package_sha256(files), changed_by=by.actor)
        )
        record(uow, stream_of(version.key), [fact], by)
        remember(uow, kind, by, {"id": version.id})
        uow.commit()
        return saved


def add_version(
    uow: UnitOfWork, manifest: Manifest, files: Mapping[str, bytes], by: Provenance, *, status: str, note: str
) -> VersionRecord:
    """Store a new version of the procedure with its files, and record that."""
    version = VersionRecord(
        id=new_id(),
        key=manifest.key,
        version=uow.definitions.last_version(manifest.key) + 1,
        status=status,
        sha256=package_sha256(files),
        created_by=by.actor,
        created_at=by.at,
        changed_by=by.actor,
        note=note.strip(),
        **_told(manifest),
    )
    uow.definitions.add(version, files)
    payload = {"version_id": version.id, "new": plain(version), "files": digests(files)}
    record(uow, stream_of(version.key), [Fact(type="VersionCreated", payload=payload)], by)
    return version


def _told(manifest: Manifest) -> dict[str, Any]:
    return {
        "label": manifest.version_label,
        "title_vi": manifest.title.vi,
        "title_en": manifest.title.en or manifest.title.vi,
        "effective_from": manifest.effective_from,
        "effective_to": manifest.effective_to,
    }
