"""How pages reach the services: one container an application, wired in `workflow.bootstrap`."""

from flask import current_app

from workflow.bootstrap import Container

EXTENSION = "container"


def container() -> Container:
    """Return the services of the application that serves this request."""
    found: Container = current_app.extensions[EXTENSION]
    return found
