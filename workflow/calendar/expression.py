"""Working-time texts such as `WT5D`, `WT8H`, `-WT2D` or `WT1D4H`."""

import re
from dataclasses import dataclass

from workflow.errors import N_, InvalidInput

LIMIT = 1000
"""The greatest number of working days or working hours that one text may ask for."""

_FORM = re.compile(r"(?P<sign>-?)WT(?:(?P<days>\d{1,9})D)?(?:(?P<hours>\d{1,9})H)?", re.ASCII)
_MALFORMED = N_("%(text)s is no working time. Expected is a form such as WT5D (working days) or WT8H (working hours).")
_TOO_LONG = N_("%(text)s is longer than %(limit)s working days or hours.")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingTimeSpan:
    """Signed working days and working hours; both have the same sign."""

    days: int
    hours: int


def is_working_time(text: str) -> bool:
    """Whether the text has the form of a working time, whatever its length."""
    return (match := _FORM.fullmatch(text.strip())) is not None and any(match.group("days", "hours"))


def parse_working_time(text: str) -> WorkingTimeSpan:
    """Return what the text says. Raises `InvalidInput` when it is malformed or longer than `LIMIT`."""
    match = _FORM.fullmatch(text.strip())
    if match is None or not any(match.group("days", "hours")):
        raise InvalidInput(_MALFORMED, text=text)
    days, hours = int(match["days"] or 0), int(match["hours"] or 0)
    if days > LIMIT or hours > LIMIT:
        raise InvalidInput(_TOO_LONG, text=text, limit=LIMIT)
    sign = -1 if match["sign"] else 1
    return WorkingTimeSpan(days=sign * days, hours=sign * hours)
