"""The application factory: extensions, security, languages, errors, then one blueprint an area."""

import secrets
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from webui import (
    administration,
    bodies,
    compression,
    container as services,
    errors,
    examples,
    format,
    forms,
    guard,
    i18n,
    kept_forms,
    links,
    navigation,
    security,
    words,
)
from webui.drawing import environment, remembered
from webui.settings import WebSettings
from workflow.bootstrap import Container
from workflow.errors import N_, ConfigurationError

AREAS = (
    "accounts",
    "home",
    "casework",
    "sittings",
    "notifications",
    "auditing",
    "procedures",
    "moving",
    "trials",
    "campaigns",
    "places",
    "upkeep",
    "guides",
)
"""Packages of `webui`. Each has a module `area` with its `blueprint` and, where it has entries in the navigation, `NAV`; each other
module of it adds its routes to the blueprint and may offer `init_app`."""


def create_app(container: Container, settings: WebSettings | None = None, *, testing: bool = False) -> Flask:
    """Return the WSGI application on these services. A test may go without settings.

    Raises ConfigurationError where they are missing and this is no test.
    """
    if settings is None and not testing:
        raise ConfigurationError(N_("The web application has no settings."))
    settings = settings or WebSettings(secret_key=secrets.token_hex(32))
    app = links.Application(__name__)
    app.config.update(_configuration(settings), TESTING=testing)
    app.extensions[services.EXTENSION] = container
    environment.init_app(app)
    bodies.init_app(app)  # first: it bounds the form, which the others and the check against forgery read
    services.init_app(app)
    compression.init_app(app)
    security.init_app(app)
    CSRFProtect(app)
    remembered.init_app(app)  # after it: its token is one that knows of pieces
    for part in (i18n, errors, format, forms, links, navigation, words, guard, kept_forms):
        part.init_app(app)
    for area in AREAS:
        _add_area(app, area)
    administration.init_app(app)
    if settings.examples:
        examples.init_app(app)
    return app


def _configuration(settings: WebSettings) -> dict[str, Any]:
    return {
        "SECRET_KEY": settings.secret_key,
        # The prefix lets a browser take it from this host alone, over HTTPS alone.
        "SESSION_COOKIE_NAME": "__Host-congnhan" if settings.https else "congnhan",
        "SESSION_COOKIE_PATH": "/",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.https,
        "PREFERRED_URL_SCHEME": "https" if settings.https else "http",
        "MAX_CONTENT_LENGTH": settings.max_upload_bytes,
        "WTF_CSRF_TIME_LIMIT": None,  # the form is valid as long as the session: people work on one for hours
        "HTTPS": settings.https,
        "DEMONSTRATION": settings.demonstration,
    }


def _add_area(app: Flask, name: str) -> None:
    for module in _modules(name):
        if hasattr(module, "init_app"):
            module.init_app(app)
    area = import_module(f"webui.{name}.area")
    app.register_blueprint(area.blueprint)
    navigation.add(app, getattr(area, "NAV", ()))


def _modules(area: str) -> Iterator[ModuleType]:
    """Every module of the area; that they are imported adds their routes to its blueprint."""
    package = import_module(f"webui.{area}")
    for found in iter_modules(package.__path__):
        yield import_module(f"{package.__name__}.{found.name}")
