"""The shapes of what is entered in this area."""

from flask_babel import lazy_gettext as _l
from wtforms import DateTimeLocalField, HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from webui.commands import RevisionForm
from webui.forms import Form

LARGEST_RUN = 200_000
"""Characters of a trial's text."""


class StartForm(Form):
    """What a trial begins with."""

    start = DateTimeLocalField(
        _l("Begins at"),
        [InputRequired()],
        format=["%Y-%m-%dT%H:%M"],
        description=_l("Virtual time: nothing waits really."),
    )
    variables = TextAreaField(
        _l("Variables of the case (JSON)"),
        [Optional(), Length(max=50_000)],
        description=_l(
            "What every case has from its start is filled in, for one unit of the register. Dates are written as"
            ' {"$date": "2025-07-01"}, decimals as {"$decimal": "0.5"}.'
        ),
    )


class TrialForm(Form):
    """One step of a trial; its entries are read by name."""

    run = HiddenField(validators=[DataRequired(), Length(max=LARGEST_RUN)])


class SaveForm(RevisionForm):
    """A run that becomes a test."""

    run = HiddenField(validators=[DataRequired(), Length(max=LARGEST_RUN)])
    name = StringField(
        _l("Name of the test"),
        [DataRequired(), Length(max=200)],
        description=_l("What it shows, for example: Returned for supplement, then recognised."),
    )
    status = SelectField(_l("How the run stands at its end"), [Optional()])
    end = StringField(
        _l("End events that are reached"),
        [Optional(), Length(max=2000)],
        description=_l("Ids with spaces between. Empty: not compared."),
    )
    visited = TextAreaField(
        _l("Nodes that are passed, in order"),
        [Optional(), Length(max=20_000)],
        description=_l("Ids with spaces between. Empty: not compared."),
    )
    variables = SelectMultipleField(
        _l("Variables that must have the same value"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
