"""The shapes of what is entered for campaigns."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from webui.commands import CommandForm, RevisionForm
from webui.forms import FilterForm, choices
from webui.words import KINDS

_NAME = [DataRequired(), Length(max=400)]


class CampaignForm(CommandForm):
    """A new campaign."""

    key = SelectField(_l("Procedure"), [InputRequired()])
    year = IntegerField(_l("Year"), [InputRequired(), NumberRange(min=2000, max=2100)])
    province = SelectField(_l("Province of the campaign"), [InputRequired()])
    name_vi = StringField(_l("Name in Vietnamese"), _NAME)
    name_en = StringField(_l("Name in English"), _NAME)
    demonstration = BooleanField(
        _l("Demonstration"),
        description=_l("Outcomes of its cases are made up, and every page that shows them says so."),
    )


class DeadlineForm(RevisionForm):
    """A deadline of a campaign."""

    last_day = DateField(_l("Last day"), [InputRequired()], description=_l("On this day one may still act."))
    remind_days = IntegerField(
        _l("Reminder, working days before"), [InputRequired(), NumberRange(min=0, max=250)], description=_l("0: none.")
    )
    escalate_to = SelectField(_l("Role that is told when it is overdue"))
    reason = TextAreaField(
        _l("Reason"), [DataRequired(), Length(max=2000)], description=_l("For example the paper that moves the day.")
    )


class CandidateFilter(FilterForm):
    """Which units to offer."""

    text = StringField(_l("Name"))
    kind = SelectField(_l("Kind"), choices=choices([("", _l("every kind")), *KINDS.items()]), default="")
    territory = SelectField(_l("Territory"), default="")


class UnitsForm(CommandForm):
    """Units chosen from a list; the page draws the boxes itself, in a table."""

    units = SelectMultipleField(_l("Units"), validate_choice=False)
