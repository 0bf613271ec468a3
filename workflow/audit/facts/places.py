"""What happens to organisations and to the calendar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from workflow.audit.facts.fact import Audience, Fact
from workflow.errors import N_
from workflow.model.event_fields import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceFact(Fact):
    family: ClassVar[str] = "Organisations and calendar"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationAdded(PlaceFact):
    sentence: ClassVar[str] = N_("%(actor)s added the organisation %(subject)s.")

    new: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationChanged(PlaceFact):
    sentence: ClassVar[str] = N_("%(actor)s changed the organisation %(subject)s.")
    notice: ClassVar[str] = N_("What is on record of %(organisation)s has been changed.")
    who: ClassVar[tuple[Audience, ...]] = ("members",)
    unsettles: ClassVar[bool] = True

    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationEnded(PlaceFact):
    sentence: ClassVar[str] = N_("%(actor)s ended the organisation %(subject)s.")
    notice: ClassVar[str] = N_("%(organisation)s ends. Its open cases are to be brought to an end or moved.")
    who: ClassVar[tuple[Audience, ...]] = ("members", "managers")
    unsettles: ClassVar[bool] = True

    changes: Mapping[str, Any]
    paper: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationSucceeded(PlaceFact):
    """Stands in the streams of both. `changes`: of the predecessor, which may have ended by it."""

    sentence: ClassVar[str] = N_("%(actor)s recorded a succession of %(subject)s.")
    notice: ClassVar[str] = N_("A merger, division or renaming of %(organisation)s has been recorded.")
    who: ClassVar[tuple[Audience, ...]] = ("members", "managers")
    unsettles: ClassVar[bool] = True

    new: Mapping[str, Any]
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDaySet(PlaceFact):
    sentence: ClassVar[str] = N_("%(actor)s set the calendar day %(on)s.")

    on: Moment
    old: Mapping[str, Any] | None
    new: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDayRemoved(PlaceFact):
    sentence: ClassVar[str] = N_("%(actor)s removed the special calendar day %(on)s.")

    on: Moment
    old: Mapping[str, Any]
    new: None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarSeeded(PlaceFact):
    sentence: ClassVar[str] = N_("The calendar of the year %(year)s was filled in.")

    year: int
    new: Sequence[Mapping[str, Any]]
