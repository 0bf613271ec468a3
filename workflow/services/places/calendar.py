"""The calendar's days: listed, overridden and taken back by an administrator; seeded at setup."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from workflow.audit.facts.places import CalendarDayRemoved, CalendarDaySet, CalendarSeeded
from workflow.calendar.seed import CalendarDay, DayKind
from workflow.errors import N_, Doubt, InvalidInput, NotFound
from workflow.organisation.authority import Actor
from workflow.runtime.recorder import Provenance, record
from workflow.services.ground.changes import plain, required
from workflow.services.ground.days import confirm_days
from workflow.services.ground.ground import Ground
from workflow.services.ground.idempotence import Command
from workflow.services.ground.register import CALENDAR, renew
from workflow.spelling import entered
from workflow.store.unit_of_work import UnitOfWork

STREAM = "calendar"
_EVERY = 100_000
KINDS = ("holiday", "working")
_PAST = N_("%(day)s has passed: what was counted in working days over it will be counted otherwise.")
_BAD_KIND = N_("A day of the calendar is a holiday or a working day, not %(kind)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCalendarDay(Command):
    """`kind`: one of `KINDS`. The name is shown in the calendar, `source` is the decree."""

    on: date
    kind: str
    name: str
    name_en: str = ""
    source: str = ""
    confirmed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveCalendarDay(Command):
    on: date


@dataclass(frozen=True, slots=True)
class _Filled:
    """What the calendar holds, which years were filled at a setup, which days an administrator has had in hand."""

    days: Mapping[date, CalendarDay]
    years: Collection[int]
    by_hand: Collection[str]
    today: date

    @classmethod
    def of(cls, uow: UnitOfWork, today: date) -> "_Filled":
        seeded = uow.events.of_type(STREAM, CalendarSeeded.__name__, _EVERY)
        touched = [
            event
            for fact in (CalendarDaySet, CalendarDayRemoved)
            for event in uow.events.of_type(STREAM, fact.__name__, _EVERY)
        ]
        return cls(
            days={day.on: day for day in uow.calendar_days.all()},
            years={event.payload["year"] for event in seeded},
            by_hand={event.payload["on"] for event in touched},
            today=today,
        )

    def lacks(self, day: CalendarDay) -> bool:
        """Whether the day is to be put into the calendar."""
        there = self.days.get(day.on)
        if day.on.isoformat() in self.by_hand:
            return False
        if day.on.year not in self.years:
            return there is None
        decided = not day.is_computed and day.on >= self.today
        return decided and (there is None or (there.is_computed and there != day))


class CalendarService:
    """For administrators; what stands in the calendar anybody may read."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def of_year(self, year: int) -> Sequence[CalendarDay]:
        """The year's days that differ from the week's rule, by date; anybody may read them."""
        with self._ground.units.reading() as uow:
            return uow.calendar_days.of_year(year)

    def set_day(self, actor: Actor, command: SetCalendarDay) -> None:
        """Make the day a holiday or a working day, whatever it was. Raises `InvalidInput`, `PermissionDenied`."""
        if command.kind not in KINDS:
            raise InvalidInput(_BAD_KIND, kind=command.kind)
        new = CalendarDay(
            on=command.on,
            kind=cast(DayKind, command.kind),
            name=required(command.name, "name"),
            name_en=entered(command.name_en),
            source=entered(command.source),
        )

        def work(uow: UnitOfWork) -> Mapping[str, str]:
            by = self._ground.by(uow, actor, command, "administer_calendar")
            old = uow.calendar_days.get(command.on)
            if command.on < self._ground.today():
                key = f"past:calendar:{command.on.isoformat()}"
                confirm_days([Doubt(key=key, template=_PAST, params={"day": command.on})], command.confirmed)
            uow.calendar_days.put([new])
            fact = CalendarDaySet(on=command.on.isoformat(), old=plain(old), new=plain(new))
            record(uow, STREAM, [fact], by)
            renew(uow, CALENDAR)
            return {}

        self._ground.carry_out(actor, command, work)

    def remove_day(self, actor: Actor, command: RemoveCalendarDay) -> None:
        """Let the week's rule hold on the day again. Raises `NotFound`, `PermissionDenied`."""

        def work(uow: UnitOfWork) -> Mapping[str, str]:
            by = self._ground.by(uow, actor, command, "administer_calendar")
            old = uow.calendar_days.get(command.on)
            if old is None:
                raise NotFound()
            uow.calendar_days.remove(command.on)
            record(uow, STREAM, [CalendarDayRemoved(on=command.on.isoformat(), old=plain(old))], by)
            renew(uow, CALENDAR)
            return {}

        self._ground.carry_out(actor, command, work)

    def seed(self, days: Iterable[CalendarDay], by: Provenance) -> int:
        """Fill in the years that were not filled yet, at setup, and return how many days were added or replaced.

        What an administrator has set or removed stays so. In a year that was filled before, days to come that a decision names since
        are taken, too: what stood there was computed before anybody had decided.
        """
        with self._ground.units() as uow:
            filled = _Filled.of(uow, self._ground.today())
            new = [day for day in days if filled.lacks(day)]
            if not new:
                return 0
            uow.calendar_days.put(new)
            years = sorted({day.on.year for day in new})
            facts = [
                CalendarSeeded(year=year, new=[plain(day) for day in new if day.on.year == year]) for year in years
            ]
            record(uow, STREAM, facts, by)
            renew(uow, CALENDAR)
            uow.commit()
        return len(new)
