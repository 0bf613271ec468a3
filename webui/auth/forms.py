"""Forms of signing in and of one's own account."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from webui.forms import Form

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
