"""What the application takes from this area: its blueprint with every route, and its entries in the navigation."""

from flask_babel import lazy_gettext as _l

from webui.cases import (
    case_page,
    criteria,
    evidence,
    hand_over,
    lifecycle,
    listing,
    messages,
    operating,
    submit,
    task_page,
)
from webui.cases.blueprint import blueprint, incidents
from webui.navigation import NavItem

__all__ = [
    "NAV",
    "blueprint",
    "case_page",
    "criteria",
    "evidence",
    "hand_over",
    "lifecycle",
    "listing",
    "messages",
    "operating",
    "submit",
    "task_page",
]

NAV = (
    NavItem(endpoint="cases.index", label=_l("Cases"), order=20, visible=lambda user: user.can("read_case")),
    NavItem(
        endpoint="cases.incidents.index", label=_l("Incidents"), order=30, visible=lambda user: user.can("operate")
    ),
)
blueprint.register_blueprint(incidents)
