"""Taking back what one has sent: a page that says where it waits, a reason, a button."""

from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import DataRequired

from webui.casework.area import blueprint
from webui.casework.pages import REASON_LENGTH, refused_task_page
from webui.container import container
from webui.forms import CommandForm, Length
from webui.guard import current_actor
from webui.links import safe_path
from webui.pages import Attempt, done, status
from workflow.services.casework.queue.taking_back import TakeBackStep


class TakeBackForm(CommandForm):
    """Why."""

    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Give a reason.")), Length(max=REASON_LENGTH)],
        description=_l(
            "It becomes part of the case's record, and those who were told of the task are told that it no longer waits."
        ),
    )


@blueprint.route("/nhiem-vu/<uuid:task_id>/rut-lai", methods=["GET", "POST"])
def take_back(task_id: UUID) -> ResponseReturnValue:
    """Ask why, then move the case back to the step and go on with it there."""
    sent = container().taking_back.sent(current_actor(), str(task_id))
    if sent.refusal is not None:
        return refused_task_page(task_id, sent.refusal)
    form = TakeBackForm()
    if form.validate_on_submit():
        command = TakeBackStep(task_id=sent.task.id, reason=form.reason.data or "", command_id=form.command)
        with Attempt(form) as attempt:
            taken = container().taking_back.take_back(current_actor(), command)
            return done(
                url_for(".task", task_id=taken["task_id"]),
                _("You have taken it back. What you had entered stands here."),
            )
        if attempt.status == 409:
            return refused_task_page(task_id, attempt.refusal, [(str(form.reason.label.text), command.reason)])
    back = safe_path(request.values.get("back"), url_for(".inbox", tab="sent"))
    return render_template("casework/take_back.html", sent=sent, case=sent.case, form=form, back=back), status(form)
