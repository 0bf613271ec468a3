"""The inbox's filters, kept in the address."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, SelectField, StringField
from wtforms.validators import Length, Optional

from webui.forms import FilterForm, choices
from webui.words import named, said
from workflow.services.casework.inbox import Choices

DUE_DATES = {
    "overdue": _l("Overdue"),
    "today": _l("Due today"),
    "soon": _l("Due within 5 working days"),
    "week": _l("Due this week"),
}


class InboxFilterForm(FilterForm):
    """Every field may be left empty."""

    text = StringField(_l("Case number or name of the unit"), [Optional(), Length(max=100)])
    procedure = SelectField(_l("Procedure"), validate_choice=False)
    stage = SelectField(_l("Stage"), validate_choice=False)
    unit = SelectField(_l("Unit"), validate_choice=False)
    due = SelectField(_l("Due date"), validate_choice=False, description=_l("What is overdue is shown as well."))
    until = DateField(_l("Due until"), [Optional()], description=_l("Counts instead of the list beside it."))
    tab = HiddenField()
    sort = HiddenField()

    def offer(self, found: Choices) -> None:
        """Fill the lists; a list with nothing to choose from is left out."""
        everything = ("", _l("All"))
        self.procedure.choices = choices([everything, *((key, said(one)) for key, one in found.procedures.items())])
        self.stage.choices = choices([everything, *((key, said(one)) for key, one in found.stages.items())])
        self.due.choices = choices([everything, *DUE_DATES.items()])
        self.unit.choices = choices([everything, *((key, named(one)) for key, one in found.units.items())])
        if not found.units and not self.unit.data:
            del self.unit
