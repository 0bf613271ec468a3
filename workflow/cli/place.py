"""Where an installation lies, and opening it."""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import click

from workflow.bootstrap import DATABASE, DEFINITIONS, Container, bring_up, build, look
from workflow.errors import WorkflowError


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The data directory, and the database's address where it is not SQLite in that directory."""

    data: Path
    url: str | None = None

    @classmethod
    def of(cls, data: str, url: str | None) -> Self:
        """From the texts of the command line."""
        return cls(data=Path(data), url=url or None)

    def is_installed(self) -> bool:
        """Whether there is an installation already: its keys are made with it, whatever its database is."""
        return (self.data / "keys" / "vault.key").exists()

    @contextmanager
    def opened(self, *, existing: bool = True, patience: float = 0) -> Iterator[Container]:
        """The services. A command that only looks must not make an installation where there is none: that is exit code 2.

        `patience`: how many seconds a database that cannot be reached is waited for.
        """
        if existing and not self.is_installed():
            raise click.UsageError(f"There is no installation in {self.data}. Name its directory with --data.")
        os.umask(0o077)  # the database and the evidence are the owner's alone
        try:
            container = build(self.data, url=self.url, patience=patience)
            try:
                yield container
            finally:
                container.close()
        except WorkflowError as error:
            raise click.ClickException(str(error)) from error
        except OSError as error:
            if error.errno not in _STORAGE:
                raise
            raise click.ClickException(f"{error.filename or self.data}: {error.strerror}.") from error

    @contextmanager
    def looked_at(self) -> Iterator[Container]:
        """The services over a database that is only read, whatever its state; one of an earlier version is brought up to date first.

        Raises as `opened`.
        """
        if not self.is_installed() and not (self.data / DATABASE).exists():
            raise click.UsageError(f"There is no installation in {self.data}. Name its directory with --data.")
        try:
            try:
                bring_up(self.data, url=self.url)
            except Exception as error:  # whatever keeps it from coming up is what is looked for: verification names it
                click.echo(f"The database could not be brought up to date: {type(error).__name__}", err=True)
            with look(self.data, url=self.url) as container:
                yield container
        except WorkflowError as error:
            raise click.ClickException(str(error)) from error


_STORAGE = (errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EDQUOT)
FOREVER = float("inf")


def data_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let a command take `--data` itself too, after its name."""

    def place(context: click.Context, _option: click.Parameter, value: str | None) -> None:
        if value is not None:
            context.obj = Place.of(value, context.obj.url if context.obj else None)

    return click.option("--data", type=click.Path(), expose_value=False, callback=place, help="The data directory.")(
        command
    )


def definitions_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let a command take `--definitions`, a folder that is there."""
    return click.option(
        "--definitions",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        default=DEFINITIONS,
        help="The folder of procedure packages, organisations and the calendar.",
    )(command)
