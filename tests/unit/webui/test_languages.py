"""Vietnamese first, English by a switch that comes back to where one was, and never leads elsewhere."""

import pytest
from flask.testing import FlaskClient
from hypothesis import given, strategies as st

from tests.support.gallery import gallery_app
from tests.support.web import in_language
from webui.links import safe_path


@pytest.fixture
def client() -> FlaskClient:
    return gallery_app().test_client()


def test_a_new_visitor_reads_vietnamese_whatever_their_browser_prefers(client: FlaskClient) -> None:
    answer = client.get("/gallery", headers={"Accept-Language": "en"})

    assert '<html lang="vi">' in answer.text
    assert "Đến nội dung chính" in answer.text


def test_the_switch_is_remembered_and_comes_back(client: FlaskClient) -> None:
    answer = in_language(client, "en", then="/gallery?page=2")

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/gallery?page=2"
    assert '<html lang="en">' in client.get("/gallery").text
    in_language(client, "vi", then="/gallery")
    assert '<html lang="vi">' in client.get("/gallery").text


def test_a_language_that_there_is_not_is_not_found(client: FlaskClient) -> None:
    assert in_language(client, "fr", then="/gallery").status_code == 404


def test_a_link_or_picture_of_another_site_switches_nothing(client: FlaskClient) -> None:
    assert client.get("/ngon-ngu/en").status_code == 405
    assert client.post("/ngon-ngu/en").status_code == 400
    assert '<html lang="vi">' in client.get("/gallery").text


def test_the_switch_on_the_answer_to_a_form_leads_to_the_page_that_had_the_form(client: FlaskClient) -> None:
    """The address to which a form is sent need not be one that can be opened."""
    answer = client.post("/gallery/save", headers={"Referer": "http://localhost/gallery?page=2"})

    assert 'name="next" value="/gallery?page=2"' in answer.text


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
