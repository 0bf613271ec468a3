"""`migrate`: moves running cases to another version of their procedure, in the name of an administrator."""

from collections.abc import Mapping

import click

from workflow.bootstrap import Container
from workflow.cli.place import Place, data_option
from workflow.organisation.authority import Actor
from workflow.services.moving.moves import StartMigration
from workflow.services.moving.views import Message, MigrationWish, Preview, TrialResult


@click.command()
@click.argument("key")
@click.option("--from", "from_version", type=int, required=True, help="The number of the version to leave.")
@click.option("--to", "to_version", type=int, required=True, help="The number of the published version to go on with.")
@click.option("--map", "pairs", multiple=True, metavar="OLD=NEW", help="Where cases that stand at OLD go on.")
@click.option("--case", "cases", multiple=True, metavar="CASE", help="Only this case (its number); by default all.")
@click.option("--by", "login", required=True, help="The administrator in whose name it is done.")
@click.option("--reason", default="", help="Why; needed unless --dry-run.")
@click.option("--dry-run", is_flag=True, help="Only say what would become of each case.")
@click.option("--now", is_flag=True, help="Do the work in this process instead of leaving it to the worker.")
@data_option
@click.pass_obj
def migrate(
    place: Place,
    key: str,
    from_version: int,
    to_version: int,
    pairs: tuple[str, ...],
    cases: tuple[str, ...],
    login: str,
    reason: str,
    dry_run: bool,
    now: bool,
) -> None:
    """Move the running cases of procedure KEY to another version. Exit code 1 when a case cannot be moved."""
    with place.opened() as container:
        actor = _actor(container, login)
        wish = MigrationWish(
            from_version=_version(container, key, from_version),
            to_version=_version(container, key, to_version),
            mapping=_mapping(pairs),
            case_ids=_cases(container, cases),
        )
        if dry_run:
            results = container.migrations.dry_run(actor, wish)
            click.echo(trial_text(results))
            raise SystemExit(0 if all(one.moved for one in results) else 1)
        click.echo(preview_text(container.migrations.preview(actor, wish)))
        migration_id = container.migrations.start(actor, StartMigration(wish=wish, reason=reason))
        while now and container.jobs.run_due():
            pass
        found = container.migrations.get(actor, migration_id)
    click.echo(f"{migration_id}: {', '.join(f'{number} {status}' for status, number in sorted(found.counts.items()))}")
    raise SystemExit(1 if found.counts.get("failed") else 0)


def preview_text(preview: Preview) -> str:
    """One line a situation, and below it what stands in the way."""
    lines = [f"{preview.cases} cases, {preview.ready} ready to move, {preview.left_out} left out"]
    for situation in preview.situations:
        nodes = ", ".join(place.node_id for place in situation.places)
        lines.append(f"{situation.cases:>6}  {situation.readiness:<14} {nodes}")
        for place in situation.places:
            if place.problem is not None:
                hint = f" (perhaps {place.suggested})" if place.suggested else ""
                lines.append(f"        {_said(place.problem)}{hint}")
    return "\n".join(lines)


def trial_text(results: list[TrialResult]) -> str:
    """One line a case."""
    lines = [
        f"{one.business_key}  {'moves' if one.moved else 'stays'}  "
        + (_said(one.refusal) if one.refusal else ", ".join(step.en or step.vi for step in one.steps))
        for one in results
    ]
    return "\n".join([*lines, f"{sum(one.moved for one in results)} of {len(results)} cases would move"])


def _said(message: Message) -> str:
    params = {name: value if isinstance(value, str) else value.en or value.vi for name, value in message.params.items()}
    return message.template % params if params else message.template


def _actor(container: Container, login: str) -> Actor:
    with container.units.reading() as uow:
        user = uow.accounts.by_login(login.strip().casefold())
    if user is None:
        raise click.UsageError(f"There is no account {login}.")
    return container.accounts.actor_of(user.id)


def _version(container: Container, key: str, number: int) -> str:
    with container.units.reading() as uow:
        for version in uow.definitions.all(key):
            if version.version == number:
                return version.id
    raise click.UsageError(f"There is no version {number} of {key}.")


def _cases(container: Container, keys: tuple[str, ...]) -> list[str] | None:
    if not keys:
        return None
    found = []
    with container.units.reading() as uow:
        for key in keys:
            case = uow.cases.by_business_key(key)
            if case is None:
                raise click.UsageError(f"There is no case {key}.")
            found.append(case.id)
    return found


def _mapping(pairs: tuple[str, ...]) -> Mapping[str, str | None]:
    found: dict[str, str | None] = {}
    for pair in pairs:
        old, sign, new = pair.partition("=")
        if not sign or not old.strip():
            raise click.UsageError(f"“{pair}” is not of the form OLD=NEW.")
        found[old.strip()] = new.strip() or None
    return found
