"""The working calendar: a year with its days off and its make-up days, each set or taken back by an administrator."""

import calendar as months
from datetime import date
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l
from werkzeug.exceptions import NotFound as NoSuchPage
from wtforms import DateField, RadioField, StringField
from wtforms.validators import InputRequired

from webui.container import container
from webui.format import local_date, on
from webui.forms import NAME, SHORT_TEXT, CommandForm, choices, given
from webui.guard import current_actor, current_session, needs
from webui.pages import Attempt, done, status
from webui.places.area import blueprint
from workflow.services.places.calendar import RemoveCalendarDay, SetCalendarDay

DAY_KINDS: dict[str, Any] = {"holiday": _l("Day off"), "working": _l("Worked in exchange")}


class DayForm(CommandForm):
    """A day that differs from the week's rule."""

    on = DateField(_l("Day"), [InputRequired()])
    kind = RadioField(_l("The day is"), [InputRequired()], choices=choices(DAY_KINDS.items()))
    name = StringField(_l("Name in Vietnamese"), NAME, description=_l("For example Tết Nguyên đán."))
    name_en = StringField(_l("Name in English"), SHORT_TEXT)
    source = StringField(_l("Paper"), SHORT_TEXT, description=_l("The decision that says so."))


FIRST, LAST = 2000, 2100


@blueprint.get("/lich/")
def calendar() -> ResponseReturnValue:
    year = request.args.get("year", local_date(container().clock.now()).year, type=int)
    if not FIRST <= year <= LAST:
        raise NoSuchPage()
    days = {day.on: day for day in container().calendar_days.of_year(year)}
    return render_template(
        "places/calendar.html",
        year=year,
        months=[(month, _weeks(year, month)) for month in range(1, 13)],
        days=days,
        kinds=DAY_KINDS,
        may_edit="administer_calendar" in current_session().permissions,
        today=local_date(container().clock.now()),
    )


@blueprint.route("/lich/ngay", methods=["GET", "POST"])
def set_day() -> ResponseReturnValue:
    """Make a day one that is off, or one that is worked; what it was before is replaced."""
    needs("administer_calendar")
    form = DayForm(**_present(request.args.get("on", "")))
    if form.validate_on_submit():
        day = given(form.on.data)
        with Attempt(form):
            container().calendar_days.set_day(
                current_actor(),
                SetCalendarDay(
                    on=day,
                    kind=form.kind.data,
                    name=given(form.name.data),
                    name_en=form.name_en.data or "",
                    source=form.source.data or "",
                    confirmed=form.doubts_confirmed,
                    command_id=form.command,
                ),
            )
            return done(url_for(".calendar", year=day.year), _("%(day)s has been set.", day=on(day)))
    return render_template("places/calendar_day.html", form=form), status(form)


@blueprint.route("/lich/ngay/<day>/bo", methods=["GET", "POST"])
def remove_day(day: str) -> ResponseReturnValue:
    needs("administer_calendar")
    try:
        which = date.fromisoformat(day)
    except ValueError:
        raise NoSuchPage() from None
    form = CommandForm()
    if form.validate_on_submit():
        with Attempt(form):
            container().calendar_days.remove_day(current_actor(), RemoveCalendarDay(on=which, command_id=form.command))
            text = _("The week's rule holds on %(day)s again.", day=on(which))
            return done(url_for(".calendar", year=which.year), text)
    found = _present(day)
    if "name" not in found:
        raise NoSuchPage()
    return render_template("places/calendar_remove.html", form=form, day=which, name=found["name"]), status(form)


def _weeks(year: int, month: int) -> list[list[date | None]]:
    return [
        [date(year, month, number) if number else None for number in week]
        for week in months.Calendar().monthdayscalendar(year, month)
    ]


def _present(text: str) -> dict[str, Any]:
    """What the day is now, for the form to begin with."""
    try:
        which = date.fromisoformat(text)
    except ValueError:
        return {}
    known = next((day for day in container().calendar_days.of_year(which.year) if day.on == which), None)
    if known is None:
        return {"on": which}
    return {"on": which, "kind": known.kind, "name": known.name, "name_en": known.name_en, "source": known.source}
