"""Messages that a case waits for: an operator lets one arrive when its sender has answered outside the system."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from webui.auth.guard import current_actor
from webui.cases.blueprint import blueprint
from webui.cases.forms import ArrivalForm
from webui.cases.json_values import json_object
from webui.cases.operating import REFUSALS, node_name, operable
from webui.cases.pages import Answer, shows_demonstration
from webui.container import container
from webui.forms import choices
from webui.texts import refusal_text
from workflow.errors import NotFound
from workflow.services.casework.messages import DeliverMessage


@blueprint.route("/ho-so/<uuid:case_id>/thong-diep", methods=["GET", "POST"])
def messages(case_id: UUID) -> Answer:
    """What the case waits for, and a form that lets one of it arrive."""
    view = operable(case_id)
    waits = container().messages.waiting(current_actor(), str(case_id))
    form = ArrivalForm()
    form.wait.choices = choices(
        [("", "–"), *((one.subscription_id, f"{one.name} → {node_name(view, one.node_id)}") for one in waits)]
    )
    if form.validate_on_submit():
        try:
            values = json_object(form.variables.data) if form.variables.data else {}
            command = DeliverMessage(
                case_id=str(case_id),
                subscription_id=form.wait.data or "",
                reason=form.reason.data or "",
                variables=values,
                command_id=form.command_id.data or "",
            )
            container().messages.deliver(current_actor(), command)
        except REFUSALS as error:
            form.form_errors.append(refusal_text(error))
        except NotFound:
            form.form_errors.append(_("The case no longer waits for this message."))
        else:
            flash(_("The message has arrived."))
            return redirect(url_for("cases.case", case_id=case_id), 303)
    page = render_template(
        "cases/messages.html",
        view=view,
        case=view.case,
        form=form,
        waits=waits,
        demonstration=shows_demonstration(view.case),
    )
    return page, 422 if form.errors else 200
