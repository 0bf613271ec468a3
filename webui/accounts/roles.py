"""Roles with dates, and deputies for them."""

from datetime import date
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import DateField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from webui.accounts.area import blueprint
from webui.container import container
from webui.format import local_date
from webui.forms import CommandForm, choices, given
from webui.guard import current_actor
from webui.pages import Attempt, done, status
from webui.places.organisations import organisation_choices, unknown_organisation
from webui.words import SYSTEM_ROLES, named, said
from workflow.errors import N_, NotFound, PermissionDenied
from workflow.services.accounts.directory import AccountView, NewRole
from workflow.services.accounts.roles import AppointDeputy, AssignRole, EndDeputyship, EndRole
from workflow.services.ground.roles import KnownRole
from workflow.services.views import AssignmentRecord, Page

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


def new_role(form: RoleFields) -> NewRole:
    """The role that a form gives."""
    return NewRole(
        role=given(form.role.data),
        organisation_id=given(form.organisation.data),
        valid_from=given(form.valid_from.data),
        valid_to=form.valid_to.data,
        paper=form.paper.data or "",
    )


class LastDayForm(CommandForm):
    """The end of a role or of a deputyship."""

    last_day = DateField(_l("Last day"), [InputRequired()], description=_l("On this day it still counts."))


class DeputyForm(CommandForm):
    """A deputy for a role."""

    deputy = SelectField(_l("Deputy"), [InputRequired()])
    valid_from = DateField(_l("First day"), [InputRequired()])
    valid_to = DateField(_l("Last day"), [InputRequired()])
    paper = StringField(_l("Paper"), [Length(max=400)], description=_PAPER)


def role_labels() -> dict[str, str]:
    """Role → text: those of the installation, of the register, and of every published procedure, which is named beside its own."""
    return {role: str(SYSTEM_ROLES.get(role) or _label(known)) for role, known in container().names.roles().items()}


def _label(known: KnownRole) -> str:
    titles = [] if known.registered else [said(title) for title in known.procedures.values()]
    return said(known.label) + (f" ({'; '.join(titles)})" if titles else "")


MOST_DEPUTIES = 500


@blueprint.route("/quan-tri/tai-khoan/<uuid:user_id>/vai-tro", methods=["GET", "POST"])
def assign_role(user_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    view = container().accounts.get(actor, str(user_id))
    if view.id == actor.user_id:
        raise PermissionDenied(
            N_("You may not give yourself a role or a deputyship. Another administrator must do it.")
        )
    places, form = organisation_choices(), RoleFields()
    form.role.choices = choices([("", _("Choose a role")), *role_labels().items()])
    if not form.is_submitted():
        form.valid_from.data = _today()
    if form.validate_on_submit():
        if form.organisation.data not in places:
            form.organisation.errors = [unknown_organisation()]
        else:
            with Attempt(form):
                container().roles.assign(
                    actor, AssignRole(user_id=view.id, role=new_role(form), command_id=form.command)
                )
                return done(_page_of(view), _("The role has been given."))
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
    actor = current_actor()
    view, held = _assignment(user_id, assignment_id)
    form = DeputyForm()
    people, _total = container().accounts.search(actor, page=Page(limit=MOST_DEPUTIES))
    form.deputy.choices = choices((one.id, f"{one.name} ({one.login})") for one in people if one.id != view.id)
    if not form.is_submitted():
        form.valid_from.data = max(_today(), held.valid_from)
    if form.validate_on_submit():
        with Attempt(form):
            container().roles.appoint_deputy(
                actor,
                AppointDeputy(
                    assignment_id=held.id,
                    deputy_user_id=given(form.deputy.data),
                    valid_from=given(form.valid_from.data),
                    valid_to=given(form.valid_to.data),
                    paper=form.paper.data or "",
                    command_id=form.command,
                ),
            )
            return done(_page_of(view), _("The deputy has been appointed."))
    return render_template("accounts/deputy.html", form=form, account=view, what=_role_text(held)), status(form)


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
