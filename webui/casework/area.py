"""The area's blueprint, and its entries in the navigation."""

from typing import Any

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from webui.navigation import NavItem, head_of_page

blueprint = Blueprint("casework", __name__)


def _waiting(user: Any) -> str:
    """How much the list begins with: its first number, which the list itself has read already."""
    return head_of_page(user.actor).todo.words if user.can("act") else ""


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
