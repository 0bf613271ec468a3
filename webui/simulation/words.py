"""The words of this area."""

from typing import Any

from flask_babel import lazy_gettext as _l

STATUSES: dict[str, tuple[Any, str]] = {
    "completed": (_l("Completed"), "success"),
    "waiting": (_l("Under way"), "info"),
    "failed": (_l("Cannot go on"), "danger"),
}
DEEDS: dict[str, Any] = {
    "node": _l("Task done"),
    "timer": _l("Time passed"),
    "message": _l("Message received"),
    "signal": _l("Signal received"),
    "job": _l("Machine work succeeded"),
    "error": _l("Machine work failed"),
    "set": _l("Variables changed"),
}
