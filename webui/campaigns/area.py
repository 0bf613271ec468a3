"""The area's blueprint, and its entry in the navigation."""

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from webui.navigation import NavItem

blueprint = Blueprint("campaigns", __name__, url_prefix="/quan-tri/dot-xet")
NAV = (
    NavItem(
        endpoint="campaigns.campaigns",
        label=_l("Campaigns"),
        order=50,
        visible=lambda user: user.can("manage_campaigns") and not user.can("administer_accounts"),
        covers="/quan-tri/",
    ),
)
"""Whoever administers reaches the campaigns from the administration's start page."""
