"""`audit`: verifying what was recorded, writing bundles, checkpoints, the signing key."""

import json
import os
import tempfile
from pathlib import Path

import click

from workflow.audit.manifest import verifier_source
from workflow.audit.verify import Report
from workflow.cli.place import Place, data_option
from workflow.services.auditing.checkpoints import RequestCheckpoint, RotateAuditKey, head_hash
from workflow.services.auditing.reports import report_json
from workflow.services.auditing.subjects import SUBJECTS


@click.group()
def audit() -> None:
    """Prove that nothing recorded was changed."""


@audit.command()
@click.option(
    "--anchor", "anchors", multiple=True, help="The hash of a checkpoint, noted elsewhere, that must be there."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--report",
    "to",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a signed report to this file; it is kept in the installation too.",
)
@data_option
@click.pass_obj
def verify(place: Place, anchors: tuple[str, ...], as_json: bool, to: Path | None) -> None:
    """Check every event, checkpoint, evidence file and case. Exit code 1 and every fault by name, or 0."""
    with place.looked_at() if to is None else place.opened() as container:
        if to is None:
            report = container.verification.verify(anchors)
        else:
            report, signed = container.reports.verify_now(anchors)
            to.write_bytes(signed)
    click.echo(json.dumps(report_json(report), ensure_ascii=False) if as_json else report_text(report))
    raise SystemExit(0 if report.ok else 1)


@audit.command()
@click.argument("subject")
@click.option("--of", "kind", type=click.Choice(sorted(SUBJECTS)), default="case", help="What SUBJECT is.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file; by default SUBJECT.zip.")
@data_option
@click.pass_obj
def bundle(place: Place, subject: str, kind: str, out: Path | None) -> None:
    """Write all that is needed to check SUBJECT without this program.

    SUBJECT is a case's business key, a campaign's KEY-YEAR-PROVINCE, the id of an organisation, the key of a procedure, or `accounts`.
    """
    target = out or Path(f"{subject}.zip".replace("/", "-"))
    with place.opened() as container:
        handle, name = tempfile.mkstemp(dir=target.parent, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                written = container.bundles.write_of(kind, subject, file)
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    click.echo(f"{target}: {written.files} files, {written.events} events, manifest {written.manifest}")


@audit.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file; by default the output.")
def verifier(out: Path | None) -> None:
    """Write the stand-alone verifier, which needs nothing but Python: to be handed out by another way than the bundles."""
    if out is None:
        click.echo(verifier_source(), nl=False)
    else:
        out.write_bytes(verifier_source())


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
