"""The blueprint that the route modules of this area share, and who may come in."""

from flask import Blueprint

from webui.auth.guard import needs

blueprint = Blueprint("migrations", __name__, url_prefix="/chuyen-ho-so")
PERMISSION = "administer_definitions"


@blueprint.before_request
def _administrators_only() -> None:
    needs(PERMISSION)
