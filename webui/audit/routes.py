"""What the application takes from this area: its blueprint with every route, and its entry in the navigation."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from webui.audit import bundle, case, diagram, moment, search, stories, verification, words
from webui.audit.blueprint import blueprint
from webui.navigation import NavItem

__all__ = ["NAV", "blueprint", "bundle", "case", "diagram", "init_app", "moment", "search", "verification"]

NAV = (NavItem(endpoint="audit.index", label=_l("Audit"), order=50, visible=lambda user: user.can("audit")),)


def init_app(app: Flask) -> None:
    """Offer the words of events to templates."""
    words.init_app(app)
    stories.init_app(app)
