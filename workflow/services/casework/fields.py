"""The form of a user task: texts that came from a page → typed values, with every fault named at its field."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from workflow.calendar.zone import ZONE
from workflow.errors import N_, ExpressionError, InvalidInput
from workflow.feel.expression import parse_for
from workflow.model.expressions import Expression
from workflow.model.user_task import FormField, UserTaskSpec
from workflow.spelling import entered, length

Entry = str | Sequence[str] | None
_LACKING = dict.fromkeys(("choice", "boolean", "users"), N_("Choose %(label)s."))
LONGEST = {"text": 500, "longtext": 20_000}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldProblem:
    """What is wrong at one field: an English template with its values."""

    field_id: str
    template: str
    params: Mapping[str, Any] = field(default_factory=dict)


class FormRefused(InvalidInput):
    """Some entries cannot be accepted."""

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        super().__init__()
        self.problems = tuple(problems)

    def __str__(self) -> str:
        texts = [f"{p.field_id}: {p.template % p.params if p.params else p.template}" for p in self.problems]
        return f"{super().__str__()} {'; '.join(texts)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSurroundings:
    """What fields are checked against: process variables, who may be chosen at each `users` field, and the present instant."""

    variables: Mapping[str, Any]
    choosable: Mapping[str, Collection[str]]
    now: datetime | None = None


def read_fields(
    spec: UserTaskSpec, entries: Mapping[str, Entry], around: FormSurroundings, *, complete: bool
) -> dict[str, Any]:
    """Return field id → value (None where empty). Raises `FormRefused` naming every fault.

    With `complete` false, compulsory fields may stay empty; what is entered must be right all the same.
    """
    values: dict[str, Any] = {}
    problems: list[FieldProblem] = []
    for item in spec.fields:
        try:
            value = read_value(item, entries.get(item.id), around)
            if complete and item.required and value in (None, [], ""):
                raise InvalidInput(_LACKING.get(item.kind, N_("Enter %(label)s.")), label=item.label.vi)
            _within_bounds(item, value, {**around.variables, **values}, around.now)
            _within_other(spec, item, value, values)
            values[item.id] = value
        except InvalidInput as error:
            problems.append(FieldProblem(field_id=item.id, template=error.template, params=error.params))
    if problems:
        raise FormRefused(problems)
    return values


def read_value(item: FormField, entry: Entry, around: FormSurroundings) -> Any:
    """One entry as a value of its field's kind, None where it is empty. Raises `InvalidInput`. Bounds are another question."""
    return READERS[item.kind](item, entry, around)


def _text(item: FormField, entry: Entry, _around: FormSurroundings) -> str | None:
    text = entered(entry if isinstance(entry, str) else "")
    longest = LONGEST.get(item.kind, 500)
    if length(text) > longest:
        raise InvalidInput(N_("At most %(longest)s characters."), longest=longest)
    if "\x00" in text:
        raise InvalidInput(N_("The text has a character that cannot be stored."))
    return text or None


def _date(item: FormField, entry: Entry, around: FormSurroundings) -> date | None:
    text = _text(item, entry, around)
    if text is None:
        return None
    vietnamese = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", text, re.ASCII)
    try:
        if vietnamese:
            day, month, year = (int(part) for part in vietnamese.groups())
            return date(year, month, day)
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(N_("Enter a date such as 31/12/2023.")) from error


def _integer(item: FormField, entry: Entry, around: FormSurroundings) -> Decimal | None:
    number = _decimal(item, entry, around)
    if number is not None and number != number.to_integral_value():
        raise InvalidInput(N_("Enter a whole number."))
    return number


def _decimal(item: FormField, entry: Entry, around: FormSurroundings) -> Decimal | None:
    text = _text(item, entry, around)
    return None if text is None else read_number(text)


def read_number(text: str) -> Decimal:
    """Read a number as people here write it: `1.234,5`, `1234,5` or `1234.5`. Raises `InvalidInput`."""
    plain = text.replace("\u00a0", "").replace(" ", "")
    if re.fullmatch(r"-?[1-9]\d{0,2}(\.\d{3})+(,\d+)?", plain, re.ASCII):
        plain = plain.replace(".", "")
    plain = plain.replace(",", ".")
    if not re.fullmatch(r"-?\d{1,15}(\.\d{1,6})?", plain, re.ASCII):
        raise InvalidInput(N_("Enter a number such as 12 or 3,5."))
    try:
        return Decimal(plain)
    except InvalidOperation as error:
        raise InvalidInput(N_("Enter a number such as 12 or 3,5.")) from error


def _boolean(_item: FormField, entry: Entry, _around: FormSurroundings) -> bool | None:
    return {"true": True, "yes": True, "on": True, "false": False, "no": False}.get(str(entry)) if entry else None


def _choice(item: FormField, entry: Entry, around: FormSurroundings) -> str | None:
    text = _text(item, entry, around)
    if text is not None and text not in {key for key, _ in item.choices}:
        raise InvalidInput(N_("Choose one of the answers."))
    return text


def _users(item: FormField, entry: Entry, around: FormSurroundings) -> list[str]:
    chosen = [entry] if isinstance(entry, str) else list(entry or ())
    chosen = list(dict.fromkeys(user for user in chosen if user))
    if set(chosen) - set(around.choosable.get(item.id, ())):
        raise InvalidInput(N_("Choose people from the list only."))
    return chosen


def _within_bounds(item: FormField, value: Any, variables: Mapping[str, Any], now: datetime | None) -> None:
    if value is None:
        return
    low, high = _bound(item.minimum, variables, now), _bound(item.maximum, variables, now)
    if item.kind == "date":
        _within_days(value, _day(low), _day(high))
        return
    measured = len(value) if isinstance(value, list) else value
    if low is not None and measured < low:
        template = N_("Choose at least %(bound)s people.") if isinstance(value, list) else N_("At least %(bound)s.")
        raise InvalidInput(template, bound=low)
    if high is not None and measured > high:
        template = N_("Choose at most %(bound)s people.") if isinstance(value, list) else N_("At most %(bound)s.")
        raise InvalidInput(template, bound=high)


def _within_days(value: date, first: date | None, last: date | None) -> None:
    if first is not None and value < first:
        raise InvalidInput(N_("Not before %(bound)s."), bound=f"{first:%d/%m/%Y}")
    if last is not None and value > last:
        raise InvalidInput(N_("Not later than %(bound)s."), bound=f"{last:%d/%m/%Y}")


def _day(bound: Any) -> date | None:
    """The day that a bound names here; what names none bounds nothing."""
    if isinstance(bound, datetime):
        return (bound.astimezone(ZONE) if bound.tzinfo else bound).date()
    return bound if isinstance(bound, date) else None


def _bound(expression: Expression | None, variables: Mapping[str, Any], now: datetime | None) -> Any:
    if expression is None:
        return None
    try:
        # In our zone, so that today() is the day on the wall and not that of Greenwich.
        return parse_for(expression.text, variables).evaluate(variables, now=now and now.astimezone(ZONE)).value
    except ExpressionError:
        return None  # an unusable bound bounds nothing; publishing has checked that it parses


def _within_other(spec: UserTaskSpec, item: FormField, value: Any, values: Mapping[str, Any]) -> None:
    if item.within and value and set(value) - set(values.get(item.within) or ()):
        other = next((one.label for one in spec.fields if one.id == item.within), item.label)
        raise InvalidInput(N_("Choose only people who are also chosen under “%(other)s”."), other=other)


READERS: dict[str, Callable[[FormField, Entry, FormSurroundings], Any]] = {
    "text": _text,
    "longtext": _text,
    "date": _date,
    "integer": _integer,
    "decimal": _decimal,
    "boolean": _boolean,
    "choice": _choice,
    "users": _users,
}
