"""`definition`: checking procedure packages before they are uploaded."""

from pathlib import Path

import click

from workflow.alphabets import composed_file
from workflow.budget import CHECK
from workflow.errors import WorkflowError
from workflow.outside.walled import WalledExaminer
from workflow.packages.archive import read_folder, read_zip
from workflow.packages.examination import Examination, Examiner, Surroundings
from workflow.packages.package import ExaminerHere

UNCHECKED_CODE = 3


@click.group()
def definition() -> None:
    """Procedure packages."""


@definition.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--in-process", is_flag=True, help="Check in this process, where only what counts its steps is stopped.")
def check(path: Path, *, in_process: bool) -> None:
    """Check a package (a folder or a zip) or a single BPMN file, within the time, steps and memory that the worker has for it.

    One line a finding. The exit code is 1 when there is an error, 3 when something could not be checked, for instance because
    it takes more than it may.
    """
    try:
        found = _examined(path, ExaminerHere() if in_process else WalledExaminer())
    except WorkflowError as error:
        raise click.ClickException(str(error)) from error
    for finding in found.findings:
        click.echo(str(finding))
    click.echo(f"{_counted(found.errors, 'error')}, {_counted(len(found.findings) - found.errors, 'warning')}")
    if not found.whole:
        click.echo("Not everything could be checked: see the lines “unchecked”.", err=True)
        raise SystemExit(UNCHECKED_CODE)
    raise SystemExit(1 if found.errors else 0)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _examined(path: Path, examiner: Examiner) -> Examination:
    if path.is_dir():
        return examiner.examine(read_folder(path), Surroundings(), CHECK)
    if path.suffix == ".zip":
        return examiner.examine(read_zip(path.read_bytes()), Surroundings(), CHECK)
    return examiner.examine_file(composed_file(path.read_bytes()), path.name, CHECK)
