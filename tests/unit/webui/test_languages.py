"""Vietnamese first, English by a switch that comes back to where one was, and never leads elsewhere."""

import pytest
from flask.testing import FlaskClient
from hypothesis import given, strategies as st

from tests.support.gallery import gallery_app
from webui.links import safe_path


@pytest.fixture
def client() -> FlaskClient:
    return gallery_app().test_client()


def test_a_new_visitor_reads_vietnamese_whatever_their_browser_prefers(client: FlaskClient) -> None:
    answer = client.get("/gallery", headers={"Accept-Language": "en"})

    assert '<html lang="vi">' in answer.text
    assert "Đến nội dung chính" in answer.text


def test_the_switch_is_remembered_and_comes_back(client: FlaskClient) -> None:
    answer = client.get("/ngon-ngu/en?next=/gallery?page%3D2")

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/gallery?page=2"
    assert '<html lang="en">' in client.get("/gallery").text
    client.get("/ngon-ngu/vi")
    assert '<html lang="vi">' in client.get("/gallery").text


def test_a_language_that_there_is_not_is_not_found(client: FlaskClient) -> None:
    assert client.get("/ngon-ngu/fr").status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "//elsewhere.example",
        "https://elsewhere.example/",
        "/\\elsewhere.example",
        "javascript:alert(1)",
        "",
        None,
        "/a\nb",
        "a",
    ],
)
def test_no_address_leads_to_another_site(address: str | None) -> None:
    assert safe_path(address) == "/"


@given(st.text(max_size=40))
def test_what_is_taken_starts_with_one_slash_and_stays_as_it_is(address: str) -> None:
    result = safe_path(address, default="/start")

    assert result in {address, "/start"}
    assert result.startswith("/")
    assert not result.startswith(("//", "/\\"))
