"""Whether organisations and successions fit together, before they are stored."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise

from workflow.errors import N_, InvalidInput
from workflow.organisation.records import AREA_KINDS, LEVELS, SUCCESSION_KINDS, UNIT_KINDS, Organisation, Succession

MALFORMED = N_("%(file)s, %(entry)s: %(problem)s.")

Placed = tuple[str, str, Organisation]
"""An organisation with the file and the entry that gave it."""


def check(organisations: Mapping[str, Placed], successions: Sequence[tuple[str, str, Succession]]) -> None:
    """Raise `InvalidInput` for the first record that does not fit, naming its file and entry."""
    known = {key: organisation for key, (_, _, organisation) in organisations.items()}
    for file, entry, organisation in organisations.values():
        for problem in (_own_problem(organisation), _place_problem(organisation, known)):
            if problem:
                raise InvalidInput(MALFORMED, file=file, entry=entry, problem=problem)
    _check_codes(organisations)
    for file, entry, succession in successions:
        if problem := _succession_problem(succession, known):
            raise InvalidInput(MALFORMED, file=file, entry=entry, problem=problem)


def _own_problem(organisation: Organisation) -> str | None:
    for name, level in (("level", organisation.level), ("managing_level", organisation.managing_level)):
        if level is not None and level not in LEVELS:
            return f"{name} {level} is none of {', '.join(LEVELS)}"
    if organisation.valid_to is not None and organisation.valid_to < organisation.valid_from:
        return f"it ends on {organisation.valid_to}, before it begins on {organisation.valid_from}"
    if organisation.kind in AREA_KINDS and organisation.level != organisation.kind:
        return f"the level of a {organisation.kind} must be {organisation.kind}, not {organisation.level}"
    if organisation.kind in UNIT_KINDS and not (organisation.managing_level and organisation.managing_id):
        return "a unit needs managing_level and managing: territory alone does not say who answers for it"
    return None


def _place_problem(organisation: Organisation, known: Mapping[str, Organisation]) -> str | None:
    for name, reference in (("territory", organisation.territory_id), ("managing", organisation.managing_id)):
        if reference is None:
            continue
        target = known.get(reference)
        if target is None:
            return f"{name} {reference} is not known"
        if not target.is_valid(organisation.valid_from):
            return f"{name} {reference} is not valid when the record begins, on {organisation.valid_from}"
        if name == "territory" and not target.is_area:
            return f"territory {reference} is no area"
        if name == "managing" and target.level != organisation.managing_level:
            return f"managing {reference} is of the level {target.level}, not {organisation.managing_level}"
    if organisation.territory_id is None:
        return None if organisation.kind == "province" else "it needs a territory"
    return _circle(organisation, known)


def _circle(organisation: Organisation, known: Mapping[str, Organisation]) -> str | None:
    above, seen = known.get(organisation.territory_id or ""), {organisation.id}
    while above is not None:
        if above.id in seen:
            return f"its territories go in a circle at {above.id}"
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
                problem = f"the code {code} is borne by {earlier.id} on the same days"
                raise InvalidInput(MALFORMED, file=file, entry=entry, problem=problem)


def _succession_problem(succession: Succession, known: Mapping[str, Organisation]) -> str | None:
    if succession.kind not in SUCCESSION_KINDS:
        return f"kind {succession.kind} is none of {', '.join(SUCCESSION_KINDS)}"
    for reference in (succession.predecessor_id, succession.successor_id):
        if reference not in known:
            return f"{reference} is not known"
    if known[succession.predecessor_id].valid_to != succession.on - timedelta(days=1):
        return f"{succession.predecessor_id} must end on the day before {succession.on}"
    if not known[succession.successor_id].is_valid(succession.on):
        return f"{succession.successor_id} is not valid on {succession.on}"
    return None
