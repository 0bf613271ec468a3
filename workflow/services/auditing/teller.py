"""Tells a business event as a sentence: its class says the words, and the types of its fields what each place names."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from workflow.audit.event import AuditEvent
from workflow.audit.facts.casework import TaskCompleted
from workflow.audit.facts.fact import ABSENT
from workflow.engine.events import IncidentOpened
from workflow.errors import N_
from workflow.model.event_fields import Names, Words
from workflow.model.user_task import Label
from workflow.packages.package import ProcedurePackage
from workflow.runtime.recorder import SYSTEM
from workflow.services.auditing.names import THE_SYSTEM, EventNames
from workflow.services.auditing.vocabulary import PLACE, happened, names as names_of, wording
from workflow.services.ground.labels import (
    NOTHING,
    flow_label,
    joined,
    node_label,
    outcome_label,
    result_label,
    role_label,
    same,
)
from workflow.services.ground.language import translated, word
from workflow.services.ground.payloads import text_of
from workflow.services.ground.words import ValueWords, local_text
from workflow.store.casework import UnitCase

ENVELOPE = frozenset({"actor", "type", "subject"})
"""Places that name what stands around an event's payload."""
_LONGEST = 300
_ORGANISATION = "organisation:"
_UNDEFINED = re.compile(r"'(.+)' is not defined")
_NO_ENTRY = re.compile(r"'(.+)' has no entry '(.+)'")
_NO_NAME = N_("there is no value “%(name)s” yet")
_NO_PART = N_("“%(name)s” has no value “%(entry)s” yet")
_NO_VALUE = N_("there is no value yet")


@dataclass(frozen=True, slots=True)
class _Around:
    """Where names are looked up for one event; `happened` is the event as an object of its class."""

    event: AuditEvent
    happened: Any
    names: EventNames
    package: ProcedurePackage | None
    words: ValueWords


def sentence(event: AuditEvent, names: EventNames, case: UnitCase | None) -> Label:
    """What happened, in both languages. `case`: as it names its version at that event. Whatever was stored can be told."""
    around = _Around(event, happened(event.type, event.payload), names, names.package(case), names.words(case))
    template = wording(event.type).sentence if around.happened is None else _template(around)
    return filled_in(template, {place: _said(around, place) for place in PLACE.findall(template)})


_DONE = N_("%(actor)s has done the task “%(node_id)s”. How is told when the round closes.")
_WITHHELD = N_("What this holds is told when the round closes.")


def withheld_sentence(event: AuditEvent, names: EventNames, case: UnitCase | None) -> Label:
    """What may be said of an event whose contents are withheld: that somebody has done their part, not how."""
    if event.type != TaskCompleted.__name__:
        return word(_WITHHELD)
    done_by = word(THE_SYSTEM) if event.actor == SYSTEM else same(names.person(event.actor))
    node = node_label(names.package(case), event.payload.get("node_id"))
    return filled_in(_DONE, {"actor": done_by, "node_id": node})


def filled_in(template: str, places: Mapping[str, Label]) -> Label:
    """The template (an English msgid) in both languages with its places filled in."""
    return Label(
        vi=translated("vi", template) % {name: label.vi for name, label in places.items()},
        en=translated("en", template) % {name: label.en or label.vi for name, label in places.items()},
    )


def trouble(event: AuditEvent, names: EventNames, case: UnitCase | None) -> Label | None:
    """Why a case got stuck, of the event that says it did; a record that can no longer be read says nothing of it."""
    found = happened(event.type, event.payload)
    if not isinstance(found, IncidentOpened):
        return None
    try:
        given = {name: same(text_of(one, {})) for name, one in found.params.items()}
        reason = given.get("reason", same(""))
        given |= {"node": node_label(names.package(case), found.node_id), "reason": fault(reason.vi)}
        return filled_in(str(found.template), given)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def fault(text: str) -> Label:
    """Why an expression has no value: the commonest diagnostics in words, others as FEEL gives them."""
    return joined(map(_fault, text.split("; ")), "; ")


def _fault(text: str) -> Label:
    if found := _UNDEFINED.fullmatch(text):
        return filled_in(_NO_NAME, {"name": same(found[1])})
    if found := _NO_ENTRY.fullmatch(text):
        return filled_in(_NO_PART, {"name": same(found[1]), "entry": same(found[2])})
    return word(_NO_VALUE) if text == "null" else same(text)


def _template(around: _Around) -> str:
    own = getattr(around.happened, "said", None)
    return str(own) if own else wording(around.event.type).sentence


def _said(around: _Around, place: str) -> Label:
    """What stands in a place of the sentence."""
    event = around.event
    if place == "actor":
        return word(THE_SYSTEM) if event.actor == SYSTEM else same(around.names.person(event.actor))
    if place == "type":
        return same(event.type)
    if place == "subject":
        named = event.stream.removeprefix(_ORGANISATION) if event.stream.startswith(_ORGANISATION) else None
        return around.names.organisation(named)
    found = getattr(around.happened, place)
    value = None if found is ABSENT else found
    kind: Any = type(around.happened)
    mark = names_of(kind, place)
    try:
        if isinstance(mark, Words):
            return word(mark.said[value]) if value is not None and value in mark.said else _plainly(around, value)
        return WAYS[mark](around, value)
    except (TypeError, AttributeError):  # a record that was tampered with: verification says so, here it is only told
        return same(text_of(value, around.names.people))


def _plainly(_around: _Around, value: Any) -> Label:
    return same(NOTHING if value in (None, "") else str(value))


def _result(around: _Around, value: Any) -> Label:
    return result_label(around.package, str(value) if value else None) or same(NOTHING)


def _value(around: _Around, value: Any) -> Label:
    label = around.words.value(value)
    return Label(vi=_cut(label.vi), en=_cut(label.en))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


WAYS: Mapping[Names | None, Callable[[_Around, Any], Label]] = {
    None: _plainly,
    Names.PERSON: lambda around, value: same(around.names.person(value)),
    Names.ORGANISATION: lambda around, value: around.names.organisation(value),
    Names.ROLE: lambda around, value: role_label(around.package, value),
    Names.NODE: lambda around, value: node_label(around.package, value),
    Names.FLOWS: lambda around, value: joined(flow_label(around.package, one) for one in value or ()),
    Names.OUTCOME: lambda around, value: outcome_label(around.package, around.happened.node_id, value),
    Names.RESULT: _result,
    Names.PLACE: lambda around, value: around.words.paper(value) or _plainly(around, value),
    Names.VARIABLE: lambda around, value: around.words.key(value or NOTHING),
    Names.MOMENT: lambda around, value: same(local_text(value) if value else NOTHING),
    Names.VALUE: _value,
    Names.REMARK: lambda _around, value: same(str(value or "")),
}
"""How each kind of field is said."""
