"""How dates, instants and numbers look: the calendar of Việt Nam, in the language of the session.

Each function is also a template filter of the same name.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal
from flask import Flask
from flask_babel import gettext, ngettext

from webui.i18n import TIME_ZONE, language
from workflow.services.views import AtLeast

ZONE = ZoneInfo(TIME_ZONE)
WEEKDAYS = {
    "vi": ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
NOTHING = "–"


def init_app(app: Flask) -> None:
    """Offer the functions as template filters."""
    for function in (on, day_of, weekday_on, at, time_at, number, percent, size, due):
        app.add_template_filter(function, function.__name__)
    app.add_template_test(is_more, "more")


def is_more(total: int) -> bool:
    """Whether there are more rows than were counted."""
    return isinstance(total, AtLeast)


def local_date(instant: datetime) -> date:
    """Return the calendar day in Việt Nam of an aware instant."""
    if instant.tzinfo is None:
        raise ValueError("an instant without time zone")
    return instant.astimezone(ZONE).date()


def on(day: date | None) -> str:
    """Return a day as 27/11/2023."""
    return f"{day:%d/%m/%Y}" if day else NOTHING


def day_of(instant: datetime | None) -> str:
    """Return the day of an aware instant in the zone of Việt Nam as 27/11: where the year goes without saying."""
    return f"{local_date(instant):%d/%m}" if instant else NOTHING


def weekday_on(day: date | None, *, with_year: bool = False) -> str:
    """Return a day as "thứ Sáu 27/11", with the year where asked."""
    if day is None:
        return NOTHING
    names = WEEKDAYS.get(language(), WEEKDAYS["en"])
    return f"{names[day.weekday()]} {day:%d/%m/%Y}" if with_year else f"{names[day.weekday()]} {day:%d/%m}"


def time_at(instant: datetime | None) -> str:
    """Return an aware instant as "14:05:09", where its day stands beside it."""
    return f"{instant.astimezone(ZONE):%H:%M:%S}" if instant else NOTHING


def at(instant: datetime | None, *, seconds: bool = False) -> str:
    """Return an aware instant as "14:05 27/11/2023" in the zone of Việt Nam."""
    if instant is None:
        return NOTHING
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=UTC)
    local = instant.astimezone(ZONE)
    return f"{local:%H:%M:%S %d/%m/%Y}" if seconds else f"{local:%H:%M %d/%m/%Y}"


def number(value: int | float | Decimal | str | None) -> str:
    """Return a number as people write it here: 1.234,5 in Vietnamese, 1,234.5 in English. Scores may come as strings."""
    if value is None or value == "":
        return NOTHING
    return _number(str(value), language())


@lru_cache(maxsize=4096)
def _number(text: str, language: str) -> str:
    return str(format_decimal(Decimal(text), locale=language))


def percent(value: int | float | Decimal | str | None) -> str:
    """Return a number that already is a percentage, with its sign."""
    return NOTHING if value is None or value == "" else f"{number(value)}%"


def size(count: int) -> str:
    """Return a number of bytes as people read it."""
    if count < 1024 * 1024:
        return f"{number(max(1, round(count / 1024)))} kB"
    return f"{number(round(Decimal(count) / (1024 * 1024), 1))} MB"


def due(day: date | None, working_days: int | None) -> str:
    """Return a due day with the working days left: "còn 3 ngày làm việc (thứ Sáu 27/11)"; fewer than none is overdue."""
    if day is None or working_days is None:
        return NOTHING
    when = weekday_on(day)
    if working_days < 0:
        late = ngettext("%(num)d working day overdue", "%(num)d working days overdue", -working_days)
        return f"{late} ({when})"
    if working_days == 0:
        return str(gettext("due today (%(day)s)", day=when))
    left = ngettext("%(num)d working day left", "%(num)d working days left", working_days)
    return f"{left} ({when})"
