"""Whether organisations and successions fit together, before they are stored."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from workflow.errors import N_, InvalidInput
from workflow.organisation.records import (
    AREA_KINDS,
    BODY_KINDS,
    LEVELS,
    SUBJECT_KINDS,
    SUCCESSION_KINDS,
    UNIT_KINDS,
    Organisation,
    Succession,
)

_LEVEL = N_("%(place)s: %(key)s %(level)s is none of %(known)s.")
_ENDS_FIRST = N_("%(place)s: it ends on %(last)s, before it begins on %(first)s.")
_AREA_LEVEL = N_("%(place)s: the level of a %(kind)s must be %(kind)s, not %(level)s.")
_UNMANAGED = N_("%(place)s: a unit needs managing_level and managing: territory alone does not say who answers for it.")
_NOT_KNOWN = N_("%(place)s: %(key)s %(id)s is not known.")
_NOT_YET = N_("%(place)s: %(key)s %(id)s is not valid when the record begins, on %(first)s.")
_NO_AREA = N_("%(place)s: territory %(id)s is no area.")
_OTHER_LEVEL = N_("%(place)s: managing %(id)s is of the level %(level)s, not %(wanted)s.")
_NO_TERRITORY = N_("%(place)s: it needs a territory.")
_CIRCLE = N_("%(place)s: its territories go in a circle at %(id)s.")
_CODE_TAKEN = N_("%(place)s: the code %(code)s is borne by %(id)s on the same days.")
_SUCCESSION_KIND = N_("%(place)s: kind %(kind)s is none of %(known)s.")
_NO_ORGANISATION = N_("%(place)s: %(id)s is not known.")
_MUST_END = N_("%(place)s: %(id)s must end on the day before %(on)s.")
_NOT_VALID = N_("%(place)s: %(id)s is not valid on %(on)s.")
_KIND_OF_UNIT = N_(
    "%(place)s: kind: there is no kind of unit “%(kind)s”. Write one of %(known)s; the official word, such as xã, is its type."
)
_KIND_OF_BODY = N_(
    "%(place)s: kind: there is no kind of body “%(kind)s”. Write one of %(known)s, or say in a [[kind]] entry what it is."
)
_LEVELLESS = N_("%(place)s: level: a body, such as one of the kind “%(kind)s”, needs the level for whose area it acts.")

Problem = tuple[str, dict[str, Any]]
"""A sentence and its values, but for the place."""

Placed = tuple[str, str, Organisation]
"""An organisation with the file and the entry that gave it; no file where it stands in the register."""


def check(organisations: Mapping[str, Placed], successions: Sequence[tuple[str, str, Succession]]) -> None:
    """Raise `InvalidInput` for the first record that does not fit, naming its file and entry."""
    known = {key: organisation for key, (_, _, organisation) in organisations.items()}
    for file, entry, organisation in organisations.values():
        _refuse(file, entry, _own_problem(organisation) or _place_problem(organisation, known))
    _check_codes(organisations)
    for file, entry, succession in successions:
        _refuse(file, entry, _succession_problem(succession, known))


def check_kind(organisation: Organisation, file: str, entry: str, bodies: Collection[str] | None = None) -> None:
    """Raise `InvalidInput` for a kind that there is not. `bodies`: the kinds of body that are known besides, None for any.

    What is stored already is not asked again: who cannot mend one record could change no other.
    """
    kind = organisation.kind
    if kind in SUBJECT_KINDS:
        return
    if organisation.is_unit:
        _refuse(file, entry, (_KIND_OF_UNIT, {"kind": kind, "known": ", ".join(SUBJECT_KINDS)}))
    if bodies is not None and kind not in BODY_KINDS and kind not in bodies:
        known = ", ".join((*SUBJECT_KINDS, *sorted({*BODY_KINDS, *bodies})))
        _refuse(file, entry, (_KIND_OF_BODY, {"kind": kind, "known": known}))
    if organisation.level is None:
        _refuse(file, entry, (_LEVELLESS, {"kind": kind}))


def _refuse(file: str, entry: str, problem: Problem | None) -> None:
    if problem is not None:
        raise InvalidInput(problem[0], place=", ".join(filter(None, (file, entry))), **problem[1])


def _own_problem(organisation: Organisation) -> Problem | None:
    for key, level in (("level", organisation.level), ("managing_level", organisation.managing_level)):
        if level is not None and level not in LEVELS:
            return _LEVEL, {"key": key, "level": level, "known": ", ".join(LEVELS)}
    if organisation.valid_to is not None and organisation.valid_to < organisation.valid_from:
        return _ENDS_FIRST, {"last": organisation.valid_to.isoformat(), "first": organisation.valid_from.isoformat()}
    if organisation.kind in AREA_KINDS and organisation.level != organisation.kind:
        return _AREA_LEVEL, {"kind": organisation.kind, "level": organisation.level or "-"}
    if organisation.kind in UNIT_KINDS and not (organisation.managing_level and organisation.managing_id):
        return _UNMANAGED, {}
    return None


def _place_problem(organisation: Organisation, known: Mapping[str, Organisation]) -> Problem | None:
    for key, reference in (("territory", organisation.territory_id), ("managing", organisation.managing_id)):
        if reference is None:
            continue
        target = known.get(reference)
        if target is None:
            return _NOT_KNOWN, {"key": key, "id": reference}
        if not target.is_valid(organisation.valid_from):
            return _NOT_YET, {"key": key, "id": reference, "first": organisation.valid_from.isoformat()}
        if key == "territory" and not target.is_area:
            return _NO_AREA, {"id": reference}
        if key == "managing" and target.level != organisation.managing_level:
            wanted = organisation.managing_level or "-"
            return _OTHER_LEVEL, {"id": reference, "level": target.level or "-", "wanted": wanted}
    if organisation.territory_id is None:
        return None if organisation.kind == "province" else (_NO_TERRITORY, {})
    return _circle(organisation, known)


def _circle(organisation: Organisation, known: Mapping[str, Organisation]) -> Problem | None:
    above, seen = known.get(organisation.territory_id or ""), {organisation.id}
    while above is not None:
        if above.id in seen:
            return _CIRCLE, {"id": above.id}
        seen.add(above.id)
        above = known.get(above.territory_id or "")
    return None


def _check_codes(organisations: Mapping[str, Placed]) -> None:
    by_code: dict[str, list[Placed]] = defaultdict(list)
    for placed in organisations.values():
        by_code[placed[2].code].append(placed)
    for code, group in by_code.items():
        group.sort(key=lambda placed: placed[2].valid_from)
        for (_, _, earlier), (file, entry, later) in pairwise(group):
            if (earlier.valid_to or date.max) >= later.valid_from:
                _refuse(file, entry, (_CODE_TAKEN, {"code": code, "id": earlier.id}))


def _succession_problem(succession: Succession, known: Mapping[str, Organisation]) -> Problem | None:
    if succession.kind not in SUCCESSION_KINDS:
        return _SUCCESSION_KIND, {"kind": succession.kind, "known": ", ".join(SUCCESSION_KINDS)}
    for reference in (succession.predecessor_id, succession.successor_id):
        if reference not in known:
            return _NO_ORGANISATION, {"id": reference}
    on = succession.on.isoformat()
    if known[succession.predecessor_id].valid_to != succession.on - timedelta(days=1):
        return _MUST_END, {"id": succession.predecessor_id, "on": on}
    if not known[succession.successor_id].is_valid(succession.on):
        return _NOT_VALID, {"id": succession.successor_id, "on": on}
    return None
