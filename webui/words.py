"""Words that several areas use: kinds and levels of organisations, states, sentences with values, how much time is left.

What shows data in the session's language is offered to templates as a function or a filter.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from flask import Flask, current_app
from flask_babel import gettext, lazy_gettext as _l, ngettext
from markupsafe import Markup, escape

from webui.format import NOTHING, number, weekday_on
from webui.i18n import language
from workflow.services.ground import changes
from workflow.services.views import Remaining

KINDS: dict[str, Any] = {key: _l(text) for key, text in changes.KINDS.items()}
LEVELS: dict[str, Any] = {key: _l(text) for key, text in changes.LEVELS.items()}
SYSTEM_ROLES: dict[str, Any] = {
    "administrator": _l("Administrator"),
    "definition-reviewer": _l("Reviewer of procedures"),
    "auditor": _l("Auditor"),
    "inspection-team": _l("Inspection team (reads, until a last day)"),
    "manager": _l("Manager of the standing office"),
}
# States with their words and marks (templates/components/marks.html): every state has a shape of its own.
TASK_STATES = {
    "ready": (_l("Waiting"), "unseen"),
    "reserved": (_l("Claimed"), "tick"),
    "in_progress": (_l("In progress"), "half"),
    "suspended": (_l("Suspended"), "paused"),
    "completed": (_l("Done"), "done"),
    "cancelled": (_l("Cancelled"), "none"),
}
CASE_STATES = {
    "draft": (_l("Draft"), "unseen"),
    "active": (_l("Running"), "half"),
    "suspended": (_l("Suspended"), "paused"),
    "completed": (_l("Completed"), "done"),
    "withdrawn": (_l("Withdrawn"), "back"),
    "cancelled": (_l("Cancelled"), "none"),
}
RESULTS = {
    "met": (_l("Met"), "done"),
    "not_met": (_l("Not met"), "failed"),
    "not_applicable": (_l("Not applicable"), "none"),
}
STANDINGS = {
    "open": (_l("Not assessed"), "unseen"),
    "incomplete": (_l("Incomplete"), "half"),
    "faulty": (_l("Check the entries"), "warn"),
    "unexplained": (_l("Reason needed"), "warn"),
}
"""How a criterion stands that is not done."""
SAVED = {
    "open": _l("Saved; this criterion has no result yet."),
    "incomplete": _l("Saved; figures, a statement or a file of evidence are still missing."),
    "faulty": _l("Saved, but the entries must be corrected."),
    "unexplained": _l("Saved, but the compulsory reason is missing."),
    "judged": _l("Saved; this criterion is done."),
}
"""What a criterion's form says after it has saved itself, by how the criterion then stands."""
VERSION_STATES = {
    "draft": (_l("Draft"), "unseen"),
    "in_review": (_l("In review"), "half"),
    "published": (_l("Published"), "done"),
    "retired": (_l("Retired"), "none"),
}
CAMPAIGN_STATES = {
    "planned": (_l("Planned"), "unseen"),
    "open": (_l("Open"), "half"),
    "closed": (_l("Closed"), "done"),
}
NO_STATE = (NOTHING, "neutral")
_KINDS = {"success": "done", "danger": "failed", "warning": "warn", "info": "note", "neutral": "none"}
_SHAPES = {**_KINDS, "warning": "late", "warn": "late"}
"""By which names a mark is asked for, and its drawing in `static/marks.svg` where that has another."""


def init_app(app: Flask) -> None:
    """Offer these functions to templates; what shows data is a filter."""
    app.jinja_env.globals.update(
        mark_of=mark_of,
        marked_as=marked_as,
        said=said,
        named=named,
        working_span=working_span,
        kind_name=kind_name,
        level_name=level_name,
        role_name=role_name,
    )
    for function in (due_in, sentence, plain_number):
        app.add_template_filter(function, function.__name__)
    app.add_template_filter(said, "label_of")
    app.add_template_filter(named, "name_of")
    app.add_template_filter(lambda state: TASK_STATES.get(state, NO_STATE), "task_state")
    app.add_template_filter(lambda state: CASE_STATES.get(state, NO_STATE), "case_state")
    app.add_template_filter(lambda result: RESULTS.get(result, NO_STATE), "result_tag")
    app.add_template_filter(lambda standing: STANDINGS.get(standing, NO_STATE), "standing_tag")
    app.add_template_filter(lambda standing: SAVED[standing], "saved_as")


def mark_of(kind: str) -> Markup:
    """The mark of that kind, alone."""
    return _mark(str(current_app.jinja_env.globals["marks_file"]()), kind)  # type: ignore[operator] # of webui.links


def marked_as(label: Any, kind: str) -> Markup:
    """The mark of that kind with its word."""
    shape = mark_of(kind)
    return Markup(f'<span class="marked is-{escape(_KINDS.get(kind, kind))}">{shape} {escape(label)}</span>')  # noqa: S704


@lru_cache(maxsize=256)
def _mark(drawings: str, kind: str) -> Markup:
    found, shape = escape(_KINDS.get(kind, kind)), escape(_SHAPES.get(kind, kind))
    drawing = f'<use href="{escape(drawings)}#{shape}"/>'
    return Markup(f'<svg class="mark is-{found}" aria-hidden="true">{drawing}</svg>')  # noqa: S704


def said(label: Any) -> str:
    """The text of a label (`vi`, `en`) in the session's language; Vietnamese where there is no other."""
    if label is None:
        return ""
    return str(label.en if language() == "en" and label.en else label.vi)


def named(record: Any, stem: str = "name") -> str:
    """The text of a record's pair of fields, such as `name_vi` and `name_en`, in the session's language."""
    vi, en = getattr(record, f"{stem}_vi"), getattr(record, f"{stem}_en")
    return str(en if language() == "en" and en else vi)


def kind_name(kind: str) -> str:
    """The kind of an organisation; kinds are data, so one that has no word here is shown as it is."""
    return str(KINDS.get(kind, kind))


def level_name(level: str | None) -> str:
    """The level, or a dash for none."""
    return str(LEVELS.get(level, level)) if level else "–"


def role_name(role: str, labels: Mapping[str, str] | None = None) -> str:
    """The role in words: one of the installation, one of a procedure (`labels`: id → text), else its id."""
    return str(SYSTEM_ROLES.get(role) or (labels or {}).get(role, role))


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


def working_span(days: int, rest: timedelta) -> str:
    """Working days and what is left of one, in words: "2 ngày làm việc 3 giờ"; whole minutes."""
    hours, minutes = divmod(rest // timedelta(minutes=1), 60)
    parts = [
        ngettext("%(num)d working day", "%(num)d working days", days) if days else "",
        ngettext("%(num)d hour", "%(num)d hours", hours) if hours else "",
        ngettext("%(num)d minute", "%(num)d minutes", minutes) if minutes else "",
    ]
    return " ".join(filter(None, parts)) or str(gettext("no working time"))


def due_in(left: Remaining | None) -> str:
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


def _shown(value: Any) -> Any:
    if isinstance(value, Decimal):
        return number(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return weekday_on(value, with_year=True)
    return said(value) if hasattr(value, "vi") else value
