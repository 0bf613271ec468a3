"""An error is a page in the person's language that says what happened and what to do next."""

import io
from typing import Any

import pytest
from flask import render_template, session
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from tests.acceptance.scene import Scene
from tests.acceptance.security.reading import document, said, sign_in
from tests.support.web import in_language
from workflow.ids import new_id

pytestmark = pytest.mark.xdist_group("scene")  # one installation serves them all


def bad_request(scene: Scene, client: FlaskClient, _token: str) -> TestResponse:
    return client.post(f"/ho-so/{scene.ids['case']}/y-kien", data={"text": "x"})


def forbidden(_scene: Scene, client: FlaskClient, _token: str) -> TestResponse:
    return client.get("/quan-tri/")


def missing(_scene: Scene, client: FlaskClient, _token: str) -> TestResponse:
    return client.get("/khong-co-trang-nay")


def wrong_method(_scene: Scene, client: FlaskClient, _token: str) -> TestResponse:
    return client.get("/dang-xuat")


def refused_step(scene: Scene, client: FlaskClient, token: str) -> TestResponse:
    data = {"csrf_token": token, "command_id": new_id()}
    return client.post(f"/nhiem-vu/{scene.ids['task']}/nhan", data=data)


def too_large(scene: Scene, client: FlaskClient, token: str) -> TestResponse:
    data = {"csrf_token": token, "reason": "a" * (5 * 1024 * 1024)}
    return client.post(f"/nhiem-vu/{scene.ids['task']}", data=data)


def unprocessable(scene: Scene, client: FlaskClient, token: str) -> TestResponse:
    data = {"csrf_token": token, "command_id": new_id(), "text": ""}
    return client.post(f"/ho-so/{scene.ids['case']}/y-kien", data=data)


def too_often(_scene: Scene, client: FlaskClient, token: str) -> TestResponse:
    client.post("/dang-xuat", data={"csrf_token": token})
    answers = [sign_in(client, "donvi.minhhoa", "sai") for _ in range(7)]
    return answers[-1]


def failed(scene: Scene, client: FlaskClient, _token: str) -> TestResponse:
    scene.app.config["PROPAGATE_EXCEPTIONS"] = False
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(scene.container.inbox), "page", lambda *_: 1 / 0)
        return client.get("/nhiem-vu")


CAUSES = {
    400: bad_request,
    403: forbidden,
    404: missing,
    405: wrong_method,
    409: refused_step,
    413: too_large,
    422: unprocessable,
    429: too_often,
    500: failed,
}


@pytest.mark.parametrize("status", CAUSES)
def test_each_error_has_a_page_in_both_languages_that_says_what_to_do(scene: Scene, status: int) -> None:
    found = {}
    for language in ("vi", "en"):
        scene.set("working")
        client, token = scene.browser("unit")
        in_language(client, language)
        answer = CAUSES[status](scene, client, token)
        assert answer.status_code == status
        assert answer.mimetype == "text/html"
        page = document(answer)
        assert page.get("lang") == language
        assert page.xpath("string(//h1)").strip()
        assert page.xpath("//main//a[@href] | //main//form | //main//button"), "nothing to do next"
        found[language] = said(answer)
        assert len(found[language]) > 60
    assert found["vi"] != found["en"]


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 410, 413, 422, 429, 500])
def test_every_error_page_itself_says_what_to_do_in_both_languages(scene: Scene, status: int) -> None:
    texts = []
    for language in ("vi", "en"):
        with scene.app.test_request_context("/"):
            session["language"] = language
            page: Any = html.document_fromstring(
                render_template(f"errors/{status}.html", message=None, reference="abc")
            )
        texts.append((page.xpath("string(//h1)"), " ".join(page.xpath("string(//main//p[1])").split())))
    assert all(heading and len(advice) > 20 for heading, advice in texts)
    assert texts[0] != texts[1]


def test_a_program_gets_the_same_as_data(scene: Scene) -> None:
    client, _token = scene.browser("unit")
    answer = client.get("/khong-co", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert answer.get_json()["error"]


def test_a_failed_upload_keeps_the_page_it_came_from(scene: Scene) -> None:
    client, token = scene.browser("board")
    data = {"csrf_token": token, "command_id": new_id(), "file": (io.BytesIO(b"x"), "x.exe")}
    address = f"/nhiem-vu/{scene.ids['task']}/tieu-chi/I.1/minh-chung"
    answer = client.post(address, data=data, content_type="multipart/form-data")
    page = document(answer)
    assert page.xpath('//*[contains(@class, "error-summary")]')
    assert any((form.action or "").endswith("minh-chung") for form in page.forms)
