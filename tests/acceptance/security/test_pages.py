"""What every answer carries, whichever page it is: headers, a policy that is obeyed, cookies that only the server reads."""

import pytest
from flask import Flask

from tests.acceptance.scene import Scene
from tests.acceptance.security.conftest import Opened
from tests.acceptance.security.reading import faults, parsed
from webui.app import create_app
from webui.settings import WebSettings

pytestmark = pytest.mark.xdist_group("scene")  # one installation serves them all

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def test_no_page_has_anything_inline_or_foreign_or_a_form_without_a_token(opened: Opened) -> None:
    wrong = {what: found for what, answer in opened if (page := parsed(answer)) is not None and (found := faults(page))}
    assert wrong == {}


def test_every_answer_carries_the_headers_and_the_policy(opened: Opened) -> None:
    for what, answer in opened:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, what
        assert "unsafe" not in policy, what
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS, what
        if "static" not in what:
            assert answer.headers["Cache-Control"] == "no-store", what
        assert "Server" not in answer.headers or "Werkzeug" in answer.headers["Server"], what


def test_a_nonce_is_used_by_the_page_it_was_made_for_and_never_again(opened: Opened) -> None:
    seen: set[str] = set()
    for what, answer in opened:
        if (page := parsed(answer)) is None:
            continue
        nonces = {one.get("nonce") for one in page.iter("script") if one.get("nonce")}
        assert all(f"'nonce-{nonce}'" in answer.headers["Content-Security-Policy"] for nonce in nonces), what
        assert not nonces & seen, what
        seen |= nonces


def test_what_is_no_page_is_given_out_as_an_attachment(opened: Opened) -> None:
    shown = {
        "static",
        "auditing.diagram_file",
        "auditing.marks",
        "accounts.session_of_now",  # asked by a page's script
        "casework.file_page",  # a picture that was drawn here
        "upkeep.alive",  # one word, the same for all
    }
    for what, answer in opened:
        if answer.mimetype != "text/html" and what.partition(" ")[0] not in shown:
            assert answer.headers.get("Content-Disposition", "").startswith("attachment"), what


@pytest.mark.parametrize("address", ["/khong-co", "/ho-so/khong-phai-id", "/quan-tri/he-thong/", "/dang-xuat"])
def test_an_error_page_carries_the_same_headers(scene: Scene, address: str) -> None:
    client, _token = scene.browser("unit")
    answer = client.get(address)
    assert answer.status_code in (403, 404, 405)
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert faults(parsed(answer)) == []


@pytest.fixture
def secure_app(scene: Scene) -> Flask:
    """As behind a proxy that speaks HTTPS."""
    return create_app(scene.container, WebSettings(secret_key="k" * 40, https=True), testing=True)


def test_cookies_are_for_the_server_alone_and_over_https_only(secure_app: Flask) -> None:
    answer = secure_app.test_client().get("/dang-nhap")
    cookies = answer.headers.getlist("Set-Cookie")
    assert len(cookies) == 1
    parts = {part.strip() for part in cookies[0].split(";")}
    assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/"} <= parts
    assert not any(part.startswith("Domain") for part in parts)
    assert cookies[0].startswith("__Host-"), "a browser takes it from no other host and over nothing but HTTPS"
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_an_answer_that_depends_on_who_asks_says_so(scene: Scene) -> None:
    client, _token = scene.browser("unit")
    assert "Cookie" in client.get("/tai-khoan").headers["Vary"]
