"""One-time links. The link itself only puts its token, sealed, into the browser's session and leads on to a page without it:
so neither a mail scanner's GET uses it up nor does another page learn it as the one before."""

from flask import redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l
from flask_login import current_user
from wtforms import PasswordField
from wtforms.validators import EqualTo, InputRequired

from webui.accounts.area import blueprint
from webui.accounts.sign_in import LONGEST
from webui.container import container
from webui.forms import Form, Length, given
from webui.guard import current_actor
from webui.kept_forms import never_kept
from webui.pages import Attempt, done, status

KEY = "account_link"


class NewPasswordForm(Form):
    """One's own password, by a link."""

    new = PasswordField(
        _l("New password"),
        [InputRequired(), Length(max=LONGEST)],
        description=_l("At least 12 characters. Several words that you can remember are best."),
    )
    again = PasswordField(
        _l("New password again"), [InputRequired(), EqualTo("new", _l("The two new passwords are not the same."))]
    )


@blueprint.get("/lien-ket/<token>")
def open_link(token: str) -> ResponseReturnValue:
    """Keep the token and go on to its page."""
    session[KEY] = container().links.keep(token[:100])
    response = redirect(url_for(".use_link"), 303)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@blueprint.route("/lien-ket", methods=["GET", "POST"])
@never_kept
def use_link() -> ResponseReturnValue:
    """Set the password, or confirm the address."""
    if KEY not in session:
        return redirect(url_for(".sign_in"), 303)
    token = container().links.kept(session[KEY])
    attempt = Attempt()
    with attempt:
        view = container().links.look(token)
    if attempt.refusal is not None:
        session.pop(KEY)
        return render_template("accounts/link_dead.html", refusal=attempt.refusal), 410
    form: Form = NewPasswordForm() if view.purpose == "password" else Form()
    if form.validate_on_submit():
        with Attempt(form):
            if isinstance(form, NewPasswordForm):
                container().links.set_password(token, given(form.new.data))
                session.pop(KEY)
                return done(url_for(".sign_in"), _("Your password is set. Sign in with it."))
            container().links.confirm_address(token, current_actor() if current_user.is_authenticated else None)
            session.pop(KEY)
            return done(url_for(".own_account"), _("Your e-mail address is confirmed."))
    signed_in = current_user.is_authenticated and current_user.signed_in.login == view.login
    return render_template("accounts/link.html", form=form, link=view, signed_in=signed_in), status(form)
