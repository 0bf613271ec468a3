"""What every type of event says: the facts of the services and the events of the engine, as their classes describe themselves."""

import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, get_args, get_type_hints

from workflow.audit.facts.fact import filled
from workflow.audit.facts.registry import FACTS
from workflow.engine.serialise import EVENT_TYPES
from workflow.errors import N_
from workflow.model.telling import Names, Words
from workflow.services.auditing.engine_words import FIELDS, SENTENCES
from workflow.services.ground.language import translated

PLACE = re.compile(r"%\((\w+)\)s")
ENGINE = "The engine's own"
UNKNOWN = N_("%(actor)s: %(type)s.")
"""Said of a type that there is not: it is named by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a type of event says. `kind` is its class, None for a type that there is not."""

    name: str
    kind: type | None
    family: str
    sentence: str
    detail: bool


def _gathered() -> Mapping[str, Wording]:
    found = {
        name: Wording(name=name, kind=kind, family=ENGINE, sentence=SENTENCES[name][0], detail=SENTENCES[name][1])
        for name, kind in EVENT_TYPES.items()
    }
    for name, kind in FACTS.items():
        if name in found:
            raise TypeError(f"a fact is called as the engine's event {name}")
        found[name] = Wording(name=name, kind=kind, family=kind.family, sentence=kind.sentence, detail=kind.detail)
    return found


WORDINGS = _gathered()
"""By type, those of one family together."""


def wording(type: str) -> Wording:
    """What events of the type say; an unknown one is a fact of no family."""
    return WORDINGS.get(type) or Wording(name=type, kind=None, family="", sentence=UNKNOWN, detail=False)


def name_of(type: str, language: str) -> str:
    """What a type of event says, without its particulars: "… took the task “…”"."""
    text = PLACE.sub("…", translated(language, wording(type).sentence))
    if text.startswith("… "):
        text = text[2].upper() + text[3:]
    return text.strip(" .…:") or type


def happened(type: str, payload: Any) -> Any:
    """The stored event as an object of its class, unchecked (see `workflow.audit.facts.fact.filled`); None for an unknown type."""
    kind = wording(type).kind
    return None if kind is None else filled(kind, payload)


@cache
def names(kind: Any, place: str) -> Names | Words | None:
    """What a place of the class's sentence names; None where it is said as it stands. Raises `AttributeError` for no place of it."""
    found = inspect.getattr_static(kind, place)
    hint = get_type_hints(found.fget, include_extras=True)["return"] if isinstance(found, property) else None
    if hint is None:
        if kind.__name__ in EVENT_TYPES:
            return FIELDS.get(place)
        hint = get_type_hints(kind, include_extras=True)[place]
    return marked(hint)


def marked(hint: Any) -> Names | Words | None:
    """What a type says that a field names."""
    for mark in getattr(hint, "__metadata__", ()):
        if isinstance(mark, Names | Words):
            return mark
    return next((mark for part in get_args(hint) if (mark := marked(part)) is not None), None)
