"""The area's blueprint, and its entry in the navigation."""

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from webui.navigation import NavItem

blueprint = Blueprint("procedures", __name__, url_prefix="/quy-trinh")
NAV = (
    NavItem(
        endpoint="procedures.index",
        label=_l("Procedures"),
        order=60,
        visible=lambda user: user.can("read_definitions"),
    ),
)
