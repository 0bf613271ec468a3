"""`organisations`: what administrators do on pages, and what only who keeps the server may: changes that reach back to running cases."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any

import click

from workflow.audit.facts.places import RunningCasesTurned
from workflow.bootstrap import Container
from workflow.cli.place import Place, data_option
from workflow.organisation.records import SUCCESSION_KINDS
from workflow.services.places.organisations import (
    AddOrganisation,
    ChangeOrganisation,
    EndOrganisation,
    OrganisationCommand,
    OrganisationData,
    SucceedOrganisation,
)
from workflow.store.places import OrganisationRecord

_FIELDS = tuple(one.name for one in fields(OrganisationData))
_DATES = frozenset({"valid_from", "valid_to"})
_NEEDED = ("code", "kind", "name_vi", "name_en", "valid_from")
_DAY = click.DateTime(["%Y-%m-%d"])
_reaches_back = click.option(
    "--reaches-back",
    is_flag=True,
    help="Let running cases get another body by it. It is recorded; their managers are told.",
)
_set = click.option(
    "--set",
    "entered",
    nargs=2,
    multiple=True,
    metavar="FIELD VALUE",
    help=f"One of {', '.join(_FIELDS)}; an empty value is none.",
)


@click.group()
def organisations() -> None:
    """Change organisations in the server's name, also where it reaches back to the date of running cases."""


@organisations.command()
@click.argument("organisation_id")
@_set
@_reaches_back
@data_option
@click.pass_obj
def add(place: Place, organisation_id: str, entered: Sequence[tuple[str, str]], reaches_back: bool) -> None:
    """Add ORGANISATION_ID."""
    values = _values(entered)
    if missing := [name for name in _NEEDED if not values.get(name)]:
        raise click.UsageError(f"Missing: {', '.join(missing)}.")
    command = AddOrganisation(
        organisation_id=organisation_id,
        data=OrganisationData(**values),
        confirmed=(f"kind:{values['kind']}",),
        reaches_back=reaches_back,
    )
    with place.opened() as container:
        _carry_out(container, organisation_id, container.organisations.add, command)


@organisations.command()
@click.argument("organisation_id")
@_set
@_reaches_back
@data_option
@click.pass_obj
def change(place: Place, organisation_id: str, entered: Sequence[tuple[str, str]], reaches_back: bool) -> None:
    """Change what is on record of ORGANISATION_ID; what is not named stays."""
    values = _values(entered)
    with place.opened() as container:
        old = _found(container, organisation_id)
        kept = OrganisationData(**{name: getattr(old, name) for name in _FIELDS})
        command = ChangeOrganisation(
            organisation_id=organisation_id,
            data=replace(kept, **values),
            revision=old.revision,
            confirmed=(f"kind:{values.get('kind')}",),
            reaches_back=reaches_back,
        )
        _carry_out(container, organisation_id, container.organisations.change, command)


@organisations.command()
@click.argument("organisation_id")
@click.option("--last-day", type=_DAY, required=True, help="On this day it still stands.")
@click.option("--paper", required=True, help="Number and date of the paper that ends it.")
@_reaches_back
@data_option
@click.pass_obj
def end(place: Place, organisation_id: str, last_day: datetime, paper: str, reaches_back: bool) -> None:
    """End ORGANISATION_ID."""
    with place.opened() as container:
        command = EndOrganisation(
            organisation_id=organisation_id,
            last_day=last_day.date(),
            paper=paper,
            revision=_found(container, organisation_id).revision,
            reaches_back=reaches_back,
        )
        _carry_out(container, organisation_id, container.organisations.end, command)


@organisations.command()
@click.argument("predecessor_id")
@click.argument("successor_id")
@click.option("--kind", type=click.Choice(SUCCESSION_KINDS), required=True)
@click.option("--from", "on", type=_DAY, required=True, help="First day of the successor.")
@click.option("--paper", required=True, help="Number and date of the decision.")
@_reaches_back
@data_option
@click.pass_obj
def succeed(
    place: Place, predecessor_id: str, successor_id: str, kind: str, on: datetime, paper: str, reaches_back: bool
) -> None:
    """Record that SUCCESSOR_ID takes the place of PREDECESSOR_ID."""
    command = SucceedOrganisation(
        predecessor_id=predecessor_id,
        successor_id=successor_id,
        kind=kind,
        on=on.date(),
        paper=paper,
        reaches_back=reaches_back,
    )
    with place.opened() as container:
        _carry_out(container, predecessor_id, container.organisations.succeed, command)


def _carry_out(
    container: Container, organisation_id: str, act: Callable[[None, Any], object], command: OrganisationCommand
) -> None:
    act(None, command)
    with container.units.reading() as uow:
        turned = uow.events.of_type(f"organisation:{organisation_id}", RunningCasesTurned.__name__, limit=1)
    click.echo(f"{organisation_id}: done.")
    for event in (one for one in turned if one.command_id == command.command_id):
        for body in event.payload["bodies"]:
            click.echo(f"  {body['old'] or '-'} -> {body['new'] or '-'}: {body['cases']} running cases")


def _found(container: Container, organisation_id: str) -> OrganisationRecord:
    with container.units.reading() as uow:
        return uow.organisations.get(organisation_id)


def _values(entered: Sequence[tuple[str, str]]) -> Mapping[str, Any]:
    values: dict[str, Any] = {}
    for name, text in entered:
        if name not in _FIELDS:
            raise click.UsageError(f"{name} is no field. There are {', '.join(_FIELDS)}.")
        try:
            values[name] = date.fromisoformat(text) if name in _DATES and text else text or None
        except ValueError:
            raise click.UsageError(f"{text} is no date. Write 2025-07-01.") from None
    return {**values, **({"source": values["source"] or ""} if "source" in values else {})}
