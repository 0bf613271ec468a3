"""The blueprints that the modules of this area add their routes to."""

from flask import Blueprint

blueprint = Blueprint("cases", __name__)
incidents = Blueprint("incidents", __name__, url_prefix="/su-co")
