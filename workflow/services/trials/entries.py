"""The form of a user task in a trial: what is suggested in it, and what was entered as the task's result.

Lenient where the application is strict: people are names that need not exist, papers are not asked for. Conditions of outcomes
hold as they do for people.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workflow.calendar.zone import ZONE
from workflow.errors import N_, InvalidInput, WorkflowError
from workflow.feel.values import coerce
from workflow.model.expressions import Expression
from workflow.model.user_task import FormField, Label, Quorum, UserTaskSpec
from workflow.recognition.committee import quorum
from workflow.services.casework.fields import FormSurroundings, read_value
from workflow.services.ground.language import word

ASSESSMENT = "assessment"
ALL_MET, NOT_MET = "all_met", "not_met"
_CRITERIA = 10
_MOST_PEOPLE = 50
_LONGEST = 2_000
_NUMBER = re.compile(r"=?\s*(\d{1,2})\s*")

_REFUSED = {
    "date": N_("%(label)s: give a date such as 2025-07-01."),
    "choice": N_("%(label)s: choose one of the list."),
    **dict.fromkeys(("integer", "decimal"), N_("%(label)s: this is no number.")),
}
_NOBODY = FormSurroundings(variables={}, choosable={})
_TOO_LONG = N_("At most %(longest)s characters.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One field as the page shows it; `value` is what is suggested, as text."""

    id: str
    label: Label
    kind: str
    required: bool
    choices: tuple[tuple[str, Label], ...] = ()
    value: str = ""


def entries_of(spec: UserTaskSpec, now: datetime) -> tuple[Entry, ...]:
    """The task's fields with a suggestion for each; a task with a criteria set has the assessment's result first."""
    shown = tuple(
        Entry(
            id=item.id,
            label=item.label,
            kind=item.kind,
            required=item.required,
            choices=item.choices,
            value=_suggestion(spec, item, now),
        )
        for item in spec.fields
    )
    return ((_assessment_entry(), *shown)) if spec.criteria_set is not None else shown


def suggested(spec: UserTaskSpec, now: datetime) -> dict[str, str]:
    """Field id → the text that is suggested."""
    return {entry.id: entry.value for entry in entries_of(spec, now)}


def read_entries(spec: UserTaskSpec, texts: Mapping[str, str]) -> dict[str, Any]:
    """The task's result as the application would make it: fields, assessment, quorum. Raises `InvalidInput`."""
    values = {item.id: _read(item, texts.get(item.id, "").strip()) for item in spec.fields}
    if spec.criteria_set is not None:
        values[ASSESSMENT] = _assessment(texts.get(ASSESSMENT, ALL_MET))
    if spec.quorum is not None:
        values["quorum"] = _quorum(spec.quorum, values)
    return {name: coerce(value) for name, value in values.items()}


def _suggestion(spec: UserTaskSpec, item: FormField, now: datetime) -> str:
    if item.kind == "users":
        return ", ".join(_people(spec, item))
    if item.kind == "choice":
        return item.choices[0][0] if item.choices else ""
    if item.kind == "date":
        return now.astimezone(ZONE).date().isoformat()
    fixed = {"boolean": "true", "integer": "1", "decimal": "1"}.get(item.kind)
    return fixed if fixed is not None else ("1" if item.required else "")


def _people(spec: UserTaskSpec, item: FormField) -> list[str]:
    """As many made-up people as are asked for; whoever is present is the whole roster, and nobody is recused."""
    rule = spec.quorum
    if rule is not None and item.id in (rule.recused, rule.signer):
        return []
    outer = next((other for other in spec.fields if other.id == item.within and other is not item), None)
    if outer is not None and outer.within is None:
        among = _people(spec, outer)
        return among if rule is not None and item.id == rule.present else among[: _least(item)]
    return [f"{item.role or item.id}-{number}" for number in range(1, _least(item) + 1)]


def _least(item: FormField) -> int:
    text = item.minimum.text if isinstance(item.minimum, Expression) else ""
    found = _NUMBER.fullmatch(text)
    return min(int(found[1]), _MOST_PEOPLE) if found else int(item.required)


def _assessment_entry() -> Entry:
    return Entry(
        id=ASSESSMENT,
        label=word(N_("Result by the criteria")),
        kind="choice",
        required=True,
        choices=(
            (ALL_MET, word(N_("Every criterion met"))),
            (NOT_MET, word(N_("One criterion not met"))),
        ),
        value=ALL_MET,
    )


def _assessment(chosen: str) -> dict[str, Any]:
    failed = 0 if chosen == ALL_MET else 1
    return {
        "met": _CRITERIA - failed,
        "not_met": failed,
        "not_applicable": 0,
        "total": _CRITERIA,
        "all_met": not failed,
        "complete": True,
    }


def _quorum(rule: Quorum, values: Mapping[str, Any]) -> dict[str, Any]:
    roster = values.get(rule.roster) or []
    present = [one for one in values.get(rule.present) or [] if one in roster]
    recused = [one for one in (values.get(rule.recused) if rule.recused else None) or [] if one in roster]
    try:
        found = quorum(roster, present, recused, rule.numerator, rule.denominator)
    except WorkflowError as error:
        raise InvalidInput(error.template, **error.params) from error
    return {**found.as_variables(), "voters": list(found.voters)}


def _read(item: FormField, text: str) -> Any:
    if len(text) > _LONGEST:
        raise InvalidInput(_TOO_LONG, longest=_LONGEST)
    if item.kind == "users":
        return list(dict.fromkeys(name for part in text.split(",")[:_MOST_PEOPLE] if (name := part.strip())))
    try:
        return read_value(item, text, _NOBODY)
    except InvalidInput as error:
        if item.kind not in _REFUSED:
            raise
        raise InvalidInput(_REFUSED[item.kind], label=item.label.vi or item.id) from error
