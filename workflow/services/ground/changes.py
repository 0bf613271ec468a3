"""Changes: texts that must be there, old → new as an event holds it, and the same as it is told to who reads the event."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any

from workflow.errors import N_, InvalidInput
from workflow.model.user_task import Label
from workflow.services.ground.labels import EMPTY, joined, same
from workflow.services.ground.language import word
from workflow.services.ground.payloads import DEEPEST
from workflow.services.ground.words import ValueWords
from workflow.spelling import entered, length, visible

_MISSING = N_("%(field)s is missing.")
_TOO_LONG = N_("%(field)s is longer than %(limit)s characters.")


def plain(value: Any) -> Any:
    """The value as an event's payload holds it: dates and instants as ISO 8601, records and mappings as objects."""
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def changes(old: Any, new: Any, *, but: frozenset[str] = frozenset({"revision"})) -> dict[str, Any]:
    """Field → `{"old", "new"}` for what differs between two records of one class."""
    return {
        item.name: {"old": plain(getattr(old, item.name)), "new": plain(getattr(new, item.name))}
        for item in fields(old)
        if item.name not in but and getattr(old, item.name) != getattr(new, item.name)
    }


def optional(text: str, field: str, limit: int = 400) -> str:
    """As `required`, where nothing may be left."""
    return required(text, field, limit) if visible(text) else ""


def required(text: str, field: str, limit: int = 400) -> str:
    """Return the text without outer blanks. Raises `InvalidInput` when nothing is left or it is too long."""
    text = entered(text)
    if not text:
        raise InvalidInput(_MISSING, field=field)
    if length(text) > limit:
        raise InvalidInput(_TOO_LONG, field=field, limit=limit)
    return text


# As an event is read.

_PAIRS = (("from", "to"), ("old", "new"))
FIELDS: Mapping[str, str] = {
    "assignee": N_("Assignee"),
    "on_behalf_of": N_("On behalf of"),
    "state": N_("State"),
    "status": N_("State"),
    "result": N_("Result"),
    "figures": N_("Figures"),
    "statement": N_("Statement"),
    "reason": N_("Reason"),
    "name": N_("Name"),
    "name_vi": N_("Name (Vietnamese)"),
    "name_en": N_("Name (English)"),
    "email": N_("E-mail"),
    "due_at": N_("Due"),
    "last_day": N_("Last day"),
    "valid_from": N_("Valid from"),
    "valid_to": N_("Valid until"),
    "id": N_("Id"),
    "login": N_("Login"),
    "locale": N_("Language"),
    "single_keys": N_("Single keys in tables"),
    "demonstration": N_("Demonstration"),
    "must_change_password": N_("Must change the password"),
    "created_at": N_("Created on"),
    "created_by": N_("Created by"),
    "changed_by": N_("Changed by"),
    "ended_at": N_("Ended"),
    "user_id": N_("User"),
    "role": N_("Role"),
    "organisation_id": N_("Organisation"),
    "paper": N_("Paper"),
    "scope": N_("Scope"),
    "assignment_id": N_("Role that is stood in for"),
    "deputy_user_id": N_("Deputy"),
    "code": N_("Code"),
    "kind": N_("Kind"),
    "type": N_("Type"),
    "level": N_("Level"),
    "territory_id": N_("Territory"),
    "managing_level": N_("Level of the managing body"),
    "managing_id": N_("Managed by"),
    "delegation_paper": N_("Delegation paper"),
    "source": N_("Source"),
    "predecessor_id": N_("Predecessor"),
    "successor_id": N_("Successor"),
    "on": N_("Day"),
    "key": N_("Procedure"),
    "version": N_("Version"),
    "version_id": N_("Version"),
    "title_vi": N_("Title (Vietnamese)"),
    "title_en": N_("Title (English)"),
    "sha256": N_("Fingerprint of the files"),
    "label": N_("Name of the version"),
    "effective_from": N_("Effective from"),
    "effective_to": N_("Effective until"),
    "submitted_by": N_("Submitted by"),
    "submitted_at": N_("Submitted on"),
    "published_by": N_("Published by"),
    "published_at": N_("Published on"),
    "retired_at": N_("Retired on"),
    "roles": N_("Roles"),
    "same_as": N_("Same file as"),
    "confirmed": N_("Confirmed"),
    "note": N_("Note"),
    "year": N_("Year"),
    "province": N_("Province"),
    "deadlines": N_("Deadlines"),
    "last_number": N_("Last number given"),
    "revision": N_("Revision"),
    "campaign_id": N_("Campaign"),
    "unit_id": N_("Unit"),
    "case_id": N_("Case"),
    "template": N_("Message"),
    "params": N_("Values"),
    "variables": N_("Values"),
    "values": N_("Values"),
    "remind_at": N_("Reminder"),
    "escalate_to": N_("Escalated to"),
    "label_vi": N_("Name (Vietnamese)"),
    "label_en": N_("Name (English)"),
    "late": N_("What happens after the last day"),
}
"""What the fields of recorded things are called: of every record and every object that an event holds before and after."""
LEVELS: Mapping[str, str] = {"province": N_("Province"), "district": N_("District"), "commune": N_("Commune")}
KINDS: Mapping[str, str] = {
    "province": N_("Province"),
    "district": N_("District or city"),
    "commune": N_("Commune, ward or township"),
    "residential-area": N_("Residential area"),
    "agency": N_("Agency"),
    "enterprise": N_("Enterprise"),
    "school": N_("School"),
    "peoples-committee": N_("People's committee"),
    "police": N_("Police"),
    "steering-committee": N_("Steering committee"),
}
VALUES: Mapping[str, Mapping[str, str]] = {
    "result": {"met": N_("Met"), "not_met": N_("Not met"), "not_applicable": N_("Not applicable")},
    "state": {
        "ready": N_("Waiting"),
        "reserved": N_("Claimed"),
        "in_progress": N_("In progress"),
        "suspended": N_("Suspended"),
        "completed": N_("Done"),
        "cancelled": N_("Cancelled"),
        "draft": N_("Draft"),
        "in_review": N_("In review"),
        "published": N_("Published"),
        "retired": N_("Retired"),
        "planned": N_("Planned"),
        "open": N_("Open"),
        "closed": N_("Closed"),
    },
    "kind": KINDS,
    "level": LEVELS,
    "managing_level": LEVELS,
    "locale": {"vi": N_("Vietnamese"), "en": N_("English")},
}
"""Field → what its fixed values are called. Kinds and levels are data: one that has no word here is said as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field before and after. `field`: its path as recorded, such as `deadlines.district_list.due_at`, and in words."""

    field: str
    called: Label
    old: Label
    new: Label


def changes_in(payload: Mapping[str, Any], words: ValueWords) -> tuple[Change, ...]:
    """What the payload says was changed: `changes`, or `from`/`to` and `old`/`new`, field by field where they are objects."""
    found: list[Change] = []
    words = words.among(FIELDS, VALUES)
    told = payload.get("changes")
    if isinstance(told, Mapping):
        for name, pair in told.items():
            if isinstance(pair, Mapping):
                old, new = pair.get("old"), pair.get("new")
                found += _compared((str(name),), [_called(str(name), 0, words, old, new)], old, new, words)
    for before, after in _PAIRS:
        if before in payload or after in payload:
            found += _compared((), [], payload.get(before), payload.get(after), words)
    return tuple(found)


def _compared(path: tuple[str, ...], called: list[Label], old: Any, new: Any, words: ValueWords) -> Iterator[Change]:
    if old == new:
        return
    if len(path) < DEEPEST and (_is_object(old) or _is_object(new)):
        before, after = old if _is_object(old) else {}, new if _is_object(new) else {}
        for name in map(str, dict.fromkeys([*before, *after])):
            inner = _called(name, len(path), words, before.get(name), after.get(name))
            yield from _compared((*path, name), [*called, inner], before.get(name), after.get(name), words)
        return
    name = path[-1] if path else ""
    yield Change(
        field=".".join(path),
        called=joined(called, " › ") if called else EMPTY,
        old=words.value(old, name),
        new=words.value(new, name),
    )


def _is_object(value: Any) -> bool:
    """Whether it has fields; a tagged value of FEEL, such as a date, has none."""
    return isinstance(value, Mapping) and not (len(value) == 1 and next(iter(value)).startswith("$"))


def _called(name: str, depth: int, words: ValueWords, old: Any, new: Any) -> Label:
    """A field of a record by our word, a value that a form names by its label, what says its own name by that."""
    if depth == 0 and name in FIELDS:
        return word(FIELDS[name])
    for one in (new, old):
        if isinstance(one, Mapping) and isinstance(one.get("label_vi"), str):
            return Label(vi=one["label_vi"], en=str(one.get("label_en") or one["label_vi"]))
    found = words.key(name)
    return found if found != same(name) else word(FIELDS[name]) if name in FIELDS else found
