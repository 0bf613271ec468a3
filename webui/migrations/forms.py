"""The shapes of what is entered in this area."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from webui.commands import CommandForm
from webui.forms import FilterForm, Form, choices
from webui.texts import CASE_STATES

_REASON = [DataRequired(), Length(max=2000)]


class PlanForm(Form):
    """Carries refusals of the choice and of the preview; their fields are drawn by the pages."""


class ChoiceFilter(FilterForm):
    """Which of the running cases to show."""

    text = StringField(_l("Number or unit"))
    stage = SelectField(_l("Stage"), default="")
    status = SelectField(
        _l("State"),
        choices=choices([("", _l("every state")), *((key, CASE_STATES[key][0]) for key in ("active", "suspended"))]),
        default="",
    )


class StartForm(CommandForm):
    """The last step: from here on the worker moves cases."""

    reason = TextAreaField(
        _l("Reason"),
        _REASON,
        description=_l("It stands in the history of every case that is moved, and in the audit trail."),
    )


class RevertForm(CommandForm):
    """Taking moved cases back."""

    reason = TextAreaField(_l("Reason"), _REASON, description=_l("It stands in the history of every case."))
