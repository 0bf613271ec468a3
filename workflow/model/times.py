"""The forms of time that a definition may write as text: ISO 8601 and working time."""

import re
from datetime import date, datetime

_DURATION = re.compile(r"-?P(?=\d|T\d)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?", re.ASCII)
_WORKING = re.compile(r"WT(?=\d)(\d{1,4}D)?(\d{1,4}H)?", re.ASCII)
_REPEAT = re.compile(r"R(?!0+$)\d{0,6}", re.ASCII)


def is_duration(text: str) -> bool:
    """An ISO 8601 duration that is not negative, or a working time such as `WT5D` or `WT8H`."""
    return not text.startswith("-") and (_DURATION.fullmatch(text) or _WORKING.fullmatch(text)) is not None


def is_date(text: str) -> bool:
    """An ISO 8601 date, or date and time with a zone: without one the instant would depend on the machine."""
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            date.fromisoformat(text)
            return True
        return "T" in text and datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def is_cycle(text: str) -> bool:
    """`R3/PT1H`, `R/WT1D`, or with a start: `R3/2023-01-01T00:00:00Z/P1D`."""
    repeat, *rest = text.split("/")
    if not _REPEAT.fullmatch(repeat) or not rest:
        return False
    return is_duration(rest[-1]) and (len(rest) == 1 or (len(rest) == 2 and is_date(rest[0])))
