"""Signing in, with the code where there is a second factor, and signing out."""

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l
from flask_login import current_user, logout_user
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired

from webui.accounts.area import blueprint
from webui.container import container
from webui.forms import Form, Length, given
from webui.guard import KNOWN, begin_session, client_address, known_device, present_token
from webui.i18n import KEY as LANGUAGE_KEY
from webui.kept_forms import never_kept
from webui.links import safe_path
from webui.pages import Attempt, done, status
from workflow.services.accounts.sign_in import CodeNeeded

PENDING = "pending_sign_in"
LONGEST = 256


class SignInForm(Form):
    """Login and password. `then` is the page to go on to."""

    login = StringField(_l("Login"), [InputRequired(), Length(max=80)])
    password = PasswordField(_l("Password"), [InputRequired(), Length(max=LONGEST)])
    then = HiddenField()


class CodeForm(Form):
    """The second factor's code."""

    code = StringField(
        _l("Code"),
        [InputRequired(), Length(max=16)],
        description=_l("The six digits that your authenticator app shows now."),
    )
    then = HiddenField()


@blueprint.route("/dang-nhap", methods=["GET", "POST"])
@never_kept
def sign_in() -> ResponseReturnValue:
    """Ask for login and password."""
    form = SignInForm(then=request.args.get("next", ""))
    if request.method == "GET" and current_user.is_authenticated:
        return redirect(safe_path(form.then.data), 303)
    if form.validate_on_submit():
        with Attempt(form):
            found = container().sign_in.sign_in(
                given(form.login.data),
                given(form.password.data),
                address=client_address(),
                replaces=present_token(),
                device=known_device(),
            )
            if isinstance(found, CodeNeeded):
                session[PENDING] = found.pending
                return done(url_for(".enter_code", next=form.then.data or None))
            begin_session(found.token, found.device)
            return done(safe_path(form.then.data))
    return render_template("accounts/sign_in.html", form=form), status(form)


@blueprint.route("/dang-nhap/ma", methods=["GET", "POST"])
@never_kept
def enter_code() -> ResponseReturnValue:
    """Ask for the second factor's code."""
    form = CodeForm(then=request.args.get("next", ""))
    pending = session.get(PENDING)
    if not pending:
        return redirect(url_for("accounts.sign_in"), 303)
    if form.validate_on_submit():
        with Attempt(form):
            found = container().sign_in.enter_code(
                pending,
                given(form.code.data),
                address=client_address(),
                replaces=present_token(),
                device=known_device(),
            )
            begin_session(found.token, found.device)
            return done(safe_path(form.then.data))
    return render_template("accounts/code.html", form=form), status(form)


@blueprint.post("/dang-xuat")
@never_kept
def sign_out() -> ResponseReturnValue:
    """End the session, here and in the database."""
    token = present_token()
    if token:
        container().sessions.sign_out(token)
    logout_user()
    stays = {key: session[key] for key in (LANGUAGE_KEY, KNOWN) if key in session}
    session.clear()
    session.update(stays)
    return done(url_for(".sign_in"), _("You are signed out."))
