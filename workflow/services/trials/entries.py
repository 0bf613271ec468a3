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
from workflow.errors import N_, ExpressionError, InvalidInput, WorkflowError
from workflow.feel.expression import parse_for
from workflow.feel.values import coerce
from workflow.model.expressions import Expression
from workflow.model.user_task import FormField, Label, Quorum, UserTaskSpec
from workflow.packages.package import ProcedurePackage
from workflow.recognition.committee import quorum
from workflow.recognition.criteria import CriteriaSet, Criterion
from workflow.services.casework.fields import FormSurroundings, read_value
from workflow.services.ground.language import word
from workflow.spelling import length

ASSESSMENT = "assessment"
ALL_MET, NOT_MET = "all_met", "not_met"
CRITERION = "criterion-"
"""Stands before a criterion's id in the name of its entry."""
_LONGEST_LABEL = 120
_MOST_PEOPLE = 50
_LONGEST = 2_000
_NUMBER = re.compile(r"=?\s*(\d{1,2})\s*")

_REFUSED = {
    "date": N_("%(label)s: give a date such as 2025-07-01."),
    "choice": N_("%(label)s: choose one of the list."),
    **dict.fromkeys(("integer", "decimal"), N_("%(label)s: this is no number.")),
}
_RESULTS = {
    "met": N_("Met"),
    "not_met": N_("Not met"),
    "not_applicable": N_("Not applicable"),
    "none": N_("Not assessed"),
}
_NO_SET = N_("The variables do not say by which criteria set this task judges.")
_NO_RESULT = N_("“%(result)s” is no result of a criterion.")
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


def criteria_for(
    package: ProcedurePackage, spec: UserTaskSpec, variables: Mapping[str, Any], now: datetime
) -> CriteriaSet | None:
    """The package's criteria set by which the task judges, with the variables that it sees; None where it judges by none."""
    if spec.criteria_set is None:
        return None
    key: Any = spec.criteria_set.text
    if isinstance(spec.criteria_set, Expression):
        try:
            key = parse_for(key, variables).evaluate(variables, now=now.astimezone(ZONE)).value
        except ExpressionError:
            return None
    return package.criteria_sets.get(str(key))


def entries_of(spec: UserTaskSpec, now: datetime, criteria: CriteriaSet | None = None) -> tuple[Entry, ...]:
    """The task's fields with a suggestion for each; a task that judges has the result first, then each criterion."""
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
    if criteria is None:
        return shown
    return (_assessment_entry(), *shown, *(_criterion_entry(one) for one in criteria.criteria.values()))


def suggested(spec: UserTaskSpec, now: datetime, criteria: CriteriaSet | None = None) -> dict[str, str]:
    """Field id → the text that is suggested."""
    return {entry.id: entry.value for entry in entries_of(spec, now, criteria)}


def read_entries(spec: UserTaskSpec, texts: Mapping[str, str], criteria: CriteriaSet | None = None) -> dict[str, Any]:
    """The task's result as the application would make it: fields, assessment, quorum. Raises `InvalidInput`."""
    values = {item.id: _read(item, texts.get(item.id, "").strip()) for item in spec.fields}
    if criteria is not None:
        values[ASSESSMENT] = assessment(criteria, texts)
    elif spec.criteria_set is not None:
        raise InvalidInput(_NO_SET)
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


def _criterion_entry(criterion: Criterion) -> Entry:
    """One criterion's own result; without one the result of the whole counts."""
    text = f"{criterion.id}. {criterion.text}"
    short = text if len(text) <= _LONGEST_LABEL else f"{text[:_LONGEST_LABEL]}…"
    allowed = [key for key in _RESULTS if key != "not_applicable" or criterion.not_applicable_allowed]
    return Entry(
        id=CRITERION + criterion.id,
        label=Label(vi=short, en=short),
        kind="choice",
        required=False,
        choices=tuple((key, word(_RESULTS[key])) for key in allowed),
    )


def assessment(criteria: CriteriaSet, texts: Mapping[str, str]) -> dict[str, Any]:
    """The counts that conditions read, over the criteria that there are. A criterion's own result goes before that of the whole."""
    first = next(iter(criteria.criteria), None) if texts.get(ASSESSMENT, ALL_MET) == NOT_MET else None
    results = [texts.get(CRITERION + key) or ("not_met" if key == first else "met") for key in criteria.criteria]
    if unknown := [result for result in results if result not in _RESULTS]:
        raise InvalidInput(_NO_RESULT, result=unknown[0])
    met, not_met, without = (results.count(key) for key in ("met", "not_met", "not_applicable"))
    return {
        "met": met,
        "not_met": not_met,
        "not_applicable": without,
        "total": len(results),
        "all_met": met + without == len(results),
        "complete": "none" not in results,
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
    if length(text) > _LONGEST:
        raise InvalidInput(_TOO_LONG, longest=_LONGEST)
    if item.kind == "users":
        return list(dict.fromkeys(name for part in text.split(",")[:_MOST_PEOPLE] if (name := part.strip())))
    try:
        return read_value(item, text, _NOBODY)
    except InvalidInput as error:
        if item.kind not in _REFUSED:
            raise
        raise InvalidInput(_REFUSED[item.kind], label=item.label.vi or item.id) from error
