"""Accounts: listed, created, edited, ended; passwords, sessions and second factors reset."""

from collections.abc import Callable
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l, ngettext
from wtforms import BooleanField, EmailField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from webui.accounts.area import blueprint
from webui.accounts.roles import RoleFields, new_role, role_labels
from webui.container import container
from webui.format import local_date
from webui.forms import NAME, CommandForm, FilterForm, RevisionForm, choices
from webui.guard import current_actor, needs
from webui.pages import REFUSALS, done, refuse, status
from webui.places.organisations import organisation_choices, unknown_organisation
from workflow.services.accounts.accounts import NewUser
from workflow.services.ground.listings import Page

_LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]


class AccountFilter(FilterForm):
    """Which accounts to list."""

    text = StringField(_l("Name or login"))
    role = SelectField(_l("Role"), default="")
    ended = BooleanField(_l("Ended accounts too"))


class NewAccountForm(RoleFields):
    """An account with its first role."""

    login = StringField(
        _l("Login"),
        [DataRequired(), Length(max=80)],
        description=_l("3 to 80 characters: small letters without marks, digits, and . _ - @ between them."),
    )
    name = StringField(_l("Full name"), NAME)
    email = EmailField(_l("E-mail"), [Length(max=254)], description=_l("For notices. Optional."))
    locale = SelectField(_l("Language"), choices=choices(_LANGUAGES), default="vi")


class EditAccountForm(RevisionForm):
    """Name, e-mail and language."""

    name = StringField(_l("Full name"), NAME)
    email = EmailField(_l("E-mail"), [Length(max=254)], description=_l("For notices. Optional."))
    locale = SelectField(_l("Language"), choices=choices(_LANGUAGES))


class StepForm(CommandForm):
    """A step on an account that needs no reason."""


class ReasonedStepForm(CommandForm):
    """A step on an account that needs a reason."""

    reason = TextAreaField(_l("Reason"), [DataRequired(), Length(max=2000)])


def account_of(form: Any) -> dict[str, Any]:
    """The fields of an account's own data as the services name them."""
    return {"name": form.name.data, "email": form.email.data or None, "locale": form.locale.data}


PAGE = 50
MOST_PAGES = 2000


@blueprint.get("/quan-tri/tai-khoan/")
def accounts() -> ResponseReturnValue:
    needs("administer_accounts")
    actor = current_actor()
    roles = role_labels(actor)
    filters = AccountFilter(request.args)
    filters.role.choices = choices([("", _("every role")), *roles.items()])
    page = min(max(request.args.get("page", 1, type=int), 1), MOST_PAGES)
    found, total = container().accounts.search(
        actor,
        text=filters.text.data or "",
        role=filters.role.data or None,
        with_ended=bool(filters.ended.data),
        page=Page(limit=PAGE, offset=(page - 1) * PAGE),
    )
    places = container().names.organisations(one.organisation_id for view in found for one in view.assignments)
    return render_template(
        "accounts/accounts.html",
        accounts=found,
        total=total,
        page=page,
        pages=max(1, -(-total // PAGE)),
        filters=filters,
        roles=roles,
        places=places,
        today=local_date(container().clock.now()),
    )


@blueprint.route("/quan-tri/tai-khoan/moi", methods=["GET", "POST"])
def create_account() -> ResponseReturnValue:
    """The answer to the form itself shows the temporary password: it is nowhere else, and shown this once."""
    needs("administer_accounts")
    actor = current_actor()
    places = organisation_choices(actor)
    form: Any = NewAccountForm()
    form.role.choices = choices([("", _("Choose a role")), *role_labels(actor).items()])
    if not form.is_submitted():
        form.valid_from.data = local_date(container().clock.now())
    if form.validate_on_submit():
        if form.organisation.data not in places:
            form.organisation.errors = [unknown_organisation()]
        else:
            try:
                new, password = container().account_changes.create(
                    actor,
                    NewUser(login=form.login.data, **account_of(form)),
                    new_role(form),
                    command_id=form.command_id.data,
                )
            except REFUSALS as error:
                refuse(form, error)
            else:
                return _show_password(new, form.login.data, password)
    return render_template("accounts/account_new.html", form=form, places=places), status(form)


@blueprint.get("/quan-tri/tai-khoan/<uuid:user_id>/")
def account(user_id: Any) -> ResponseReturnValue:
    actor = current_actor()
    view = container().accounts.get(actor, str(user_id))
    lent = container().names.users([one.deputy_user_id for one in view.deputies])
    return render_template(
        "accounts/account.html",
        account=view,
        roles=role_labels(actor),
        places=container().names.organisations(one.organisation_id for one in view.assignments),
        people=lent,
        today=local_date(container().clock.now()),
        own=view.id == actor.user_id,
    )


@blueprint.route("/quan-tri/tai-khoan/<uuid:user_id>/sua", methods=["GET", "POST"])
def edit_account(user_id: Any) -> ResponseReturnValue:
    actor = current_actor()
    view = container().accounts.get(actor, str(user_id))
    form: Any = EditAccountForm(obj=view)
    if form.validate_on_submit():
        try:
            container().account_changes.edit(
                actor,
                view.id,
                revision=int(form.revision.data),
                command_id=form.command_id.data,
                **account_of(form),
            )
        except REFUSALS as error:
            refuse(form, error)
        else:
            return done(_page_of(view.id), _("The account has been changed."))
    return render_template("accounts/account_edit.html", form=form, account=view), status(form)


@blueprint.route("/quan-tri/tai-khoan/<uuid:user_id>/mat-khau", methods=["GET", "POST"])
def reset_password(user_id: Any) -> ResponseReturnValue:
    actor = current_actor()
    view = container().accounts.get(actor, str(user_id))
    form: Any = StepForm()
    if form.validate_on_submit():
        try:
            password = container().account_changes.reset_password(actor, view.id, command_id=form.command_id.data)
        except REFUSALS as error:
            refuse(form, error)
        else:
            return _show_password(view.id, view.login, password)
    return _step_page("password", _("Reset the password"), form, view)


@blueprint.route("/quan-tri/tai-khoan/<uuid:user_id>/dang-xuat", methods=["GET", "POST"])
def revoke_sessions(user_id: Any) -> ResponseReturnValue:
    def act(actor: Any, view: Any, form: Any) -> str:
        count = container().account_changes.revoke_sessions(actor, view.id, command_id=form.command_id.data)
        return str(ngettext("%(num)d session has been ended.", "%(num)d sessions have been ended.", count))

    return _step("sessions", _("Sign out everywhere"), StepForm(), user_id, act)


@blueprint.route("/quan-tri/tai-khoan/<uuid:user_id>/lop-thu-hai", methods=["GET", "POST"])
def reset_second_factor(user_id: Any) -> ResponseReturnValue:
    def act(actor: Any, view: Any, form: Any) -> str:
        container().account_changes.reset_second_factor(
            actor, view.id, reason=form.reason.data, command_id=form.command_id.data
        )
        return str(_("The second factor has been forgotten. The user sets up a new one at the next sign-in."))

    return _step("factor", _("Reset the second factor"), ReasonedStepForm(), user_id, act)


@blueprint.route("/quan-tri/tai-khoan/<uuid:user_id>/ket-thuc", methods=["GET", "POST"])
def end_account(user_id: Any) -> ResponseReturnValue:
    def act(actor: Any, view: Any, form: Any) -> str:
        container().account_changes.end(actor, view.id, reason=form.reason.data, command_id=form.command_id.data)
        return str(_("The account has ended."))

    return _step("end", _("End the account"), ReasonedStepForm(), user_id, act)


def _step(kind: str, title: str, form: Any, user_id: Any, act: Callable[[Any, Any, Any], str]) -> ResponseReturnValue:
    """A page that says what the step means, and carries it out when it is sent."""
    actor = current_actor()
    view = container().accounts.get(actor, str(user_id))
    if form.validate_on_submit():
        try:
            message = act(actor, view, form)
        except REFUSALS as error:
            refuse(form, error)
        else:
            return done(_page_of(view.id), message)
    return _step_page(kind, title, form, view)


def _step_page(kind: str, title: str, form: Any, view: Any) -> ResponseReturnValue:
    return render_template("accounts/account_step.html", kind=kind, title=title, form=form, account=view), status(form)


def _show_password(user_id: str, login: str, password: str | None) -> ResponseReturnValue:
    if password is None:
        text = _("This was done before. The temporary password was shown then; reset it again if it was lost.")
        return done(_page_of(user_id), text)
    return render_template("accounts/account_password.html", user_id=user_id, login=login, password=password)


def _page_of(user_id: str) -> str:
    return url_for("accounts.account", user_id=user_id)
