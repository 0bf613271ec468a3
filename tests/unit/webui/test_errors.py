"""Errors become pages that say what happened and what to do, in the language of the session."""

import logging
import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale

from tests.support.gallery import gallery_app
from tests.support.web import in_language
from webui.errors import message_of, status_of, translated
from workflow.errors import N_, Conflict, DefinitionRejected, InvalidInput, NotFound, WorkflowError


class LocalConflict(Conflict):
    """A conflict of a kind that the web does not know by name."""


@pytest.fixture
def app() -> Flask:
    app = gallery_app()
    app.config["WTF_CSRF_ENABLED"] = True
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFound(), 404),
        (InvalidInput(), 422),
        (LocalConflict(), 409),
        (DefinitionRejected(()), 422),
        (WorkflowError(), 500),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_an_error_has_the_status_of_its_nearest_known_class(error: WorkflowError, status: int) -> None:
    assert status_of(error) == status


def test_the_message_is_translated_before_values_go_in(app: Flask) -> None:
    with app.test_request_context():
        assert message_of(DefinitionRejected(("a", "b"))) == "Quy trình có 2 lỗi nên chưa thể ban hành."


def test_a_percent_sign_in_a_message_without_values_stays(app: Flask) -> None:
    with app.test_request_context():
        assert message_of(InvalidInput(N_("100% of what?"))) == "100% of what?"


def test_a_refusal_is_a_page_with_its_reason(client: FlaskClient) -> None:
    answer = client.get("/gallery/error/refused")

    assert answer.status_code == 403
    assert "Vai trò của bạn không cho phép việc này ở đây." in answer.text


def test_an_unforeseen_fault_shows_the_reference_that_is_logged(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    client.application.config["PROPAGATE_EXCEPTIONS"] = False
    with caplog.at_level(logging.ERROR, logger="webui.errors"):
        answer = client.get("/gallery/error/crash")

    reference = re.search(r"<strong>([0-9a-f-]{36})</strong>", answer.text)
    assert answer.status_code == 500
    assert reference is not None
    assert reference[1] in caplog.text
    assert "nobody foresaw" not in answer.text


def test_a_program_that_asks_for_json_gets_json(client: FlaskClient) -> None:
    answer = client.get("/gallery/error/conflict", headers={"Accept": "application/json"})

    assert answer.status_code == 409
    assert answer.is_json
    assert answer.json == {
        "error": "Người khác vừa thay đổi nội dung này. Hãy tải lại trang rồi thử lại.",
        "reference": None,
    }


def test_a_form_without_its_token_changes_nothing(client: FlaskClient) -> None:
    answer = client.post("/gallery/save", data={"xml": "<forged/>"})

    assert answer.status_code == 400
    assert client.application.extensions["diagram"] != "<forged/>"


def test_an_address_that_wants_another_method_says_which(client: FlaskClient) -> None:
    answer = client.get("/gallery/save")

    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 410, 413, 422, 429])
def test_every_status_has_a_page_in_both_languages(client: FlaskClient, status: int) -> None:
    vietnamese = client.get(f"/gallery/error/{status}")
    in_language(client, "en", then="/gallery")
    english = client.get(f"/gallery/error/{status}")

    assert vietnamese.status_code == english.status_code == status
    assert re.search(r"<h1>(.+)</h1>", vietnamese.text) != re.search(r"<h1>(.+)</h1>", english.text)
    assert "Về trang đầu" in vietnamese.text
    assert "Go to the start page" in english.text


def test_a_status_without_a_page_of_its_own_keeps_its_status(client: FlaskClient) -> None:
    assert client.get("/gallery/error/418").status_code == 418


@pytest.mark.parametrize(
    ("referrer", "link"),
    [
        ("http://localhost/gallery?page=2", '<a href="/gallery?page=2">'),
        ("http://elsewhere.example/gallery", None),
        ("http://localhost//elsewhere.example", None),
        (None, None),
    ],
)
def test_what_is_too_large_says_so_and_leads_back_into_this_site(
    client: FlaskClient, referrer: str | None, link: str | None
) -> None:
    page = client.get("/gallery/error/413", headers={"Referer": referrer} if referrer else {}).text
    assert "Chưa lưu gì" in page
    assert ("Quay lại trang trước đó" in page) == (link is not None)
    assert link is None or link in page


def test_a_day_in_a_message_is_written_as_days_are() -> None:
    period = {"valid_from": date(2023, 4, 2), "valid_to": date(2023, 4, 1)}

    with gallery_app().test_request_context(), force_locale("vi"):
        said = translated("The last day (%(valid_to)s) is before the first day (%(valid_from)s).", period)

    assert said == "Ngày cuối (01/04/2023) sớm hơn ngày đầu (02/04/2023)."
