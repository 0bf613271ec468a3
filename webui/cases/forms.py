"""Forms of cases and tasks whose fields do not depend on a procedure."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FileField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from webui.commands import CommandForm
from webui.forms import FilterForm, choices
from webui.texts import CASE_STATES
from webui.words import said
from workflow.services.casework.inbox import Choices

REASON_LENGTH = 5_000


class ReasonForm(CommandForm):
    """A step that may need a reason; the service says whether it does."""

    reason = TextAreaField(
        _l("Reason"), [Optional(), Length(max=REASON_LENGTH)], description=_l("It becomes part of the case's record.")
    )


class HandOverForm(ReasonForm):
    """Who is to get the task."""

    user_id = RadioField(_l("Who is to get the task"), [InputRequired(_l("Say who is to get the task."))])

    def offer(self, people: "list[tuple[str, str]] | tuple[tuple[str, str], ...]") -> None:
        """Fill the list."""
        self.user_id.choices = choices(people)


class CommentForm(CommandForm):
    """A remark."""

    text = TextAreaField(_l("Your comment"), [InputRequired(), Length(max=REASON_LENGTH)])


class UploadForm(CommandForm):
    """A file of evidence, or a paper."""

    file = FileField(
        _l("File"), description=_l("PDF, picture (JPG, PNG) or office file (DOCX, XLSX, PPTX, ODT, ODS), up to 20 MB.")
    )


class RetryForm(ReasonForm):
    """How an incident is to be resolved."""

    how = RadioField(
        _l("What to do"),
        [InputRequired()],
        choices=choices(
            [
                ("retry", _l("Try again, after the cause has been put right")),
                ("flow", _l("Go on along a sequence flow")),
                ("variables", _l("Correct values of the case, then try again")),
            ]
        ),
        default="retry",
    )
    flow_id = SelectField(_l("Sequence flow"), validate_choice=False)
    variables = TextAreaField(
        _l("Corrected values"), [Optional(), Length(max=20_000)], description=_l('A JSON object such as {"x": 1}.')
    )


class MoveForm(ReasonForm):
    """Where the case is to go on."""

    target = SelectField(_l("Go on at"), [InputRequired()], validate_choice=False)


class ArrivalForm(ReasonForm):
    """Which message has come, and what it brought."""

    wait = SelectField(_l("Message"), [InputRequired()], validate_choice=False)
    variables = TextAreaField(
        _l("What it brought"),
        [Optional(), Length(max=20_000)],
        description=_l('A JSON object such as {"x": 1}; may be empty.'),
    )


class CaseFilterForm(FilterForm):
    """Every field may be left empty."""

    text = StringField(_l("Case number or name of the unit"), [Optional(), Length(max=100)])
    procedure = SelectField(_l("Procedure"), validate_choice=False)
    year = SelectField(_l("Year"), validate_choice=False)
    status = SelectField(_l("State"), validate_choice=False)
    stage = SelectField(_l("Stage"), validate_choice=False)
    incident = BooleanField(_l("Only cases with an incident"))

    def offer(self, found: Choices) -> None:
        """Fill the lists."""
        everything = ("", _l("All"))
        self.procedure.choices = choices([everything, *((key, said(one)) for key, one in found.procedures.items())])
        self.stage.choices = choices([everything, *((key, said(one)) for key, one in found.stages.items())])
        self.year.choices = choices([everything, *((str(year), str(year)) for year in found.years)])
        self.status.choices = choices([everything, *((key, text) for key, (text, _) in CASE_STATES.items())])
