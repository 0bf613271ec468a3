"""Searching cases and events, and taking out what was found."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Response, abort, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue

from webui.audit.blueprint import blueprint
from webui.audit.forms import CaseFilterForm, EventFilterForm
from webui.audit.paging import page_number, page_of, pages_of
from webui.auth.guard import current_actor
from webui.container import container
from webui.format import ZONE
from webui.i18n import language
from workflow.services.auditing.trail import EventQuery
from workflow.services.ground.exports import MEDIA_TYPES, Export
from workflow.services.ground.listings import CaseFilter

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
        "audit/index.html",
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
        "audit/events.html",
        form=form,
        entries=entries,
        total=total,
        number=number,
        pages=pages_of(total, EVENTS_SHOWN),
        one_case=_one_case(),
    )


@blueprint.post("/xuat")
def export_cases() -> ResponseReturnValue:
    """The cases of the search in the address, as a file; that they were taken out is recorded."""
    return _file(container().audit.export_cases(current_actor(), _case_filter(_case_form()), _format(), language()))


@blueprint.post("/su-kien/xuat")
def export_events() -> ResponseReturnValue:
    """The events of the search in the address, as a file; that they were taken out is recorded."""
    return _file(container().audit.export_events(current_actor(), _query(_event_form()), _format(), language()))


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
    given = _given(form)
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
    given = _given(form)
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


def _given(form: Any) -> dict[str, Any]:
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


def _format() -> Any:
    chosen = request.form.get("format", "")
    if chosen not in MEDIA_TYPES:
        abort(400)
    return chosen


def _file(export: Export) -> Response:
    """Sent piece by piece."""
    response = Response(stream_with_context(export.chunks), mimetype=None, content_type=export.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=export.filename)
    return response
