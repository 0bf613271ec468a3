"""The units of a campaign as a list, by what the numbers of its page count; those that have not sent are reminded."""

from typing import Any, cast
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l, ngettext
from wtforms import SelectField

from webui.campaigns.area import blueprint
from webui.campaigns.charts import ROSTER
from webui.container import container
from webui.forms import CommandForm, FilterForm, choices
from webui.guard import current_actor
from webui.pages import Attempt, done, page_number, page_of, pages_of, status
from webui.words import named
from workflow.services.campaigns.roster import RemindUnits, RosterFilter

UNIT_STATES: dict[str, tuple[Any, str]] = {
    "listed": (_l("Not started"), "unseen"),
    "pending": (_l("Waiting"), "soon"),
    "started": (_l("Started"), "tick"),
    "failed": (_l("Failed"), "failed"),
}
BESIDES: dict[str, tuple[Any, str]] = {
    "sent": (_l("Have sent something"), "tick"),
    "returned": (_l("Returned"), "back"),
    "overdue": (_l("Overdue, whoever has it"), "late"),
    "stuck": (_l("Incident"), "warn"),
    "unstarted": (_l("Not started"), "unseen"),
}
"""What may be so of a unit in whichever part of the roster it is."""
SHOWN = 100
MOST_NAMED = 200
"""A page of confirmation names no more; the number says how many there are."""


class RosterFilterForm(FilterForm):
    """Which units to show; the names of the fields are those of the addresses behind the numbers."""

    part = SelectField(_l("Part of the roster"), validate_choice=False)
    besides = SelectField(_l("Besides"), validate_choice=False)
    area = SelectField(_l("Area"), validate_choice=False)


@blueprint.get("/<uuid:campaign_id>/don-vi")
def units(campaign_id: UUID) -> ResponseReturnValue:
    """The list behind the numbers: part, filter and area stand in the address."""
    actor, number = current_actor(), page_number()
    found = container().campaigns.get(actor, str(campaign_id))
    asked = request.args
    where = RosterFilter(
        part=cast(Any, asked.get("part") if asked.get("part") in ROSTER else None),
        besides=cast(Any, asked.get("besides") if asked.get("besides") in BESIDES else None),
        area=asked.get("area") or None,
    )
    lines, total, areas = container().rosters.units(actor, found.id, where, page_of(number, SHOWN))
    form = RosterFilterForm(asked)
    form.part.choices = choices([("", _l("The whole roster")), *((key, word) for key, (word, _p) in ROSTER.items())])
    form.besides.choices = choices([("", "–"), *((key, word) for key, (word, _k) in BESIDES.items())])
    form.area.choices = choices([("", _l("Every area")), *((one.id, named(one)) for one in areas)])
    form.validate()
    return render_template(
        "campaigns/units.html",
        campaign=found,
        form=form,
        filtered=where != RosterFilter(),
        lines=lines,
        total=total,
        number=number,
        pages=pages_of(total, SHOWN),
        unit_states=UNIT_STATES,
        besides=BESIDES,
    )


@blueprint.route("/<uuid:campaign_id>/nhac", methods=["GET", "POST"])
def remind(campaign_id: UUID) -> ResponseReturnValue:
    """Say who will be reminded, then do it."""
    actor = current_actor()
    found = container().campaigns.get(actor, str(campaign_id))
    form = CommandForm()
    if form.validate_on_submit():
        with Attempt(form):
            number = container().rosters.remind(actor, RemindUnits(campaign_id=found.id, command_id=form.command))
            text = ngettext("%(num)d unit is reminded.", "%(num)d units are reminded.", number)
            return done(url_for(".campaign", campaign_id=campaign_id), text)
    lines = container().rosters.board(actor, found.id).to_remind
    page = render_template(
        "campaigns/remind.html", form=form, campaign=found, lines=lines[:MOST_NAMED], total=len(lines)
    )
    return page, status(form)
