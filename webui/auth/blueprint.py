"""The blueprint that the modules of this area add their routes to."""

from flask import Blueprint

blueprint = Blueprint("auth", __name__)
