"""The saved tests of a version: listed with what came of them, and a run saved as one."""

from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from webui.container import container
from webui.forms import Length, RevisionForm, choices, given
from webui.guard import current_actor, needs
from webui.pages import Attempt, done, status
from webui.trials.area import blueprint
from webui.trials.trials import LARGEST_RUN, STATUSES
from webui.words import said
from workflow.services.procedures.library import VersionDetail
from workflow.services.trials.saved_runs import Expected, NewTest, SaveTest


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


EDITS = "administer_definitions"


@blueprint.get("/<uuid:version_id>/bai-kiem-tra")
def tests(version_id: UUID) -> ResponseReturnValue:
    """Every test, run anew."""
    found = container().package_tests.all(current_actor(), str(version_id))
    return render_template("trials/tests.html", tests=found, version=found.version)


@blueprint.post("/<uuid:version_id>/bai-kiem-tra")
def save_test(version_id: UUID) -> ResponseReturnValue:
    """Ask what the run of the form is to expect as a test, filled in from what it came to; then save it."""
    needs(EDITS)
    actor, version = current_actor(), str(version_id)
    asked = request.form.get("then") != "save"
    form = SaveForm()
    expected = container().package_tests.expected(actor, version, form.run.data or "")
    form.status.choices = choices([("", _("not compared")), *((key, word) for key, (word, _kind) in STATUSES.items())])
    form.variables.choices = choices(
        (name, f"{said(label)}: {said(value)}") for name, label, value in expected.variables
    )
    detail = container().definitions.detail(actor, version)
    if asked:
        form.revision.data = str(detail.version.revision)
        form.status.data = expected.status
        form.end.data, form.visited.data = " ".join(expected.end), " ".join(expected.visited)
        return _save_page(form, detail, expected), 200
    if form.validate_on_submit():
        with Attempt(form):
            path = container().package_tests.save(
                actor,
                SaveTest(
                    version_id=version,
                    run=given(form.run.data),
                    test=_new_test(form),
                    revision=form.seen,
                    command_id=form.command,
                ),
            )
            address = url_for(".tests", version_id=version_id)
            return done(address, _("The test has been saved as %(path)s.", path=path))
    return _save_page(form, detail, expected), status(form)


def _new_test(form: SaveForm) -> NewTest:
    return NewTest(
        name=form.name.data or "",
        status=form.status.data or None,
        visited=(form.visited.data or "").split() or None,
        end=(form.end.data or "").split() or None,
        variables=form.variables.data or (),
    )


def _save_page(form: SaveForm, detail: VersionDetail, expected: Expected) -> str:
    return render_template("trials/save.html", form=form, version=detail.version, expected=expected, statuses=STATUSES)
