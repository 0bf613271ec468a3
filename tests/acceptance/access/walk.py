"""Sends a line's request as everybody in turn, and says in one word what came of it."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.acceptance.access.requests import filled, request_of
from tests.acceptance.scene import Scene
from tests.support.web import KEPT
from workflow.ids import new_id

METHODS = ("GET", "POST")
SIGN_IN = "in"
"""Sent to the page for signing in."""


def routes_of(app: Flask) -> list[tuple[str, str]]:
    """(endpoint, method) of every route, by endpoint."""
    return sorted(
        {
            (rule.endpoint, method)
            for rule in app.url_map.iter_rules()
            for method in rule.methods or ()
            if method in METHODS
        }
    )


def address_of(scene: Scene, endpoint: str, method: str) -> str:
    """The address that the line's request goes to."""
    parts = {key: filled(value, scene.ids) for key, value in request_of(endpoint, method).args.items()}
    with scene.app.test_request_context():
        return scene.app.url_for(endpoint, **parts)


def ask(
    scene: Scene,
    client: FlaskClient,
    token: str | None,
    endpoint: str,
    method: str,
    instead: Mapping[str, str] = MappingProxyType({}),
) -> TestResponse:
    """Send the line's request.

    `token` None: without what protects a form from forgery. `instead`: entries in the place of the form's own.
    """
    address = address_of(scene, endpoint, method)
    if method == "GET":
        return client.get(address)
    request, ids = request_of(endpoint, method), {**scene.ids, "command": new_id()}
    form: dict[str, Any] = {"command_id": new_id(), **{key: filled(value, ids) for key, value in request.form.items()}}
    form |= instead
    if token is not None:
        form["csrf_token"] = token
        form |= {
            f"{prefix}-csrf_token": token for prefix in {name.partition("-")[0] for name in request.form if "-" in name}
        }
    return client.post(address, data=form, content_type="multipart/form-data")


def outcome(response: TestResponse) -> str:
    """The status, or `in`."""
    if response.status_code in (302, 303) and response.headers["Location"].partition("?")[0] == "/dang-nhap":
        return SIGN_IN
    return str(response.status_code)


def walked(scene: Scene, endpoint: str, method: str) -> Iterator[tuple[str, TestResponse, bool]]:
    """(who, the answer, whether anything was written) for everybody, each on the untouched scene."""
    for who in scene.browsers:
        scene.set(request_of(endpoint, method).stage)
        client, token = scene.browser(who)
        response = ask(scene, client, token, endpoint, method)
        response.get_data()
        yield who, response, scene.was_written() and not (is_kept(response) and scene.tells_nothing_new())


def is_kept(response: TestResponse) -> bool:
    """Whether what was sent is kept for the person, and shown at an address of its own."""
    return response.request.path.startswith(KEPT)
