"""Signing in, with the code where there is a second factor, and signing out."""

from flask import Response as FlaskResponse, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _, lazy_gettext as _l
from flask_login import current_user, logout_user
from werkzeug.wrappers import Response
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from webui.accounts.area import blueprint
from webui.container import container
from webui.errors import message_of
from webui.forms import Form
from webui.guard import begin_session, client_address, present_token
from webui.i18n import KEY as LANGUAGE_KEY
from webui.links import safe_path
from workflow.errors import Conflict, SignInRefused, TooManyAttempts
from workflow.services.accounts.signing_in import CodeNeeded

PENDING = "pending_sign_in"
REFUSALS = (SignInRefused, TooManyAttempts, Conflict)
Answer = Response | FlaskResponse | str | tuple[str, int]


@blueprint.route("/dang-nhap", methods=["GET", "POST"])
def sign_in() -> Answer:
    """Ask for login and password."""
    form = SignInForm(then=request.args.get("next", ""))
    if request.method == "GET" and current_user.is_authenticated:
        return redirect(safe_path(form.then.data), 303)
    if not form.validate_on_submit():
        return render_template("accounts/sign_in.html", form=form), 422 if form.errors else 200
    try:
        found = container().sign_in.sign_in(
            form.login.data, form.password.data, address=client_address(), replaces=present_token()
        )
    except REFUSALS as error:
        form.form_errors.append(message_of(error))
        return render_template("accounts/sign_in.html", form=form), _status(error)
    if isinstance(found, CodeNeeded):
        session[PENDING] = found.pending
        return redirect(url_for("accounts.enter_code", next=form.then.data or None), 303)
    begin_session(found.token)
    return redirect(safe_path(form.then.data), 303)


@blueprint.route("/dang-nhap/ma", methods=["GET", "POST"])
def enter_code() -> Answer:
    """Ask for the second factor's code."""
    form = CodeForm(then=request.args.get("next", ""))
    pending = session.get(PENDING)
    if not pending:
        return redirect(url_for("accounts.sign_in"), 303)
    if not form.validate_on_submit():
        return render_template("accounts/code.html", form=form), 422 if form.errors else 200
    try:
        found = container().sign_in.enter_code(
            pending, form.code.data, address=client_address(), replaces=present_token()
        )
    except REFUSALS as error:
        form.form_errors.append(message_of(error))
        return render_template("accounts/code.html", form=form), _status(error)
    begin_session(found.token)
    return redirect(safe_path(form.then.data), 303)


@blueprint.post("/dang-xuat")
def sign_out() -> Answer:
    """End the session, here and in the database."""
    token = present_token()
    if token:
        container().sessions.sign_out(token)
    logout_user()
    language = session.get(LANGUAGE_KEY)
    session.clear()
    if language:
        session[LANGUAGE_KEY] = language
    flash(_("You are signed out."))
    return redirect(url_for("accounts.sign_in"), 303)


def _status(error: Exception) -> int:
    return 429 if isinstance(error, TooManyAttempts) else 422


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
