"""Drafts of procedure packages: uploaded, copied, edited file by file; each change is guarded by the version's revision.

A draft's files must be safe to read, with a manifest that says whose they are, before they are stored at all.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from workflow.alphabets import composed_file
from workflow.audit.facts.procedures import ProcedureFact, VersionCreated, VersionFileChanged, VersionFileRemoved
from workflow.bpmn.xml import parse_xml
from workflow.errors import N_, Conflict, DefinitionRejected, InvalidInput, TransitionRefused
from workflow.ids import new_id
from workflow.lifecycle.definition_version import DRAFT
from workflow.organisation.authority import Actor
from workflow.organisation.permissions import Permission
from workflow.packages.archive import MAX_BYTES, MAX_FILES, digest, digests, package_sha256, read_zip
from workflow.packages.manifest import MANIFEST, read_manifest
from workflow.packages.records import Manifest
from workflow.runtime.recorder import Provenance, record
from workflow.services.ground.changes import plain
from workflow.services.ground.ground import Ground
from workflow.services.ground.idempotence import Command
from workflow.services.procedures.checks import check_job, stream_of
from workflow.spelling import entered
from workflow.store.procedures import VersionRecord
from workflow.store.unit_of_work import UnitOfWork

_PERMISSION: Permission = "administer_definitions"
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


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateDraft(Command):
    """`files`: path → content."""

    A_MINUTE: ClassVar[int] = 20

    files: Mapping[str, bytes] = field(repr=False)
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadDraft(Command):
    """`archive`: the zip."""

    A_MINUTE: ClassVar[int] = 10

    archive: bytes = field(repr=False)
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyVersion(Command):
    A_MINUTE: ClassVar[int] = 10
    version_id: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionCommand(Command):
    """What every command on a version says. `revision` is the one the page was made from."""

    version_id: str
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeVersionFile(VersionCommand):
    """Add the file or replace it."""

    A_MINUTE: ClassVar[int] = 120

    STORED_AS: ClassVar[str] = "PutDefinitionFile"
    path: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveVersionFile(VersionCommand):
    STORED_AS: ClassVar[str] = "RemoveDefinitionFile"
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckVersionAgain(Command):
    version_id: str


class DraftService:
    """For administrators of definitions."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def upload(self, actor: Actor, command: UploadDraft) -> str:
        """Make a draft of an uploaded zip and return its id; nothing is stored of one that is unsafe to read.

        Raises `DefinitionRejected`, `InvalidInput`, `PermissionDenied`.
        """
        files = read_zip(command.archive)
        return self.create(actor, CreateDraft(files=files, note=command.note, command_id=command.command_id))

    def create(self, actor: Actor, command: CreateDraft) -> str:
        """Make a draft of the files, by path, and return its id; raises as `upload`."""
        given = {path: composed_file(content) for path, content in command.files.items()}
        manifest = check_files(given)

        def work(uow: UnitOfWork) -> Mapping[str, str]:
            by = self._ground.by(uow, actor, command, _PERMISSION)
            version = add_version(uow, manifest, given, by, status=DRAFT, note=command.note)
            uow.jobs.add([check_job(version.id, by.at)])
            return {"id": version.id}

        return str(self._ground.carry_out(actor, command, work)["id"])

    def copy(self, actor: Actor, command: CopyVersion) -> str:
        """Make a draft with the files of any version, and return its id."""
        with self._ground.units.reading() as uow:
            self._ground.require(uow, actor, _PERMISSION)
            files = uow.definitions.files(uow.definitions.get(command.version_id).id)
        return self.create(actor, CreateDraft(files=files, note=command.note, command_id=command.command_id))

    def change_file(self, actor: Actor, command: ChangeVersionFile) -> VersionRecord:
        """Add or replace a file of the draft and return how the draft stands. Raises `Conflict` when its revision is an older one."""
        path, content = command.path, composed_file(command.content)
        check_file(path, content)

        def work(uow: UnitOfWork) -> Mapping[str, Any]:
            version = uow.definitions.get(command.version_id)
            by = self._ground.by(uow, actor, command, _PERMISSION)
            files = self._files(uow, version, command.revision)
            before = files.get(path)
            files[path] = content
            uow.definitions.put_file(version.id, path, content)
            fact = VersionFileChanged(
                version_id=version.id,
                path=path,
                old=digest(before) if before is not None else None,
                new=digest(content),
            )
            return self._save(uow, version, files, fact, by)

        return self._stored(self._ground.carry_out(actor, command, work))

    def remove_file(self, actor: Actor, command: RemoveVersionFile) -> VersionRecord:
        """Remove a file of the draft. Raises `InvalidInput` for the manifest, else as `change_file`."""
        path = command.path
        if path == MANIFEST:
            raise InvalidInput(_NEEDED, path=path)

        def work(uow: UnitOfWork) -> Mapping[str, Any]:
            version = uow.definitions.get(command.version_id)
            by = self._ground.by(uow, actor, command, _PERMISSION)
            files = self._files(uow, version, command.revision)
            old = digest(uow.definitions.file(version.id, path))
            del files[path]
            uow.definitions.remove_file(version.id, path)
            return self._save(uow, version, files, VersionFileRemoved(version_id=version.id, path=path, old=old), by)

        return self._stored(self._ground.carry_out(actor, command, work))

    def check_again(self, actor: Actor, command: CheckVersionAgain) -> None:
        """Ask for another check of the version, such as after one that could not be carried out."""

        def work(uow: UnitOfWork) -> Mapping[str, Any]:
            version = uow.definitions.get(command.version_id)
            by = self._ground.by(uow, actor, command, _PERMISSION)
            uow.jobs.add([check_job(version.id, by.at, again=True)])
            return {"id": version.id}

        self._ground.carry_out(actor, command, work)

    def _stored(self, done: Mapping[str, Any]) -> VersionRecord:
        with self._ground.units.reading() as uow:
            return uow.definitions.get(str(done["id"]))

    @staticmethod
    def _files(uow: UnitOfWork, version: VersionRecord, revision: int) -> dict[str, bytes]:
        if version.status != DRAFT:
            raise TransitionRefused(_NOT_DRAFT)
        if version.revision != revision:
            raise Conflict()
        return uow.definitions.files(version.id)

    @staticmethod
    def _save(
        uow: UnitOfWork, version: VersionRecord, files: Mapping[str, bytes], fact: ProcedureFact, by: Provenance
    ) -> Mapping[str, Any]:
        check_files(files)
        manifest = manifest_of(files)
        if manifest.key != version.key:
            raise InvalidInput(_OTHER_KEY, key=version.key)
        uow.definitions.save(replace(version, **_told(manifest), sha256=package_sha256(files), changed_by=by.actor))
        uow.jobs.add([check_job(version.id, by.at)])
        record(uow, stream_of(version.key), [fact], by)
        return {"id": version.id}


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
        note=entered(note),
        **_told(manifest),
    )
    uow.definitions.add(version, files)
    fact = VersionCreated(version_id=version.id, new=plain(version), files=digests(files))
    record(uow, stream_of(version.key), [fact], by)
    return version


def _told(manifest: Manifest) -> dict[str, Any]:
    return {
        "label": manifest.version_label,
        "title_vi": manifest.title.vi,
        "title_en": manifest.title.en or manifest.title.vi,
        "effective_from": manifest.effective_from,
        "effective_to": manifest.effective_to,
    }
