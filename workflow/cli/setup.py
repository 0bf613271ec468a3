"""`setup`: fills a data directory with what the system is shipped with."""

from pathlib import Path

import click

from workflow.cli.place import Place, data_option
from workflow.installation import (
    DEFINITIONS,
    demonstration_password,
    install,
    install_accounts,
    install_campaign,
    set_demonstration_clock,
)


@click.command()
@data_option
@click.option(
    "--definitions",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=DEFINITIONS,
    help="The folder of procedure packages, organisations and the calendar.",
)
@click.option(
    "--demonstration/--no-demonstration",
    default=True,
    show_default=True,
    help="With made-up accounts and the campaign of 2023, on a clock that begins in March 2023.",
)
@click.pass_obj
def setup(place: Place, definitions: Path, demonstration: bool) -> None:
    """Make the database, or bring it up to date, and load what is missing. Running it again changes nothing."""
    place.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    if demonstration:
        set_demonstration_clock(place.data, definitions)
    with place.opened(existing=False) as container:
        install(container, definitions)
        if demonstration:
            users = install_accounts(container, demonstration_password(place.data), definitions)
            install_campaign(container, users, definitions)
            while container.jobs.run_due():
                pass
    click.echo(f"Ready: {place.data}")
