"""The values of FEEL as Python values, and their one form in JSON.

number -> Decimal, string -> str, boolean -> bool, date -> date, time -> time, date and time -> datetime, days and time
duration -> timedelta, years and months duration -> YearMonthDuration, list -> list, context -> dict, null -> None.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Any

from jdmn.feel.lib.Types import Duration

from workflow.feel import temporal
from workflow.feel.basics import YearMonthDuration
from workflow.feel.far import FarDate, FarDateTime, FarDuration

Value = Any
"""One of the types above, a Range, or a Function; FEEL is typed at run time only."""

_EXACT_IN_JSON = 2**53


@dataclass(frozen=True, slots=True)
class Range:
    """A FEEL range; an end that is open to infinity is None and not included."""

    start: Value
    end: Value
    start_included: bool = True
    end_included: bool = True
    operator: str | None = None
    """`=` or `!=` for the two ranges that no pair of ends can say."""


class Function:
    """What FEEL can call: a built-in, a function literal, a business knowledge model, a decision service."""

    __slots__ = ()

    def invoke(self, args: list[Value], named: Mapping[str, Value] | None, run: Any) -> Value:
        """Call with either positional or named arguments; `run` carries the limits and takes diagnostics."""
        raise NotImplementedError


def _list(value: Any) -> list[Value]:
    return [coerce(item) for item in value]


def _context(value: Mapping[Any, Any]) -> dict[str, Value]:
    return {
        key if type(key) is str else str(key): item if type(item) is str else coerce(item)
        for key, item in value.items()
    }


def _same(value: Any) -> Any:
    return value


def _float(value: float) -> Decimal | None:
    number = Decimal(repr(value))
    return number if number.is_finite() else None


def _decimal(value: Decimal) -> Decimal | None:
    return value if value.is_finite() else None


_COERCIONS: dict[type, Callable[[Any], Any]] = {
    type(None): _same,
    bool: _same,
    str: _same,
    Decimal: _decimal,
    int: Decimal,
    float: _float,
    list: _list,
    tuple: _list,
    dict: _context,
    date: _same,
    time: _same,
    datetime: _same,
    timedelta: _same,
    YearMonthDuration: _same,
    FarDuration: _same,
    Range: _same,
}


def coerce(value: Any) -> Value:
    """Turn a Python value into a FEEL value; what has no counterpart (any other object) becomes null."""
    known = _COERCIONS.get(type(value))
    if known is not None:
        return known(value)
    if isinstance(value, Function | date | time | FarDate | FarDateTime):
        return value
    for kind in (str, Duration, Decimal, int, float, Mapping, list | tuple | set | frozenset, timedelta):
        if isinstance(value, kind):  # a subclass, such as an Enum of strings or an immutable mapping
            return _coerce_subclass(value)
    return None


def _coerce_subclass(value: Any) -> Value:
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, Duration):
        return YearMonthDuration(int(value.years * 12 + value.months)) if not value.tdelta else None
    if isinstance(value, Decimal | timedelta):
        return value
    if isinstance(value, int):
        return Decimal(int(value))
    if isinstance(value, float):
        return _float(float(value))
    return _context(value) if isinstance(value, Mapping) else _list(value)


def to_json(value: Value) -> Any:
    """The value as JSON that RFC 8785 can order: exact, and readable again by `from_json`.

    Numbers are ints where they are whole and below 2^53, else `{"$decimal": "0.5"}`; dates and durations are tagged likewise.
    Raises ValueError for a function, which has no text that means the same elsewhere.
    """
    write = _WRITERS.get(type(value))
    if write is not None:
        return write(value)
    if value is None or isinstance(value, bool | str):
        return value
    for kind in (Decimal, list, dict):
        if isinstance(value, kind):  # a subclass
            return _WRITERS[kind](value)
    if isinstance(value, Range):
        ends = {"start": to_json(value.start), "end": to_json(value.end)}
        marks = {"start_included": value.start_included, "end_included": value.end_included, "operator": value.operator}
        return {"$range": ends | marks}
    return _tagged(value)


def _number_json(value: Decimal) -> int | dict[str, str]:
    whole = abs(value) < _EXACT_IN_JSON and value == value.to_integral_value()
    return int(value) if whole else {"$decimal": str(value)}


def _list_json(value: list[Value]) -> list[Any]:
    return [item if type(item) is str else to_json(item) for item in value]


def _context_json(value: dict[str, Value]) -> dict[str, Any]:
    plain = {key: item if type(item) is str else to_json(item) for key, item in value.items()}
    is_doubtful = "$" in "".join(plain) and any(key.startswith("$") for key in plain)
    return {"$context": plain} if is_doubtful else plain


@lru_cache(maxsize=1024)
def _text_of_datetime(value: datetime, _zone: tzinfo | None, _fold: int) -> str:
    """As for reading. Instants that are equal may have another zone, and another text."""
    return temporal.exact_date_time(value)


_WRITERS: dict[type, Callable[[Any], Any]] = {
    str: _same,
    bool: _same,
    type(None): _same,
    Decimal: _number_json,
    list: _list_json,
    dict: _context_json,
    datetime: lambda value: {"$datetime": _text_of_datetime(value, value.tzinfo, value.fold)},
    date: lambda value: {"$date": value.isoformat()},
}


def _tagged(value: Value) -> dict[str, str]:
    if isinstance(value, datetime | FarDateTime):
        return {"$datetime": temporal.exact_date_time(value)}
    if isinstance(value, date | FarDate):
        return {"$date": value.isoformat()}
    if isinstance(value, time):
        return {"$time": temporal.exact_time(value)}
    if isinstance(value, timedelta | FarDuration):
        return {"$duration": temporal.format_duration(value)}
    if isinstance(value, YearMonthDuration):
        return {"$duration": str(value)}
    raise ValueError(f"a value of type {type(value).__name__} cannot be stored")


# The same deadlines stand in every case of a campaign and are read at every step.
_datetime_of_text = lru_cache(maxsize=1024)(temporal.read_exact)
_date_of_text = lru_cache(maxsize=1024)(temporal.parse_date)

_READERS: dict[str, Callable[[Any], Value]] = {
    "$decimal": Decimal,
    "$date": _date_of_text,
    "$datetime": _datetime_of_text,
    "$time": temporal.read_exact_time,
    "$duration": temporal.parse_duration,
    "$context": lambda entries: {key: from_json(item) for key, item in entries.items()},
    "$range": lambda parts: Range(**(parts | {"start": from_json(parts["start"]), "end": from_json(parts["end"])})),
}


def from_json(json: Any) -> Value:
    """The value that `to_json` wrote; plain JSON from elsewhere is read as FEEL values too."""
    if type(json) is str:
        return json
    if isinstance(json, dict):
        if len(json) == 1:
            ((tag, content),) = json.items()
            if tag in _READERS:
                return _READERS[tag](content)
        return {key: item if type(item) is str else from_json(item) for key, item in json.items()}
    if isinstance(json, list):
        return [from_json(item) for item in json]
    return coerce(json)
