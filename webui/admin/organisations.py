"""Organisations: searched, shown with what they followed, added, changed, ended, succeeded."""

from collections import defaultdict
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webui.admin.blueprint import blueprint
from webui.admin.choosing import organisations as choose
from webui.admin.organisation_forms import (
    EndForm,
    NewOrganisationForm,
    OrganisationFilter,
    OrganisationForm,
    SuccessionForm,
)
from webui.admin.words import SUCCESSIONS
from webui.auth.guard import current_actor, needs
from webui.commands import REFUSALS, done, refuse, status
from webui.container import container
from workflow.errors import NotFound

DEEPEST = 3


@blueprint.get("/to-chuc/")
def organisations() -> ResponseReturnValue:
    """By area where nothing is searched for, else by name."""
    needs("administer_organisations")
    filters = OrganisationFilter(request.args)
    filters.validate()
    found = container().organisations.list(
        current_actor(), on=filters.on.data, text=filters.text.data or "", kind=filters.kind.data or None
    )
    level = filters.managing_level.data
    found = [one for one in found if not level or one.managing_level == level]
    searching = bool(filters.text.data or filters.kind.data or level)
    return render_template(
        "admin/organisations.html",
        lines=[(0, one) for one in found] if searching else _tree(found),
        filters=filters,
        names=container().names.organisations(place for one in found for place in (one.territory_id, one.managing_id)),
    )


@blueprint.get("/to-chuc/<organisation_id>/")
def organisation(organisation_id: str) -> ResponseReturnValue:
    found, successions = container().organisations.get(current_actor(), organisation_id)
    linked = [place for one in successions for place in (one.predecessor_id, one.successor_id)]
    return render_template(
        "admin/organisation.html",
        organisation=found,
        before=[one for one in successions if one.successor_id == found.id],
        after=[one for one in successions if one.predecessor_id == found.id],
        names=container().names.organisations([found.territory_id, found.managing_id, *linked]),
        kinds=SUCCESSIONS,
    )


@blueprint.route("/to-chuc/moi", methods=["GET", "POST"])
def add_organisation() -> ResponseReturnValue:
    needs("administer_organisations")
    actor = current_actor()
    form: Any = NewOrganisationForm()
    if form.validate_on_submit():
        try:
            new = container().organisations.add(actor, form.id.data, form.entered(), command_id=form.command_id.data)
        except REFUSALS as error:
            refuse(form, error)
        except NotFound:
            form.form_errors.append(_unknown())
        else:
            return done(_page_of(new), _("The organisation has been added."))
    return render_template("admin/organisation_new.html", form=form, places=choose(actor)), status(form)


@blueprint.route("/to-chuc/<organisation_id>/sua", methods=["GET", "POST"])
def edit_organisation(organisation_id: str) -> ResponseReturnValue:
    actor = current_actor()
    found, _successions = container().organisations.get(actor, organisation_id)
    form: Any = OrganisationForm(obj=found)
    if form.validate_on_submit():
        try:
            container().organisations.edit(
                actor,
                found.id,
                form.entered(),
                revision=int(form.revision.data),
                command_id=form.command_id.data,
            )
        except REFUSALS as error:
            refuse(form, error)
        except NotFound:
            form.form_errors.append(_unknown())
        else:
            return done(_page_of(found.id), _("The organisation has been changed."))
    return render_template("admin/organisation_edit.html", form=form, organisation=found, places=choose(actor)), status(
        form
    )


@blueprint.route("/to-chuc/<organisation_id>/ket-thuc", methods=["GET", "POST"])
def end_organisation(organisation_id: str) -> ResponseReturnValue:
    actor = current_actor()
    found, _successions = container().organisations.get(actor, organisation_id)
    form: Any = EndForm(revision=str(found.revision))
    if form.validate_on_submit():
        try:
            container().organisations.end(
                actor,
                found.id,
                last_day=form.last_day.data,
                paper=form.paper.data,
                revision=int(form.revision.data),
                command_id=form.command_id.data,
            )
        except REFUSALS as error:
            refuse(form, error)
        else:
            return done(_page_of(found.id), _("The organisation has a last day."))
    return render_template("admin/organisation_end.html", form=form, organisation=found), status(form)


@blueprint.route("/to-chuc/<organisation_id>/ke-thua", methods=["GET", "POST"])
def succeed_organisation(organisation_id: str) -> ResponseReturnValue:
    actor = current_actor()
    found, _successions = container().organisations.get(actor, organisation_id)
    form: Any = SuccessionForm()
    if form.validate_on_submit():
        try:
            container().organisations.succeed(
                actor,
                predecessor_id=found.id,
                successor_id=form.successor.data,
                kind=form.kind.data,
                on=form.on.data,
                paper=form.paper.data,
                command_id=form.command_id.data,
            )
        except REFUSALS as error:
            refuse(form, error)
        except NotFound:
            form.successor.errors = [_unknown()]
        else:
            return done(_page_of(found.id), _("The succession has been recorded."))
    return render_template(
        "admin/organisation_succeed.html", form=form, organisation=found, places=choose(actor)
    ), status(form)


def _tree(found: Any) -> list[tuple[int, Any]]:
    """Each organisation behind the area in which it sits, with how deep it stands; areas that are not shown count as none."""
    shown = {one.id for one in found}
    inside: dict[str | None, list[Any]] = defaultdict(list)
    for one in found:
        inside[one.territory_id if one.territory_id in shown else None].append(one)
    lines: list[tuple[int, Any]] = []
    waiting = [(0, one) for one in reversed(inside[None])]
    while waiting:
        depth, one = waiting.pop()
        lines.append((min(depth, DEEPEST), one))
        waiting += [(depth + 1, below) for below in reversed(inside[one.id])]
    return lines


def _unknown() -> str:
    return str(_("There is no organisation of that id. Choose one from the list."))


def _page_of(organisation_id: str) -> str:
    return url_for("admin.organisation", organisation_id=organisation_id)
