"""One migration: how far it has come, what was refused, and the ways out of it."""

from uuid import UUID

from flask import Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l, ngettext
from wtforms import TextAreaField

from webui.container import container
from webui.forms import REASON, CommandForm
from webui.guard import current_actor, current_session
from webui.moving.area import blueprint
from webui.moving.words import ITEM_STATES, STATES, version_text
from webui.pages import Attempt, done, page_number, page_of, pages_of, status
from workflow.services.moving.moves import CancelMigration, RevertCase, RevertMigration
from workflow.services.moving.views import ItemView, MigrationSummary
from workflow.services.views import STATUSES


class RevertForm(CommandForm):
    """Taking moved cases back."""

    reason = TextAreaField(_l("Reason"), REASON, description=_l("It stands in the history of every case."))


PAGE_SIZE = 50


@blueprint.get("/lan-chuyen/<uuid:migration_id>/")
def migration(migration_id: UUID) -> ResponseReturnValue:
    """A page's script asks for the moving part alone, and for the whole page once nothing moves any more."""
    actor = current_actor()
    found = container().migrations.get(actor, str(migration_id))
    if "HX-Request" in request.headers:
        return _moving_part(found)
    chosen = request.args.get("status")
    wanted = chosen if chosen in STATUSES else None
    number = page_number()
    items, total = container().migrations.items(actor, found.id, wanted, page_of(number, PAGE_SIZE))
    return render_template(
        "moving/migration.html",
        migration=found,
        items=items,
        total=total,
        chosen=wanted,
        number=number,
        pages=pages_of(total, PAGE_SIZE),
        states=STATES,
        item_states=ITEM_STATES,
        version_text=version_text,
        may_read="read_case" in current_session().permissions,
    )


@blueprint.route("/lan-chuyen/<uuid:migration_id>/dung", methods=["GET", "POST"])
def cancel(migration_id: UUID) -> ResponseReturnValue:
    """Leave out what still waits."""
    actor, form = current_actor(), CommandForm()
    found = container().migrations.get(actor, str(migration_id))
    if form.validate_on_submit():
        with Attempt(form):
            left = container().migrations.cancel(actor, CancelMigration(migration_id=found.id, command_id=form.command))
            text = ngettext("%(num)d case has been left out.", "%(num)d cases have been left out.", left)
            return _back(found, text)
    return _step("cancel", form, found)


@blueprint.route("/lan-chuyen/<uuid:migration_id>/hoan-tac", methods=["GET", "POST"])
def revert(migration_id: UUID) -> ResponseReturnValue:
    """Take all back that was moved; the worker does it, case by case."""
    actor, form = current_actor(), RevertForm()
    found = container().migrations.get(actor, str(migration_id))
    if form.validate_on_submit():
        with Attempt(form):
            number = container().migrations.revert(
                actor, RevertMigration(migration_id=found.id, reason=form.reason.data or "", command_id=form.command)
            )
            text = ngettext("%(num)d case is being taken back.", "%(num)d cases are being taken back.", number)
            return _back(found, text)
    return _step("revert", form, found)


@blueprint.route("/lan-chuyen/<uuid:migration_id>/hoan-tac/<uuid:case_id>", methods=["GET", "POST"])
def revert_case(migration_id: UUID, case_id: UUID) -> ResponseReturnValue:
    """Take one case back, at once."""
    actor, form = current_actor(), RevertForm()
    found = container().migrations.get(actor, str(migration_id))
    item = container().migrations.item(actor, found.id, str(case_id))
    if form.validate_on_submit():
        with Attempt(form):
            container().migrations.revert_case(
                actor,
                RevertCase(
                    migration_id=found.id, case_id=item.case_id, reason=form.reason.data or "", command_id=form.command
                ),
            )
            return _back(found, _("%(case)s has been taken back.", case=item.business_key))
    return _step("revert", form, found, item)


def _step(step: str, form: CommandForm, found: MigrationSummary, item: ItemView | None = None) -> ResponseReturnValue:
    return render_template(
        "moving/step.html", step=step, form=form, migration=found, item=item, version_text=version_text
    ), status(form)


def _back(found: MigrationSummary, text: str) -> ResponseReturnValue:
    return done(url_for("moving.migration", migration_id=found.id), text)


def _moving_part(found: MigrationSummary) -> Response:
    page = render_template("moving/_progress.html", migration=found, item_states=ITEM_STATES)
    response = make_response(page)
    if found.status != "running":
        response.headers["HX-Refresh"] = "true"
    return response
