"""What pages have in common: carrying out what a form asks for, and listings page by page."""

from flask import flash, redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from webui.errors import finding_text, message_of
from webui.forms import Form
from workflow.errors import Conflict, DefinitionRejected, InvalidInput, TransitionRefused, WorkflowError
from workflow.services.ground.listings import Page

MOST_PAGES = 2000
"""Nobody leafs further; filters find it sooner."""


def page_number() -> int:
    """The page that the address asks for, from 1."""
    return min(max(request.args.get("page", 1, type=int), 1), MOST_PAGES)


def page_of(number: int, size: int) -> Page:
    """Which rows that page has."""
    return Page(limit=size, offset=(number - 1) * size)


def pages_of(total: int, size: int) -> int:
    """How many pages there are; one where there is nothing."""
    return min(max(-(-total // size), 1), MOST_PAGES)


REFUSALS = (InvalidInput, DefinitionRejected, TransitionRefused, Conflict)
"""What the person can mend on the same page; anything else gets a page of its own."""


def refuse(form: Form, error: WorkflowError) -> None:
    """Put the refusal onto the form: every finding of a rejected definition, who could act instead of the actor."""
    if isinstance(error, DefinitionRejected):
        form.form_errors.extend(finding_text(finding) for finding in error.findings)
        return
    text = message_of(error)
    if isinstance(error, TransitionRefused) and error.who_can_act:
        people = {"who_can_act": "; ".join(error.who_can_act)}
        text = f"{text} {str(gettext(TransitionRefused.WHO_CAN_ACT)) % people}"
    form.form_errors.append(text)


def status(form: Form) -> int:
    """The status of a page that shows the form: 422 once it has been refused."""
    return 422 if form.errors else 200


def done(address: str, message: str | None = None) -> Response:
    """Go on after a command that was carried out."""
    if message:
        flash(message)
    return redirect(address, 303)
