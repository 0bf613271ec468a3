"""The blueprint that the route modules of this area share."""

from flask import Blueprint

blueprint = Blueprint("definitions", __name__, url_prefix="/quy-trinh")
