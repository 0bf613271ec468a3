"""The area's blueprint. Its pages are reached from the administration's start page."""

from flask import Blueprint

blueprint = Blueprint("places", __name__, url_prefix="/quan-tri")
