"""Whether a last day can be meant: one that has passed, or on which nobody works, is asked about before it is applied."""

from collections.abc import Collection, Sequence
from datetime import date

from workflow.calendar.working_time import WorkingCalendar
from workflow.errors import N_, Doubt, Unconfirmed

_PAST = N_("%(day)s has passed already.")
_OFF = N_("%(day)s is not worked. The working day before it is %(previous)s, the one after it %(next)s.")


def day_doubts(name: str, day: date, calendar: WorkingCalendar, today: date) -> Sequence[Doubt]:
    """What speaks against `day` as a last day. `name`: what the day is for, so that only this one is confirmed."""
    found = []
    if day < today:
        found.append(Doubt(key=f"past:{name}:{day.isoformat()}", template=_PAST, params={"day": day}))
    if not calendar.is_working_day(day):
        days = {"previous": calendar.add_working_days(day, -1), "next": calendar.add_working_days(day, 1)}
        found.append(Doubt(key=f"off:{name}:{day.isoformat()}", template=_OFF, params={"day": day, **days}))
    return found


def confirm_days(doubts: Collection[Doubt], confirmed: Collection[str]) -> None:
    """Raise `Unconfirmed` with what has not been confirmed."""
    if left := tuple(doubt for doubt in doubts if doubt.key not in confirmed):
        raise Unconfirmed(left)
