"""Another last day for a deadline of a campaign, tried: what would come of it, with names, and below it the form that makes it count."""

from typing import Any
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField
from wtforms.validators import InputRequired

from webui.campaigns.area import blueprint
from webui.campaigns.campaigns import DeadlineForm, deadline_lines
from webui.container import container
from webui.forms import FilterForm, a_day_of_our_time, choices, given
from webui.guard import current_actor
from webui.pages import Attempt, status
from workflow.errors import NotFound, Unconfirmed
from workflow.services.campaigns.deadline_trials import DeadlineTrial

SHOWN = 200
"""Of each kind; the number says how many there are."""
TURNS: dict[str, tuple[Any, str, Any]] = {
    "late": (_l("Would become late"), "late", _l("These would be past their last day.")),
    "relieved": (_l("Would be late no longer"), "done", _l("These are past their last day now and would not be.")),
    "moved": (_l("Only another day"), "soon", _l("These would stay late, or in time, as they are.")),
    "at_once": (
        _l("Would happen at once"),
        "warn",
        _l("The procedure does this by itself at a time that would have passed."),
    ),
}
"""What the new day does → its words, its mark, what it means; in the order in which they are shown."""


class TrialForm(FilterForm):
    """Which deadline, and which day instead."""

    deadline = SelectField(_l("Deadline"), [InputRequired()])
    day = DateField(_l("Another last day"), [InputRequired(), a_day_of_our_time])


@blueprint.get("/<uuid:campaign_id>/thu-doi-han")
def try_deadline(campaign_id: UUID) -> ResponseReturnValue:
    """Nothing counts here: the form below the names is sent to `change_deadline`."""
    actor = current_actor()
    found = container().campaigns.get(actor, str(campaign_id))
    lines = {line["id"]: line for line in deadline_lines(found)}
    form = TrialForm(request.args)
    form.deadline.choices = choices((key, line["label"]) for key, line in lines.items())
    trial, line = None, lines.get(form.deadline.data or "")
    if form.deadline.data and line is None:
        raise NotFound()
    if request.args.get("day") and form.validate() and line is not None:
        with Attempt(form):
            trial = container().deadline_trials.look(actor, found.id, line["id"], given(form.day.data))
    effects = trial.effects if trial is not None else ()
    page = render_template(
        "campaigns/deadline_trial.html",
        campaign=found,
        form=form,
        line=line,
        trial=trial,
        turns=TURNS,
        shown=SHOWN,
        people=container().names.users(one.assignee_id for one in effects),
        confirming=_confirming(found.revision, trial, line) if trial is not None and line is not None else None,
    )
    return page, status(form)


def _confirming(revision: int, trial: DeadlineTrial, line: dict[str, Any]) -> DeadlineForm:
    """The form of `change_deadline` with the day that was tried, and what speaks against the day to be confirmed in it."""
    form = DeadlineForm(
        formdata=None, last_day=trial.new_day, remind_days=line["remind_days"], escalate_to=line["escalate_to"]
    )
    form.escalate_to.choices = choices([(line["escalate_to"], line["told"])])
    form.revision.data = str(revision)
    if trial.doubts:
        form.refusal = Unconfirmed(tuple(trial.doubts))
    return form
