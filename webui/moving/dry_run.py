"""The dry run, and the last step before the worker begins."""

from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l, ngettext
from wtforms import TextAreaField

from webui.container import container
from webui.forms import REASON, CommandForm
from webui.guard import current_actor
from webui.moving.area import blueprint
from webui.moving.choice import PlanForm, choosing_page
from webui.moving.preview import plan_page
from webui.moving.wish import Asked, asked
from webui.moving.words import version_text
from webui.pages import Attempt, done, status
from workflow.services.moving.moves import StartMigration


class StartForm(CommandForm):
    """The last step: from here on the worker moves cases."""

    reason = TextAreaField(
        _l("Reason"),
        REASON,
        description=_l("It stands in the history of every case that is moved, and in the audit trail."),
    )


TRIED = 500
"""How many cases a dry run works out; more would keep the page waiting."""


@blueprint.route("/<uuid:version_id>/chay-thu", methods=["GET", "POST"])
def trial(version_id: UUID) -> ResponseReturnValue:
    """Nothing is written: each case is moved in memory and thrown away."""
    wanted = _asked(version_id)
    if not isinstance(wanted, Asked):
        return wanted
    form = StartForm(formdata=None)
    form.reason.data = wanted.reason
    return _page(wanted, form)


@blueprint.post("/<uuid:version_id>/bat-dau")
def start(version_id: UUID) -> ResponseReturnValue:
    """From here on the worker moves cases."""
    wanted, form = _asked(version_id), StartForm()
    if not isinstance(wanted, Asked):
        return wanted
    if form.validate_on_submit():
        with Attempt(form):
            migration_id = container().migrations.start(
                current_actor(),
                StartMigration(wish=wanted.wish, reason=form.reason.data or "", command_id=form.command),
            )
            return done(url_for(".migration", migration_id=migration_id))
    return _page(wanted, form)


def _asked(version_id: UUID) -> Asked | ResponseReturnValue:
    """What is asked for, or the page on which it must be put right."""
    form = PlanForm()
    with Attempt(form):
        return asked(version_id)
    return choosing_page(version_id, form)


def _page(wanted: Asked, form: StartForm) -> ResponseReturnValue:
    actor, migrations, refused = current_actor(), container().migrations, PlanForm()
    preview = None
    with Attempt(refused):
        preview = migrations.preview(actor, wanted.wish)
    if preview is None:
        return choosing_page(wanted.source, refused)
    if not preview.cases or preview.ready < preview.cases:
        refused.form_errors.extend(form.form_errors)
        return plan_page(wanted, preview, refused, insisting=True)
    results = migrations.dry_run(actor, wanted.wish, TRIED)
    if request.form.get("then") == "leave" and len(results) == preview.cases:
        results = [one for one in results if one.moved]
        wanted = wanted.only([one.case_id for one in results])
    moving = sum(one.moved for one in results)
    return render_template(
        "moving/trial.html",
        form=form,
        wanted=wanted,
        preview=preview,
        results=sorted(results, key=lambda one: one.moved),
        moving=moving,
        number=preview.cases if len(results) == TRIED else len(results),
        untried=max(0, preview.cases - TRIED),
        version_text=version_text,
        title=ngettext("Dry run with %(num)d case", "Dry run with %(num)d cases", len(results)),
    ), status(form)
