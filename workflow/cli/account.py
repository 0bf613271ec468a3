"""`account`: the first administrator of an installation; everybody else is added in the browser."""

import click

from workflow.calendar.zone import local_date
from workflow.cli.place import Place, data_option
from workflow.organisation.permissions import SYSTEM_ROLES
from workflow.runtime.recorder import SYSTEM, Provenance
from workflow.services.accounts.accounts import NewUser
from workflow.services.accounts.credentials import temporary_password
from workflow.services.accounts.directory import NewRole


@click.group()
def account() -> None:
    """Accounts of the system's users."""


@account.command()
@click.argument("login")
@click.argument("name")
@click.option("--role", type=click.Choice(sorted(SYSTEM_ROLES)), default="administrator", show_default=True)
@click.option("--organisation", required=True, help="Where the role is held, such as thanh-hoa.")
@data_option
@click.pass_obj
def add(place: Place, login: str, name: str, role: str, organisation: str) -> None:
    """Add LOGIN with a temporary password, which is printed once and must be changed at the first sign-in."""
    with place.opened() as container:
        with container.units.reading() as uow:
            if uow.accounts.by_login(login.strip().casefold()) is not None:
                raise click.UsageError(f"There is already an account {login}.")
            found = container.register.tree(uow).get(organisation)
        now = container.clock.now()
        password = temporary_password()
        given = NewRole(role=role, organisation_id=found.id, valid_from=local_date(now))
        container.account_changes.set_up(
            Provenance(actor=SYSTEM, at=now),
            NewUser(login=login, name=name, email=None, locale="vi"),
            container.account_changes.hashed(password),
            [given],
            must_change_password=True,
        )
    click.echo(f"{login}: {password}")
