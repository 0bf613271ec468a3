"""What the application takes from this area."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from webui.auth import account, guard, sign_in
from webui.auth.blueprint import blueprint
from webui.navigation import NavItem

__all__ = ["NAV", "account", "blueprint", "init_app", "sign_in"]

NAV = (NavItem(endpoint="auth.account", label=_l("My account"), order=10, menu="user"),)


def init_app(app: Flask) -> None:
    """Put the guard before every page."""
    guard.init_app(app)
