"""One criterion over the levels that judged it and the turns in which the dossier came: what each said when, and when it asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from workflow.model.user_task import Label
from workflow.recognition.assessment import CriterionResult
from workflow.services.casework.criteria.past import Past, as_result
from workflow.services.casework.rounds.veil import Veil
from workflow.services.casework.sheets import Sheet
from workflow.services.ground.labels import node_label
from workflow.store.casework import AssessmentRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a level said in one turn: a result for each of its people, and when the last of them did; `asked_at`: when it asked the unit."""

    results: Sequence[CriterionResult] = ()
    at: datetime | None = None
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelHistory:
    """One level by turns, counted from 1. `own`: it is the reader's task; what stands in its open sheet is not here."""

    label: Label
    own: bool
    turns: Mapping[int, Said]


def history_of(sheet: Sheet, key: str, veil: Veil) -> list[LevelHistory]:
    """The levels in the order in which they first spoke. The sheet was read with the criterion's whole past."""
    past = sheet.past
    sent = [
        one for one in past.submitted if one.criteria_set == sheet.criteria_set.key and one.task_id not in veil.tasks
    ]
    rows = {one.id: found[key] for one in sent if key in (found := past.results[one.id])}
    nodes = list(dict.fromkeys(one.node_id for one in reversed(sent)))
    if past.task.node_id not in nodes:
        nodes.append(past.task.node_id)
    node_by_task = {one.task_id: one.node_id for one in sent} | {past.task.id: past.task.node_id}
    lines = []
    for node_id in nodes:
        turns: dict[int, Said] = {}
        for turn, several in _by_turn(past, [one for one in sent if one.node_id == node_id]).items():
            results = [as_result(rows[one.id], ()) for one in several if one.id in rows]
            turns[turn] = Said(results=results, at=max(one.submitted_at for one in several if one.submitted_at))
        for inquiry in reversed(sheet.inquiries.get(key, ())):
            if node_by_task.get(inquiry.task_id) == node_id:
                turn = past.turn_at(inquiry.asked_at)
                said = turns.get(turn, Said())
                turns[turn] = Said(results=said.results, at=said.at, asked_at=inquiry.asked_at)
        own = node_id == past.task.node_id
        lines.append(LevelHistory(label=node_label(past.package, node_id), own=own, turns=turns))
    return lines


def _by_turn(past: Past, sent: Sequence[AssessmentRecord]) -> dict[int, list[AssessmentRecord]]:
    """Of each turn, counted from 1, what each person sent last."""
    found: dict[int, dict[str | None, AssessmentRecord]] = {}
    for one in sent:
        found.setdefault(max(1, past.turn_at(one.submitted_at)), {}).setdefault(one.submitted_by, one)
    return {turn: list(people.values()) for turn, people in found.items()}
