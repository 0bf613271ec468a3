"""The case as it stood at a chosen date and time."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import DateField, TimeField
from wtforms.validators import Optional

from webui.auditing.area import blueprint
from webui.auditing.cases import open_case
from webui.auditing.diagrams import exact_instant, path_texts
from webui.container import container
from webui.format import ZONE
from webui.forms import FilterForm, a_day_of_our_time
from webui.guard import current_actor
from workflow.services.auditing.history import AssessmentAt, CaseAt
from workflow.services.views import Criterion, ProcedurePackage

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
    found: CaseAt = container().audit.case_at(current_actor(), str(case_id), instant)
    package = container().audit.package_at(current_actor(), str(case_id), instant)
    return render_template(
        "auditing/moment.html",
        opened=opened,
        form=form,
        found=found,
        instant=instant.isoformat(timespec="microseconds"),
        sheets=[(sheet, _tally(sheet), _criteria(package, sheet)) for sheet in found.assessments],
        unfolded="unfold" in request.args,
        **path_texts(package, found.path),
    )


def _tally(sheet: AssessmentAt) -> Mapping[str, int]:
    """How many criteria have each result."""
    return Counter(found.result for found in sheet.results.values() if found.result)


def _criteria(package: ProcedurePackage | None, sheet: AssessmentAt) -> Mapping[str, Criterion | None]:
    """The criteria that the results are about, in the set's order, then those that no set of the version has."""
    sets = package.criteria_sets.values() if package else ()
    fitting = max(sets, key=lambda one: len(one.criteria.keys() & sheet.results.keys()), default=None)
    known: dict[str, Criterion | None] = {}
    if fitting is not None:
        known = {key: criterion for key, criterion in fitting.criteria.items() if key in sheet.results}
    return known | {key: None for key in sheet.results if key not in known}


# The instant that an address asks for: an exact one from a link, or a local date and time from the form.


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
