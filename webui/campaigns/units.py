"""The units of a campaign: added many at once, taken out, started with the progress shown."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l, ngettext
from wtforms import BooleanField, SelectField, SelectMultipleField, StringField

from webui.campaigns.area import blueprint
from webui.container import container
from webui.errors import translated
from webui.forms import CommandForm, FilterForm, choices
from webui.guard import current_actor
from webui.pages import Attempt, done, page_number, page_of, pages_of, status
from webui.words import KINDS, named
from workflow.errors import NotFound
from workflow.services.campaigns.units import AddCampaignUnits, Candidate, RemoveCampaignUnit, StartCampaign
from workflow.services.ground.people import OrganisationName
from workflow.spelling import by_name, fits, sought

PAGE_SIZE = 100
"""Fewer than the fields that one form may send."""


class CandidateFilter(FilterForm):
    """Which units to offer."""

    text = StringField(_l("Name"))
    kind = SelectField(_l("Kind"), choices=choices([("", _l("every kind")), *KINDS.items()]), default="")
    territory = SelectField(_l("Territory"), default="")


class UnitsForm(CommandForm):
    """Units chosen from a list; the page draws the boxes itself, in a table."""

    units = SelectMultipleField(_l("Units"), validate_choice=False)


class StartForm(CommandForm):
    """Who is missing stands above it, and has to be seen."""

    gaps_seen = BooleanField(_l("I have seen who is missing and start all the same"))


GAPS_SHOWN = 200
"""More lines help nobody."""


@blueprint.route("/<uuid:campaign_id>/them-don-vi", methods=["GET", "POST"])
def add_units(campaign_id: UUID) -> ResponseReturnValue:
    """Choose units from a filtered list; a second button takes all that the filter shows."""
    actor = current_actor()
    found = container().campaigns.get(actor, str(campaign_id))
    candidates = container().campaign_units.candidates(actor, found.id)
    names = container().names.organisations(one.unit_id for one in candidates)
    filters, shown = _filtered(candidates, names)
    form = UnitsForm()
    if form.validate_on_submit():
        wanted = [one.unit_id for one in shown] if request.form.get("all") else form.units.data or []
        if not wanted:
            form.form_errors.append(_("Choose at least one unit."))
        else:
            units: dict[str, dict[str, Any]] = {unit_id: {} for unit_id in wanted}
            with Attempt(form):
                added = container().campaign_units.add_units(
                    actor, AddCampaignUnits(campaign_id=found.id, units=units, command_id=form.command)
                )
                message = ngettext("%(num)d unit has been added.", "%(num)d units have been added.", added)
                return done(url_for("campaigns.campaign", campaign_id=campaign_id), message)
    number, pages = page_number(), pages_of(len(shown), PAGE_SIZE)
    page = page_of(min(number, pages), PAGE_SIZE)
    territories = container().names.organisations(name.territory_id for name in names.values())
    return render_template(
        "campaigns/units_add.html",
        form=form,
        filters=filters,
        campaign=found,
        candidates=shown[page.offset : page.offset + page.limit],
        fitting=len(shown),
        total=len(candidates),
        number=min(number, pages),
        pages=pages,
        names=names,
        territories=territories,
    ), status(form)


@blueprint.route("/<uuid:campaign_id>/bo-don-vi/<unit_id>", methods=["GET", "POST"])
def remove_unit(campaign_id: UUID, unit_id: str) -> ResponseReturnValue:
    actor = current_actor()
    found = container().campaigns.get(actor, str(campaign_id))
    name = container().names.organisations([unit_id]).get(unit_id)
    if name is None:
        raise NotFound()
    form = CommandForm()
    if form.validate_on_submit():
        with Attempt(form):
            container().campaign_units.remove_unit(
                actor, RemoveCampaignUnit(campaign_id=found.id, unit_id=unit_id, command_id=form.command)
            )
            text = _("%(unit)s has been taken out of the campaign.", unit=named(name))
            return done(url_for("campaigns.campaign", campaign_id=campaign_id), text)
    return render_template("campaigns/unit_remove.html", form=form, campaign=found, unit=name), status(form)


@blueprint.route("/<uuid:campaign_id>/bat-dau", methods=["GET", "POST"])
def start_units(campaign_id: UUID) -> ResponseReturnValue:
    """Start everything that waits, or failed before; `unit` in the form starts that one alone."""
    actor = current_actor()
    found = container().campaigns.get(actor, str(campaign_id))
    form = StartForm()
    chosen = request.form.getlist("unit") or None
    if form.validate_on_submit():
        with Attempt(form):
            container().campaign_units.start(
                actor,
                StartCampaign(
                    campaign_id=found.id,
                    unit_ids=chosen,
                    gaps_seen=bool(form.gaps_seen.data),
                    command_id=form.command,
                ),
            )
            return done(url_for("campaigns.start_progress", campaign_id=campaign_id))
    progress = container().campaign_units.progress(actor, found.id)
    missing = container().campaign_units.gaps(actor, found.id, chosen)
    return render_template(
        "campaigns/units_start.html",
        form=form,
        campaign=found,
        progress=progress,
        chosen=chosen or (),
        gaps=missing[:GAPS_SHOWN],
        more_gaps=max(len(missing) - GAPS_SHOWN, 0),
        names=container().names.organisations(one.organisation_id for one in missing[:GAPS_SHOWN]),
    ), status(form)


@blueprint.get("/<uuid:campaign_id>/tien-do")
def start_progress(campaign_id: UUID) -> ResponseReturnValue:
    """How far the start has come. A page's script asks for the moving part alone."""
    actor = current_actor()
    found = container().campaigns.get(actor, str(campaign_id))
    progress = container().campaign_units.progress(actor, found.id)
    template = "campaigns/_progress.html" if "HX-Request" in request.headers else "campaigns/progress.html"
    return render_template(
        template,
        campaign=found,
        progress=progress,
        names=container().names.organisations(unit.unit_id for unit in progress.failures),
        reason=lambda unit: translated(unit.template or "", unit.params),
        retry=CommandForm(),
    )


def _filtered(
    candidates: Sequence[Candidate], names: Mapping[str, OrganisationName]
) -> tuple[CandidateFilter, list[Candidate]]:
    filters = CandidateFilter(request.args)
    areas = container().names.organisations(name.territory_id for name in names.values())
    options = sorted(((one.id, named(one)) for one in areas.values()), key=lambda option: by_name(option[1], option[0]))
    filters.territory.choices = choices([("", _("every territory")), *options])
    text = (filters.text.data or "").strip()
    wanted = sought(text)
    shown = [
        one
        for one in candidates
        if (not text or fits(wanted, one.name_vi, one.name_en))
        and filters.kind.data in (None, "", one.kind)
        and filters.territory.data in (None, "", names[one.unit_id].territory_id)
    ]
    return filters, shown
