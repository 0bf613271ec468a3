"""The blueprint that the route modules of this area share."""

from flask import Blueprint

blueprint = Blueprint("admin", __name__, url_prefix="/quan-tri")
