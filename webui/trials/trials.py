"""A trial: started, led step by step, taken back. Its page carries the whole of it; the server keeps nothing."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import DateTimeLocalField, HiddenField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Optional

from webui.container import container
from webui.format import ZONE
from webui.forms import Form, Length
from webui.guard import current_actor
from webui.pages import Attempt, refuse, status
from webui.trials.area import blueprint
from workflow.errors import DefinitionRejected
from workflow.services.trials.views import Step, Trial

STATUSES: dict[str, tuple[Any, str]] = {
    "completed": (_l("Completed"), "success"),
    "waiting": (_l("Under way"), "info"),
    "failed": (_l("Cannot go on"), "danger"),
}
DEEDS: dict[str, Any] = {
    "node": _l("Task done"),
    "timer": _l("Time passed"),
    "message": _l("Message received"),
    "signal": _l("Signal received"),
    "job": _l("Machine work succeeded"),
    "error": _l("Machine work failed"),
    "set": _l("Variables changed"),
}


LARGEST_RUN = 200_000
"""Characters of a trial's text."""


class StartForm(Form):
    """What a trial begins with."""

    start = DateTimeLocalField(
        _l("Begins at"),
        [InputRequired()],
        format=["%Y-%m-%dT%H:%M"],
        description=_l("Virtual time: nothing waits really."),
    )
    variables = TextAreaField(
        _l("Variables of the case (JSON)"),
        [Optional(), Length(max=50_000)],
        description=_l(
            "What every case has from its start is filled in, for one unit of the register. Dates are written as"
            ' {"$date": "2025-07-01"}, decimals as {"$decimal": "0.5"}.'
        ),
    )


class TrialForm(Form):
    """One step of a trial; its entries are read by name."""

    run = HiddenField(validators=[DataRequired(), Length(max=LARGEST_RUN)])


_WHOLE = {"undo": "undo", "restart": "restart", "end": "run_on", "show": "show"}
"""What can be done with a trial as a whole: the button's value → the service's method."""


@blueprint.get("/<uuid:version_id>/chay-thu")
def start(version_id: UUID) -> ResponseReturnValue:
    """What a trial begins with; a saved test of the address is opened as the trial that it was."""
    if path := request.args.get("test"):
        try:
            trial = container().package_tests.reopen(current_actor(), str(version_id), path)
        except DefinitionRejected:
            pass  # the page says what is wrong with the version
        else:
            return trial_page(trial, TrialForm(formdata=None))
    return _start_page(version_id, StartForm())


@blueprint.post("/<uuid:version_id>/chay-thu")
def step(version_id: UUID) -> ResponseReturnValue:
    """Begin, or do the next step of the trial that the form carries."""
    if request.form.get("then") == "begin":
        return _begin(version_id)
    form = TrialForm()
    actor, version, run = current_actor(), str(version_id), form.run.data or ""
    if not form.validate_on_submit():
        return _start_page(version_id, StartForm(formdata=None), form)
    then = request.form.get("then", "")
    with Attempt(form) as attempt:
        if then in _WHOLE:
            return trial_page(getattr(container().trials, _WHOLE[then])(actor, version, run), form)
        return trial_page(container().trials.step(actor, version, run, _step(then)), form)
    if isinstance(attempt.refusal, DefinitionRejected):  # the page says what is wrong with the version
        return _start_page(version_id, StartForm(formdata=None))
    with Attempt():
        return trial_page(container().trials.show(actor, version, run), form)
    return _start_page(version_id, StartForm(formdata=None), form)


def trial_page(trial: Trial, form: TrialForm) -> ResponseReturnValue:
    """Where the trial stands. Entries of a refused step are kept."""
    entered = request.form if form.errors else {}
    page = render_template(
        "trials/trial.html",
        form=form,
        trial=trial,
        version=trial.version,
        entered=entered,
        entered_at=request.form.get("index") if form.errors else None,
        statuses=STATUSES,
        deeds=DEEDS,
        marks={"visited": [*trial.nodes, *trial.flows], "active": list(trial.tokens), "tokens": dict(trial.tokens)},
        may_save=container().trials.offer(current_actor(), trial.version.id).may_edit,
    )
    return page, status(form)


def _begin(version_id: UUID) -> ResponseReturnValue:
    form = StartForm()
    if form.validate_on_submit():
        with Attempt() as attempt:
            begun = container().trials.begin(
                current_actor(),
                str(version_id),
                start=form.start.data.isoformat() if form.start.data else "",
                variables=form.variables.data or "",
            )
            return trial_page(begun, TrialForm(formdata=None))
        if attempt.refusal is not None and not isinstance(attempt.refusal, DefinitionRejected):
            refuse(form, attempt.refusal)
    return _start_page(version_id, form)


def _start_page(version_id: UUID, form: StartForm, refused: TrialForm | None = None) -> ResponseReturnValue:
    offer = container().trials.offer(current_actor(), str(version_id))
    if not form.is_submitted() or form.variables.raw_data is None:
        form.start.data = _local(offer.start_at)
        form.variables.data = offer.variables
    page = render_template("trials/start.html", form=form, errors=refused or form, offer=offer, version=offer.version)
    return page, 422 if offer.faults and request.method == "POST" else status(refused or form)


def _local(instant: datetime | None) -> datetime | None:
    return instant.astimezone(ZONE).replace(tzinfo=None) if instant else None


def _step(then: str) -> Step:
    sent = request.form
    index = sent.get("index", "")
    return Step(
        index=int(index) if index.isdecimal() and len(index) <= len("9999") else -1,
        outcome=sent.get("outcome"),
        entries={name.removeprefix("entry-"): sent[name] for name in sent if name.startswith("entry-")},
        variables=sent.get("variables", ""),
        reason=sent.get("reason", ""),
        error=(sent.get("error", "") or "ERROR") if then == "fail" else "",
    )
