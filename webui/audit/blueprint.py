"""The blueprint that the route modules of this area share; every page of it is for auditors alone."""

from flask import Blueprint

from webui.auth.guard import current_session
from workflow.errors import PermissionDenied
from workflow.services.ground.access import NEEDS

blueprint = Blueprint("audit", __name__, url_prefix="/kiem-toan")


@blueprint.before_request
def auditors_only() -> None:
    """Refuse everybody else at the door; which cases an auditor may see is asked of the services."""
    if "audit" not in current_session().permissions:
        raise PermissionDenied(NEEDS["audit"])
