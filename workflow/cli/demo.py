"""`demo`: plays the year 2023 in an empty directory and prints what came out."""

import json
from typing import Any

import click

from workflow.cli.place import Place, data_option
from workflow.demo.run import run_demo
from workflow.errors import WorkflowError


@click.command()
@data_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def demo(place: Place, as_json: bool) -> None:
    """Run the pilots of 2023 and two made-up units from registration to decision, as their own users, in an empty directory."""
    try:
        report = run_demo(place.data)
    except WorkflowError as error:
        raise click.ClickException(str(error)) from error
    click.echo(json.dumps(report, ensure_ascii=False) if as_json else table(report))
    raise SystemExit(0 if report["audit"]["verified"] else 1)


def table(report: dict[str, Any]) -> str:
    """The report for people."""
    lines = ["Dữ liệu minh họa / demonstration data", ""]
    for case in report["cases"]:
        lines.append(f"{case['business_key']}  {case['unit']}  [{case['track']}, {case['version']}]")
        for stage in case["stages"]:
            lines.append(
                f"    {stage['at'][:10]}  {stage['stage']:<16} {stage['outcome']:<16} {stage['actor']}, {stage['organisation']}"
            )
        lines += [f"    → {case['outcome']}  ({case['events']} events)", ""]
    audit = report["audit"]
    verdict = "verified" if audit["verified"] else "BROKEN"
    lines.append(f"audit: {verdict}, {audit['events']} events, head {audit['head']}")
    return "\n".join(lines)
