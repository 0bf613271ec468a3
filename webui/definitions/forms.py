"""The shapes of what is entered in this area."""

from flask_babel import lazy_gettext as _l
from wtforms import FileField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from webui.commands import CommandForm, RevisionForm
from webui.forms import FilterForm

_NOTE = Length(max=400)
_REASON = Length(max=2000)
LARGEST = 10_000_000
"""Characters of one text: more than any diagram has, less than what would fill a server."""


class UploadForm(CommandForm):
    """A whole package."""

    archive = FileField(
        _l("Package (zip file)"),
        [InputRequired()],
        description=_l("A zip with procedure.toml, the BPMN diagram, criteria and rules. It becomes a draft."),
    )
    note = StringField(_l("Note"), [_NOTE], description=_l("What this version is for. Optional."))


class CopyForm(CommandForm):
    """A new draft with another version's files."""

    note = StringField(_l("Note"), [_NOTE], description=_l("What will be changed, for whoever reviews it. Optional."))


class FileForm(RevisionForm):
    """One file of a draft."""

    path = StringField(
        _l("Name in the package"),
        [Length(max=200)],
        description=_l("For example criteria/commune.json. Empty: the name of the uploaded file."),
    )
    file = FileField(_l("File"), [InputRequired()])


class TextForm(RevisionForm):
    """A text file of a draft, edited in the page."""

    content = TextAreaField(_l("Content"), [DataRequired(), Length(max=LARGEST)])


class DiagramForm(RevisionForm):
    """The diagram as the editor sends it."""

    xml = TextAreaField(_l("Diagram"), [DataRequired(), Length(max=LARGEST)])


class ReasonForm(RevisionForm):
    """A step that needs a reason."""

    reason = TextAreaField(_l("Reason"), [DataRequired(), _REASON])


class CompareForm(FilterForm):
    """Two versions to compare."""

    old = SelectField(_l("From"), [InputRequired()])
    new = SelectField(_l("To"), [InputRequired()])
