"""The zone in which the system is used, and the calendar day of an instant there."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def local_date(at: datetime) -> date:
    """The calendar day of an instant where the system is used."""
    return at.astimezone(ZONE).date()
