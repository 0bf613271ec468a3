"""What a draft's files must be before they are stored at all: safe to read, and with a manifest that says whose they are."""

import re
from collections.abc import Mapping

from workflow.bpmn.xml import parse_xml
from workflow.errors import N_, DefinitionRejected, InvalidInput
from workflow.packages.archive import MAX_BYTES, MAX_FILES
from workflow.packages.manifest import MANIFEST, read_manifest
from workflow.packages.records import Manifest

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
