"""`audit`: verifying what was recorded, writing a case's bundle, checkpoints, the signing key."""

import json
import os
import tempfile
from dataclasses import asdict
from pathlib import Path

import click

from workflow.audit.verify import Report
from workflow.cli.place import Place, data_option
from workflow.services.auditing.checkpoints import RequestCheckpoint, RotateAuditKey, head_hash


@click.group()
def audit() -> None:
    """Prove that nothing recorded was changed."""


@audit.command()
@click.option(
    "--anchor", "anchors", multiple=True, help="The hash of a checkpoint, noted elsewhere, that must be there."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@data_option
@click.pass_obj
def verify(place: Place, anchors: tuple[str, ...], as_json: bool) -> None:
    """Check every event, checkpoint, evidence file and case. Exit code 1 and every fault by name, or 0."""
    with place.opened() as container:
        report = container.verification.verify(anchors)
    click.echo(json.dumps(report_json(report), ensure_ascii=False) if as_json else report_text(report))
    raise SystemExit(0 if report.ok else 1)


@audit.command()
@click.argument("case")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file; by default CASE.zip.")
@data_option
@click.pass_obj
def bundle(place: Place, case: str, out: Path | None) -> None:
    """Write all that is needed to check CASE (a business key or an id) without this program."""
    target = out or Path(f"{case}.zip".replace("/", "-"))
    with place.opened() as container:
        handle, name = tempfile.mkstemp(dir=target.parent, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                written = container.bundles.write(case, file)
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    click.echo(f"{target}: {written.business_key}")


@audit.command()
@data_option
@click.pass_obj
def checkpoint(place: Place) -> None:
    """Sign a checkpoint over all streams now, and print the hash to be noted elsewhere."""
    with place.opened() as container:
        made = container.checkpoints.make(None, RequestCheckpoint())
    click.echo(f"{made.streams} streams, {made.events} events, signed with key {made.key_id}")
    click.echo(f"Hash: {head_hash(made)}")


@audit.command("rotate-key")
@data_option
@click.pass_obj
def rotate_key(place: Place) -> None:
    """Sign with a new key from now on; what older keys signed stays valid."""
    with place.opened() as container:
        key = container.checkpoints.rotate_key(None, RotateAuditKey())
    click.echo(f"New key: {key.key_id}")


def report_json(report: Report) -> dict[str, object]:
    """The report as it is printed with --json."""
    return {
        "verified": report.ok,
        "events": report.events,
        "streams": report.streams,
        "checkpoints": report.checkpoints,
        "uncovered": report.uncovered,
        "head": report.head,
        "warnings": list(report.warnings),
        "breaches": [{**asdict(breach), "message": str(breach)} for breach in report.breaches],
    }


def report_text(report: Report) -> str:
    """The report for people: each fault on a line of its own, then the sum."""
    lines = [f"FAULT {breach.kind}: {breach}" for breach in report.breaches]
    lines += [f"WARNING: {warning}" for warning in report.warnings]
    lines.append(
        f"{'OK' if report.ok else f'{len(report.breaches)} FAULTS'}: {report.events} events in {report.streams} streams, "
        f"{report.checkpoints} checkpoints, {report.uncovered} events not covered by one yet"
    )
    lines.append(f"Head: {report.head}")
    return "\n".join(lines)
