"""The case as it stood at a chosen date and time."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import DateField, TimeField
from wtforms.validators import InputRequired, Optional

from webui.auditing.area import blueprint
from webui.auditing.cases import open_case
from webui.auditing.diagrams import exact_instant, path_texts
from webui.container import container
from webui.format import ZONE
from webui.forms import FilterForm, a_day_of_our_time, given
from webui.guard import current_actor
from workflow.services.auditing.history import AssessmentAt
from workflow.services.auditing.questions.comparison import differences

_TIMES = ["%H:%M", "%H:%M:%S"]


class MomentForm(FilterForm):
    """A local date and time; a time without seconds means the whole minute."""

    date = DateField(_l("Date"), [Optional(), a_day_of_our_time])
    time = TimeField(
        _l("Time"),
        [Optional()],
        format=_TIMES,
        description=_l("Everything up to the end of that minute or second counts."),
    )


@blueprint.get("/ho-so/<uuid:case_id>/tai-thoi-diem")
def moment(case_id: UUID) -> ResponseReturnValue:
    """The case at the instant of the address; without one, the form alone."""
    opened = open_case(case_id)
    form = MomentForm(request.args)
    valid = form.validate()
    instant = asked_instant(form) if valid else None
    if instant is None:
        return render_template("auditing/moment.html", opened=opened, form=form, found=None), 200 if valid else 422
    if form.date.data is None:
        local = instant.astimezone(ZONE)
        form.date.data, form.time.data = local.date(), local.time()
    stood = container().audit.standing_at(current_actor(), str(case_id), instant)
    found = stood.case
    package = container().audit.package_at(current_actor(), str(case_id), instant)
    return render_template(
        "auditing/moment.html",
        opened=opened,
        form=form,
        found=found,
        stood=stood,
        instant=instant.isoformat(timespec="microseconds"),
        sheets=[(sheet, _tally(sheet), sheet.criteria) for sheet in found.assessments],
        unfolded="unfold" in request.args,
        **path_texts(package, found.path),
    )


class SpanForm(FilterForm):
    """Two local dates and times, as in `MomentForm`."""

    date = DateField(_l("First: date"), [InputRequired(), a_day_of_our_time])
    time = TimeField(_l("First: time"), [Optional()], format=_TIMES)
    date2 = DateField(_l("Second: date"), [InputRequired(), a_day_of_our_time])
    time2 = TimeField(
        _l("Second: time"),
        [Optional()],
        format=_TIMES,
        description=_l("Without a time the whole day counts."),
    )


@blueprint.get("/ho-so/<uuid:case_id>/so-sanh")
def comparison(case_id: UUID) -> ResponseReturnValue:
    """The case at two instants side by side: only what differs; without both, the form alone."""
    opened = open_case(case_id)
    form = SpanForm(request.args)
    asked = "date" in request.args or "date2" in request.args
    if not asked or not form.validate():
        return render_template("auditing/comparison.html", opened=opened, form=form, sides=None), 422 if asked else 200
    instants = sorted(
        (
            _to_the_end_of(given(form.date.data), form.time.data, request.args.get("time", "")),
            _to_the_end_of(given(form.date2.data), form.time2.data, request.args.get("time2", "")),
        )
    )
    sides = [container().audit.standing_at(current_actor(), str(case_id), instant) for instant in instants]
    return render_template(
        "auditing/comparison.html", opened=opened, form=form, sides=sides, differences=differences(*sides)
    )


def _tally(sheet: AssessmentAt) -> Mapping[str, int]:
    """How many criteria have each result."""
    return Counter(found.result for found in sheet.results.values() if found.result)


# The instant that an address asks for: an exact one from a link, or a local date and time from the form.


def asked_instant(form: MomentForm) -> datetime | None:
    """The instant, or None for now. What was typed without seconds, or without a time, means to the end of it."""
    if form.date.data is None or form.errors:
        return exact_instant()
    return _to_the_end_of(form.date.data, form.time.data, request.args.get("time", ""))


def _to_the_end_of(day: date, typed: time | None, text: str) -> datetime:
    if typed is None:
        typed, whole = time(), timedelta(days=1)
    else:
        whole = timedelta(seconds=1) if text.count(":") == 2 else timedelta(minutes=1)
    start = datetime.combine(day, typed, ZONE)
    return (start + whole - timedelta(microseconds=1)).astimezone(UTC)
