"""What the application takes from this area: its blueprint with every route, and its entry in the navigation."""

from flask_babel import lazy_gettext as _l

from webui.definitions import drafting, publishing, reading
from webui.definitions.blueprint import blueprint
from webui.navigation import NavItem

__all__ = ["NAV", "blueprint", "drafting", "publishing", "reading"]

NAV = (
    NavItem(
        endpoint="definitions.index",
        label=_l("Procedures"),
        order=60,
        visible=lambda user: user.can("read_definitions"),
    ),
)
