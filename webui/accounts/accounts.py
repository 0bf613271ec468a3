"""Accounts: listed, created, edited, ended; passwords, sessions and second factors reset."""

from collections.abc import Callable
from typing import TypedDict
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l, ngettext
from wtforms import BooleanField, EmailField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired

from webui.accounts.area import blueprint
from webui.accounts.roles import RoleFields, new_role, role_labels, went_on
from webui.container import container
from webui.format import local_date
from webui.forms import NAME, REASON, CommandForm, FilterForm, Length, RevisionForm, choices, given
from webui.guard import current_actor, needs
from webui.pages import Attempt, done, page_number, page_of, pages_of, status
from webui.places.organisations import organisation_choices, unknown_organisation
from workflow.services.accounts.accounts import (
    ChangeUser,
    CreateUser,
    EndUser,
    NewUser,
    ResetPassword,
    ResetSecondFactor,
    RevokeSessions,
)
from workflow.services.accounts.directory import AccountView

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
    email = EmailField(
        _l("E-mail"),
        [Length(max=254)],
        description=_l(
            "The user's own: the link to set a password goes there. Without one a link is printed, which a second person releases."
        ),
    )
    locale = SelectField(_l("Language"), choices=choices(_LANGUAGES), default="vi")


class EditAccountForm(RevisionForm):
    """Name, e-mail and language."""

    name = StringField(_l("Full name"), NAME)
    email = EmailField(
        _l("E-mail"),
        [Length(max=254)],
        description=_l("The user's own: it counts when they have confirmed it by a link."),
    )
    locale = SelectField(_l("Language"), choices=choices(_LANGUAGES))


class ReasonedStepForm(CommandForm):
    """A step on an account that needs a reason."""

    reason = TextAreaField(_l("Reason"), REASON)


class AccountData(TypedDict):
    """An account's own data as the services name them."""

    name: str
    email: str | None
    locale: str


def account_of(form: NewAccountForm | EditAccountForm) -> AccountData:
    """What the form says of the account itself."""
    return {"name": given(form.name.data), "email": form.email.data or None, "locale": given(form.locale.data)}


PAGE = 50


@blueprint.get("/quan-tri/tai-khoan/")
def accounts() -> ResponseReturnValue:
    needs("administer_accounts")
    actor = current_actor()
    roles = role_labels()
    filters = AccountFilter(request.args)
    filters.role.choices = choices([("", _("every role")), *roles.items()])
    page = page_number()
    found, total = container().accounts.search(
        actor,
        text=filters.text.data or "",
        role=filters.role.data or None,
        with_ended=bool(filters.ended.data),
        page=page_of(page, PAGE),
    )
    places = container().names.organisations(one.organisation_id for view in found for one in view.assignments)
    return render_template(
        "accounts/accounts.html",
        accounts=found,
        total=total,
        page=page,
        pages=pages_of(total, PAGE),
        filters=filters,
        roles=roles,
        places=places,
        today=local_date(container().clock.now()),
    )


@blueprint.route("/quan-tri/tai-khoan/moi", methods=["GET", "POST"])
def create_account() -> ResponseReturnValue:
    """An account with its first role; its user gets a link, nobody else a password."""
    needs("administer_accounts")
    actor = current_actor()
    places = organisation_choices()
    form = NewAccountForm()
    form.offer()
    if not form.is_submitted():
        form.valid_from.data = local_date(container().clock.now())
    if form.validate_on_submit():
        if form.organisation.data not in places:
            form.organisation.errors = [unknown_organisation()]
        else:
            login = given(form.login.data)
            with Attempt(form):
                command = CreateUser(
                    user=NewUser(login=login, **account_of(form)), role=new_role(form), command_id=form.command
                )
                made = container().account_changes.create(actor, command)
                return went_on(made, _("The account has been created, and its user is mailed a link."))
    return render_template("accounts/account_new.html", form=form, places=places), status(form)


@blueprint.get("/quan-tri/tai-khoan/<uuid:user_id>/")
def account(user_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    view = container().accounts.get(actor, str(user_id))
    lent = container().names.users([one.deputy_user_id for one in view.deputies])
    return render_template(
        "accounts/account.html",
        account=view,
        roles=role_labels(),
        places=container().names.organisations(one.organisation_id for one in view.assignments),
        people=lent,
        today=local_date(container().clock.now()),
        own=view.id == actor.user_id,
    )


@blueprint.route("/quan-tri/tai-khoan/<uuid:user_id>/sua", methods=["GET", "POST"])
def edit_account(user_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    view = container().accounts.get(actor, str(user_id))
    form = EditAccountForm(obj=view)
    if form.validate_on_submit():
        with Attempt(form):
            command = ChangeUser(user_id=view.id, revision=form.seen, command_id=form.command, **account_of(form))
            return went_on(container().account_changes.change(actor, command), _("The account has been changed."))
    return render_template("accounts/account_edit.html", form=form, account=view), status(form)


@blueprint.route("/quan-tri/tai-khoan/<uuid:user_id>/mat-khau", methods=["GET", "POST"])
def reset_password(user_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    view = container().accounts.get(actor, str(user_id))
    form = ReasonedStepForm()
    if form.validate_on_submit():
        with Attempt(form):
            command = ResetPassword(user_id=view.id, reason=given(form.reason.data), command_id=form.command)
            made = container().account_changes.reset_password(actor, command)
            return went_on(made, _("The password counts no longer. The user is mailed a link to set another."))
    return _step_page("password", _("Renew the password"), form, view)


@blueprint.route("/quan-tri/tai-khoan/<uuid:user_id>/dang-xuat", methods=["GET", "POST"])
def revoke_sessions(user_id: UUID) -> ResponseReturnValue:
    form = CommandForm()

    def act() -> str:
        count = container().account_changes.revoke_sessions(
            current_actor(), RevokeSessions(user_id=str(user_id), command_id=form.command)
        )
        return str(ngettext("%(num)d session has been ended.", "%(num)d sessions have been ended.", count))

    return _step("sessions", _("Sign out everywhere"), form, user_id, act)


@blueprint.route("/quan-tri/tai-khoan/<uuid:user_id>/lop-thu-hai", methods=["GET", "POST"])
def reset_second_factor(user_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    view = container().accounts.get(actor, str(user_id))
    form = ReasonedStepForm()
    if form.validate_on_submit():
        with Attempt(form):
            command = ResetSecondFactor(user_id=view.id, reason=given(form.reason.data), command_id=form.command)
            made = container().account_changes.reset_second_factor(actor, command)
            return went_on(
                made, _("The second factor has been forgotten. The user sets up a new one at the next sign-in.")
            )
    return _step_page("factor", _("Reset the second factor"), form, view)


@blueprint.route("/quan-tri/tai-khoan/<uuid:user_id>/ket-thuc", methods=["GET", "POST"])
def end_account(user_id: UUID) -> ResponseReturnValue:
    form = ReasonedStepForm()

    def act() -> str:
        container().account_changes.end(
            current_actor(), EndUser(user_id=str(user_id), reason=given(form.reason.data), command_id=form.command)
        )
        return str(_("The account has ended."))

    return _step("end", _("End the account"), form, user_id, act)


def _step(kind: str, title: str, form: CommandForm, user_id: UUID, act: Callable[[], str]) -> ResponseReturnValue:
    """A page that says what the step means, and carries it out when it is sent."""
    view = container().accounts.get(current_actor(), str(user_id))
    if form.validate_on_submit():
        with Attempt(form):
            return done(_page_of(view.id), act())
    return _step_page(kind, title, form, view)


def _step_page(kind: str, title: str, form: CommandForm, view: AccountView) -> ResponseReturnValue:
    return render_template("accounts/account_step.html", kind=kind, title=title, form=form, account=view), status(form)


def _page_of(user_id: str) -> str:
    return url_for("accounts.account", user_id=user_id)
