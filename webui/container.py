"""How routes reach the services: one container a web application, wired in `workflow.bootstrap`."""

from collections.abc import Mapping
from typing import Any, Protocol

from flask import current_app

EXTENSION = "container"


class Container(Protocol):
    """Services as attributes. What each offers stands in `workflow/services`."""

    def __getattr__(self, name: str) -> Any: ...


def container() -> Any:
    """Return the container of the application that serves this request."""
    extensions: Mapping[str, Any] = current_app.extensions
    return extensions[EXTENSION]
