"""The command line: the group `main`, one module a subject.

What a command does lives in the services; here are only its options and its words.
"""

import click

from workflow.cli.audit import audit
from workflow.cli.place import Place


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--data", default="var", envvar="DATA", show_default=True, help="The data directory.")
@click.option(
    "--database", envvar="DATABASE_URL", help="A postgresql:// address; without it, SQLite in the data directory."
)
@click.pass_context
def main(context: click.Context, data: str, database: str | None) -> None:
    """Công nhận: recognition procedures."""
    context.obj = Place.of(data, database)


main.add_command(audit)
