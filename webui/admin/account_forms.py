"""The shapes of what is entered for accounts, roles and deputies."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, EmailField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from webui.commands import CommandForm, RevisionForm
from webui.forms import FilterForm, choices

_NAME = [DataRequired(), Length(max=400)]
_LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
_PAPER = _l("Number and date of the paper that gives it. Optional.")


class AccountFilter(FilterForm):
    """Which accounts to list."""

    text = StringField(_l("Name or login"))
    role = SelectField(_l("Role"), default="")
    ended = BooleanField(_l("Ended accounts too"))


class RoleFields(CommandForm):
    """A role at an organisation with dates."""

    role = SelectField(_l("Role"), [InputRequired()])
    organisation = StringField(
        _l("Organisation"), [DataRequired()], description=_l("Its code; type part of the name to search the list.")
    )
    valid_from = DateField(_l("First day"), [InputRequired()])
    valid_to = DateField(_l("Last day"), [Optional()], description=_l("Empty: no end."))
    paper = StringField(_l("Paper"), [Length(max=400)], description=_PAPER)


class NewAccountForm(RoleFields):
    """An account with its first role."""

    login = StringField(
        _l("Login"),
        [DataRequired(), Length(max=80)],
        description=_l("3 to 80 characters: small letters without marks, digits, and . _ - @ between them."),
    )
    name = StringField(_l("Full name"), _NAME)
    email = EmailField(_l("E-mail"), [Length(max=254)], description=_l("For notices. Optional."))
    locale = SelectField(_l("Language"), choices=choices(_LANGUAGES), default="vi")


class EditAccountForm(RevisionForm):
    """Name, e-mail and language."""

    name = StringField(_l("Full name"), _NAME)
    email = EmailField(_l("E-mail"), [Length(max=254)], description=_l("For notices. Optional."))
    locale = SelectField(_l("Language"), choices=choices(_LANGUAGES))


class StepForm(CommandForm):
    """A step on an account that needs no reason."""


class ReasonedStepForm(CommandForm):
    """A step on an account that needs a reason."""

    reason = TextAreaField(_l("Reason"), [DataRequired(), Length(max=2000)])


class LastDayForm(CommandForm):
    """The end of a role or of a deputyship."""

    last_day = DateField(_l("Last day"), [InputRequired()], description=_l("On this day it still counts."))


class DeputyForm(CommandForm):
    """A deputy for a role."""

    deputy = SelectField(_l("Deputy"), [InputRequired()])
    valid_from = DateField(_l("First day"), [InputRequired()])
    valid_to = DateField(_l("Last day"), [InputRequired()])
    paper = StringField(_l("Paper"), [Length(max=400)], description=_PAPER)


def account_of(form: Any) -> dict[str, Any]:
    """The fields of an account's own data as the services name them."""
    return {"name": form.name.data, "email": form.email.data or None, "locale": form.locale.data}
