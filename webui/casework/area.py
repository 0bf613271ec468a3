"""The area's blueprint, and its entries in the navigation."""

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from webui.navigation import NavItem

blueprint = Blueprint("casework", __name__)
NAV = (
    NavItem(
        endpoint="casework.inbox",
        label=_l("My tasks"),
        order=10,
        visible=lambda user: user.can("act") or user.can("manage_tasks"),
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
