"""What a person can do in a step-by-step simulation, and how it is written in JSON.

The same form is kept in saved tests, so that it names nodes and nothing that changes from run to run:

    {"node": "review", "outcome": "approve", "fields": {"score": 8}}      a user task is completed
    {"timer": "reminder"}                                                 virtual time runs until that timer
    {"message": "payment", "key": "A-17", "variables": {"amount": 5}}     a message comes
    {"signal": "stop"}                                                    a signal comes
    {"job": "notify", "variables": {"sent": true}}                        machine work is done; with "error": it fails so
    {"set": {"urgent": true}}                                             variables are changed

`item` (0 unless said otherwise) chooses among several that wait at the same node. Values are as in `workflow.feel.values`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from workflow.errors import N_, InvalidInput
from workflow.feel.values import from_json, to_json

Kind = Literal["node", "timer", "message", "signal", "job", "set"]
KINDS: tuple[Kind, ...] = ("node", "timer", "message", "signal", "job", "set")
_KNOWN: Mapping[Kind, frozenset[str]] = {
    "node": frozenset({"item", "outcome", "fields", "variables", "reason"}),
    "timer": frozenset({"item"}),
    "message": frozenset({"key", "variables"}),
    "signal": frozenset({"variables"}),
    "job": frozenset({"item", "variables", "error"}),
    "set": frozenset(),
}

_NO_KIND = N_("A step says one of %(kinds)s; this one says %(found)s.")
_UNKNOWN = N_("A step with “%(kind)s” cannot say “%(key)s”.")
_WRONG = N_("“%(key)s” of a step has the wrong kind of value.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One step. `target` is the node's id, or the message's or signal's name. Variables are FEEL values."""

    kind: Kind
    target: str = ""
    item: int = 0
    outcome: str | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    variables: Mapping[str, Any] = field(default_factory=dict)
    key: Any = None
    reason: str = ""
    error: str | None = None


def action_to_json(action: Action) -> dict[str, Any]:
    """The form that stands at the top of this module; what is at its default is left out."""
    if action.kind == "set":
        return {"set": _values_to_json(action.variables)}
    json: dict[str, Any] = {action.kind: action.target}
    for name in ("item", "outcome", "reason", "error"):
        if value := getattr(action, name):
            json[name] = value
    for name in ("fields", "variables"):
        if values := getattr(action, name):
            json[name] = _values_to_json(values)
    if action.key is not None:
        json["key"] = to_json(action.key)
    return json


def action_from_json(json: object) -> Action:
    """Read one step. Raises `InvalidInput` for anything but the form that `action_to_json` writes."""
    given = json if isinstance(json, Mapping) else {}
    kinds = [kind for kind in KINDS if kind in given]
    if len(kinds) != 1:
        raise InvalidInput(_NO_KIND, kinds=", ".join(KINDS), found=", ".join(map(str, given)) or "-")
    kind = kinds[0]
    if kind == "set":
        _check(given, kind, Mapping)
        return Action(kind=kind, variables=_values(given, "set"))
    _check(given, kind, str)
    return Action(
        kind=kind,
        target=given[kind],
        item=_item(given),
        outcome=_text(given, "outcome"),
        fields=_values(given, "fields"),
        variables=_values(given, "variables"),
        key=from_json(given.get("key")),
        reason=_text(given, "reason") or "",
        error=_text(given, "error"),
    )


def values_of(json: object, key: str) -> dict[str, Any]:
    """Variables by name from a JSON object. Raises `InvalidInput`, naming `key`."""
    if not isinstance(json, Mapping):
        raise InvalidInput(_WRONG, key=key)
    try:
        return {str(name): from_json(value) for name, value in json.items()}
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise InvalidInput(_WRONG, key=key) from error


def _values_to_json(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: to_json(value) for name, value in values.items()}


def _values(given: Mapping[str, Any], key: str) -> dict[str, Any]:
    return values_of(given.get(key, {}), key)


def _check(given: Mapping[str, Any], kind: Kind, expected: type) -> None:
    for key in given:
        if key != kind and key not in _KNOWN[kind]:
            raise InvalidInput(_UNKNOWN, kind=kind, key=key)
    if not isinstance(given[kind], expected):
        raise InvalidInput(_WRONG, key=kind)


def _text(given: Mapping[str, Any], key: str) -> str | None:
    value = given.get(key)
    if value is not None and not isinstance(value, str):
        raise InvalidInput(_WRONG, key=key)
    return value


def _item(given: Mapping[str, Any]) -> int:
    value = given.get("item", 0)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise InvalidInput(_WRONG, key="item")
    return value
