"""Roles with dates, and deputies for them."""

from datetime import date
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webui.admin.account_forms import DeputyForm, LastDayForm, RoleFields
from webui.admin.accounts import new_role
from webui.admin.blueprint import blueprint
from webui.admin.choosing import organisations, role_labels, unknown_organisation
from webui.auth.guard import current_actor
from webui.commands import REFUSALS, done, refuse, status
from webui.container import container
from webui.format import local_date
from webui.forms import choices
from webui.words import named
from workflow.errors import N_, NotFound, PermissionDenied
from workflow.services.ground.listings import Page

MOST_DEPUTIES = 500


@blueprint.route("/tai-khoan/<uuid:user_id>/vai-tro", methods=["GET", "POST"])
def assign_role(user_id: Any) -> ResponseReturnValue:
    actor = current_actor()
    view = container().accounts.get(actor, str(user_id))
    if view.id == actor.user_id:
        raise PermissionDenied(
            N_("You may not give yourself a role or a deputyship. Another administrator must do it.")
        )
    places, form = organisations(actor), RoleFields()
    form.role.choices = choices([("", _("Choose a role")), *role_labels(actor).items()])
    if not form.is_submitted():
        form.valid_from.data = _today()
    if form.validate_on_submit():
        if form.organisation.data not in places:
            form.organisation.errors = [unknown_organisation()]
        else:
            try:
                container().roles.assign(actor, view.id, new_role(form), command_id=form.command_id.data)
            except REFUSALS as error:
                refuse(form, error)
            else:
                return done(_page_of(view), _("The role has been given."))
    return render_template("admin/role_new.html", form=form, account=view, places=places), status(form)


@blueprint.route("/tai-khoan/<uuid:user_id>/vai-tro/<uuid:assignment_id>/ket-thuc", methods=["GET", "POST"])
def end_role(user_id: Any, assignment_id: Any) -> ResponseReturnValue:
    actor = current_actor()
    view, held = _assignment(actor, user_id, assignment_id)
    form = LastDayForm(last_day=held.valid_to or _today())
    if form.validate_on_submit():
        try:
            container().roles.end_role(actor, held.id, last_day=form.last_day.data, command_id=form.command_id.data)
        except REFUSALS as error:
            refuse(form, error)
        else:
            return done(_page_of(view), _("The role has a last day."))
    return render_template(
        "admin/role_end.html", form=form, account=view, title=_("End the role"), what=_role_text(actor, held)
    ), status(form)


@blueprint.route("/tai-khoan/<uuid:user_id>/vai-tro/<uuid:assignment_id>/uy-quyen", methods=["GET", "POST"])
def appoint_deputy(user_id: Any, assignment_id: Any) -> ResponseReturnValue:
    actor = current_actor()
    view, held = _assignment(actor, user_id, assignment_id)
    form = DeputyForm()
    people, _total = container().accounts.search(actor, page=Page(limit=MOST_DEPUTIES))
    form.deputy.choices = choices((one.id, f"{one.name} ({one.login})") for one in people if one.id != view.id)
    if not form.is_submitted():
        form.valid_from.data = max(_today(), held.valid_from)
    if form.validate_on_submit():
        try:
            container().roles.appoint_deputy(
                actor,
                assignment_id=held.id,
                deputy_user_id=form.deputy.data,
                valid_from=form.valid_from.data,
                valid_to=form.valid_to.data,
                paper=form.paper.data or "",
                command_id=form.command_id.data,
            )
        except REFUSALS as error:
            refuse(form, error)
        else:
            return done(_page_of(view), _("The deputy has been appointed."))
    return render_template("admin/deputy.html", form=form, account=view, what=_role_text(actor, held)), status(form)


@blueprint.route("/tai-khoan/<uuid:user_id>/uy-quyen/<uuid:deputyship_id>/ket-thuc", methods=["GET", "POST"])
def end_deputyship(user_id: Any, deputyship_id: Any) -> ResponseReturnValue:
    actor = current_actor()
    view = container().accounts.get(actor, str(user_id))
    found = next((one for one in view.deputies if one.id == str(deputyship_id)), None)
    if found is None:
        raise NotFound()
    form = LastDayForm(last_day=min(found.valid_to, max(_today(), found.valid_from)))
    if form.validate_on_submit():
        try:
            container().roles.end_deputyship(
                actor, found.id, last_day=form.last_day.data, command_id=form.command_id.data
            )
        except REFUSALS as error:
            refuse(form, error)
        else:
            return done(_page_of(view), _("The deputyship has a new last day."))
    name = container().names.users([found.deputy_user_id]).get(found.deputy_user_id, "")
    return render_template(
        "admin/role_end.html", form=form, account=view, title=_("End the deputyship"), what=name
    ), status(form)


def _assignment(actor: Any, user_id: Any, assignment_id: Any) -> tuple[Any, Any]:
    view = container().accounts.get(actor, str(user_id))
    held = next((one for one in view.assignments if one.id == str(assignment_id)), None)
    if held is None:
        raise NotFound()
    return view, held


def _role_text(actor: Any, held: Any) -> str:
    place = container().names.organisations([held.organisation_id])[held.organisation_id]
    return f"{role_labels(actor).get(held.role, held.role)} – {named(place)}"


def _page_of(view: Any) -> str:
    return url_for("admin.account", user_id=view.id)


def _today() -> date:
    return local_date(container().clock.now())
