"""Variables on the command line and values on the screen: JSON both ways, numbers exact."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import click

from workflow.alphabets import fit
from workflow.feel.text import number_text, to_text
from workflow.feel.values import Value, from_json


class Variables(click.ParamType[dict[str, Any]]):
    """A JSON object; dates and durations are written as `{"$date": "2026-01-05"}` or `{"$duration": "P1D"}`."""

    name = "JSON"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dict[str, Any]:
        if not isinstance(value, str):
            return dict(value)
        try:
            given = fit(json.loads(value, parse_float=Decimal, parse_constant=_refuse))
            if not isinstance(given, dict):
                self.fail("Expected is a JSON object, such as '{\"amount\": 5}'.", param, ctx)
            return {name: _read(entry) for name, entry in given.items()}
        except (ArithmeticError, RecursionError, TypeError, ValueError) as error:
            self.fail(f"This is not readable as JSON: {error}.", param, ctx)


def value_text(value: Value) -> str:
    """The value as JSON: numbers with all their digits, dates, times, durations and ranges as texts in FEEL's form."""
    if value is None or isinstance(value, bool | str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(value_text, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{value_text(key)}: {value_text(item)}" for key, item in value.items()) + "}"
    return json.dumps(to_text(value), ensure_ascii=False)


def variables_text(variables: Mapping[str, Value]) -> str:
    """As `value_text`, for variables by name."""
    return value_text(dict(variables))


def _read(entry: Any) -> Any:
    if isinstance(entry, list):
        return [_read(item) for item in entry]
    if isinstance(entry, dict):
        read = {key: _read(item) for key, item in entry.items()}
        tagged = len(read) == 1 and next(iter(read)).startswith("$")
        return _tagged(read) if tagged else read
    return from_json(entry)


def _tagged(entry: dict[str, Any]) -> Any:
    value = from_json(entry)
    if value is None:
        raise ValueError(f"{json.dumps(entry, default=str)} means nothing")
    return value


def _refuse(text: str) -> Any:
    raise ValueError(f"{text} is no number of JSON")
