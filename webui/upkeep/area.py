"""The area's blueprint. Its pages are reached from the state of the installation; two addresses need no sign-in."""

from flask import Blueprint

blueprint = Blueprint("upkeep", __name__)
