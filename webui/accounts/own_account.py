"""One's own account: password, second factor, other sessions."""

import segno
from flask import Response as FlaskResponse, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _, lazy_gettext as _l, ngettext
from werkzeug.wrappers import Response
from wtforms import PasswordField
from wtforms.validators import EqualTo, InputRequired, Length

from webui.accounts.area import blueprint
from webui.accounts.sign_in import LONGEST, CodeForm
from webui.container import container
from webui.errors import message_of, status_of
from webui.forms import Form
from webui.guard import begin_session, client_address, current_actor, current_session, present_token
from webui.words import named, role_name, said
from workflow.errors import InvalidInput, SignInRefused, TooManyAttempts


class PasswordForm(Form):
    """One's own new password."""

    old = PasswordField(_l("Present password"), [InputRequired(), Length(max=LONGEST)])
    new = PasswordField(
        _l("New password"),
        [InputRequired(), Length(max=LONGEST)],
        description=_l("At least 12 characters. Several words that you can remember are best."),
    )
    again = PasswordField(
        _l("New password again"), [InputRequired(), EqualTo("new", _l("The two new passwords are not the same."))]
    )


URI = "enrolment_uri"
REFUSALS = (InvalidInput, SignInRefused, TooManyAttempts)
Answer = Response | FlaskResponse | str | tuple[str, int]


@blueprint.get("/tai-khoan")
def own_account() -> Answer:
    """Show who is signed in, in which roles, and from how many browsers."""
    found = current_session()
    return render_template(
        "accounts/own_account.html",
        session=found,
        roles=_roles(),
        open_sessions=container().sessions.open_sessions(found.actor.user_id),
    )


@blueprint.route("/tai-khoan/mat-khau", methods=["GET", "POST"])
def change_password() -> Answer:
    """Change one's own password; compulsory where it was given by somebody else."""
    form = PasswordForm()
    page = "accounts/password.html"
    forced = current_session().must_change_password
    if not form.validate_on_submit():
        return render_template(page, form=form, forced=forced), 422 if form.errors else 200
    try:
        found = container().sign_in.change_password(
            current_actor().user_id, form.old.data, form.new.data, address=client_address()
        )
    except REFUSALS as error:
        form.form_errors.append(message_of(error))
        return render_template(page, form=form, forced=forced), status_of(error)
    begin_session(found.token)
    flash(_("Your password has been changed. Other browsers are signed out."))
    return redirect("/" if forced else url_for("accounts.own_account"), 303)


@blueprint.route("/tai-khoan/ma-xac-thuc", methods=["GET", "POST"])
def enrol() -> Answer:
    """Set up the second factor: scan the code, enter what the app shows."""
    found = current_session()
    if found.has_second_factor:
        return redirect(url_for("accounts.own_account"), 303)
    form = CodeForm()
    if request.method == "GET" or URI not in session:
        session[URI] = container().enrolment.begin(found.actor.user_id)
    if request.method == "POST" and form.validate():
        try:
            token = container().enrolment.confirm(found.actor.user_id, form.code.data, address=client_address())
        except REFUSALS as error:
            form.form_errors.append(message_of(error))
        else:
            begin_session(token)
            flash(_("The second factor is set up. From now on signing in asks for a code."))
            return redirect("/" if found.must_enrol else url_for("accounts.own_account"), 303)
    address = session[URI]
    image = segno.make(address, error="m").svg_data_uri(scale=5, border=2)
    secret = address.partition("secret=")[2].partition("&")[0]
    page = render_template("accounts/enrol.html", form=form, image=image, secret=secret, forced=found.must_enrol)
    return page, 422 if form.errors else 200


@blueprint.post("/tai-khoan/phien")
def sign_out_elsewhere() -> Answer:
    """Sign out every other browser."""
    Form().validate()
    count = container().sessions.sign_out_everywhere(present_token() or "")
    flash(ngettext("%(num)d other browser was signed out.", "%(num)d other browsers were signed out.", count))
    return redirect(url_for("accounts.own_account"), 303)


def _roles() -> list[dict[str, str]]:
    """The user's roles in words: role, organisation, and on whose behalf."""
    held = current_actor().assignments
    organisations = container().names.organisations(one.organisation_id for one in held)
    principals = container().names.users(one.via_deputy_of for one in held)
    labels = {key: said(label) for key, label in container().inbox.choices(current_actor()).roles.items()}
    return [
        {
            "role": role_name(one.role, labels),
            "organisation": named(organisations[one.organisation_id]),
            "on_behalf_of": principals.get(one.via_deputy_of or "", ""),
        }
        for one in held
        if one.organisation_id in organisations
    ]
