"""FEEL types at run time: `instance of`, and the implicit conversions of arguments, variables and results."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from workflow.feel.basics import YearMonthDuration
from workflow.feel.far import FarDate, FarDateTime, FarDuration
from workflow.feel.values import Function, Range, Value


class Mismatch(Exception):
    """A value is not of the type that is asked for, and cannot be converted."""


class FeelType:
    """A type; `accepts` says whether a non-null value is an instance."""

    __slots__ = ()

    def accepts(self, value: Value) -> bool:
        """Whether the value is an instance of this type; null is of none."""
        raise NotImplementedError

    def convert(self, value: Value) -> Value:
        """The value as this type, with FEEL's implicit conversions; raises Mismatch."""
        if value is None or self.accepts(value):
            return value
        if isinstance(value, list) and len(value) == 1 and self.accepts(value[0]):
            return value[0]
        raise Mismatch


@dataclass(frozen=True, slots=True)
class Simple(FeelType):
    """A built-in type."""

    name: str
    test: Callable[[Value], bool]

    def accepts(self, value: Value) -> bool:
        """See FeelType."""
        return value is not None and self.test(value)

    def convert(self, value: Value) -> Value:
        """Also a date where a date and time is asked for: its midnight in UTC."""
        if self.name == "date and time" and isinstance(value, date) and not isinstance(value, datetime):
            return datetime.combine(value, time(0), UTC)
        return FeelType.convert(self, value)


@dataclass(frozen=True, slots=True)
class ListType(FeelType):
    """A list of one element type."""

    item: FeelType

    def accepts(self, value: Value) -> bool:
        """See FeelType; null elements are allowed."""
        return isinstance(value, list) and all(item is None or self.item.accepts(item) for item in value)

    def convert(self, value: Value) -> Value:
        """Also one element as a list of it."""
        if value is None or self.accepts(value):
            return value
        if isinstance(value, list) or not self.item.accepts(value):
            raise Mismatch
        return [value]


@dataclass(frozen=True, slots=True)
class ContextType(FeelType):
    """A context with at least these entries."""

    fields: Mapping[str, FeelType]

    def accepts(self, value: Value) -> bool:
        """See FeelType; an entry may be null, but not missing."""
        return isinstance(value, dict) and all(
            name in value and (value[name] is None or kind.accepts(value[name])) for name, kind in self.fields.items()
        )


@dataclass(frozen=True, slots=True)
class RangeType(FeelType):
    """A range of one type of ends."""

    item: FeelType

    def accepts(self, value: Value) -> bool:
        """See FeelType."""
        if not isinstance(value, Range):
            return False
        ends = [end for end in (value.start, value.end) if end is not None]
        return all(self.item.accepts(end) for end in ends)


@dataclass(frozen=True, slots=True)
class FunctionType(FeelType):
    """A function type; parameters are compared by number, and types where both sides give them."""

    parameters: tuple[FeelType, ...]
    result: FeelType

    def accepts(self, value: Value) -> bool:
        """See FeelType."""
        if not isinstance(value, Function):
            return False
        arity: Any = getattr(value, "arity", None)
        if arity is not None and arity != len(self.parameters):
            return False
        own: Any = getattr(value, "types", None)
        return own is None or all(subtype(ours, theirs) for ours, theirs in zip(self.parameters, own, strict=True))


def _kind(*kinds: type) -> Callable[[Value], bool]:
    return lambda value: isinstance(value, kinds)


ANY = Simple("Any", lambda value: True)
NUMBER = Simple("number", _kind(Decimal))
STRING = Simple("string", _kind(str))
BOOLEAN = Simple("boolean", _kind(bool))
DATE = Simple("date", lambda value: isinstance(value, date | FarDate) and not isinstance(value, datetime))
TIME = Simple("time", _kind(time))
DATE_TIME = Simple("date and time", _kind(datetime, FarDateTime))
DAYS_DURATION = Simple("days and time duration", _kind(timedelta, FarDuration))
MONTHS_DURATION = Simple("years and months duration", _kind(YearMonthDuration))
DURATION = Simple("duration", _kind(timedelta, FarDuration, YearMonthDuration))
CONTEXT = Simple("context", _kind(dict))
LIST = ListType(ANY)
RANGE = RangeType(ANY)
FUNCTION = Simple("function", _kind(Function))
NULL = Simple("Null", lambda value: False)
INSTANT = Simple("date or date and time", _kind(date, FarDate, FarDateTime))

BUILTIN_TYPES: dict[str, FeelType] = {
    "Any": ANY,
    "Null": NULL,
    "number": NUMBER,
    "string": STRING,
    "boolean": BOOLEAN,
    "date": DATE,
    "time": TIME,
    "date and time": DATE_TIME,
    "dateTime": DATE_TIME,
    "days and time duration": DAYS_DURATION,
    "dayTimeDuration": DAYS_DURATION,
    "years and months duration": MONTHS_DURATION,
    "yearMonthDuration": MONTHS_DURATION,
    "context": CONTEXT,
    "list": LIST,
    "range": RANGE,
    "function": FUNCTION,
}


def subtype(narrow: FeelType, wide: FeelType) -> bool:
    """Whether every value of one type is a value of the other, as far as the types say."""
    if wide is ANY or narrow == wide or narrow is NULL:
        return True
    if isinstance(narrow, ListType) and isinstance(wide, ListType):
        return subtype(narrow.item, wide.item)
    if isinstance(narrow, RangeType) and isinstance(wide, RangeType):
        return subtype(narrow.item, wide.item)
    if isinstance(narrow, ContextType) and isinstance(wide, ContextType):
        return all(name in narrow.fields and subtype(narrow.fields[name], kind) for name, kind in wide.fields.items())
    if isinstance(narrow, FunctionType) and isinstance(wide, FunctionType):
        pairs = zip(wide.parameters, narrow.parameters, strict=False)
        same_count = len(wide.parameters) == len(narrow.parameters)
        return same_count and subtype(narrow.result, wide.result) and all(subtype(a, b) for a, b in pairs)
    return False
