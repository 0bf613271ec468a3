"""The instant that an address asks for: an exact one from a link, or a local date and time from the form."""

from datetime import UTC, datetime, time, timedelta

from flask import request

from webui.audit.forms import MomentForm
from webui.format import ZONE


def asked_instant(form: MomentForm) -> datetime | None:
    """The instant, or None for now. What was typed without seconds, or without a time, means to the end of it."""
    if form.date.data is None or form.errors:
        return exact_instant()
    typed = form.time.data
    if typed is None:
        typed, whole = time(), timedelta(days=1)
    else:
        with_seconds = (request.args.get("time") or "").count(":") == 2
        whole = timedelta(seconds=1) if with_seconds else timedelta(minutes=1)
    start = datetime.combine(form.date.data, typed, ZONE)
    return (start + whole - timedelta(microseconds=1)).astimezone(UTC)


def exact_instant() -> datetime | None:
    """The instant of a link's `at`, or None where there is none that can be read."""
    try:
        found = datetime.fromisoformat(request.args.get("at", "").replace(" ", "+"))
        return found.astimezone(UTC) if found.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
