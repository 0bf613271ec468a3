"""The case as it stood at a chosen date and time."""

from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from webui.audit.blueprint import blueprint
from webui.audit.case import open_case
from webui.audit.diagram import path_texts
from webui.audit.forms import MomentForm
from webui.audit.instants import asked_instant
from webui.auth.guard import current_actor
from webui.container import container
from webui.format import ZONE
from workflow.services.auditing.history import AssessmentAt, CaseAt


@blueprint.get("/ho-so/<uuid:case_id>/tai-thoi-diem")
def moment(case_id: UUID) -> ResponseReturnValue:
    """The case at the instant of the address; without one, the form alone."""
    opened = open_case(case_id)
    form = MomentForm(request.args)
    valid = form.validate()
    instant = asked_instant(form) if valid else None
    if instant is None:
        return render_template("audit/moment.html", opened=opened, form=form, found=None), 200 if valid else 422
    if form.date.data is None:
        local = instant.astimezone(ZONE)
        form.date.data, form.time.data = local.date(), local.time()
    found: CaseAt = container().audit.case_at(current_actor(), str(case_id), instant)
    package = container().audit.package_at(current_actor(), str(case_id), instant)
    return render_template(
        "audit/moment.html",
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


def _criteria(package: Any, sheet: AssessmentAt) -> Mapping[str, Any]:
    """The criteria that the results are about, in the set's order, then those that no set of the version has."""
    sets = package.criteria_sets.values() if package else ()
    fitting = max(sets, key=lambda one: len(one.criteria.keys() & sheet.results.keys()), default=None)
    known: dict[str, Any] = {}
    if fitting is not None:
        known = {key: criterion for key, criterion in fitting.criteria.items() if key in sheet.results}
    return known | {key: None for key in sheet.results if key not in known}
