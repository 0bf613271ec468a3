"""Texts of the casework pages: sentences with values, states, refusals, how much time is left.

Each function is also a template filter.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask import Flask
from flask_babel import gettext, lazy_gettext as _l, ngettext

from webui.errors import message_of
from webui.format import NOTHING, number, weekday_on
from webui.i18n import language
from webui.words import named, said
from workflow.errors import TransitionRefused, WorkflowError
from workflow.services.casework.completion import OutcomeRefused

TASK_STATES = {
    "ready": (_l("Waiting"), "info"),
    "reserved": (_l("Claimed"), "neutral"),
    "in_progress": (_l("In progress"), "warning"),
    "suspended": (_l("Suspended"), "neutral"),
    "completed": (_l("Done"), "success"),
    "cancelled": (_l("Cancelled"), "neutral"),
}
CASE_STATES = {
    "draft": (_l("Draft"), "neutral"),
    "active": (_l("Running"), "info"),
    "suspended": (_l("Suspended"), "warning"),
    "completed": (_l("Completed"), "success"),
    "withdrawn": (_l("Withdrawn"), "neutral"),
    "cancelled": (_l("Cancelled"), "neutral"),
}
RESULTS = {
    "met": (_l("Met"), "success"),
    "not_met": (_l("Not met"), "danger"),
    "not_applicable": (_l("Not applicable"), "neutral"),
}
NO_STATE = (NOTHING, "neutral")


def init_app(app: Flask) -> None:
    """Offer the functions as template filters."""
    for function in (due_in, sentence, refusal_text, plain_number):
        app.add_template_filter(function, function.__name__)
    app.add_template_filter(said, "label_of")
    app.add_template_filter(named, "name_of")
    app.add_template_filter(lambda state: TASK_STATES.get(state, NO_STATE), "task_state")
    app.add_template_filter(lambda state: CASE_STATES.get(state, NO_STATE), "case_state")
    app.add_template_filter(lambda result: RESULTS.get(result, NO_STATE), "result_tag")


def plain_number(value: Any) -> str:
    """Return a number as it is typed into a field: 1234,5 in Vietnamese, without separators of thousands."""
    if value is None or value == "":
        return ""
    text = format(Decimal(str(value)).normalize(), "f")
    return text if language() == "en" else text.replace(".", ",")


def sentence(template: str, params: Mapping[str, Any]) -> str:
    """Return a translated template with its values: labels in the session's language, decimals as people write them."""
    text = str(gettext(template))
    return text % {name: _shown(value) for name, value in params.items()} if params else text


def due_in(left: Any) -> str:
    """Return the time that is left (a `Remaining`) in words, with the day: "còn 3 ngày làm việc (thứ Sáu 27/11)"."""
    if left is None:
        return str(gettext("No due date"))
    day = weekday_on(left.last_day)
    if left.overdue and left.working_days == 0:
        return str(gettext("overdue (%(day)s)", day=day))
    if left.overdue:
        late = ngettext("%(num)d working day overdue", "%(num)d working days overdue", left.working_days)
        return f"{late} ({day})"
    if left.due_today:
        return str(gettext("due today (%(day)s)", day=day))
    if left.working_days == 0:
        return str(gettext("no working day left (%(day)s)", day=day))
    ahead = ngettext("%(num)d working day left", "%(num)d working days left", left.working_days)
    return f"{ahead} ({day})"


def refusal_text(error: WorkflowError) -> str:
    """Return why something was refused and, where another person could do it, who."""
    if isinstance(error, TransitionRefused) and error.guard == "state":
        return _wrong_state(error)
    text = message_of(error)
    if isinstance(error, OutcomeRefused):
        text = str(gettext(error.template)) % {"why": error.en if language() == "en" else error.vi}
    if isinstance(error, TransitionRefused) and error.who_can_act:
        people = {"who_can_act": "; ".join(error.who_can_act)}
        text = f"{text} {str(gettext(TransitionRefused.WHO_CAN_ACT)) % people}"
    return text


def _wrong_state(error: TransitionRefused) -> str:
    actual = str(error.params.get("actual", ""))
    known = TASK_STATES.get(actual) or CASE_STATES.get(actual) or (actual, "")
    return str(gettext("This step is no longer possible: the present state is “%(state)s”.", state=known[0]))


def _shown(value: Any) -> Any:
    if isinstance(value, Decimal):
        return number(value)
    return said(value) if hasattr(value, "vi") else value
