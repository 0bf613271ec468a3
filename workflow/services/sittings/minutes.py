"""The minutes of a sitting, made from what was done in it: printed and signed by hand. An open vote is not in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from workflow.model.user_task import Label
from workflow.services.ground.labels import outcome_label
from workflow.services.ground.people import user_names
from workflow.services.sittings.agenda import Agenda, Line
from workflow.services.sittings.items import Item
from workflow.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Minute:
    """`votes`: (person, vote, why) by person where the procedure names votes, once the vote has closed; else why alone is left out, too.

    `decision`: the fields of the decision, (label, value).
    """

    line: Line
    votes: Sequence[tuple[str, Label, str]]
    named: bool
    decision: Sequence[tuple[Label, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    agenda: Agenda
    minutes: Sequence[Minute]


def minutes_of(uow: UnitOfWork, agenda: Agenda, items: Sequence[Item]) -> Minutes:
    """Of every case of the agenda."""
    by_case = {one.case.id: one for one in items}
    people = {part.completed_by for one in items for part in one.round}
    names = user_names(uow, people)
    return Minutes(agenda=agenda, minutes=[_minute(line, by_case[line.case_id], names) for line in agenda.lines])


def _minute(line: Line, item: Item, names: dict[str, str]) -> Minute:
    """A line has a tally only once its vote has closed: before that, nothing of it is in the minutes."""
    named = item.package.minutes_name_votes
    votes = []
    if line.tally and named:
        for part in item.round:
            who = names.get(part.completed_by or "", "")
            votes.append((who, outcome_label(item.package, part.node_id, part.outcome), part.reason or ""))
    return Minute(line=line, votes=votes, named=named, decision=_decided(item) if line.result else ())


def _decided(item: Item) -> list[tuple[Label, Any]]:
    """What the decision's form holds in words and days: its number, the day."""
    result = item.variables.get(item.order.decision)
    kept = result if isinstance(result, dict) else {}
    return [
        (one.label, kept[one.id])
        for one in item.order.specs[item.order.decision].fields
        if isinstance(kept.get(one.id), str | date) and kept[one.id]
    ]
