"""Folders and zip files of a package, bounded against hostile ones; a package's identity.

A zip is read in memory, never unpacked to disk.
"""

import hashlib
import io
import re
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from workflow.alphabets import composed_file
from workflow.errors import N_, DefinitionRejected
from workflow.model.findings import Finding


def digests(files: Mapping[str, bytes]) -> dict[str, str]:
    """Path → SHA-256 of the file."""
    return {path: digest(content) for path, content in sorted(files.items())}


def digest(content: bytes) -> str:
    """SHA-256 of one file."""
    return hashlib.sha256(content).hexdigest()


MAX_FILES = 200
MAX_BYTES = 20 * 1024 * 1024
_PATH = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*){0,3}", re.ASCII)
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def read_folder(path: Path) -> dict[str, bytes]:
    """The files of a folder by their path in it; hidden files are left out. Raises `DefinitionRejected`."""
    found: dict[str, bytes] = {}
    total = 0
    for entry in sorted(path.rglob("*")):
        name = entry.relative_to(path).as_posix()
        if any(part.startswith(".") for part in name.split("/")):
            continue
        if entry.is_symlink():
            _refuse("archive-link", N_("%(name)s is a link; a package holds plain files only"), name)
        if not entry.is_file():
            continue
        _check_name(name, found)
        total += entry.stat().st_size
        _check_size(total, name)
        found[name] = composed_file(entry.read_bytes())
    return found


def read_zip(data: bytes) -> dict[str, bytes]:
    """The files of a zip by their path in it; a single folder around all of them is taken off.

    Raises `DefinitionRejected` for more than 200 files or 20 MB unpacked, names that lead out of the package, links,
    encrypted or repeated entries and what is no zip.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            found = _read_entries(archive)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError, ValueError):
        raise DefinitionRejected((_finding("archive-unreadable", N_("The file is no readable zip"), ""),)) from None
    return _without_folder(found)


def write_zip(files: Mapping[str, bytes]) -> bytes:
    """A zip of the files whose bytes depend on nothing but the files: sorted, stored, without times."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _FIXED_TIME)
            entry.create_system = 3
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, files[name])
    return target.getvalue()


def package_sha256(files: Mapping[str, bytes]) -> str:
    """SHA-256 over the lines `<sha256 of the file>  <name>`, sorted by name: what `sha256sum` prints, hashed again."""
    lines = (f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _read_entries(archive: zipfile.ZipFile) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    total = 0
    entries = archive.infolist()
    if len(entries) > 2 * MAX_FILES:
        _refuse("archive-too-many", N_("The package has more than %(limit)s files"), "", limit=MAX_FILES)
    for entry in entries:
        name = entry.filename
        if stat.S_ISLNK(entry.external_attr >> 16):
            _refuse("archive-link", N_("%(name)s is a link; a package holds plain files only"), name)
        if entry.is_dir():
            continue
        if entry.flag_bits & 0x1:
            _refuse("archive-encrypted", N_("%(name)s is encrypted"), name)
        if entry.compress_type not in _METHODS:
            _refuse("archive-method", N_("%(name)s is compressed by an unusual method"), name)
        _check_name(name, found)
        # The size that the entry claims may be a lie: read no more than what is still allowed, and one byte.
        with archive.open(entry) as stream:
            content = stream.read(MAX_BYTES - total + 1)
        total += len(content)
        _check_size(total, name)
        found[name] = composed_file(content)
    return found


def _check_name(name: str, found: Mapping[str, bytes]) -> None:
    if not _PATH.fullmatch(name):
        _refuse(
            "archive-name",
            N_("%(name)s is no file name for a package"),
            name,
            N_("Use letters without marks, digits, hyphens, underscores and full stops"),
        )
    if name.casefold() in {other.casefold() for other in found}:
        _refuse("archive-duplicate", N_("%(name)s is in the package twice"), name)
    if len(found) >= MAX_FILES:
        _refuse("archive-too-many", N_("The package has more than %(limit)s files"), name, limit=MAX_FILES)


def _check_size(total: int, name: str) -> None:
    if total > MAX_BYTES:
        _refuse(
            "archive-too-large",
            N_("The package is larger than %(limit)s MB when unpacked; reading stopped at %(name)s"),
            name,
            limit=MAX_BYTES // 1024 // 1024,
        )


def _without_folder(found: dict[str, bytes]) -> dict[str, bytes]:
    tops = {name.split("/", 1)[0] for name in found}
    if len(tops) != 1 or any("/" not in name for name in found):
        return found
    return {name.split("/", 1)[1]: content for name, content in found.items()}


def _refuse(rule: str, template: str, name: str, advice: str = "", **params: Any) -> NoReturn:
    raise DefinitionRejected((_finding(rule, template, name, advice, **params),))


def _finding(rule: str, template: str, name: str, advice: str = "", **params: Any) -> Finding:
    return Finding(rule=rule, template=template, params={"name": name, **params}, advice=advice, file=name or None)
