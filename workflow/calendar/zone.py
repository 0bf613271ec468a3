"""The zone in which the system is used, and the calendar day of an instant there."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def local_date(at: datetime) -> date:
    """The calendar day of an instant where the system is used."""
    return at.astimezone(ZONE).date()


def midnight(day: date) -> datetime:
    """The instant at which the calendar day begins there."""
    return datetime.combine(day, time(), ZONE)
