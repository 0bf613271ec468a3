"""What the application takes from this area: its blueprint with every route, and its entries in the navigation."""

from flask_babel import lazy_gettext as _l

from webui.admin import accounts, calendar, campaign_units, campaigns, organisations, roles, system
from webui.admin.blueprint import blueprint
from webui.navigation import NavItem

__all__ = [
    "NAV",
    "accounts",
    "blueprint",
    "calendar",
    "campaign_units",
    "campaigns",
    "organisations",
    "roles",
    "system",
]

# One entry each: whoever administers reaches the campaigns from the area's start page.
NAV = (
    NavItem(
        endpoint="admin.campaigns",
        label=_l("Campaigns"),
        order=50,
        visible=lambda user: user.can("manage_campaigns") and not user.can("administer_accounts"),
    ),
    NavItem(
        endpoint="admin.index",
        label=_l("Administration"),
        order=70,
        visible=lambda user: user.can("administer_accounts"),
    ),
)
