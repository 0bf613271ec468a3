"""Every page there is, opened by somebody who may, what must hold of its HTML, and how one signs in."""

from collections.abc import Iterator
from typing import Any

from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from tests.acceptance.access.requests import request_of
from tests.acceptance.access.table import lines
from tests.acceptance.access.walk import ask
from tests.acceptance.scene import PASSWORD, Scene

LINES = tuple(line for line in lines() if line.method == "GET")


def readers(answers: Any, status: str = "200") -> list[str]:
    """Who gets that answer."""
    return [who for who, answer in answers.items() if answer == status]


def pages(scene: Scene) -> Iterator[tuple[str, TestResponse]]:
    """(what and who, the answer) of every GET route as the first and the last of those who may see it; they may differ."""
    for line in LINES:
        able = readers(line.answers)
        for who in dict.fromkeys([*able[:1], *able[-1:]]):
            scene.set(request_of(line.endpoint, "GET").stage)
            client, token = scene.browser(who)
            yield f"{line.endpoint} as {who}", ask(scene, client, token, line.endpoint, "GET")


def parsed(response: TestResponse) -> Any:
    """The page's document, or None for a file."""
    return document(response) if response.mimetype == "text/html" else None


def document(response: TestResponse) -> Any:
    """The document of what is a page."""
    return html.document_fromstring(response.get_data(as_text=True))


def said(response: TestResponse) -> str:
    """What the main part of the page says."""
    return " ".join(document(response).xpath("string(//main)").split())


def has_failed(endpoint: str, status: int) -> bool:
    """Whether the answer is a failure of ours: without a worker, that it is not ready is the honest answer of who is asked just that."""
    return status >= 500 and (endpoint, status) != ("upkeep.ready", 503)


def sign_in(client: FlaskClient, login: str, password: str = PASSWORD, then: str = "") -> TestResponse:
    """Send the form as its page does."""
    token = document(client.get("/dang-nhap")).xpath('//input[@name="csrf_token"]/@value')[0]
    return client.post("/dang-nhap", data={"csrf_token": token, "login": login, "password": password, "then": then})


def faults(page: Any) -> list[str]:
    """What a strict policy would block, or an attacker would use."""
    found = [f"inline style element at line {one.sourceline}" for one in page.iter("style")]
    for element in page.iter():
        for name, value in element.attrib.items():
            if name == "style" or name.startswith(("on", "hx-on")):
                found.append(f"{element.tag} has {name}")
            if name in ("href", "src", "action", "formaction", "data") and not _is_local(value):
                found.append(f"{element.tag} leads to {value[:60]}")
    found += [
        f"script at line {one.sourceline} has neither address nor nonce"
        for one in page.iter("script")
        if not one.get("src") and not one.get("nonce") and one.get("type") != "application/json"
    ]
    for form in page.forms:
        method = (form.get("method") or "get").lower()
        if method == "post" and not form.xpath('.//input[contains(@name, "csrf_token")]'):
            found.append(f"form to {form.action} has no token")
    return found


def _is_local(address: str) -> bool:
    return (address.startswith(("/", "#", "?", "data:image/", ".")) and not address.startswith("//")) or address == ""
