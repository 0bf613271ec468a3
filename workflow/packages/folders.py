"""Where packages lie: `<key>/<version label>/procedure.toml` in a folder of definitions is one version of a procedure.

Folders without that file hold something else. What a version says beyond its name and days is the check's to judge.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from workflow.errors import N_, ConfigurationError
from workflow.packages.archive import read_folder
from workflow.packages.manifest import MANIFEST, read_manifest
from workflow.packages.records import Manifest

_NAMING = ("key", "version_label", "effective_from")
"""What a version must say to be found at all."""
_DEEPEST = 3

_UNREADABLE = N_("%(path)s cannot be used: %(fault)s")
_MISPLACED = N_(
    "%(path)s does not lie where a version of a procedure lies. Move it, with all that is beside it, to %(wanted)s."
)
_OTHER_KEY = N_(
    "%(path)s: key is “%(key)s”, but the folder of the procedure is called “%(folder)s”. They must be the same."
)
_OTHER_LABEL = N_(
    "%(path)s: version_label is “%(label)s”, but the folder of the version is called “%(folder)s”. They must be the same."
)
_TWICE = N_(
    "%(path)s and %(other)s are both version “%(label)s” of the procedure “%(key)s”. One of them needs another name."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageFolder:
    """One version of a procedure, and the folder that holds all of it."""

    path: Path
    manifest: Manifest

    def files(self) -> dict[str, bytes]:
        """As `read_folder`."""
        return read_folder(self.path)


def package_folders(definitions: Path) -> list[PackageFolder]:
    """The versions that lie there, by key and first day. Raises `ConfigurationError` with the path of whatever lies wrong."""
    found = [_folder(definitions, path) for path in _manifests(definitions)]
    _check_names(found)
    return sorted(found, key=lambda one: (one.manifest.key, one.manifest.effective_from))


def _manifests(definitions: Path) -> Iterator[Path]:
    """Where they should lie, and one folder less or more, where they are put by mistake."""
    for depth in range(_DEEPEST + 1):
        for path in sorted(definitions.glob("*/" * depth + MANIFEST)):
            if not any(part.startswith(".") for part in path.relative_to(definitions).parts):
                yield path


def _folder(definitions: Path, path: Path) -> PackageFolder:
    manifest, findings = read_manifest(path.read_bytes())
    fault = next((one for one in findings if manifest is None or one.params.get("place") in _NAMING), None)
    if manifest is None or fault is not None:
        raise ConfigurationError(_UNREADABLE, path=str(path), fault=fault and fault.message)
    if len(path.relative_to(definitions).parts) != 3:
        wanted = definitions / manifest.key / manifest.version_label
        raise ConfigurationError(_MISPLACED, path=str(path), wanted=str(wanted))
    return PackageFolder(path=path.parent, manifest=manifest)


def _check_names(found: list[PackageFolder]) -> None:
    first: dict[tuple[str, str], PackageFolder] = {}
    for one in found:
        key, label, folder = one.manifest.key, one.manifest.version_label, one.path.parent.name
        if key != folder:
            raise ConfigurationError(_OTHER_KEY, path=str(one.path / MANIFEST), key=key, folder=folder)
        other = first.setdefault((key, label), one)
        if other is not one:
            raise ConfigurationError(_TWICE, path=str(other.path), other=str(one.path), label=label, key=key)
    for one in found:
        label, folder = one.manifest.version_label, one.path.name
        if label != folder:
            raise ConfigurationError(_OTHER_LABEL, path=str(one.path / MANIFEST), label=label, folder=folder)
