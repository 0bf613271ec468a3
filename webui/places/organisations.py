"""Organisations: searched, shown with what they followed, added, changed, ended, succeeded."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l, ngettext
from wtforms import DateField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Optional

from webui.container import container
from webui.forms import NAME, REASON, SHORT_TEXT, CommandForm, FilterForm, Length, RevisionForm, choices, given
from webui.guard import current_actor, needs
from webui.pages import Attempt, done, page_number, page_of, pages_of, status
from webui.places.area import blueprint
from webui.words import KINDS, LEVELS, named
from workflow.errors import N_
from workflow.services.moving.handover import HandOverWork
from workflow.services.places.organisations import (
    AddOrganisation,
    ChangeOrganisation,
    EndOrganisation,
    OrganisationData,
    OrganisationQuery,
    SucceedOrganisation,
)

SUCCESSIONS: dict[str, Any] = {
    "merge": _l("merged into"),
    "split": _l("split into"),
    "rename": _l("renamed"),
    "type-change": _l("became another type of unit"),
}


_CODE = [DataRequired(), Length(max=120)]
_NO_LEVEL: tuple[tuple[str, Any], ...] = (("", "–"), *LEVELS.items())


_ENTERED = (
    "code",
    "kind",
    "name_vi",
    "name_en",
    "valid_from",
    "valid_to",
    "type",
    "level",
    "territory_id",
    "managing_level",
    "managing_id",
    "delegation_paper",
    "source",
)


class OrganisationFilter(FilterForm):
    """Which organisations to list."""

    text = StringField(_l("Name or code"))
    kind = SelectField(_l("Kind"), choices=choices([("", _l("every kind")), *KINDS.items()]), default="")
    managing_level = SelectField(_l("Managing level"), choices=choices(_NO_LEVEL), default="")
    on = DateField(_l("As of"), [Optional()], description=_l("Empty: today."))


class OrganisationForm(RevisionForm):
    """An organisation."""

    code = StringField(
        _l("Code"), _CODE, description=_l("Official code; the same in the records before and after a change.")
    )
    name_vi = StringField(_l("Name in Vietnamese"), NAME)
    name_en = StringField(_l("Name in English"), NAME)
    kind = StringField(_l("Kind"), _CODE, description=_l("For example commune, school, police, steering-committee."))
    type = StringField(
        _l("Official word for it"), SHORT_TEXT, description=_l("For example xã, phường, thị trấn, hợp tác xã.")
    )
    level = SelectField(
        _l("Level"), choices=choices(_NO_LEVEL), description=_l("Its own place in the State's levels, if it has one.")
    )
    territory_id = StringField(_l("Territory"), SHORT_TEXT, description=_l("The area in which it sits."))
    managing_level = SelectField(_l("Managing level"), choices=choices(_NO_LEVEL))
    managing_id = StringField(_l("Managed by"), SHORT_TEXT, description=_l("The organisation that answers for it."))
    delegation_paper = StringField(
        _l("Paper of delegation"), SHORT_TEXT, description=_l("Where it is managed by delegation. Optional.")
    )
    valid_from = DateField(_l("First day"), [InputRequired()])
    valid_to = DateField(_l("Last day"), [Optional()], description=_l("Empty: no end."))
    source = StringField(_l("Source"), SHORT_TEXT, description=_l("Where the record comes from."))

    def entered(self) -> OrganisationData:
        """What the service asks for."""
        entered: dict[str, Any] = {name: self[name].data or None for name in _ENTERED}
        return OrganisationData(**{**entered, "source": entered["source"] or ""})


class NewOrganisationForm(OrganisationForm):
    """A new organisation, which also needs an id."""

    id = StringField(
        _l("Id in this register"),
        _CODE,
        description=_l("Small letters without marks, digits and hyphens; never changes."),
    )
    revision = HiddenField(default="1")


class EndForm(RevisionForm):
    """The end of an organisation."""

    last_day = DateField(_l("Last day"), [InputRequired()], description=_l("On this day it still stands."))
    paper = StringField(_l("Paper"), NAME, description=_l("Number and date of the paper that ends it."))


class SuccessionForm(CommandForm):
    """What takes an organisation's place."""

    successor = StringField(_l("Successor"), _CODE, description=_l("Its id; add the organisation first if it is new."))
    kind = RadioField(_l("How"), [InputRequired()], choices=choices(SUCCESSIONS.items()))
    on = DateField(
        _l("From"), [InputRequired()], description=_l("First day of the successor. The former one ends the day before.")
    )
    paper = StringField(_l("Paper"), NAME, description=_l("Number and date of the decision."))


class HandOverForm(CommandForm):
    """To whom the waiting work goes, and why."""

    successor = RadioField(_l("To"), [InputRequired()], validate_choice=False)
    reason = TextAreaField(_l("Reason"), REASON, description=_l("It stands in the history of every case."))


DEEPEST = 3
PAGE_SIZE = 100
_UNKNOWN = N_("There is no organisation of that id. Choose one from the list.")


@blueprint.get("/to-chuc/")
def organisations() -> ResponseReturnValue:
    """By area where nothing is searched for, else by name."""
    needs("administer_organisations")
    filters = OrganisationFilter(request.args)
    filters.validate()
    where = OrganisationQuery(
        on=filters.on.data,
        text=filters.text.data or "",
        kind=filters.kind.data or None,
        managing_level=filters.managing_level.data or None,
    )
    number = page_number()
    lines, total = container().organisations.page(current_actor(), where, page_of(number, PAGE_SIZE))
    return render_template(
        "places/organisations.html",
        lines=[(min(depth, DEEPEST), one) for depth, one in lines],
        filters=filters,
        names=container().names.organisations(one.territory_id for _, one in lines),
        total=total,
        number=number,
        pages=pages_of(total, PAGE_SIZE),
    )


@blueprint.get("/to-chuc/<organisation_id>/")
def organisation(organisation_id: str) -> ResponseReturnValue:
    found, successions = container().organisations.get(current_actor(), organisation_id)
    linked = [place for one in successions for place in (one.predecessor_id, one.successor_id)]
    return render_template(
        "places/organisation.html",
        organisation=found,
        before=[one for one in successions if one.successor_id == found.id],
        after=[one for one in successions if one.predecessor_id == found.id],
        names=container().names.organisations([found.territory_id, found.managing_id, *linked]),
        kinds=SUCCESSIONS,
    )


@blueprint.route("/to-chuc/moi", methods=["GET", "POST"])
def add_organisation() -> ResponseReturnValue:
    needs("administer_organisations")
    form = NewOrganisationForm()
    if form.validate_on_submit():
        with Attempt(form, missing=_UNKNOWN):
            new = container().organisations.add(
                current_actor(),
                AddOrganisation(
                    organisation_id=given(form.id.data),
                    data=form.entered(),
                    confirmed=form.doubts_confirmed,
                    command_id=form.command,
                ),
            )
            return done(_page_of(new), _("The organisation has been added."))
    return render_template("places/organisation_new.html", form=form, places=organisation_choices()), status(form)


@blueprint.route("/to-chuc/<organisation_id>/sua", methods=["GET", "POST"])
def edit_organisation(organisation_id: str) -> ResponseReturnValue:
    actor = current_actor()
    found, _successions = container().organisations.get(actor, organisation_id)
    form = OrganisationForm(obj=found)
    if form.validate_on_submit():
        with Attempt(form, missing=_UNKNOWN):
            container().organisations.change(
                actor,
                ChangeOrganisation(
                    organisation_id=found.id,
                    data=form.entered(),
                    revision=form.seen,
                    confirmed=form.doubts_confirmed,
                    command_id=form.command,
                ),
            )
            return done(_page_of(found.id), _("The organisation has been changed."))
    return render_template(
        "places/organisation_edit.html", form=form, organisation=found, places=organisation_choices()
    ), status(form)


@blueprint.route("/to-chuc/<organisation_id>/ket-thuc", methods=["GET", "POST"])
def end_organisation(organisation_id: str) -> ResponseReturnValue:
    actor = current_actor()
    found, _successions = container().organisations.get(actor, organisation_id)
    form = EndForm(revision=str(found.revision))
    if form.validate_on_submit():
        with Attempt(form):
            container().organisations.end(
                actor,
                EndOrganisation(
                    organisation_id=found.id,
                    last_day=given(form.last_day.data),
                    paper=given(form.paper.data),
                    revision=form.seen,
                    command_id=form.command,
                ),
            )
            return done(_page_of(found.id), _("The organisation has a last day."))
    return render_template("places/organisation_end.html", form=form, organisation=found), status(form)


@blueprint.route("/to-chuc/<organisation_id>/ke-thua", methods=["GET", "POST"])
def succeed_organisation(organisation_id: str) -> ResponseReturnValue:
    actor = current_actor()
    found, _successions = container().organisations.get(actor, organisation_id)
    form = SuccessionForm()
    if form.validate_on_submit():
        with Attempt(form, missing=_UNKNOWN, missing_at=form.successor):
            container().organisations.succeed(
                actor,
                SucceedOrganisation(
                    predecessor_id=found.id,
                    successor_id=given(form.successor.data),
                    kind=form.kind.data,
                    on=given(form.on.data),
                    paper=given(form.paper.data),
                    command_id=form.command,
                ),
            )
            return done(_page_of(found.id), _("The succession has been recorded."))
    return render_template(
        "places/organisation_succeed.html", form=form, organisation=found, places=organisation_choices()
    ), status(form)


@blueprint.route("/to-chuc/<organisation_id>/ban-giao", methods=["GET", "POST"])
def hand_over_work(organisation_id: str) -> ResponseReturnValue:
    """What waits at a body that has ended, and handing it to its successor."""
    actor = current_actor()
    found = container().handovers.look(actor, organisation_id)
    form = HandOverForm()
    able = [one for one in found.successors if one.refusal is None]
    form.successor.choices = choices(
        (
            one.body.id,
            f"{named(one.body)} – {ngettext('%(num)d person could take a task', '%(num)d people could take a task', one.doers)}",
        )
        for one in able
    )
    movable = [one.id for one in found.tasks if not one.stays]
    ticked = request.form.getlist("task") if request.method == "POST" else movable
    if form.validate_on_submit():
        with Attempt(form):
            number = container().handovers.hand_over(
                actor,
                HandOverWork(
                    organisation_id=organisation_id,
                    successor_id=given(form.successor.data),
                    task_ids=ticked,
                    reason=given(form.reason.data),
                    command_id=form.command,
                ),
            )
            said = ngettext("%(num)d task has been handed over.", "%(num)d tasks have been handed over.", number)
            return done(url_for("places.hand_over_work", organisation_id=organisation_id), said)
    return render_template(
        "places/organisation_hand_over.html", form=form, found=found, able=able, movable=movable, ticked=ticked
    ), status(form)


def _page_of(organisation_id: str) -> str:
    return url_for("places.organisation", organisation_id=organisation_id)


def organisation_choices() -> dict[str, str]:
    """Organisation id → name with the id, of those that stand today within the actor's reach."""
    return {one.id: f"{named(one)} ({one.id})" for one in container().organisations.list(current_actor())}


def unknown_organisation() -> str:
    """What to say where a code was entered that is not in the list."""
    return str(_("There is no such organisation in your jurisdiction. Choose one from the list."))
