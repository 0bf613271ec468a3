"""The area's blueprint, and its entry in the navigation; every page of it is for auditors alone."""

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from webui.guard import current_session
from webui.navigation import NavItem
from workflow.errors import PermissionDenied
from workflow.services.ground.access import NEEDS

blueprint = Blueprint("auditing", __name__, url_prefix="/kiem-toan")
NAV = (NavItem(endpoint="auditing.index", label=_l("Audit"), order=50, visible=lambda user: user.can("audit")),)


@blueprint.before_request
def auditors_only() -> None:
    """Refuse everybody else at the door; which cases an auditor may see is asked of the services."""
    if "audit" not in current_session().permissions:
        raise PermissionDenied(NEEDS["audit"])
