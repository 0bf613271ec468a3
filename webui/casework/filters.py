"""Filters of the list of tasks under a name: saved, shared with a body's people, removed."""

from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import HiddenField, RadioField, StringField
from wtforms.validators import DataRequired, InputRequired

from webui.casework.area import blueprint
from webui.casework.pages import button_command
from webui.container import container
from webui.forms import CommandForm, Length, choices
from webui.guard import current_actor
from webui.pages import Attempt, done, status
from webui.words import named
from workflow.services.casework.queue.filters import LONGEST_NAME, LONGEST_QUERY, ForgetFilter, SaveFilter

KEPT = ("tab", "text", "procedure", "stage", "unit", "due", "until", "sort")
"""What of the list's address is saved: neither the page nor what was ticked."""
OWN = "own"


class SaveFilterForm(CommandForm):
    """How it is called, and for whom."""

    name = StringField(_l("Name"), [DataRequired(), Length(max=LONGEST_NAME)])
    whose = RadioField(_l("For whom"), [InputRequired()])
    query = HiddenField()


def kept_query() -> str:
    """The parameters of the present address that a saved filter keeps, in one order."""
    if not request.args:
        return ""
    return urlencode([(name, text) for name in KEPT if (text := request.args.get(name, "").strip())])[:LONGEST_QUERY]


@blueprint.route("/nhiem-vu/bo-loc/moi", methods=["GET", "POST"])
def save_filter() -> ResponseReturnValue:
    """Give a name to the filter that the address says."""
    form = SaveFilterForm()
    bodies = [
        (one.id, _("Everybody at %(body)s", body=named(one)))
        for one in container().saved_filters.bodies(current_actor())
    ]
    form.whose.choices = choices([(OWN, _("Only I")), *bodies])
    if request.method == "GET":
        form.query.data = kept_query()
        form.whose.data = None if bodies else OWN
    if form.validate_on_submit():
        query = urlencode([(name, text) for name, text in parse_qsl(form.query.data or "") if name in KEPT])
        whose = form.whose.data
        command = SaveFilter(
            name=form.name.data or "",
            query=query or "tab=todo",
            organisation_id=None if whose == OWN else whose,
            command_id=form.command,
        )
        with Attempt(form, at=form.name):
            container().saved_filters.save(current_actor(), command)
            return done(f"{url_for('.inbox')}?{command.query}", _("The filter has been saved."))
    back = f"{url_for('.inbox')}?{form.query.data or ''}"
    return render_template("casework/filter_new.html", form=form, back=back, shared=bool(bodies)), status(form)


@blueprint.get("/nhiem-vu/bo-loc")
def saved_filters() -> str:
    """All of them, to be removed."""
    return render_template("casework/filters.html", found=container().saved_filters.of(current_actor()))


@blueprint.post("/nhiem-vu/bo-loc/<uuid:filter_id>/xoa")
def forget_filter(filter_id: UUID) -> ResponseReturnValue:
    """Remove one."""
    command = ForgetFilter(filter_id=str(filter_id), command_id=button_command())
    container().saved_filters.forget(current_actor(), command)
    return done(url_for(".saved_filters"), _("The filter has been removed."))
