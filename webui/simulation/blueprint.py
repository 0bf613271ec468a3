"""The blueprint that the route modules of this area share."""

from flask import Blueprint

blueprint = Blueprint("simulation", __name__, url_prefix="/quy-trinh")
"""Its pages stand below those of the procedures."""
