"""nginx with the configuration that is shipped, before the server: strangers are bounded, nobody is believed who says to be somebody else."""

import http.client
import shutil
import socket
import ssl
import time
from collections.abc import Iterator

import click
import pytest

from tests.integration.serving.conftest import PASSWORD
from tests.support.house import Model
from tests.support.nginx import Front, nginx
from tests.support.running import Browser, eventually, free_port, serving
from webui.serve import nginx_configuration

UNIT = "donvi.minhhoa"
FRONT = {"HTTPS": "1", "TRUSTED_PROXIES": "1"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def front(sqlite_model: Model, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """Before a whole installation."""
    folder = tmp_path_factory.mktemp("front")
    shutil.copytree(sqlite_model.data, folder / "data")
    with serving(folder / "data", "--without-worker", **FRONT) as site, nginx(folder / "nginx", site.port) as found:
        yield found


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """Before nothing: the server is gone."""
    with nginx(tmp_path_factory.mktemp("alone") / "nginx", free_port()) as found:
        yield found


def connected(front: Front, source: str, name: str = "localhost") -> ssl.SSLSocket:
    plain = socket.create_connection(("127.0.0.1", front.port), timeout=20, source_address=(source, 0))
    return front.tls.wrap_socket(plain, server_hostname=name)


def dripped(connection: socket.socket, more: bytes) -> bytes | None:
    """Send a little more; what the other side has said if it is through with the connection, else None."""
    said = b""
    try:
        connection.setblocking(True)
        connection.settimeout(0.01)
        connection.sendall(more)
        while part := connection.recv(65536):
            said += part
    except TimeoutError:
        return said or None
    except OSError:
        pass
    return said


def let_go(held: list[socket.socket], within: float, more: bytes = b"x") -> list[tuple[float, bytes]]:
    """Drip into each about once a second until all are let go; when each was, in seconds, and what it was told."""
    begun, found = time.monotonic(), []
    waiting = list(held)

    def all_gone() -> bool:
        for one in list(waiting):
            said = dripped(one, more)
            if said is not None:
                waiting.remove(one)
                one.close()
                found.append((time.monotonic() - begun, said))
        return not waiting

    assert eventually(all_gone, seconds=within, every=1)
    return found


def signing_in_at_once(front: Front, source: str, times: int) -> list[tuple[int, str | None, str]]:
    """As fast as one connection can: the statuses, when to come again, the pages."""
    connection = http.client.HTTPSConnection("localhost", front.port, source_address=(source, 0), context=front.tls)
    found = []
    for _ in range(times):
        connection.request("POST", "/dang-nhap", b"", FORM)
        answer = connection.getresponse()
        found.append((answer.status, answer.headers["Retry-After"], answer.read().decode()))
    connection.close()
    return found


def test_people_work_over_tls_as_without(front: Front) -> None:
    browser = front.browser()
    page = browser.get("/dang-nhap")
    assert page.status == 200
    assert page.headers["Server"] == "nginx"
    assert "Strict-Transport-Security" in page.headers
    assert browser.sign_in(UNIT, PASSWORD).status == 303
    assert browser.get("/nhiem-vu").status == 200
    assert front.browser().get("/healthz").status == 200
    look = browser.get("/static/dist/app-style.css?v=1")
    assert (look.status, look.headers["Content-Type"]) == (200, "text/css")
    assert "immutable" in look.headers["Cache-Control"]
    assert "immutable" not in browser.get("/static/dist/app-style.css").headers.get("Cache-Control", "")
    assert browser.get("/static/../serve.py").status in (400, 404)


def test_nothing_but_the_way_to_https_is_found_over_http(front: Front) -> None:
    answer = Browser(port=front.plain_port).get("/ho-so?x=1", Host="evil.example")
    assert (answer.status, answer.headers["Location"]) == (301, "https://localhost/ho-so?x=1")


def test_another_name_gets_no_connection(front: Front) -> None:
    careless = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    careless.check_hostname, careless.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", front.port), timeout=20) as plain, pytest.raises(ssl.SSLError):
        careless.wrap_socket(plain, server_hostname="evil.example")


def test_a_strangers_name_of_the_site_is_not_believed(front: Front) -> None:
    """It would stand in addresses that the application makes."""
    headers = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example", "X-Forwarded-Prefix": "/evil"}
    answer = front.browser().get("/ho-so", **headers)
    assert answer.status in (302, 303)
    assert "evil" not in answer.headers["Location"]


def test_a_hundred_and_fifty_unfinished_headers_keep_nobody_out_and_are_let_go(front: Front) -> None:
    held: list[socket.socket] = []
    for _ in range(110):
        connection = connected(front, "127.0.0.1")
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        held.append(connection)
    silent = [socket.create_connection(("127.0.0.1", front.port), timeout=20) for _ in range(40)]  # no handshake even

    for source in ("127.0.0.2", "127.0.0.1"):
        begun = time.monotonic()
        assert front.browser(source).get("/dang-nhap").status == 200
        assert time.monotonic() - begun < 5
    lived = [seconds for seconds, _said in let_go(held, within=25)]
    assert len(let_go(silent, within=5, more=b"")) == 40
    print(f"unfinished headers lived from {min(lived):.1f} to {max(lived):.1f} s")


def test_bodies_that_trickle_in_are_bounded_by_address_and_let_go(front: Front) -> None:
    held: list[socket.socket] = []
    for _ in range(110):
        connection = connected(front, "127.0.0.3")
        connection.sendall(b"POST /tai-khoan/mat-khau HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n")
        held.append(connection)

    begun = time.monotonic()
    assert front.browser("127.0.0.2").get("/dang-nhap").status == 200
    assert time.monotonic() - begun < 5
    told = let_go(held, within=60)
    print(f"slow bodies lived up to {max(seconds for seconds, _said in told):.1f} s")
    at_once = [said for _seconds, said in told if said.startswith(b"HTTP/1.1 429 ")]
    assert 10 <= len(at_once) < 20
    assert "Quá nhiều yêu cầu".encode() in at_once[0]
    assert front.browser("127.0.0.3").get("/dang-nhap").status == 200


def test_the_true_address_reaches_the_bounds_of_signing_in(front: Front) -> None:
    def tried(source: str, said: str) -> int:
        browser = front.browser(source)
        fields = f"csrf_token={browser.token('/dang-nhap')}&login=truong.doan&password=sai-mat-khau-{said[-1]}"
        headers = {**FORM, "X-Forwarded-For": said, "X-Real-IP": said, "Forwarded": f"for={said}"}
        return browser.ask("POST", "/dang-nhap", fields.encode(), headers).status

    # Were these addresses believed, none would have failed twice.
    statuses = [tried("127.0.0.4", f"203.0.113.{number}") for number in range(8)]
    assert statuses[:4] == [422] * 4
    assert 429 in statuses[4:]
    assert tried("127.0.0.5", "127.0.0.4") == 422


@pytest.mark.parametrize("path", ["/dang-nhap", "/dang-nhap/ma", "/lien-ket", "/ngon-ngu/en"])
def test_a_large_body_of_a_stranger_is_refused_by_a_page(front: Front, path: str) -> None:
    with connected(front, "127.0.0.1") as connection:
        connection.sendall(f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 65537\r\n\r\nlogin=".encode())
        said = connection.recv(65536)
    assert said.startswith(b"HTTP/1.1 413 ")
    assert "Nội dung gửi quá lớn".encode() in said


def test_what_is_too_large_for_its_page_is_refused_by_the_application(front: Front) -> None:
    browser = front.browser()
    assert browser.sign_in(UNIT, PASSWORD).status == 303
    fields = {"csrf_token": browser.token("/tai-khoan"), "old": "x" * 300_000, "new": "y", "again": "z"}
    assert browser.post("/tai-khoan/mat-khau", fields).status == 422
    refused = browser.post("/tai-khoan/mat-khau", {**fields, "old": "x" * 5_000_000})
    assert refused.status == 413
    assert "4096 kB" in refused.text
    with connected(front, "127.0.0.1") as connection:
        connection.sendall(b"POST /ho-so HTTP/1.1\r\nHost: localhost\r\nContent-Length: 400000000\r\n\r\nx")
        assert connection.recv(65536).startswith(b"HTTP/1.1 413 ")


def test_a_server_that_is_gone_is_said_in_vietnamese(alone: Front) -> None:
    answer = alone.browser().get("/ho-so")
    assert answer.status == 502
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Retry-After"] == "30"
    assert '<html lang="vi">' in answer.text
    assert "Hệ thống tạm thời chưa phục vụ được" in answer.text
    assert "nginx" not in answer.text


def test_an_office_may_sign_in_at_once_and_a_flood_is_told_when_to_come_again(alone: Front) -> None:
    answers = signing_in_at_once(alone, "127.0.0.6", 250)
    assert {status for status, _, _ in answers[:100]} == {502}
    refused = [(again, text) for status, again, text in answers if status == 429]
    assert refused[0][0] == "10"
    assert "Quá nhiều yêu cầu" in refused[0][1]
    assert alone.browser("127.0.0.7").ask("POST", "/dang-nhap", b"", FORM).status == 502
    assert alone.browser("127.0.0.6").get("/dang-nhap").status == 502  # reading is not signing in


def test_no_query_and_no_key_of_a_link_is_written_down(alone: Front) -> None:
    alone.browser().get("/lien-ket/khoa-cua-lien-ket?ten=bi-mat")
    alone.browser().get("/ho-so?tim=bi-mat", Referer="https://localhost/?bi-mat")
    assert eventually(lambda: '"GET /ho-so" 502' in alone.written)
    assert '"GET /lien-ket/..." 502' in alone.written
    assert "bi-mat" not in alone.written
    assert "khoa-cua" not in alone.written


@pytest.mark.parametrize("name", ["", "a b", "x;}", "Evil.vn", "a" * 300, "x\n", "-x.vn"])
def test_a_name_that_is_none_does_not_get_into_the_configuration(name: str) -> None:
    with pytest.raises(click.ClickException):
        nginx_configuration(name, "127.0.0.1", 8000)
