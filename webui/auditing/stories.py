"""Events as steps: what one command did is told together, the program's own bookkeeping folded away below it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from flask import Flask
from flask_babel import gettext

from webui.auditing.area import may_open
from webui.i18n import language
from webui.words import SYSTEM_ROLES, said
from workflow.services.auditing.explanations import RuleRow
from workflow.services.auditing.timeline import TimelineEntry
from workflow.services.auditing.vocabulary import MACHINE
from workflow.services.ground.words import is_of_other_language


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Neighbouring events of one command, oldest first; never empty. `first` names the step."""

    first: TimelineEntry
    others: Sequence[TimelineEntry] = ()
    details: Sequence[TimelineEntry] = field(default_factory=tuple)

    @property
    def at(self) -> datetime | None:
        return self.first.at

    @property
    def entries(self) -> list[TimelineEntry]:
        """Everything of the step in order."""
        return sorted([self.first, *self.others, *self.details], key=lambda entry: entry.seq)


def init_app(app: Flask) -> None:
    """Offer these functions to templates."""
    app.jinja_env.globals.update(
        told=told,
        actor_name=actor_name,
        in_which_role=in_which_role,
        changes_of=changes_of,
        moment_of=moment_of,
        may_open_audit=may_open,
        row_outputs=row_outputs,
    )


def steps_of(entries: Sequence[TimelineEntry]) -> list[Step]:
    """The steps of a page of a timeline, in its order."""
    return [_step(list(group)) for _, group in groupby(entries, key=_same)]


def told(entry: TimelineEntry) -> str:
    """The event as a sentence in the session's language, with what the case got stuck on."""
    text = f"{said(entry.said)} {said(entry.trouble)}"
    return text[:1].upper() + text[1:].strip()


def row_outputs(row: RuleRow) -> tuple[tuple[str, str], ...]:
    """What a row of a rule gives, without the texts of the other language."""
    names = [name for name, _ in row.outputs]
    return tuple(pair for pair in row.outputs if not is_of_other_language(pair[0], names, language()))


def actor_name(entry: TimelineEntry) -> str:
    """Who it was."""
    return str(gettext("the system")) if entry.by_system else entry.actor


def in_which_role(entry: TimelineEntry) -> str:
    """The role and the organisation in which they acted; empty for the system."""
    if not entry.role:
        return ""
    role = str(SYSTEM_ROLES.get(entry.role) or said(entry.role_label))
    return f"{role}, {said(entry.organisation)}"


def changes_of(entry: TimelineEntry) -> list[Any]:
    """What an event changed, without fields that stayed empty."""
    return [change for change in entry.changes if change.old != change.new]


def moment_of(entry: TimelineEntry) -> str:
    """The event's instant to the microsecond, for addresses."""
    return entry.at.isoformat(timespec="microseconds") if entry.at else ""


def _same(entry: TimelineEntry) -> tuple[Any, ...]:
    return entry.command_id, entry.actor_id, entry.at


def _step(entries: list[TimelineEntry]) -> Step:
    ordered = sorted(entries, key=lambda entry: entry.seq)
    main = [entry for entry in ordered if not _folded(entry)] or ordered[:1]
    rest = [entry for entry in ordered if entry is not main[0] and entry not in main]
    return Step(first=main[0], others=tuple(main[1:]), details=tuple(rest))


def _folded(entry: TimelineEntry) -> bool:
    """The machine's own, but what a case got stuck on or why it went that way."""
    return entry.detail or (entry.group == MACHINE and entry.trouble is None and entry.explanation is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Neighbouring entries of a list: one that is told, or `folded` ones of the system."""

    entries: Sequence[TimelineEntry]
    folded: bool


def runs_of(entries: Sequence[TimelineEntry], *, fold: bool) -> list[Run]:
    """The entries in their order, the system's own folded together."""
    found: list[Run] = []
    for folded, group in groupby(entries, key=lambda entry: fold and _folded(entry)):
        some = list(group)
        found += [Run(entries=some, folded=True)] if folded else [Run(entries=[one], folded=False) for one in some]
    return found
