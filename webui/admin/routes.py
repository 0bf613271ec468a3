"""What the application takes from this area: its blueprint with every route, and its entries in the navigation."""

from flask_babel import lazy_gettext as _l

from webui.admin import campaign_units, campaigns
from webui.admin.blueprint import blueprint
from webui.navigation import NavItem

__all__ = ["NAV", "blueprint", "campaign_units", "campaigns"]

NAV = (
    NavItem(
        endpoint="admin.campaigns", label=_l("Campaigns"), order=50, visible=lambda user: user.can("manage_campaigns")
    ),
)
