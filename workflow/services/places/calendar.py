"""The calendar's days: listed, overridden and taken back by an administrator; seeded at setup."""

from collections.abc import Iterable, Sequence
from datetime import date

from workflow.calendar.seed import CalendarDay
from workflow.errors import N_, InvalidInput, NotFound
from workflow.organisation.authority import Actor
from workflow.ports import Clock
from workflow.runtime.recorder import Fact, Provenance, record
from workflow.services.ground.access import authorise, provenance
from workflow.services.ground.changes import plain, required
from workflow.services.ground.idempotence import done_before, remember
from workflow.services.ground.register import CALENDAR, OrganisationRegister, day_record_of, renew
from workflow.store.places import CalendarDayRecord
from workflow.store.unit_of_work import UnitOfWork, UnitsOfWork

STREAM = "calendar"
KINDS = ("holiday", "working")
_BAD_KIND = N_("A day of the calendar is a holiday or a working day, not %(kind)s.")


class CalendarService:
    def __init__(self, units: UnitsOfWork, clock: Clock, register: OrganisationRegister) -> None:
        self._units = units
        self._clock = clock
        self._register = register

    def of_year(self, year: int) -> Sequence[CalendarDayRecord]:
        """The year's days that differ from the week's rule, by date; anybody may read them."""
        with self._units.reading() as uow:
            return uow.calendar_days.of_year(year)

    def set_day(
        self, actor: Actor, *, on: date, kind: str, name: str, name_en: str = "", source: str = "", command_id: str
    ) -> None:
        """Make the day a holiday or a working day, whatever it was. Raises `InvalidInput`, `PermissionDenied`."""
        if kind not in KINDS:
            raise InvalidInput(_BAD_KIND, kind=kind)
        new = CalendarDayRecord(
            on=on, kind=kind, name=required(name, "name"), name_en=name_en.strip(), source=source.strip()
        )
        with self._units() as uow:
            if done_before(uow, command_id, actor.user_id) is not None:
                return
            by = self._authorise(uow, actor, command_id)
            old = uow.calendar_days.get(on)
            uow.calendar_days.put([new])
            payload = {"on": on.isoformat(), "old": plain(old), "new": plain(new)}
            record(uow, STREAM, [Fact(type="CalendarDaySet", payload=payload)], by)
            remember(uow, "SetCalendarDay", by, {})
            renew(uow, CALENDAR)
            uow.commit()

    def remove_day(self, actor: Actor, *, on: date, command_id: str) -> None:
        """Let the week's rule hold on the day again. Raises `NotFound`, `PermissionDenied`."""
        with self._units() as uow:
            if done_before(uow, command_id, actor.user_id) is not None:
                return
            by = self._authorise(uow, actor, command_id)
            old = uow.calendar_days.get(on)
            if old is None:
                raise NotFound()
            uow.calendar_days.remove(on)
            payload = {"on": on.isoformat(), "old": plain(old), "new": None}
            record(uow, STREAM, [Fact(type="CalendarDayRemoved", payload=payload)], by)
            remember(uow, "RemoveCalendarDay", by, {})
            renew(uow, CALENDAR)
            uow.commit()

    def seed(self, days: Iterable[CalendarDay], by: Provenance) -> int:
        """Fill in the years that have no day yet, at setup, and return how many days were added.

        A year that has days is left alone, so that a day which an administrator removed does not come back.
        """
        with self._units() as uow:
            known = {day.on.year for day in uow.calendar_days.all()}
            new = [day_record_of(day) for day in days if day.on.year not in known]
            if not new:
                return 0
            uow.calendar_days.put(new)
            years = sorted({day.on.year for day in new})
            facts = [
                Fact(
                    type="CalendarSeeded",
                    payload={"year": year, "new": [plain(day) for day in new if day.on.year == year]},
                )
                for year in years
            ]
            record(uow, STREAM, facts, by)
            renew(uow, CALENDAR)
            uow.commit()
        return len(new)

    def _authorise(self, uow: UnitOfWork, actor: Actor, command_id: str) -> Provenance:
        now = self._clock.now()
        held = authorise(actor, "administer_calendar", None, self._register.tree(uow), now)
        return provenance(actor, held, now, command_id)
