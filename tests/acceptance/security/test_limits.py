"""Whatever is sent, the answer is a page that says what is wrong: nothing fails, nothing is read that should not be."""

import io
import json
import logging

import pytest
from werkzeug.test import TestResponse

from tests.acceptance.access.requests import REQUESTS, request_of
from tests.acceptance.access.table import Line, lines
from tests.acceptance.access.walk import address_of, ask
from tests.acceptance.scene import Scene
from tests.acceptance.security.reading import has_failed, readers
from webui.bodies import STRANGERS, BodyBounds
from workflow.ids import new_id
from workflow.services.casework.comments import AddComment

pytestmark = pytest.mark.xdist_group("scene")  # one installation serves them all

TABLE = lines()
GETS = [line for line in TABLE if line.method == "GET" and line.endpoint != "static"]
POSTS = [line for line in TABLE if line.method == "POST"]
ODD = ("-1", "99999999999999999999999", "²", "1x", "NaN", "'; DROP TABLE users; --", "a" * 5000, "2023-02-30")
PARAMETERS = (
    "page",
    "year",
    "text",
    "procedure",
    "stage",
    "status",
    "state",
    "unit",
    "due",
    "tab",
    "sort",
    "type",
    "actor",
    "since",
    "until",
    "on",
    "at",
    "date",
    "time",
    "case",
    "criterion",
    "role",
    "kind",
    "territory",
    "managing_level",
    "path",
    "old",
    "new",
    "next",
)


def _able(line: Line) -> str:
    return next((who for status in ("200", "303", "204") for who in readers(line.answers, status)), "board")


@pytest.mark.parametrize("line", GETS, ids=lambda line: line.endpoint)
def test_odd_parameters_in_an_address_break_no_page(scene: Scene, line: Line, caplog: pytest.LogCaptureFixture) -> None:
    request = request_of(line.endpoint, "GET")
    scene.set(request.stage)
    client, _token = scene.browser(_able(line))
    address = address_of(scene, line.endpoint, "GET").partition("?")[0]
    for odd in ODD:
        answer = client.get(address, query_string=dict.fromkeys(PARAMETERS, odd))
        assert not has_failed(line.endpoint, answer.status_code), f"{odd!r}: {caplog.text[-2000:]}"


@pytest.mark.parametrize("line", POSTS, ids=lambda line: line.endpoint)
def test_odd_entries_break_no_form(scene: Scene, line: Line, caplog: pytest.LogCaptureFixture) -> None:
    request = REQUESTS.get((line.endpoint, "POST")) or request_of(line.endpoint, "POST")
    able = _able(line)
    names = {"command_id", "revision", *(name for name, value in request.form.items() if isinstance(value, str))}
    for odd in ODD:
        scene.set(request.stage)
        client, token = scene.browser(able)
        entries = {name: odd for name in names if not name.endswith("csrf_token")}
        answer = ask(scene, client, token, line.endpoint, "POST", entries)
        assert answer.status_code < 500, f"{odd!r}: {caplog.text[-2000:]}"


def test_a_character_that_no_database_takes_gets_no_further(scene: Scene) -> None:
    client, token = scene.browser("board")
    assert client.get("/ho-so", query_string={"text": "a\x00b"}).status_code == 200
    assert client.get("/quan-tri/to-chuc/a%00b/").status_code == 400
    data = {"csrf_token": token, "command_id": new_id(), "text": "a\x00b"}
    assert client.post(f"/ho-so/{scene.ids['case']}/y-kien", data=data).status_code == 400
    assert scene.changed_nothing()


def test_signs_that_are_no_characters_are_marked_where_they_stood_and_a_nul_is_refused_with_a_sentence(
    scene: Scene,
) -> None:
    client, token = scene.browser("board")
    address = f"/ho-so/{scene.ids['case']}/y-kien"
    data = {"csrf_token": token, "command_id": new_id(), "text": "Từ\ufffe bản\U0001ffff PDF"}
    assert client.post(address, data=data).status_code == 303
    with scene.container.units.reading() as uow:
        assert uow.comments.of_case(scene.ids["case"])[-1].text == "Từ\ufffd bản\ufffd PDF"
    refused = client.post(address, data={**data, "command_id": new_id(), "text": "a\x00b"})
    assert "a sign that cannot be kept" in refused.get_data(as_text=True)


@pytest.mark.parametrize("line", POSTS, ids=lambda line: line.endpoint)
def test_an_empty_form_breaks_nothing(scene: Scene, line: Line) -> None:
    scene.set(request_of(line.endpoint, "POST").stage)
    client, token = scene.browser(_able(line))
    request = request_of(line.endpoint, "POST")
    empty = dict.fromkeys(["command_id", *request.form], "")
    answer = ask(scene, client, token, line.endpoint, "POST", empty)
    assert answer.status_code < 500


@pytest.mark.parametrize(
    "address",
    [
        "/static/../../workflow/cli/main.py",
        "/static/%2e%2e/%2e%2e/workflow/bootstrap.py",
        "/static/..%2f..%2fpyproject.toml",
        "/static//etc/passwd",
        "/minh-chung/..%2f..%2fetc%2fpasswd",
        "/minh-chung/00000000-0000-0000-0000-000000000000",
        "/ho-so/00000000-0000-0000-0000-000000000000",
        "/nhiem-vu/00000000-0000-0000-0000-000000000000",
        "/quy-trinh/{draft}/tep/../../../keys/web.key",
        "/quy-trinh/{draft}/tep/%2e%2e/%2e%2e/keys/vault.key",
        "/quy-trinh/{draft}/tep//etc/passwd",
        "/quy-trinh/{draft}/sua/../../x.toml",
        "/quy-trinh/{draft}/bo-tieu-chi/..%2f..",
        "/quan-tri/to-chuc/..%2f../",
        "/quan-tri/lich/ngay/..%2f/bo",
        "/quan-tri/lich/ngay/0000-00-00/bo",
        "/ngon-ngu/..%2fvi",
    ],
)
def test_a_path_leads_nowhere_but_where_it_should(scene: Scene, address: str) -> None:
    client, _token = scene.browser("admin")
    answer = client.get(address.format(draft=scene.ids["draft"]), follow_redirects=True)
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "path", ["../x.md", "/etc/x.md", "a/../../x.md", "a\\..\\x.md", ".hidden", "x\x00.md", "a" * 300 + ".md", "tệp.md"]
)
def test_a_file_of_a_package_has_a_plain_name(scene: Scene, path: str) -> None:
    client, token = scene.browser("admin")
    data = {
        "csrf_token": token,
        "command_id": new_id(),
        "revision": "1",
        "path": path,
        "file": (io.BytesIO(b"x"), "x.md"),
    }
    answer = client.post(f"/quy-trinh/{scene.ids['draft']}/them-tep", data=data, content_type="multipart/form-data")
    assert answer.status_code in (400, 422)
    assert scene.changed_nothing()


def test_a_form_with_too_much_in_it_is_refused_by_its_size(scene: Scene) -> None:
    client, token = scene.browser("board")
    address = f"/nhiem-vu/{scene.ids['task']}"
    too_long = client.post(address, data={"csrf_token": token, "reason": "a" * (5 * 1024 * 1024)})
    assert too_long.status_code == 413
    too_many = client.post(
        address, data={"csrf_token": token} | {f"x{n}": "1" for n in range(3000)}, content_type="multipart/form-data"
    )
    assert too_many.status_code == 413
    whole = client.post(
        address, data=b"a=" + b"a" * (33 * 1024 * 1024), content_type="application/x-www-form-urlencoded"
    )
    assert whole.status_code == 413


def test_a_refusal_for_its_size_says_what_was_too_large(scene: Scene) -> None:
    client, token = scene.browser("board")
    task, page = f"/nhiem-vu/{scene.ids['task']}", "text/html"
    evidence = {"csrf_token": token, "file": (io.BytesIO(b"%PDF-" + b"0" * 23_000_000), "thu.pdf")}
    for data, kind, said in (
        ({"csrf_token": token, "reason": "a" * (5 * 1024 * 1024)}, "application/x-www-form-urlencoded", "4096 kB"),
        ({f"x{n}": "1" for n in range(2100)}, "application/x-www-form-urlencoded", "2000 fields"),
        ({f"x{n}": "1" for n in range(2100)}, "multipart/form-data", "2000 fields"),
        (evidence, "multipart/form-data", "20 MB"),
    ):
        path = f"{task}/tieu-chi/I.1/minh-chung" if data is evidence else task
        answer = client.post(path, data=data, content_type=kind, headers={"Accept": page, "X-CSRFToken": token})
        assert answer.status_code == 413
        assert said in answer.get_data(as_text=True)
        assert ("file" in answer.get_data(as_text=True).partition("<main")[2]) == (data is evidence)


@pytest.mark.parametrize("line", POSTS, ids=lambda line: line.endpoint)
def test_a_stranger_may_send_what_a_few_fields_need(scene: Scene, line: Line) -> None:
    address = address_of(scene, line.endpoint, "POST")
    bounds = BodyBounds(scene.app)
    for cookies in ("", "congnhan=", "congnhan=x.y.z", "congnhan=" + scene.browsers["anonymous"][0], "\xff=;"):
        assert bounds("POST", address, cookies) == STRANGERS
    answer = scene.app.test_client().post(address, data={"login": "a" * STRANGERS})
    assert answer.status_code == 413


def test_a_route_takes_what_it_says_of_who_is_signed_in(scene: Scene) -> None:
    bounds, cookie = BodyBounds(scene.app), f"a=b; congnhan={scene.browsers['board'][0]}; c=d"
    task = f"/nhiem-vu/{scene.ids['task']}"
    assert bounds("POST", f"{task}/tieu-chi/I.1/minh-chung", cookie) == 21 * 1024 * 1024
    assert bounds("POST", task, cookie) == 4 * 1024 * 1024
    assert bounds("PUT", task, cookie) == bounds("POST", "/khong-co", cookie) == STRANGERS


def test_comments_are_bounded_a_minute_and_what_was_typed_stays(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    # What is counted here is forgotten afterwards: other tests comment as the same person within the minute.
    monkeypatch.setattr(scene.container.comments._ground.pace, "_done", {})
    client, token = scene.browser("board")
    answers = []
    for number in range(AddComment.A_MINUTE + 1):
        data = {"csrf_token": token, "command_id": new_id(), "text": f"Ý kiến số {number}."}
        answers.append(client.post(f"/ho-so/{scene.ids['case']}/y-kien", data=data))
        if answers[-1].status_code != 303:
            break
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert f"Ý kiến số {len(answers) - 1}." in answers[-1].get_data(as_text=True)
    with scene.container.units.reading() as uow:
        assert len(uow.comments.of_case(scene.ids["case"])) == len(answers) - 1


def test_a_long_text_is_refused_or_kept_but_never_cut(scene: Scene) -> None:
    client, token = scene.browser("board")
    data = {"csrf_token": token, "command_id": new_id(), "text": "ý" * 5001}
    answer = client.post(f"/ho-so/{scene.ids['case']}/y-kien", data=data)
    assert answer.status_code == 422
    assert "ý" * 5001 in answer.get_data(as_text=True)


@pytest.mark.parametrize("body", [b"{", b"[" * 100_000, b'{"csrf_token": 1}', b"\xff\xfe"])
@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "multipart/form-data", "application/x-www-form-urlencoded"]
)
def test_a_body_that_is_no_form_is_a_form_without_its_token(scene: Scene, body: bytes, kind: str) -> None:
    client, _token = scene.browser("board")
    assert client.post(f"/nhiem-vu/{scene.ids['task']}", data=body, content_type=kind).status_code == 400


def test_a_nested_answer_to_an_incident_is_bounded(scene: Scene) -> None:
    scene.set("stuck")
    for nest in ("[" * 9_000, '{"a":' * 3_000, json.dumps({"a": "b"})[:-1], '{"a": 1e999999999}', '{"a": NaN}'):
        client, token = scene.browser("manager")
        data = {"csrf_token": token, "command_id": new_id(), "how": "variables", "variables": nest, "reason": "Thử"}
        answer = client.post(f"/ho-so/{scene.ids['case']}/su-co/{scene.ids['incident']}", data=data)
        assert answer.status_code == 422, nest[:20]


def test_a_failure_nobody_foresaw_says_nothing_of_the_inside(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    scene.app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr(type(scene.container.inbox), "page", _fail)
    with caplog.at_level(logging.ERROR):
        answer = scene.browser("board")[0].get("/nhiem-vu")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 500
    assert "secret-inside" not in text
    assert "Traceback" not in text
    assert "secret-inside" in caplog.text


def _fail(*_: object, **__: object) -> TestResponse:
    raise RuntimeError("secret-inside")
