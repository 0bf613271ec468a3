"""`procedure`: the procedures that lie in a folder of definitions, and whether they pass their saved runs. Needs no installation."""

import json
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import click

from workflow.budget import CHECK
from workflow.cli.place import definitions_option
from workflow.errors import DefinitionRejected, WorkflowError
from workflow.outside.walled import WalledExaminer
from workflow.packages.examination import Examination, SavedTestResult, Surroundings
from workflow.packages.folders import PackageFolder, package_folders


@click.group()
def procedure() -> None:
    """The procedures of a folder of definitions."""


@procedure.command("list")
@definitions_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list.")
def list_procedures(definitions: Path, *, as_json: bool) -> None:
    """List the procedures: versions with their days and folders, sources, and which procedures of the sources they cover."""
    found = [_told(key, list(versions)) for key, versions in groupby(_lying_in(definitions), _key)]
    click.echo(
        json.dumps(found, ensure_ascii=False, indent=2) if as_json else _table(found) or f"None in {definitions}."
    )


@procedure.command("test")
@click.argument("key", required=False)
@definitions_option
def test_procedures(key: str | None, definitions: Path) -> None:
    """Run every saved run of procedure KEY, or of all, within the time, steps and memory that a check of each version has.

    One line a run, then what is wrong with the version. The exit code is 1 when a run fails or could not be run.
    """
    folders = _lying_in(definitions)
    if key is not None and key not in (known := sorted({_key(one) for one in folders})):
        raise click.UsageError(f"There is no procedure {key} in {definitions}; it has {', '.join(known) or 'none'}.")
    passed, ran = 0, 0
    sound = True
    for one in folders:
        if key is None or _key(one) == key:
            found = _examined(one)
            _say(one, found)
            passed += sum(run.passed for run in found.tests)
            ran += len(found.tests)
            sound = sound and not found.errors
    click.echo(f"{passed} of {ran} passed")
    raise SystemExit(0 if sound and passed == ran else 1)


def _lying_in(definitions: Path) -> list[PackageFolder]:
    try:
        return package_folders(definitions)
    except WorkflowError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise _unreadable(error) from error


def _unreadable(error: OSError) -> click.ClickException:
    return click.ClickException(f"{error.filename}: {error.strerror}.")


def _key(folder: PackageFolder) -> str:
    return folder.manifest.key


def _told(key: str, versions: Sequence[PackageFolder]) -> dict[str, Any]:
    manifests = [one.manifest for one in versions]
    return {
        "key": key,
        "versions": [
            {
                "label": one.manifest.version_label,
                "effective_from": one.manifest.effective_from.isoformat(),
                "effective_to": one.manifest.effective_to and one.manifest.effective_to.isoformat(),
                "path": str(one.path),
            }
            for one in versions
        ],
        "sources": _once(paper for manifest in manifests for paper in manifest.legal_basis),
        "covers": sorted(_once(number for manifest in manifests for number in manifest.covers)),
    }


def _once(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))


def _table(found: Sequence[dict[str, Any]]) -> str:
    lines: list[str] = []
    for one in found:
        lines.append(f"{one['key']}  {', '.join(one['covers'])}".rstrip())
        for version in one["versions"]:
            days = f"{version['effective_from']} – {version['effective_to'] or '…':<10}"
            lines.append(f"  {version['label']:<8}  {days}  {version['path']}")
        lines += [f"  source: {paper}" for paper in one["sources"]]
    return "\n".join(lines)


def _examined(folder: PackageFolder) -> Examination:
    try:
        return WalledExaminer().examine(folder.files(), Surroundings(), CHECK)
    except DefinitionRejected as refused:
        return Examination(findings=refused.findings)
    except OSError as error:
        raise _unreadable(error) from error


def _say(folder: PackageFolder, found: Examination) -> None:
    for run in found.tests:
        click.echo(f"{_word(run):<7}  {_key(folder)} {folder.manifest.version_label}  {run.path}  {run.name}")
    for finding in found.findings:
        if finding.severity == "error":
            click.echo(f"    {finding}")


def _word(run: SavedTestResult) -> str:
    if run.passed:
        return "passed"
    return "failed" if run.ran or run.fault is not None else "not run"
