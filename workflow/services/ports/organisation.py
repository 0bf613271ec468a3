"""Organisations with their successions, the calendar's days, and named settings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationRecord:
    """One organisation as it stands in the register; the last day of validity is included."""

    id: str
    code: str
    kind: str
    name_vi: str
    name_en: str
    valid_from: date
    valid_to: date | None = None
    type: str | None = None
    level: str | None = None
    territory_id: str | None = None
    managing_level: str | None = None
    managing_id: str | None = None
    delegation_paper: str | None = None
    source: str = ""
    revision: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SuccessionRecord:
    predecessor_id: str
    successor_id: str
    kind: str
    on: date
    paper: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDayRecord:
    """A day that differs from the week's rule: `kind` is `holiday` or `working`."""

    on: date
    kind: str
    name: str
    name_en: str = ""
    source: str = ""


class Organisations(Protocol):
    def get(self, organisation_id: str) -> OrganisationRecord:
        """Raise `NotFound`."""

    def all(self) -> Sequence[OrganisationRecord]: ...

    def add(self, organisations: Sequence[OrganisationRecord]) -> None: ...

    def save(self, organisation: OrganisationRecord) -> OrganisationRecord:
        """Write the record if its revision is still the stored one and return it with the next; else raise `Conflict`."""

    def successions(self) -> Sequence[SuccessionRecord]: ...

    def add_successions(self, successions: Sequence[SuccessionRecord]) -> None: ...


class CalendarDays(Protocol):
    def get(self, on: date) -> CalendarDayRecord | None: ...

    def all(self) -> Sequence[CalendarDayRecord]: ...

    def of_year(self, year: int) -> Sequence[CalendarDayRecord]: ...

    def put(self, days: Sequence[CalendarDayRecord]) -> None:
        """Add the days; a day that is already there is replaced."""

    def remove(self, on: date) -> None: ...


class Settings(Protocol):
    def get(self, name: str) -> str | None: ...

    def put(self, name: str, value: str) -> None: ...

    def raise_number(self, name: str) -> int:
        """Add one to a number (0 where there is none yet) and return it; other writers of it wait for the commit."""
