"""The area's blueprint. Its pages are reached from a version's page and stand below those of the procedures."""

from flask import Blueprint

blueprint = Blueprint("trials", __name__, url_prefix="/quy-trinh")
