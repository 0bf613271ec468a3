"""The records of the organisation tree."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Level = Literal["province", "district", "commune"]
LEVELS: tuple[Level, ...] = ("province", "district", "commune")

SuccessionKind = Literal["merge", "split", "rename", "type-change"]
SUCCESSION_KINDS: tuple[SuccessionKind, ...] = ("merge", "split", "rename", "type-change")

AREA_KINDS = frozenset(LEVELS)
"""Kinds that are administrative areas: their `territory_id` is the area above."""

UNIT_KINDS = frozenset({"agency", "enterprise", "school", "residential-area"})
"""Kinds that are judged: they sit in one area and may be managed from another level. All other kinds are bodies, which act
for the area in which they sit; their names and kinds are data, since each province words them differently."""

SUBJECT_KINDS = (*LEVELS, *sorted(UNIT_KINDS))
"""What a procedure may judge: areas and units."""

BODY_KINDS = frozenset({"steering-committee", "police", "peoples-committee"})
"""The kinds of body that are known from the start; what else there is, is said where it is first used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """An area, a body or a unit during its validity (both days included; `valid_to` None: still valid).

    Three different things: `level` is the organisation's own place in the State's levels (None where it has none);
    `territory_id` is the area in which it sits (for an area: the area above); `managing_level` and `managing_id` say who
    answers for it, by own authority or, with `delegation_paper`, by delegation. `type` is the official word ("xã",
    "thị trấn", "hợp tác xã"). `source` says where the record comes from.
    """

    id: str
    code: str
    kind: str
    name_vi: str
    name_en: str
    valid_from: date
    valid_to: date | None = None
    type: str | None = None
    level: Level | None = None
    territory_id: str | None = None
    managing_level: Level | None = None
    managing_id: str | None = None
    delegation_paper: str = ""
    source: str = ""

    def is_valid(self, on: date) -> bool:
        """Whether it exists on that day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    @property
    def is_area(self) -> bool:
        """Whether it is an administrative area."""
        return self.kind in AREA_KINDS

    @property
    def is_unit(self) -> bool:
        """Whether it is a unit that is judged and has no jurisdiction of its own."""
        return self.kind in UNIT_KINDS or (self.managing_id is not None and not self.is_area)

    @property
    def is_body(self) -> bool:
        """Whether it acts for the area in which it sits."""
        return self.level is not None and not self.is_area and not self.is_unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Succession:
    """From the day `on`, `successor_id` stands in the place of `predecessor_id`, wholly or in part."""

    predecessor_id: str
    successor_id: str
    kind: SuccessionKind
    on: date
    paper: str = ""
