"""Forms that carry one command: a second click is the same command, and a refusal stands on the form."""

import re
from typing import Any

from flask import Flask, flash, redirect
from flask_babel import gettext
from werkzeug.wrappers import Response
from wtforms import HiddenField
from wtforms.validators import Regexp

from webui.errors import message_of, translated
from webui.forms import Form
from workflow.errors import Conflict, DefinitionRejected, InvalidInput, TransitionRefused, WorkflowError
from workflow.ids import new_id

REFUSALS = (InvalidInput, DefinitionRejected, TransitionRefused, Conflict)
"""What the person can mend on the same page; anything else gets a page of its own."""
_UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def init_app(app: Flask) -> None:
    """Offer `finding_text` and `message_text` to templates."""
    app.jinja_env.globals.update(finding_text=finding_text, message_text=translated)


class CommandForm(Form):
    """A form with the id of its command, made when the page is."""

    command_id = HiddenField(default=new_id, validators=[Regexp(_UUID, matcher=re.fullmatch)])  # type: ignore[call-arg] # its stubs are of 3.2


def _text(value: Any) -> Any:
    """A record's revision is a number; what a form sends is text."""
    return value if value is None else str(value)


class RevisionForm(CommandForm):
    """A command on something that others may change meanwhile."""

    revision = HiddenField(filters=[_text], validators=[Regexp(r"[0-9]{1,9}", matcher=re.fullmatch)])  # type: ignore[call-arg] # its stubs are of 3.2


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


def finding_text(finding: Any) -> str:
    """A finding as one line: where it is, what is wrong, what to do."""
    parts = [str(part) for part in (finding.file, finding.line) if part is not None]
    if finding.element_id:
        parts.append(finding.element_name or finding.element_id)
    place = ", ".join(parts)
    message = translated(finding.template, finding.params)
    advice = f" → {translated(finding.advice, finding.params)}" if finding.advice else ""
    return f"{place}: {message}{advice}" if place else f"{message}{advice}"


def status(form: Form) -> int:
    """The status of a page that shows the form: 422 once it has been refused."""
    return 422 if form.errors else 200


def done(address: str, message: str | None = None) -> Response:
    """Go on after a command that was carried out."""
    if message:
        flash(message)
    return redirect(address, 303)
