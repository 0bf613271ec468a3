"""The shapes of what is entered for organisations and the calendar."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from webui.admin.words import DAY_KINDS, SUCCESSIONS
from webui.commands import CommandForm, RevisionForm
from webui.forms import FilterForm, choices
from webui.words import KINDS, LEVELS
from workflow.services.places.organisations import OrganisationData

_NAME = [DataRequired(), Length(max=400)]
_TEXT = [Length(max=400)]
_CODE = [DataRequired(), Length(max=120)]
_NO_LEVEL: tuple[tuple[str, Any], ...] = (("", "–"), *LEVELS.items())


_ENTERED = (
    "code",
    "kind",
    "name_vi",
    "name_en",
    "valid_from",
    "valid_to",
    "type",
    "level",
    "territory_id",
    "managing_level",
    "managing_id",
    "delegation_paper",
    "source",
)


class OrganisationFilter(FilterForm):
    """Which organisations to list."""

    text = StringField(_l("Name or code"))
    kind = SelectField(_l("Kind"), choices=choices([("", _l("every kind")), *KINDS.items()]), default="")
    managing_level = SelectField(_l("Managing level"), choices=choices(_NO_LEVEL), default="")
    on = DateField(_l("As of"), [Optional()], description=_l("Empty: today."))


class OrganisationForm(RevisionForm):
    """An organisation."""

    code = StringField(
        _l("Code"), _CODE, description=_l("Official code; the same in the records before and after a change.")
    )
    name_vi = StringField(_l("Name in Vietnamese"), _NAME)
    name_en = StringField(_l("Name in English"), _NAME)
    kind = StringField(_l("Kind"), _CODE, description=_l("For example commune, school, police, steering-committee."))
    type = StringField(
        _l("Official word for it"), _TEXT, description=_l("For example xã, phường, thị trấn, hợp tác xã.")
    )
    level = SelectField(
        _l("Level"), choices=choices(_NO_LEVEL), description=_l("Its own place in the State's levels, if it has one.")
    )
    territory_id = StringField(_l("Territory"), _TEXT, description=_l("The area in which it sits."))
    managing_level = SelectField(_l("Managing level"), choices=choices(_NO_LEVEL))
    managing_id = StringField(_l("Managed by"), _TEXT, description=_l("The organisation that answers for it."))
    delegation_paper = StringField(
        _l("Paper of delegation"), _TEXT, description=_l("Where it is managed by delegation. Optional.")
    )
    valid_from = DateField(_l("First day"), [InputRequired()])
    valid_to = DateField(_l("Last day"), [Optional()], description=_l("Empty: no end."))
    source = StringField(_l("Source"), _TEXT, description=_l("Where the record comes from."))

    def entered(self) -> OrganisationData:
        """What the service asks for."""
        entered: dict[str, Any] = {name: self[name].data or None for name in _ENTERED}
        return OrganisationData(**{**entered, "source": entered["source"] or ""})


class NewOrganisationForm(OrganisationForm):
    """A new organisation, which also needs an id."""

    id = StringField(
        _l("Id in this register"),
        _CODE,
        description=_l("Small letters without marks, digits and hyphens; never changes."),
    )
    revision = HiddenField(default="1")


class EndForm(RevisionForm):
    """The end of an organisation."""

    last_day = DateField(_l("Last day"), [InputRequired()], description=_l("On this day it still stands."))
    paper = StringField(_l("Paper"), _NAME, description=_l("Number and date of the paper that ends it."))


class SuccessionForm(CommandForm):
    """What takes an organisation's place."""

    successor = StringField(_l("Successor"), _CODE, description=_l("Its id; add the organisation first if it is new."))
    kind = RadioField(_l("How"), [InputRequired()], choices=choices(SUCCESSIONS.items()))
    on = DateField(
        _l("From"), [InputRequired()], description=_l("First day of the successor. The former one ends the day before.")
    )
    paper = StringField(_l("Paper"), _NAME, description=_l("Number and date of the decision."))


class DayForm(CommandForm):
    """A day that differs from the week's rule."""

    on = DateField(_l("Day"), [InputRequired()])
    kind = RadioField(_l("The day is"), [InputRequired()], choices=choices(DAY_KINDS.items()))
    name = StringField(_l("Name in Vietnamese"), _NAME, description=_l("For example Tết Nguyên đán."))
    name_en = StringField(_l("Name in English"), _TEXT)
    source = StringField(_l("Paper"), _TEXT, description=_l("The decision that says so."))
