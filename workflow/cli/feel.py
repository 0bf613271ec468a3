"""`feel`: trying an expression."""

from typing import Any

import click

from workflow.budget import CHECK, within
from workflow.cli.variables import Variables, value_text
from workflow.errors import ExpressionError
from workflow.feel.expression import parse_for


@click.command(context_settings={"ignore_unknown_options": True})  # an expression may begin with a minus sign
@click.argument("expression")
@click.option("--vars", "variables", type=Variables(), default="{}", help="The variables, as a JSON object.")
def feel(expression: str, variables: dict[str, Any]) -> None:
    """Evaluate a FEEL expression and print its value as JSON; what went wrong goes to standard error.

    The exit code is 1 when the expression cannot be read, or is null because of an error.
    """
    try:
        with within(CHECK):
            evaluation = parse_for(expression, variables).evaluate(variables)
    except ExpressionError as error:
        raise click.ClickException(str(error)) from error
    click.echo(value_text(evaluation.value))
    for diagnostic in evaluation.diagnostics:
        click.echo(str(diagnostic), err=True)
    raise SystemExit(1 if evaluation.value is None and evaluation.diagnostics else 0)
