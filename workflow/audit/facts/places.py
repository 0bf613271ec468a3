"""What happens to organisations and to the calendar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from workflow.audit.facts.fact import Audience, Fact, part
from workflow.errors import N_
from workflow.model.event_fields import Moment

MOST_LISTED = 5


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
class RunningCasesTurned(PlaceFact):
    """A change that reaches back to the date of running cases gave them another body.

    `cases`: their numbers. `units`: which they are about. `bodies`: `old`, `new` (null where there is none) and for how many `cases`.
    """

    sentence: ClassVar[str] = N_(
        "By a change of %(subject)s that reaches back, running cases come before another body: %(number)s (%(listed)s). Former → new body: %(turned)s."
    )
    notice: ClassVar[str] = N_(
        "A change of %(organisation)s reaches back to running cases: %(number)s now come before another body (%(cases)s)."
    )
    who: ClassVar[tuple[Audience, ...]] = ("managers",)
    urgent: ClassVar[bool] = True

    number: int
    cases: Sequence[str]
    units: Sequence[str]
    bodies: Sequence[Mapping[str, Any]]

    @property
    def listed(self) -> str:
        """The first of the cases."""
        return first_of(self.cases)

    @property
    def turned(self) -> str:
        """The bodies, former and new."""
        pairs = self.bodies if isinstance(self.bodies, list | tuple) else ()
        return ", ".join(f"{part(one, 'old') or '–'} → {part(one, 'new') or '–'}" for one in pairs)


def first_of(cases: object) -> str:
    """The numbers of some cases, as many as one reads."""
    held = [str(one) for one in cases] if isinstance(cases, list | tuple) else []
    return ", ".join([*held[:MOST_LISTED], *(["…"] if len(held) > MOST_LISTED else [])])


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
