"""The group `main`: options that every command shares, and the list of commands."""

import logging
from importlib.metadata import entry_points

import click

from workflow.alphabets import LineFormatter, carried
from workflow.cli.account import account
from workflow.cli.audit import audit
from workflow.cli.definition import definition
from workflow.cli.demo import demo
from workflow.cli.feel import feel
from workflow.cli.migrate import migrate
from workflow.cli.organisations import organisations
from workflow.cli.place import Place
from workflow.cli.procedure import procedure
from workflow.cli.setup import setup
from workflow.cli.simulate import simulate
from workflow.cli.worker import worker


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--data", type=click.Path(), default="var", envvar="DATA", show_default=True, help="The data directory.")
@click.option(
    "--database", envvar="DATABASE_URL", help="A postgresql:// address; without it, SQLite in the data directory."
)
@click.pass_context
def main(context: click.Context, data: str, database: str | None) -> None:
    """Công nhận: recognition procedures."""
    context.obj = Place.of(data, database)
    lines = logging.StreamHandler()
    lines.setFormatter(LineFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[lines])
    logging.getLogger("transitions").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)


class Text(click.ParamType[str]):
    """A text that comes in by the command line, through the same door as any other."""

    name = "text"

    def convert(self, value: str, param: click.Parameter | None, context: click.Context | None) -> str:
        """Return it composed, without what nothing can carry."""
        return carried(value)


def _through_the_door(command: click.Command) -> None:
    for param in command.params:
        if param.type is click.STRING:
            param.type = Text()
    for one in getattr(command, "commands", {}).values():
        _through_the_door(one)


for command in (account, audit, definition, demo, feel, migrate, organisations, procedure, setup, simulate, worker):
    main.add_command(command)
for entry in entry_points(group="congnhan.commands"):  # the web's commands: nothing below it may import it
    main.add_command(entry.load(), entry.name)
_through_the_door(main)
