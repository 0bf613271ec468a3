"""Searching cases and events, and taking out what was found. The filters are kept in the address."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO, cast

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext as _l
from wtforms import BooleanField, DateField, SelectField, StringField
from wtforms.validators import Optional

from webui.auditing.area import blueprint
from webui.auditing.stories import runs_of
from webui.auditing.words import GROUP_NAMES, event_name, listed_types
from webui.container import container
from webui.format import ZONE
from webui.forms import FilterForm, Length, a_day_of_our_time, choices
from webui.guard import current_actor
from webui.i18n import language
from webui.pages import attachment, page_number, page_of, pages_of
from webui.words import CASE_STATES, said
from workflow.services.auditing.trail import EventQuery
from workflow.services.auditing.vocabulary import GROUP, GROUPS, group_of
from workflow.services.casework.inbox import Choices
from workflow.services.ground.exports import MEDIA_TYPES, Export
from workflow.services.views import CaseFilter
from workflow.spelling import by_name


class PeriodForm(FilterForm):
    """A form with a period: both days are included."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Also refuse a period that ends before it begins."""
        if not super().validate(extra_validators):
            return False
        if "since" in self and self.since.data and self.until.data and self.until.data < self.since.data:
            self.until.errors = [*self.until.errors, gettext("The period ends before it begins.")]
            return False
        return True


class CaseFilterForm(PeriodForm):
    """What cases are sought by."""

    text = StringField(_l("Case number or name of the unit"), [Optional(), Length(max=100)])
    procedure = SelectField(_l("Procedure"), validate_choice=False)
    year = SelectField(_l("Year"), validate_choice=False)
    state = SelectField(_l("State"), validate_choice=False)
    stage = SelectField(_l("Stage"), validate_choice=False)
    since = DateField(_l("Opened from"), [Optional(), a_day_of_our_time])
    until = DateField(_l("Opened until"), [Optional(), a_day_of_our_time])
    stuck = BooleanField(_l("Only cases that are stuck"))

    def offer(self, found: Choices) -> None:
        """Fill the lists."""
        everything = ("", _l("All"))
        self.procedure.choices = choices([everything, *((key, said(one)) for key, one in found.procedures.items())])
        self.year.choices = choices([everything, *((str(year), str(year)) for year in found.years)])
        self.state.choices = choices([everything, *((key, label) for key, (label, _) in CASE_STATES.items())])
        self.stage.choices = choices([everything, *((key, said(one)) for key, one in found.stages.items())])


class EventFilterForm(PeriodForm):
    """What events are sought by."""

    actor = StringField(_l("Who"), [Optional(), Length(max=100)], description=_l("Part of a name or login."))
    unit = StringField(_l("Unit that is judged"), [Optional(), Length(max=200)], description=_l("Part of its name."))
    organisation = StringField(
        _l("Organisation that acted"), [Optional(), Length(max=200)], description=_l("Part of its name.")
    )
    since = DateField(_l("From"), [Optional(), a_day_of_our_time])
    until = DateField(_l("Until"), [Optional(), a_day_of_our_time])
    type = SelectField(_l("Event"), validate_choice=False)
    criterion = StringField(_l("Criterion"), [Optional(), Length(max=60)], description=_l("Its number, such as I.18."))
    text = StringField(
        _l("Text"),
        [Optional(), Length(max=200)],
        description=_l("Anything that was recorded: a reason, a file, a value."),
    )

    def offer(self) -> None:
        """Fill the list of events."""
        whole = [(f"{GROUP}{key}", gettext("All: %(group)s", group=GROUP_NAMES[key])) for key in GROUPS]
        named = sorted(listed_types(), key=lambda key: (GROUPS.index(group_of(key)), by_name(event_name(key), key)))
        self.type.choices = choices([("", _l("All")), *whole, *((key, event_name(key)) for key in named)])


CASES_SHOWN = 25
EVENTS_SHOWN = 50


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """The cases."""
    actor = current_actor()
    form = _case_form()
    number = page_number()
    cases, total = container().audit.search_cases(actor, _case_filter(form), page_of(number, CASES_SHOWN))
    return render_template(
        "auditing/index.html",
        form=form,
        summaries=container().audit.describe(actor, cases),
        total=total,
        number=number,
        pages=pages_of(total, CASES_SHOWN),
    )


@blueprint.get("/su-kien")
def events() -> ResponseReturnValue:
    """The events, of cases and of everything else that is recorded."""
    form = _event_form()
    number = page_number()
    entries, total = container().audit.search_events(current_actor(), _query(form), page_of(number, EVENTS_SHOWN))
    return render_template(
        "auditing/events.html",
        form=form,
        entries=entries,
        runs=runs_of(entries, fold=not form.type.data),
        total=total,
        number=number,
        pages=pages_of(total, EVENTS_SHOWN),
        one_case=_one_case(),
    )


@blueprint.post("/xuat")
def export_cases() -> ResponseReturnValue:
    """The cases of the search in the address, as a file; that they were taken out is recorded."""
    return send_export(
        container().audit.export_cases(current_actor(), _case_filter(_case_form()), chosen_format(), language())
    )


@blueprint.post("/su-kien/xuat")
def export_events() -> ResponseReturnValue:
    """The events of the search in the address, as a file; that they were taken out is recorded."""
    return send_export(
        container().audit.export_events(current_actor(), _query(_event_form()), chosen_format(), language())
    )


def _case_form() -> CaseFilterForm:
    form = CaseFilterForm(request.args)
    form.offer(container().inbox.choices(current_actor()))
    form.validate()
    return form


def _event_form() -> EventFilterForm:
    form = EventFilterForm(request.args)
    form.offer()
    form.validate()
    return form


def _case_filter(form: CaseFilterForm) -> CaseFilter:
    given = what_was_given(form)
    year = str(given.get("year", ""))
    return CaseFilter(
        text=given.get("text"),
        key=given.get("procedure"),
        year=int(year) if year.isdecimal() and len(year) <= 4 else None,
        status=given.get("state"),
        stage=given.get("stage"),
        with_incident=bool(given.get("stuck")),
        opened_since=_midnight(given.get("since")),
        opened_until=_midnight(given.get("until"), days=1),
    )


def _query(form: EventFilterForm) -> EventQuery:
    given = what_was_given(form)
    query = EventQuery(
        actor=given.get("actor", ""),
        unit=given.get("unit", ""),
        organisation=given.get("organisation", ""),
        since_on=given.get("since"),
        until_on=given.get("until"),
        type=given.get("type"),
        criterion=given.get("criterion"),
        text=given.get("text", ""),
    )
    return replace(query, case_id=_one_case())


def what_was_given(form: FilterForm) -> dict[str, Any]:
    """What was given and can be read; a field with a fault counts as empty, and its message stands on the form."""
    return {
        field.name: field.data.strip() if isinstance(field.data, str) else field.data
        for field in form
        if not field.errors and field.data and str(field.data).strip()
    }


def _one_case() -> str | None:
    """The id of the only case whose events are sought: links from its page carry it."""
    return (request.args.get("case") or "")[:36] or None


def _midnight(day: date | None, *, days: int = 0) -> datetime | None:
    if day is None:
        return None
    return datetime.combine(day + timedelta(days=days), time(), ZONE)


def chosen_format() -> Any:
    """The format of the button."""
    chosen = request.form.get("format", "")
    if chosen not in MEDIA_TYPES:
        abort(400)
    return chosen


def send_export(export: Export) -> Response:
    """Sent piece by piece, once it was written as a whole."""
    return attachment(cast(BinaryIO, export.file), export.media_type, export.filename)
