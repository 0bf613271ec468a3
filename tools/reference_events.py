"""The reference of events: every type once, with its payload and its sentence, as its class says them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, fields
from datetime import datetime
from itertools import groupby
from typing import Any, Literal, get_args, get_origin, get_type_hints

from tools.reference import table
from workflow.audit.facts.casework import CaseOperated
from workflow.audit.facts.fact import Absent, key_of
from workflow.model.event_fields import Names
from workflow.services.auditing.vocabulary import PLACE, WORDINGS, Wording, marked

PATH = "docs/reference/events.md"
_HEAD = """\
# Events

Made from the classes in `workflow/audit/facts/` and `workflow/engine/` by `python -m tools.reference events`.

What is recorded, by type. The envelope (who, when, in which role, hashes) stands in [the audit format](audit-format.md). A sentence is that of the
timeline, the notification and the export; its places are fields of the event, `{actor}` (who did it), or `{subject}` (the organisation in whose
stream the event stands). “Detail” marks bookkeeping that a timeline folds away. A field with “?” may be missing, one with “∅” may be null.
How to add one: [Add a fact](../how-to/add-a-fact.md).

Streams: `case:<id>`, `procedure:<key>`, `organisation:<id>`, `campaign:<id>`, `accounts`, `calendar`, `jobs`, `audit`. A payload holds old and new value of what
was changed. It holds no password and no session token; for persons who are not users there is no field.
"""
_NAMES: Mapping[Names, str] = {
    Names.NODE: "node",
    Names.FLOWS: "flows",
    Names.PLACE: "criterion or paper",
    Names.VARIABLE: "name of a value",
    Names.REMARK: "text",
    Names.VALUE: "value",
}
_TYPES: Mapping[Any, str] = {str: "text", int: "number", bool: "yes or no", datetime: "moment", Any: "value"}


def page() -> str:
    """The page's text."""
    parts = [_HEAD]
    for family, found in groupby(WORDINGS.values(), key=lambda one: one.family):
        parts.append(f"## {family}\n\n{table(('Type', 'Said as', 'Payload', ''), map(_row, found))}\n")
    return "\n".join(parts)


def _row(found: Wording) -> Sequence[str]:
    said = [_with_places(found.sentence)]
    if found.kind is CaseOperated:
        said += [f"{command}: {_with_places(text)}" for command, text in CaseOperated.interventions.items()]
    detail = "detail" if found.detail else ""
    return f"`{found.name}`", "<br>".join(said), ", ".join(_fields(found)) or "–", detail


def _with_places(sentence: str) -> str:
    return PLACE.sub(r"{\1}", sentence)


def _fields(found: Wording) -> Iterator[str]:
    kind: Any = found.kind
    hints = get_type_hints(kind, include_extras=True)
    for item in fields(kind):
        hint = hints[item.name]
        left_out = item.default is not MISSING or item.default_factory is not MISSING
        empty = type(None) in _parts(hint)
        yield f"`{key_of(item.name)}`{'?' if left_out else ''} {_said(hint)}{'∅' if empty else ''}"


def _said(hint: Any) -> str:
    mark = marked(hint)
    if isinstance(mark, Names):
        return _NAMES.get(mark, mark.value)
    for part in _parts(hint):
        if get_origin(part) is Literal:
            return "one of " + ", ".join(f"“{one}”" for one in get_args(part))
        if part in _TYPES:
            return _TYPES[part]
        if get_origin(part) in (tuple, Sequence):
            return "list"
    return "object"


def _parts(hint: Any) -> Sequence[Any]:
    """What a union is made of, through annotations."""
    if hasattr(hint, "__metadata__"):
        return _parts(hint.__origin__)
    if get_origin(hint) in (Literal, tuple, Sequence, Mapping) or not get_args(hint):
        return () if hint is Absent else (hint,)
    return [part for one in get_args(hint) for part in _parts(one)]
