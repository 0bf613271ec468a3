"""Every fact by its type, and stored events read as facts."""

from dataclasses import fields
from typing import Any

from workflow.audit.facts import (
    accounts,
    auditing,
    campaigns,
    casework,
    criteria,
    moving,
    notifications,
    places,
    procedures,
    recusals,
    upkeep,
)
from workflow.audit.facts.fact import ABSENT, Fact, filled, key_of

_SUBJECTS = (
    casework,
    criteria,
    recusals,
    notifications,
    accounts,
    places,
    procedures,
    campaigns,
    moving,
    auditing,
    upkeep,
)


def _gathered() -> dict[str, type[Fact]]:
    """By type, those of one family together. A class without a sentence of its own is a base of others."""
    found: dict[str, type[Fact]] = {}
    for subject in _SUBJECTS:
        for name, kind in vars(subject).items():
            if isinstance(kind, type) and issubclass(kind, Fact) and kind.sentence:
                if name in found:
                    raise TypeError(f"two facts are called {name}")
                found[name] = kind
    return found


FACTS = _gathered()
"""Every fact by its type."""


def read(type: str, payload: Any) -> Fact | None:
    """The fact of a stored event; None for a type that there is not. Raises `KeyError` for a payload that is not such a fact's."""
    kind = FACTS.get(type)
    if kind is None:
        return None
    fact = filled(kind, payload)
    for item in fields(fact):
        if getattr(fact, item.name) is ABSENT and item.default is not ABSENT:
            raise KeyError(key_of(item.name))
    return fact
