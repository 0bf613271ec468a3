"""Headers, cookies and the settings that a web application cannot start without."""

from types import SimpleNamespace

import pytest

from tests.support.gallery import gallery_app
from webui.app import create_app
from webui.security import A_YEAR
from webui.settings import WebSettings
from workflow.errors import ConfigurationError

KEY = "k" * 32


def test_each_answer_has_its_own_nonce_in_the_policy_and_in_the_page() -> None:
    client = gallery_app().test_client()

    first, second = client.get("/gallery"), client.get("/gallery")

    nonces = [answer.headers["Content-Security-Policy"].split("'nonce-")[1].split("'")[0] for answer in (first, second)]
    assert nonces[0] != nonces[1]
    assert f'nonce="{nonces[0]}"' in first.text


def test_nothing_inline_or_foreign_is_permitted() -> None:
    policy = gallery_app().test_client().get("/gallery").headers["Content-Security-Policy"]

    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["style-src"] == rules["font-src"] == rules["connect-src"] == rules["form-action"] == "'self'"
    assert "unsafe" not in policy
    assert "http" not in policy


def test_pages_are_not_kept_by_caches_and_files_with_a_fingerprint_are() -> None:
    client = gallery_app().test_client()

    assert client.get("/gallery").headers["Cache-Control"] == "no-store"
    assert "immutable" in client.get("/static/dist/app.js?v=1").headers["Cache-Control"]
    assert "immutable" not in client.get("/static/dist/app.js").headers["Cache-Control"]


@pytest.mark.parametrize("https", [True, False])
def test_cookies_are_marked_secure_where_people_come_over_https(https: bool) -> None:
    app = create_app(SimpleNamespace(), WebSettings(secret_key=KEY, https=https), testing=True)

    answer = app.test_client().get("/khong-co")

    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert ("Secure" in cookie) is https
    assert answer.headers.get("Strict-Transport-Security") == (f"max-age={A_YEAR}" if https else None)


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="32 characters"):
        WebSettings(secret_key="short")


def test_without_settings_nothing_starts_but_a_test() -> None:
    with pytest.raises(ConfigurationError, match="no settings"):
        create_app(SimpleNamespace())


def test_a_key_never_shows_in_a_log() -> None:
    assert KEY not in repr(WebSettings(secret_key=KEY))
