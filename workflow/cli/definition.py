"""`definition`: checking procedure packages before they are uploaded."""

from pathlib import Path
from typing import Any

import click

from workflow.alphabets import composed_file
from workflow.errors import WorkflowError
from workflow.packages.archive import read_folder, read_zip
from workflow.packages.package import check_bpmn_file, check_package


@click.group()
def definition() -> None:
    """Procedure packages."""


@definition.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
def check(path: Path) -> None:
    """Check a package (a folder or a zip) or a single BPMN file. One line a finding; exit code 1 when there is an error."""
    try:
        findings = _findings(path)
    except WorkflowError as error:
        raise click.ClickException(str(error)) from error
    for finding in findings:
        click.echo(str(finding))
    errors = sum(finding.severity == "error" for finding in findings)
    click.echo(f"{_counted(errors, 'error')}, {_counted(len(findings) - errors, 'warning')}")
    raise SystemExit(1 if errors else 0)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _findings(path: Path) -> list[Any]:
    if path.is_dir():
        return list(check_package(read_folder(path)))
    if path.suffix == ".zip":
        return list(check_package(read_zip(path.read_bytes())))
    return list(check_bpmn_file(composed_file(path.read_bytes()), path.name))
