"""Which conditions of a node can be true together: worked out with one value for each stretch that no condition divides."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from workflow.errors import ExpressionError
from workflow.feel.expression import parse
from workflow.model.definition import ProcessDefinition
from workflow.model.elements import SequenceFlow
from workflow.soundness.atoms import Constants, Path, Undecidable, constants_of

MOST = 4096
"""Combinations of values that are tried at one node; past that nothing is said about it."""

_ANOTHER = "…"

Assignment = Mapping[Path, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """Values of the variables, and what each condition says then (null where it says nothing)."""

    values: Assignment
    results: tuple[bool | None, ...]

    @property
    def example(self) -> str:
        """The values as a person would write them."""
        return ", ".join(f"{'.'.join(path)} = {_shown(value)}" for path, value in self.values.items())


def rows(definition: ProcessDefinition, flows: Sequence[SequenceFlow]) -> list[Row] | None:
    """Every way in which the conditions of these flows can turn out; None where that cannot be decided.

    A null is tried only where a condition asks for it: whether a variable may be null is not known here.
    """
    texts = [flow.condition.text for flow in flows if flow.condition is not None]
    if len(texts) != len(flows):
        return None
    try:
        constants = constants_of(texts)
        conditions = [parse(text) for text in texts]
    except (Undecidable, ExpressionError):
        return None
    ranges = {path: _values(definition, path, found) for path, found in constants.items()}
    size = 1
    for values in ranges.values():
        size *= len(values)
        if size > MOST:
            return None
    found_rows = []
    for combination in itertools.product(*ranges.values()):
        assigned = dict(zip(ranges, combination, strict=True))
        variables = _nested(assigned)
        results = tuple(condition.evaluate(variables).value for condition in conditions)
        found_rows.append(Row(assigned, tuple(each if isinstance(each, bool) else None for each in results)))
    return found_rows


def _values(definition: ProcessDefinition, path: Path, constants: Constants) -> list[Any]:
    """The representatives: each constant, one value between two neighbours, one past either end, one other text."""
    known = _enumeration(definition, path)
    if known is not None and not constants.numbers and not constants.booleans:
        return [*known, *([None] if constants.null and path[1:] != ("outcome",) else [])]
    values: list[Any] = [*_texts(constants), *_numbers(sorted(constants.numbers))]
    if constants.booleans:
        values += [True, False]
    if constants.null:
        values += [None] if values else [None, _ANOTHER]
    return values


def _texts(constants: Constants) -> list[str]:
    if not constants.texts:
        return []
    another = _ANOTHER
    while another in constants.texts:
        another += _ANOTHER
    return [*sorted(constants.texts), another]


def _numbers(points: Sequence[Decimal]) -> Iterator[Decimal]:
    if not points:
        return
    yield points[0] - 1
    for point, following in itertools.zip_longest(points, points[1:]):
        yield point
        yield point + 1 if following is None else (point + following) / 2


def _enumeration(definition: ProcessDefinition, path: Path) -> list[str] | None:
    """The values that a user task gives: the ids of its outcomes, or of a field's choices."""
    task = definition.user_tasks.get(path[0])
    if task is None or len(path) != 2 or task.multi_instance is not None:
        return None
    if path[1] == "outcome":
        return [outcome.id for outcome in task.spec.outcomes] or None
    field = next((each for each in task.spec.fields if each.id == path[1] and each.kind == "choice"), None)
    return [choice for choice, _ in field.choices] or None if field is not None and field.required else None


def _nested(values: Assignment) -> dict[str, Any]:
    variables: dict[str, Any] = {}
    for path, value in values.items():
        place = variables
        for name in path[:-1]:
            place = place.setdefault(name, {})
        place[path[-1]] = value
    return variables


def _shown(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)
