"""What every type of event says: the facts of the services and the events of the engine, as their classes describe themselves."""

import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from workflow.audit.facts.fact import filled
from workflow.audit.facts.registry import FACTS
from workflow.engine.codec import EVENT_TYPES
from workflow.errors import N_
from workflow.model.event_fields import Names, Words
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
    kinds: dict[str, Any] = {**EVENT_TYPES, **FACTS}
    if len(kinds) < len(EVENT_TYPES) + len(FACTS):
        raise TypeError("a fact is called as an event of the engine")
    found = {
        name: Wording(
            name=name,
            kind=kind,
            family=getattr(kind, "family", ENGINE),
            sentence=kind.sentence,
            detail=kind.detail,
        )
        for name, kind in kinds.items()
    }
    families = list(dict.fromkeys(one.family for one in found.values()))
    return dict(sorted(found.items(), key=lambda item: families.index(item[1].family)))


WORDINGS = _gathered()
"""By type, those of one family together."""


GROUP = "group:"
"""Before the id of a group, where every type of it is asked for."""
DECISIONS = f"{GROUP}decisions"
MACHINE = "machine"
_NAMED: Mapping[str, str] = {
    "decisions": "TaskCompleted ResultRecorded CaseOpened CaseSuspended CaseResumed CaseWithdrawn CaseCancelled CaseOperated",
    "contents": "CriterionAssessed EvidenceAdded EvidenceWithdrawn CommentAdded",
    "work": "TaskClaimed TaskReleased TaskGivenBack TaskSentBack TaskStarted TaskDelegated TaskReassigned TaskReaddressed",
    "deadlines": "DueDateMoved ClockMoved TaskReminded TaskEscalated DeadlineChanged DeadlinesChanged",
    "reading": "CaseRead FileRead SampleDrawn EventsExported CasesExported AnswerExported CampaignExported CaseBundled BundleRequested BundleWritten",
    MACHINE: "DraftSaved JobRetried PeopleNotified AssigneeNotified RunningCasesTurned",
}
"""Types that stand in another group than the rest of their family."""
_OF_FAMILY: Mapping[str, str] = {
    ENGINE: MACHINE,
    "Cases": "contents",
    "Powers": "powers",
    "Accounts": "accounts",
    "Procedures": "procedures",
    "Campaigns": "campaigns",
    "Moving running cases": "campaigns",
    "Organisations and calendar": "organisations",
    "The audit itself": "proof",
    "Upkeep": "proof",
}
GROUPS: tuple[str, ...] = (
    "decisions",
    "contents",
    "work",
    "deadlines",
    "powers",
    "accounts",
    "procedures",
    "campaigns",
    "organisations",
    "reading",
    "proof",
    MACHINE,
)
"""The kinds of event, a dozen of them, what matters most first."""
_GROUP_OF = {name: group for group, names in _NAMED.items() for name in names.split()}


def group_of(type: str) -> str:
    """The group of a type; what is unknown is the machine's own."""
    return _GROUP_OF.get(type) or _OF_FAMILY.get(wording(type).family, MACHINE)


def types_of(asked: str | None) -> frozenset[str] | None:
    """The types that are asked for: one, or those of a group; None for every type."""
    if not asked:
        return None
    group = asked.removeprefix(GROUP)
    if group == asked:
        return frozenset({asked})
    return frozenset(name for name in WORDINGS if group_of(name) == group)


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
    if isinstance(found, property):
        hint = get_type_hints(found.fget, include_extras=True)["return"]
    else:
        hint = get_type_hints(kind, include_extras=True)[place]
    return marked(hint) or _by_nature(hint)


def _by_nature(hint: Any) -> Names | None:
    """Instants are said as moments; what is neither text nor number, as a value."""
    parts = {get_origin(part) or part for part in (*get_args(hint), hint)}
    if datetime in parts:
        return Names.MOMENT
    return Names.VALUE if parts & {Any, bool, Mapping} else None


def marked(hint: Any) -> Names | Words | None:
    """What a type says that a field names."""
    for mark in getattr(hint, "__metadata__", ()):
        if isinstance(mark, Names | Words):
            return mark
    return next((mark for part in get_args(hint) if (mark := marked(part)) is not None), None)
