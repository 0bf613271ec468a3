"""The words of this area."""

from typing import Any

from flask_babel import gettext as _, lazy_gettext as _l

CAMPAIGN_STATES: dict[str, tuple[Any, str]] = {
    "planned": (_l("Planned"), "neutral"),
    "open": (_l("Open"), "success"),
    "closed": (_l("Closed"), "neutral"),
}
CAMPAIGN_STEPS: dict[str, Any] = {"open": _l("Open the campaign"), "close": _l("Close the campaign")}
UNIT_STATES: dict[str, tuple[Any, str]] = {
    "listed": (_l("Not started"), "neutral"),
    "pending": (_l("Waiting"), "info"),
    "started": (_l("Started"), "success"),
    "failed": (_l("Failed"), "danger"),
}
SUCCESSIONS: dict[str, Any] = {
    "merge": _l("merged into"),
    "split": _l("split into"),
    "rename": _l("renamed"),
    "type-change": _l("became another type of unit"),
}
DAY_KINDS: dict[str, Any] = {"holiday": _l("Day off"), "working": _l("Worked in exchange")}


def rule_text(rule: Any, year: int) -> str:
    """How the procedure words a deadline's day, and which day that makes the last one."""
    if rule is None:
        return ""
    month, _sep, day = rule.years.get(year, rule.month_day).partition("-")
    if rule.semantics == "before":
        return str(_("before %(day)s: the last day is the one before it", day=f"{day}/{month}"))
    return str(_("on %(day)s at the latest", day=f"{day}/{month}"))
