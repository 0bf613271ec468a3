"""`simulate`: running a BPMN file without an installation."""

import json
from pathlib import Path
from typing import Any

import click

from workflow.budget import CHECK, within
from workflow.cli.variables import Variables, variables_text
from workflow.errors import BudgetSpent, DefinitionRejected, InvalidInput, NotFound
from workflow.feel.values import to_json
from workflow.simulate import SimulatedIncident, SimulationResult, simulate as run


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--vars", "variables", type=Variables(), default="{}", help="The variables, as a JSON object.")
@click.option("--process", "processes", multiple=True, help="A process to start; may be given several times, in order.")
@click.option("--until", default="P1D", show_default=True, help="How far virtual time may run: ISO 8601 or WT5D.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def simulate(file: Path, variables: dict[str, Any], processes: tuple[str, ...], until: str, as_json: bool) -> None:
    """Run a BPMN file in memory on a virtual clock, every user task with its first outcome, and say what happened.

    The exit code is 1 when the run failed or the file breaks a rule (one line a finding).
    """
    try:
        with within(CHECK):
            result = run(file, process_ids=processes or None, variables=variables, until=until)
    except DefinitionRejected as refused:
        _refuse(refused, as_json)
    except BudgetSpent as spent:
        raise click.ClickException(str(spent)) from spent
    except (InvalidInput, NotFound, OSError) as error:
        raise click.UsageError(str(error)) from error
    click.echo(json.dumps(_json(result), ensure_ascii=False, indent=2) if as_json else _text(result))
    raise SystemExit(1 if result.status == "failed" else 0)


def _refuse(refused: DefinitionRejected, as_json: bool) -> None:
    lines = [str(finding) for finding in refused.findings]
    if as_json:
        click.echo(json.dumps({"status": "rejected", "findings": lines}, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(lines))
    raise SystemExit(1)


def _json(result: SimulationResult) -> dict[str, Any]:
    return {
        "status": result.status,
        "visited": list(result.visited),
        "scripts": list(result.scripts),
        "variables": {name: to_json(value) for name, value in result.variables.items()},
        "incidents": list(map(_incident, result.incidents)),
        "deadlocks": list(map(_incident, result.deadlocks)),
        "error_code": result.error_code,
        "now": result.now.isoformat(),
    }


def _incident(incident: SimulatedIncident) -> dict[str, str]:
    return {
        "process": incident.process_id,
        "node": incident.node_id,
        "kind": incident.kind,
        "message": incident.message,
    }


def _text(result: SimulationResult) -> str:
    lines = [
        f"status     {result.status}",
        f"visited    {' '.join(result.visited) or '-'}",
        *(f"script     {text}" for text in result.scripts),
        f"variables  {variables_text(result.variables)}",
        *(f"incident   {found.node_id}  {found.kind}  {found.message}" for found in result.incidents),
        *(f"deadlock   {found.node_id}  {found.message}" for found in result.deadlocks),
    ]
    return "\n".join(lines if result.error_code is None else [*lines, f"error      {result.error_code}"])
