"""The area's blueprint, and its entries in the navigation."""

from typing import Any

from flask import Blueprint, g
from flask_babel import lazy_gettext as _l

from webui.container import container
from webui.navigation import NavItem

blueprint = Blueprint("casework", __name__)
WAITING = "waiting"
"""In the request's context: how much waits for the person, where the page has read it."""


def _waiting(user: Any) -> str:
    """How much the list begins with: its first number, which the list itself has read already."""
    if not user.can("act"):
        return ""
    found = g.get(WAITING) or container().inbox.waiting(user.actor)
    return f"{found.number}{'+' if found.more else ''}" if found.number else ""


NAV = (
    NavItem(
        endpoint="casework.inbox",
        label=_l("My tasks"),
        order=10,
        visible=lambda user: user.can("act") or user.can("manage_tasks"),
        count=_waiting,
    ),
    NavItem(
        endpoint="casework.cases",
        label=_l("Cases"),
        order=20,
        visible=lambda user: user.can("read_case"),
        covers="/nhiem-vu/",  # tasks, for whoever has none of their own
    ),
    NavItem(endpoint="casework.incidents", label=_l("Incidents"), order=30, visible=lambda user: user.can("operate")),
)
