"""The area's blueprint, and who may come in. It is reached from the procedures' pages."""

from flask import Blueprint

from webui.guard import needs

blueprint = Blueprint("moving", __name__, url_prefix="/chuyen-ho-so")
PERMISSION = "administer_definitions"


@blueprint.before_request
def _administrators_only() -> None:
    needs(PERMISSION)
