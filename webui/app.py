"""The application factory: extensions, security, languages, errors, then one blueprint a task area."""

import logging
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined

from webui import assets, commands, errors, format, forms, i18n, links, navigation, security, words
from webui.container import EXTENSION
from webui.settings import WebSettings, settings_of

# A task area is a package whose `routes` module offers `blueprint`, and may offer `NAV` (a tuple of NavItem) and `init_app`.
AREAS = ("auth", "inbox", "cases", "audit", "definitions", "migrations", "simulation", "reports", "admin", "api")

log = logging.getLogger(__name__)


def create_app(container: Any, *, testing: bool = False) -> Flask:
    """Return the WSGI application on `container`, an object whose attributes are services.

    Raises ConfigurationError where the container's `web` settings are missing and this is no test.
    """
    settings = settings_of(container, testing=testing)
    app = Flask(__name__)
    app.config.update(_configuration(settings), TESTING=testing)
    app.extensions[EXTENSION] = container
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    security.init_app(app)  # first: it bounds the form, which the check against forgery reads
    CSRFProtect(app)
    for part in (i18n, errors, format, forms, links, assets, navigation, words, commands):
        part.init_app(app)
    for area in AREAS:
        _add_area(app, area)
    return app


def _configuration(settings: WebSettings) -> dict[str, Any]:
    return {
        "SECRET_KEY": settings.secret_key,
        "SESSION_COOKIE_NAME": "congnhan",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.https,
        "PREFERRED_URL_SCHEME": "https" if settings.https else "http",
        "MAX_CONTENT_LENGTH": settings.max_upload_bytes,
        # A diagram is sent as a form field; Flask's own bound of 500 kB is too small for a large one.
        "MAX_FORM_MEMORY_SIZE": 4 * 1024 * 1024,
        "MAX_FORM_PARTS": 2000,
        "WTF_CSRF_TIME_LIMIT": None,  # the form is valid as long as the session: people work on one for hours
        "HTTPS": settings.https,
        "DEMONSTRATION": settings.demonstration,
    }


def _add_area(app: Flask, area: str) -> None:
    name = f"webui.{area}"
    if find_spec(name) is None or find_spec(f"{name}.routes") is None:
        return
    routes = import_module(f"{name}.routes")
    if hasattr(routes, "init_app"):
        routes.init_app(app)
    app.register_blueprint(routes.blueprint)
    navigation.add(app, getattr(routes, "NAV", ()))
