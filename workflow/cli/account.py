"""`account`: what only who runs the server may do: the first administrator, a link by hand, the second signature."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import click

from workflow.bootstrap import Container
from workflow.calendar.zone import local_date
from workflow.cli.place import Place, data_option
from workflow.errors import WorkflowError
from workflow.organisation.permissions import SYSTEM_ROLES
from workflow.outside.mail import site_of
from workflow.runtime.recorder import SYSTEM, Provenance
from workflow.services.accounts.accounts import NewUser
from workflow.services.accounts.directory import NewRole
from workflow.services.accounts.requests import ConfirmRequest, RefuseRequest, RequestView
from workflow.store.accounts import NO_PASSWORD


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
    """Add LOGIN and print a one-time link by which its user sets the password."""
    with _opened(place) as container:
        with container.units.reading() as uow:
            if uow.accounts.by_login(login.strip().casefold()) is not None:
                raise click.UsageError(f"There is already an account {login}.")
            found = container.register.tree(uow).get(organisation)
        by = _by(container)
        given = NewRole(role=role, organisation_id=found.id, valid_from=local_date(by.at))
        container.account_changes.set_up(by, NewUser(login=login, name=name), NO_PASSWORD, [given])
        _print_link(container, by, login)


@account.command()
@click.argument("login")
@data_option
@click.pass_obj
def link(place: Place, login: str) -> None:
    """Print a one-time link by which the user LOGIN sets another password. A second factor stays."""
    with _opened(place) as container:
        _print_link(container, _by(container), login.strip().casefold())


@account.command()
@data_option
@click.pass_obj
def requests(place: Place) -> None:
    """List what waits for a second person."""
    with _opened(place) as container:
        for view in container.account_requests.waiting(None):
            click.echo(_line(container, view))


@account.command()
@click.argument("request_id")
@data_option
@click.pass_obj
def confirm(place: Place, request_id: str) -> None:
    """Give the second signature to REQUEST_ID (see `requests`): for an installation with one administrator."""
    with _opened(place) as container:
        view = container.account_requests.get(None, request_id)
        container.account_requests.confirm(None, ConfirmRequest(request_id=request_id))
        click.echo(_line(container, view))


@account.command()
@click.argument("request_id")
@click.option("--reason", required=True)
@data_option
@click.pass_obj
def refuse(place: Place, request_id: str, reason: str) -> None:
    """Refuse REQUEST_ID."""
    with _opened(place) as container:
        view = container.account_requests.get(None, request_id)
        container.account_requests.refuse(None, RefuseRequest(request_id=request_id, reason=reason))
        click.echo(_line(container, view))


@contextmanager
def _opened(place: Place) -> Iterator[Container]:
    """The installation; what a service refuses is said in a sentence."""
    with place.opened() as container:
        try:
            yield container
        except WorkflowError as error:
            raise click.ClickException(str(error)) from error


def _by(container: Container) -> Provenance:
    return Provenance(actor=SYSTEM, at=container.clock.now())


def _print_link(container: Container, by: Provenance, login: str) -> None:
    token = container.account_changes.link_at_server(by, login)
    if token is None:
        raise click.UsageError(f"There is no account {login}, or it has ended.")
    click.echo(f"{login}: {site_of(os.environ)}/lien-ket/{token}")
    click.echo("The link works once, within three days. Hand it over in person.")


def _line(container: Container, view: RequestView) -> str:
    request = view.request
    names = container.names.users([request.asked_by, request.about_user_id])
    about = names.get(request.about_user_id or "", request.wish.get("user", {}).get("login", ""))
    role = request.wish.get("role", {})
    what = f" {role['role']}@{role['organisation_id']}" if role else ""
    asker = names.get(request.asked_by, "")
    return f"{request.id}  {request.act}{what}  {about}  (asked by {asker}, {local_date(request.asked_at)})"
