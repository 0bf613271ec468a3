"""Roles with dates, and deputies for them."""

from datetime import date
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import DateField, HiddenField, SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, InputRequired, Optional

from webui.accounts.area import blueprint
from webui.container import container
from webui.format import local_date
from webui.forms import CommandForm, FilterForm, Length, a_day_of_our_time, choices, given
from webui.guard import current_actor
from webui.pages import Attempt, done, status
from webui.places.organisations import organisation_choices, unknown_organisation
from webui.words import SYSTEM_ROLES, named, said
from workflow.errors import N_, NotFound, PermissionDenied
from workflow.services.accounts.directory import AccountView, NewRole, RoleScope
from workflow.services.accounts.requests import Done
from workflow.services.accounts.roles import AppointDeputy, AssignRole, EndDeputyship, EndRole
from workflow.services.ground.roles import KnownRole
from workflow.services.views import Actor, AssignmentRecord, Page

_PAPER = _l("Number and date of the paper that gives it. Optional.")


class RoleFields(CommandForm):
    """A role at an organisation with dates."""

    role = SelectField(_l("Role"), [InputRequired()])
    organisation = StringField(
        _l("Organisation"), [DataRequired()], description=_l("Its code; type part of the name to search the list.")
    )
    valid_from = DateField(_l("First day"), [InputRequired()])
    valid_to = DateField(_l("Last day"), [Optional()], description=_l("Empty: no end."))
    paper = StringField(_l("Paper"), [Length(max=400)], description=_PAPER)
    procedures = SelectMultipleField(
        _l("Inspection team: only these procedures"), validate_choice=False, description=_l("None chosen: all.")
    )
    campaigns = SelectMultipleField(
        _l("Inspection team: only these campaigns"), validate_choice=False, description=_l("None chosen: all.")
    )
    opened_from = DateField(_l("Inspection team: cases opened from"), [Optional(), a_day_of_our_time])
    opened_to = DateField(_l("Inspection team: cases opened until"), [Optional(), a_day_of_our_time])

    def offer(self) -> None:
        """Fill the lists."""
        self.role.choices = choices([("", _("Choose a role")), *role_labels().items()])
        bounds = container().names.bounds()
        self.procedures.choices = choices([(key, said(one)) for key, one in bounds.procedures.items()])
        self.campaigns.choices = choices([(key, said(one)) for key, one in bounds.campaigns.items()])


def new_role(form: RoleFields) -> NewRole:
    """The role that a form gives."""
    return NewRole(
        role=given(form.role.data),
        organisation_id=given(form.organisation.data),
        valid_from=given(form.valid_from.data),
        valid_to=form.valid_to.data,
        paper=form.paper.data or "",
        scope=RoleScope(
            procedures=tuple(form.procedures.data or ()),
            campaigns=tuple(form.campaigns.data or ()),
            opened_from=form.opened_from.data,
            opened_to=form.opened_to.data,
        ),
    )


class LastDayForm(CommandForm):
    """The end of a role or of a deputyship."""

    last_day = DateField(_l("Last day"), [InputRequired()], description=_l("On this day it still counts."))


class DeputySearch(FilterForm):
    """Who is to be the deputy, by name or login: nobody is chosen beforehand."""

    text = StringField(_l("Name or login"), [Length(max=100)])


class DeputyForm(CommandForm):
    """A deputy for a role."""

    deputy = HiddenField(validators=[InputRequired()])
    valid_from = DateField(_l("First day"), [InputRequired()])
    valid_to = DateField(_l("Last day"), [InputRequired()])
    paper = StringField(_l("Paper"), [Length(max=400)], description=_PAPER)


def role_labels() -> dict[str, str]:
    """Role → text: those of the installation, of the register, and of every published procedure, which is named beside its own."""
    return {role: str(SYSTEM_ROLES.get(role) or _label(known)) for role, known in container().names.roles().items()}


def _label(known: KnownRole) -> str:
    titles = [] if known.registered else [said(title) for title in known.procedures.values()]
    return said(known.label) + (f" ({'; '.join(titles)})" if titles else "")


SHOWN = 20


@blueprint.route("/quan-tri/tai-khoan/<uuid:user_id>/vai-tro", methods=["GET", "POST"])
def assign_role(user_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    view = container().accounts.get(actor, str(user_id))
    if view.id == actor.user_id:
        raise PermissionDenied(
            N_("You may not give yourself a role or a deputyship. Another administrator must do it.")
        )
    places, form = organisation_choices(), RoleFields()
    form.offer()
    if not form.is_submitted():
        form.valid_from.data = _today()
    if form.validate_on_submit():
        if form.organisation.data not in places:
            form.organisation.errors = [unknown_organisation()]
        else:
            with Attempt(form):
                command = AssignRole(user_id=view.id, role=new_role(form), command_id=form.command)
                made = container().roles.assign(actor, command)
                return went_on(made, _("The role has been given."), view.id)
    return render_template("accounts/role_new.html", form=form, account=view, places=places), status(form)


@blueprint.route("/quan-tri/tai-khoan/<uuid:user_id>/vai-tro/<uuid:assignment_id>/ket-thuc", methods=["GET", "POST"])
def end_role(user_id: UUID, assignment_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    view, held = _assignment(user_id, assignment_id)
    form = LastDayForm(last_day=held.valid_to or _today())
    if form.validate_on_submit():
        with Attempt(form):
            container().roles.end_role(
                actor, EndRole(assignment_id=held.id, last_day=given(form.last_day.data), command_id=form.command)
            )
            return done(_page_of(view), _("The role has a last day."))
    return render_template(
        "accounts/role_end.html", form=form, account=view, title=_("End the role"), what=_role_text(held)
    ), status(form)


@blueprint.route("/quan-tri/tai-khoan/<uuid:user_id>/vai-tro/<uuid:assignment_id>/uy-quyen", methods=["GET", "POST"])
def appoint_deputy(user_id: UUID, assignment_id: UUID) -> ResponseReturnValue:
    """First a search, then a page that names both people and what the deputy may do, then the appointment."""
    actor = current_actor()
    view, held = _assignment(user_id, assignment_id)
    form = DeputyForm()
    if not form.is_submitted():
        form.deputy.data = request.args.get("deputy", "")
        form.valid_from.data = max(_today(), held.valid_from)
    deputy = _person(actor, form.deputy.data) if form.deputy.data else None
    if deputy is None:
        return _choose_deputy(actor, view, held)
    if form.validate_on_submit():
        with Attempt(form):
            command = AppointDeputy(
                assignment_id=held.id,
                deputy_user_id=deputy.id,
                valid_from=given(form.valid_from.data),
                valid_to=given(form.valid_to.data),
                paper=form.paper.data or "",
                command_id=form.command,
            )
            made = container().roles.appoint_deputy(actor, command)
            return went_on(made, _("The deputy has been appointed."), view.id)
    page = render_template(
        "accounts/deputy.html", form=form, account=view, deputy=deputy, what=_role_text(held), held=held
    )
    return page, status(form)


def _choose_deputy(actor: Actor, view: AccountView, held: AssignmentRecord) -> ResponseReturnValue:
    search = DeputySearch(request.args)
    text = (search.text.data or "").strip()
    people, total = container().accounts.search(actor, text=text, page=Page(limit=SHOWN)) if text else ((), 0)
    page = render_template(
        "accounts/deputy_search.html",
        search=search,
        account=view,
        what=_role_text(held),
        held=held,
        people=[one for one in people if one.id != view.id],
        more=total > SHOWN,
        roles=role_labels(),
        places=container().names.organisations(a.organisation_id for one in people for a in one.assignments),
        today=_today(),
    )
    return page, 422 if request.method == "POST" else 200


def _person(actor: Actor, user_id: str) -> AccountView | None:
    try:
        return container().accounts.get(actor, user_id)
    except NotFound:
        return None


def went_on(made: Done, message: str, user_id: str | None = None) -> ResponseReturnValue:
    """Go on to the account (by default the one that the command was about), or to what now waits for a second person."""
    if made.request is not None:
        text = _(
            "This takes a second person: it comes about when another administrator, or the person concerned, confirms it."
        )
        return done(url_for("accounts.account_request", request_id=made.request), text, "warning")
    return done(url_for("accounts.account", user_id=user_id or made.id), message)


@blueprint.route("/quan-tri/tai-khoan/<uuid:user_id>/uy-quyen/<uuid:deputyship_id>/ket-thuc", methods=["GET", "POST"])
def end_deputyship(user_id: UUID, deputyship_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    view = container().accounts.get(actor, str(user_id))
    found = next((one for one in view.deputies if one.id == str(deputyship_id)), None)
    if found is None:
        raise NotFound()
    form = LastDayForm(last_day=min(found.valid_to, max(_today(), found.valid_from)))
    if form.validate_on_submit():
        with Attempt(form):
            container().roles.end_deputyship(
                actor,
                EndDeputyship(deputyship_id=found.id, last_day=given(form.last_day.data), command_id=form.command),
            )
            return done(_page_of(view), _("The deputyship has a new last day."))
    name = container().names.users([found.deputy_user_id]).get(found.deputy_user_id, "")
    return render_template(
        "accounts/role_end.html", form=form, account=view, title=_("End the deputyship"), what=name
    ), status(form)


def _assignment(user_id: UUID, assignment_id: UUID) -> tuple[AccountView, AssignmentRecord]:
    view = container().accounts.get(current_actor(), str(user_id))
    held = next((one for one in view.assignments if one.id == str(assignment_id)), None)
    if held is None:
        raise NotFound()
    return view, held


def _role_text(held: AssignmentRecord) -> str:
    place = container().names.organisations([held.organisation_id])[held.organisation_id]
    return f"{role_labels().get(held.role, held.role)} – {named(place)}"


def _page_of(view: AccountView) -> str:
    return url_for("accounts.account", user_id=view.id)


def _today() -> date:
    return local_date(container().clock.now())
