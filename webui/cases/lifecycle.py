"""Suspending, resuming, withdrawing and cancelling a case: a page that says what will happen, a reason, a button."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import lazy_gettext as _l

from webui.auth.guard import current_actor
from webui.cases.blueprint import blueprint
from webui.cases.case_page import read_case
from webui.cases.forms import ReasonForm
from webui.cases.pages import Answer, shows_demonstration
from webui.container import container
from webui.texts import refusal_text
from workflow.errors import Conflict, TransitionRefused
from workflow.services.casework.cases import CaseCommand

STEPS = {
    "suspend": (
        _l("Suspend the case"),
        _l("Nobody can work on the case's tasks and its clocks stand still until somebody resumes it."),
        _l("The case is suspended."),
    ),
    "resume": (
        _l("Resume the case"),
        _l("Its tasks go back to whoever had them, or to their groups."),
        _l("The case runs again."),
    ),
    "withdraw": (
        _l("Withdraw the case"),
        _l("The unit is no longer considered this year. All open tasks end. This cannot be undone."),
        _l("The case has been withdrawn."),
    ),
    "cancel": (
        _l("Cancel the case"),
        _l("All open tasks end and the case has no outcome. This cannot be undone."),
        _l("The case has been cancelled."),
    ),
}


@blueprint.route("/ho-so/<uuid:case_id>/buoc/<trigger>", methods=["GET", "POST"])
def case_step(case_id: UUID, trigger: str) -> Answer:
    """One step of the case's own lifecycle."""
    if trigger not in STEPS:
        abort(404)
    view = read_case(case_id)
    title, explanation, message = STEPS[trigger]
    form = ReasonForm()
    status = 200
    if form.validate_on_submit():
        command = CaseCommand(
            case_id=str(case_id), trigger=trigger, reason=form.reason.data or "", command_id=form.command_id.data or ""
        )
        try:
            container().cases.move(current_actor(), command)
        except (TransitionRefused, Conflict) as error:
            form.form_errors.append(refusal_text(error))
            status = 409
        else:
            flash(message)
            return redirect(url_for("cases.case", case_id=case_id), 303)
    option = next((one for one in view.options if one.trigger == trigger), None)
    page = render_template(
        "cases/case_step.html",
        view=view,
        case=view.case,
        form=form,
        title=title,
        explanation=explanation,
        refusal=refusal_text(option.refusal) if option and option.refusal else None,
        possible=option is not None and option.allowed,
        demonstration=shows_demonstration(view.case),
    )
    return page, status
