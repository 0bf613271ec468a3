"""A method, a host, a header that somebody made up changes nothing."""

import pytest

from tests.acceptance.access.table import lines
from tests.acceptance.scene import Scene
from workflow.ids import new_id

pytestmark = pytest.mark.xdist_group("scene")  # one installation serves them all

GETS = [line for line in lines() if line.method == "GET" and line.answers["anonymous"] == "in"]
OVERRIDES = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND"])
def test_a_method_that_no_page_has_is_refused(scene: Scene, method: str) -> None:
    client, _token = scene.browser("board")
    for address in ("/nhiem-vu", f"/nhiem-vu/{scene.ids['task']}", f"/ho-so/{scene.ids['case']}"):
        answer = client.open(address, method=method)
        assert answer.status_code in (400, 405)
    assert scene.changed_nothing()


def test_what_changes_something_is_not_done_by_reading(scene: Scene) -> None:
    client, _token = scene.browser("board")
    for path in ("nhan", "bat-dau", "gui", "luu-nhap"):
        for method in ("GET", "HEAD"):
            answer = client.open(f"/nhiem-vu/{scene.ids['task']}/{path}", method=method)
            assert answer.status_code == 405
            assert "POST" in answer.headers["Allow"]
    assert client.get("/dang-xuat").status_code == 405
    assert scene.changed_nothing()


@pytest.mark.parametrize("header", OVERRIDES)
def test_a_method_is_not_overridden(scene: Scene, header: str) -> None:
    client, _token = scene.browser("unit")
    answer = client.get(f"/ho-so/{scene.ids['case']}", headers={header: "DELETE"}, query_string={"_method": "DELETE"})
    assert answer.status_code == 200
    assert scene.changed_nothing()


def test_asking_for_the_head_or_the_options_tells_a_stranger_nothing(scene: Scene) -> None:
    client = scene.app.test_client()
    for address in (f"/ho-so/{scene.ids['case']}", "/quan-tri/", "/kiem-toan/"):
        for method in ("HEAD", "OPTIONS"):
            answer = client.open(address, method=method)
            assert answer.headers["Location"].startswith("/dang-nhap")
            assert not answer.get_data() or b"dang-nhap" in answer.get_data()


def test_asking_for_the_options_changes_nothing(scene: Scene) -> None:
    client, _token = scene.browser("board")
    answer = client.options(f"/nhiem-vu/{scene.ids['task']}")
    assert answer.status_code == 200
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert scene.changed_nothing()


@pytest.mark.parametrize("host", ["xau.example", "xau.example:80@localhost", "localhost.xau.example", "127.0.0.1:1/x"])
def test_a_made_up_host_gets_into_no_page_and_no_redirect(scene: Scene, host: str) -> None:
    for who in ("anonymous", "board"):
        client, _token = scene.browser(who)
        client.set_cookie("congnhan", scene.browsers[who][0], domain=host.partition(":")[0])
        for headers in ({"Host": host}, {"X-Forwarded-Host": host}, {"Forwarded": f"host={host}"}):
            for address in ("/", "/dang-nhap", "/tai-khoan", "/khong-co"):
                answer = client.get(address, headers=headers)
                assert "xau.example" not in answer.headers.get("Location", "")
                assert "xau.example" not in answer.get_data(as_text=True)


def test_a_form_from_another_site_is_refused_whatever_it_claims(scene: Scene) -> None:
    client, _token = scene.browser("board")
    stolen = scene.browsers["unit"][1]  # somebody else's token
    for token in ("", "x", stolen):
        for headers in (
            {},
            {"Referer": "http://localhost/nhiem-vu"},
            {"X-CSRFToken": token},
            {"X-Requested-With": "XMLHttpRequest"},
        ):
            data = {"csrf_token": token, "command_id": new_id(), "text": "Thử"}
            answer = client.post(f"/ho-so/{scene.ids['case']}/y-kien", data=data, headers=headers)
            assert answer.status_code == 400
        assert not scene.was_written() or token == stolen  # kept for whose token it is, and for nobody else
    assert scene.changed_nothing()


def test_a_second_click_is_the_same_command(scene: Scene) -> None:
    client, token = scene.browser("board")
    data = {"csrf_token": token, "command_id": new_id(), "text": "Một lần thôi"}
    for _ in range(2):
        client.post(f"/ho-so/{scene.ids['case']}/y-kien", data=data)
    with scene.container.units.reading() as uow:
        assert len(uow.comments.of_case(scene.ids["case"])) == 1


def test_somebody_elses_command_is_not_taken_for_ones_own(scene: Scene) -> None:
    command = new_id()
    for who, text in (("board", "Một"), ("unit", "Hai")):
        client, token = scene.browser(who)
        data = {"csrf_token": token, "command_id": command, "text": text}
        answer = client.post(f"/ho-so/{scene.ids['case']}/y-kien", data=data)
        assert answer.status_code < 500
    with scene.container.units.reading() as uow:
        assert "Một" in [one.text for one in uow.comments.of_case(scene.ids["case"])]
