"""`setup`: fills a data directory with what the system is shipped with."""

from pathlib import Path

import click

from workflow.bootstrap import DEFINITIONS, Container
from workflow.cli.place import Place, data_option, definitions_option
from workflow.installation import (
    demonstration_password,
    install,
    install_accounts,
    install_campaign,
    set_demonstration_clock,
)
from workflow.outside.clock import SHIFT_FILE


@click.command()
@data_option
@definitions_option
@click.option(
    "--demonstration/--no-demonstration",
    default=None,
    help="With made-up accounts and the campaign of 2023, on a clock that begins in March 2023. "
    "By default: in a fresh directory, and where it was chosen before.",
)
@click.pass_obj
def setup(place: Place, definitions: Path, demonstration: bool | None) -> None:
    """Make the database, or bring it up to date, and load what is missing. Running it again changes nothing."""
    wanted = prepare(place, definitions, demonstration)
    with place.opened(existing=False) as container:
        fill(container, definitions, wanted)
    click.echo(f"Ready: {place.data}")


def prepare(place: Place, definitions: Path = DEFINITIONS, demonstration: bool | None = None) -> bool:
    """Make the directory ready to be opened, and say whether it is a demonstration's."""
    try:
        place.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        wanted = _chosen(place, demonstration)
        if wanted:
            set_demonstration_clock(place.data, definitions)
    except OSError as error:
        raise click.ClickException(f"{error.filename or place.data}: {error.strerror}.") from error
    return wanted


def fill(container: Container, definitions: Path, demonstration: bool) -> None:
    """Load what is missing."""
    install(container, definitions)
    if demonstration:
        users = install_accounts(container, demonstration_password(container.data), definitions)
        install_campaign(container, users, definitions)
        while container.jobs.run_due():
            pass


def _chosen(place: Place, wanted: bool | None) -> bool:
    """Made-up people and another year's clock must never come into an installation that was set up without them."""
    before = (place.data / SHIFT_FILE).exists()
    if not place.is_installed():
        return wanted is not False
    if wanted and not before:
        raise click.UsageError(
            "This installation was set up without demonstration data. Use another directory for a demonstration."
        )
    return before
