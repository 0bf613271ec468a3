"""The area's blueprint, and its entry in the navigation."""

from typing import Any

from flask import Blueprint, Flask
from flask_babel import lazy_gettext as _l

from webui.container import container
from webui.navigation import NavItem

blueprint = Blueprint("sittings", __name__, url_prefix="/phien-hop")


def _takes_part(user: Any) -> bool:
    return bool(container().sittings.takes_part(user.actor))


NAV = (NavItem(endpoint="sittings.index", label=_l("Sittings"), order=15, visible=_takes_part),)


def init_app(app: Flask) -> None:
    """Offer `in_sitting` to every template: whether tasks of a procedure's node lie in sittings."""
    app.jinja_env.globals["in_sitting"] = lambda key, node_id: container().sittings.holds(key, node_id)
