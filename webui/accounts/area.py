"""The area's blueprint, and its entry in the navigation."""

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from webui.navigation import NavItem

blueprint = Blueprint("accounts", __name__)
NAV = (NavItem(endpoint="accounts.own_account", label=_l("My account"), order=10, menu="user"),)
