"""One's own account: password, second factor, other sessions."""

import segno
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l, ngettext
from wtforms import EmailField, PasswordField, RadioField
from wtforms.validators import EqualTo, InputRequired

from webui.accounts.area import blueprint
from webui.accounts.sign_in import LONGEST, CodeForm
from webui.container import container
from webui.forms import CommandForm, Form, Length, choices, given
from webui.guard import begin_session, client_address, current_actor, current_session, known_device, present_token
from webui.kept_forms import never_kept
from webui.pages import Attempt, done, status
from webui.words import named, role_name, said
from workflow.services.accounts.commands import ChangeOwnAddress
from workflow.services.accounts.own_choices import ChooseKeys, ChooseMail
from workflow.services.notifications.telling import AT_ONCE, DAILY, NONE


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


class AddressForm(CommandForm):
    """One's own mail address."""

    email = EmailField(
        _l("E-mail"),
        [Length(max=254)],
        description=_l(
            "A link is mailed there; the address counts when you have opened it and confirmed. Empty: no mail."
        ),
    )


class MailForm(CommandForm):
    """When mail comes."""

    mail = RadioField(
        _l("Mail about what you are told"),
        choices=choices(
            [(AT_ONCE, _l("At once")), (DAILY, _l("Once a day, in the morning")), (NONE, _l("No mail"))],
        ),
        description=_l("Deadlines and incidents always stand among your notifications, whatever you choose here."),
    )


class KeysForm(CommandForm):
    """Whether single keys act in the table of criteria."""

    keys = RadioField(
        _l("Single keys (J, K, A, D, E, /, ?)"),
        choices=choices([("on", _l("On")), ("off", _l("Off"))]),
        description=_l("Whoever dictates or uses a screen reader may want them off. It counts in every browser."),
    )


@blueprint.get("/tai-khoan")
def own_account() -> ResponseReturnValue:
    """Show who is signed in, in which roles, and from how many browsers."""
    found = current_session()
    return render_template(
        "accounts/own_account.html",
        session=found,
        roles=_roles(),
        open_sessions=container().sessions.open_sessions(found.actor.user_id),
        address=container().accounts.own_address(found.actor),
        to_confirm=sum(one.allows("confirm") for one in container().account_requests.waiting(found.actor)),
        mail=MailForm(formdata=None, mail=container().own_choices.mail_of(found.actor)),
        keys=KeysForm(formdata=None, keys="on" if found.single_keys else "off"),
    )


@blueprint.route("/tai-khoan/dia-chi", methods=["GET", "POST"])
def own_address() -> ResponseReturnValue:
    """Enter one's own mail address, or have the link to confirm it mailed again."""
    email, confirmed = container().accounts.own_address(current_actor())
    form = AddressForm(email=email)
    if form.validate_on_submit():
        with Attempt(form):
            command = ChangeOwnAddress(email=form.email.data, command_id=form.command)
            container().account_changes.change_own_address(current_actor(), command)
            return done(
                url_for(".own_account"), _("The address has been kept. It counts when you confirm it by the link.")
            )
    return render_template("accounts/own_address.html", form=form, email=email, confirmed=confirmed), status(form)


@blueprint.post("/tai-khoan/thu-dien-tu")
def choose_mail() -> ResponseReturnValue:
    """Choose when mail comes."""
    form = MailForm()
    if form.validate():
        container().own_choices.choose_mail(
            current_actor(), ChooseMail(mail=given(form.mail.data), command_id=form.command)
        )
        return done(url_for(".own_account"), _("Your choice has been kept."))
    return done(url_for(".own_account"), _("Choose at once, daily or none."), "warning")


@blueprint.post("/tai-khoan/phim-tat")
def choose_keys() -> ResponseReturnValue:
    """Switch the single keys of the table of criteria on or off."""
    form = KeysForm()
    if form.validate():
        wanted = ChooseKeys(act=form.keys.data != "off", command_id=form.command)
        container().own_choices.choose_keys(current_actor(), wanted)
        return done(url_for(".own_account", _anchor="keys"), _("Your choice has been kept."))
    return done(url_for(".own_account", _anchor="keys"), _("Choose on or off."), "warning")


@blueprint.route("/tai-khoan/mat-khau", methods=["GET", "POST"])
@never_kept
def change_password() -> ResponseReturnValue:
    """Change one's own password."""
    form = PasswordForm()
    if form.validate_on_submit():
        with Attempt(form):
            found = container().sign_in.change_password(
                current_actor().user_id,
                given(form.old.data),
                given(form.new.data),
                address=client_address(),
                device=known_device(),
            )
            begin_session(found.token, found.device)
            return done(url_for(".own_account"), _("Your password has been changed. Other browsers are signed out."))
    return render_template("accounts/password.html", form=form), status(form)


@blueprint.route("/tai-khoan/ma-xac-thuc", methods=["GET", "POST"])
@never_kept
def enrol() -> ResponseReturnValue:
    """Set up the second factor: scan the code, enter what the app shows."""
    found = current_session()
    if found.has_second_factor:
        return redirect(url_for("accounts.own_account"), 303)
    form, enrolment = CodeForm(), container().enrolment
    # The secret stands on the page and, sealed, in the database: a cookie can be read where it lies.
    address = enrolment.begun(found.actor.user_id) if request.method == "POST" else None
    if address is None:
        address = enrolment.begin(found.actor.user_id)
    if form.validate_on_submit():
        with Attempt(form):
            token = enrolment.confirm(found.actor.user_id, given(form.code.data), address=client_address())
            begin_session(token)
            onward = "/" if found.must_enrol else url_for(".own_account")
            return done(onward, _("The second factor is set up. From now on signing in asks for a code."))
    image = segno.make(address, error="m").svg_data_uri(scale=5, border=2)
    secret = address.partition("secret=")[2].partition("&")[0]
    page = render_template("accounts/enrol.html", form=form, image=image, secret=secret, forced=found.must_enrol)
    return page, status(form)


@blueprint.post("/tai-khoan/phien")
def sign_out_elsewhere() -> ResponseReturnValue:
    """Sign out every other browser."""
    Form().validate()
    count = container().sessions.sign_out_everywhere(present_token() or "")
    text = ngettext("%(num)d other browser was signed out.", "%(num)d other browsers were signed out.", count)
    return done(url_for(".own_account"), text)


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
