"""The saved tests of a version: listed with what came of them, and a run saved as one."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webui.auth.guard import current_actor, needs
from webui.commands import REFUSALS, done, refuse, status
from webui.container import container
from webui.forms import choices
from webui.simulation.blueprint import blueprint
from webui.simulation.forms import SaveForm
from webui.simulation.words import STATUSES
from webui.words import said
from workflow.services.trials.saved_runs import NewTest

EDITS = "administer_definitions"


@blueprint.get("/<uuid:version_id>/bai-kiem-tra")
def tests(version_id: Any) -> ResponseReturnValue:
    """Every test, run anew."""
    found = container().package_tests.all(current_actor(), str(version_id))
    return render_template("simulation/tests.html", tests=found, version=found.version)


@blueprint.post("/<uuid:version_id>/bai-kiem-tra")
def save_test(version_id: Any) -> ResponseReturnValue:
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
        try:
            path = container().package_tests.save(
                actor,
                version,
                form.run.data,
                _new_test(form),
                revision=int(form.revision.data or "0"),
                command_id=form.command_id.data,
            )
        except REFUSALS as error:
            refuse(form, error)
        else:
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


def _save_page(form: SaveForm, detail: Any, expected: Any) -> str:
    return render_template(
        "simulation/save.html", form=form, version=detail.version, expected=expected, statuses=STATUSES
    )
