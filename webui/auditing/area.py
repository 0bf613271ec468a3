"""The area's blueprint, and its entry in the navigation; every page of it is for auditors, and some for inspection teams."""

from flask import Blueprint, request
from flask_babel import lazy_gettext as _l

from webui.guard import current_session
from webui.navigation import NavItem
from workflow.errors import PermissionDenied
from workflow.services.ground.access import NEEDS

blueprint = Blueprint("auditing", __name__, url_prefix="/kiem-toan")
NAV = (
    NavItem(
        endpoint="auditing.index",
        label=_l("Audit"),
        order=50,
        visible=lambda user: user.can("audit") or user.can("inspect"),
    ),
)


INSPECTED = frozenset(
    f"auditing.{name}"
    for name in (
        *("index", "events", "export_cases", "export_events"),
        *("case", "diagram", "diagram_file", "marks", "moment", "comparison", "bundle", "download_bundle", "verifier"),
        *("questions", "question", "export_question", "samples", "sample"),
    )
)
"""The pages of an inspection team: those that its scope bounds."""


def may_open(endpoint: str) -> bool:
    """Whether the signed-in person may open that page of the area."""
    held = current_session().permissions
    return "audit" in held or ("inspect" in held and endpoint in INSPECTED)


@blueprint.before_request
def auditors_only() -> None:
    """Refuse everybody else at the door; which cases somebody may see is asked of the services."""
    if not may_open(request.endpoint or ""):
        raise PermissionDenied(NEEDS["audit"])
