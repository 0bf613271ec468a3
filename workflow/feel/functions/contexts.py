"""Context functions, and `not` and `is`."""

from datetime import date, datetime, time
from typing import Any

from workflow.feel import operators, text
from workflow.feel.functions.registry import Library
from workflow.feel.types import Mismatch
from workflow.feel.values import Value

LIBRARY = Library()


@LIBRARY.form("not", "negand: any")
def negation(value: Value) -> bool | None:
    """Three-valued `not`; null for what is no boolean."""
    return not value if isinstance(value, bool) else None


@LIBRARY.form("is", "value1: any", "value2: any", wants_run=True)
def same(run: Any, left: Value, right: Value) -> bool:
    """Whether both are the very same value of one type; a time in another zone is another time."""
    run.compares(left)
    if operators.kind_of(left) != operators.kind_of(right):
        return False
    if isinstance(left, date | datetime | time):
        return text.to_text(left) == text.to_text(right) and operators.equal(left, right) is True
    return operators.equal(left, right) is True


@LIBRARY.form("get value", "m: context", "key: string")
@LIBRARY.form("get value", "context: context", "keys: list")
def get_value(context: dict[str, Value], key: Value) -> Value:
    """The entry of that name, or along a list of names."""
    found: Value = context
    for name in key if isinstance(key, list) else [key]:
        found = found.get(name) if isinstance(found, dict) and isinstance(name, str) else None
    return found


@LIBRARY.form("get entries", "m: context")
def get_entries(context: dict[str, Value]) -> list[Value]:
    """A list of contexts with `key` and `value`."""
    return [{"key": key, "value": value} for key, value in context.items()]


@LIBRARY.form("context", "entries: list")
def context_of(entries: list[Value]) -> dict[str, Value]:
    """The context of such a list; a key may come once."""
    made: dict[str, Value] = {}
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get("key"), str) or "value" not in entry:
            raise Mismatch("each entry has a key and a value")
        if entry["key"] in made:
            raise Mismatch("a key comes twice")
        made[entry["key"]] = entry["value"]
    return made


@LIBRARY.form("context put", "context: context", "key: string", "value: any")
def context_put(context: dict[str, Value], key: str, value: Value) -> dict[str, Value]:
    """The context with one entry set."""
    return {**context, key: value}


@LIBRARY.form("context put", "context: context", "keys: list", "value: any", wants_run=True)
def context_put_deep(run: Any, context: dict[str, Value], keys: list[Value], value: Value) -> dict[str, Value]:
    """The context with one entry set along a list of names."""
    if not keys or not isinstance(keys[0], str):
        raise Mismatch("the keys are names")
    run.step()
    if len(keys) == 1:
        return {**context, keys[0]: value}
    inner = context.get(keys[0])
    if not isinstance(inner, dict):
        raise Mismatch(f"'{keys[0]}' is not a context")
    return {**context, keys[0]: context_put_deep(run, inner, keys[1:], value)}


@LIBRARY.form("context merge", "contexts: list")
def context_merge(contexts: list[Value]) -> dict[str, Value]:
    """All entries; the last one of a name wins."""
    made: dict[str, Value] = {}
    for one in contexts:
        if not isinstance(one, dict):
            raise Mismatch("contexts are expected")
        made.update(one)
    return made
