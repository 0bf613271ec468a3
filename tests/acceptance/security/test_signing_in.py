"""The door: nobody learns who has an account, nobody guesses for long, a session is one browser's and ends when it should."""

from dataclasses import replace

import pytest
from argon2 import PasswordHasher

from tests.acceptance.scene import COOKIE, PASSWORD, Scene
from tests.acceptance.security.reading import document, said, sign_in
from tests.support.web import Person

pytestmark = pytest.mark.xdist_group("scene")  # one installation serves them all

HOSTILE = [
    "https://xau.example/",
    "//xau.example",
    "///xau.example",
    "/\\xau.example",
    "\\\\xau.example",
    "/\t/xau.example",
    "/%0d%0aLocation:%20https://xau.example",
    "javascript:alert(1)",
    "http:xau.example",
    " //xau.example",
]


class Counting:
    """A hasher that remembers what it was asked to compare with."""

    def __init__(self, real: PasswordHasher) -> None:
        self._real = real
        self.asked: list[str] = []

    def verify(self, stored: str, password: str) -> bool:
        self.asked.append(stored)
        return self._real.verify(stored, password)


@pytest.mark.parametrize("address", HOSTILE)
def test_nobody_is_sent_to_another_site(scene: Scene, address: str) -> None:
    answer = sign_in(scene.app.test_client(), "donvi.minhhoa", then=address)
    assert answer.status_code == 303
    assert "xau.example" not in answer.headers["Location"] or answer.headers["Location"].startswith("/%")
    assert answer.headers["Location"].startswith("/")
    assert not answer.headers["Location"].startswith(("//", "/\\"))
    stranger = Person.at(scene.app).open("/dang-nhap")
    token = stranger.page.xpath("string(//meta[@name='csrf-token']/@content)")
    switched = stranger.client.post("/ngon-ngu/en", data={"csrf_token": token, "next": address})
    assert switched.status_code == 303
    assert not switched.headers["Location"].startswith(("//", "/\\", "http", "java"))
    client, token = scene.browser("unit")
    data = {"csrf_token": token, "text": "Ý kiến", "back": address, "command_id": scene.ids["task"]}
    commented = client.post(f"/ho-so/{scene.ids['case']}/y-kien", data=data)
    assert commented.headers["Location"].startswith("/")
    assert not commented.headers["Location"].startswith(("//", "/\\"))


def test_the_page_one_came_for_is_gone_on_to(scene: Scene) -> None:
    person = Person.at(scene.app).open(f"/ho-so/{scene.ids['case']}?x=1")
    assert person.address == "/dang-nhap"
    person.send("/dang-nhap", {"login": "donvi.minhhoa", "password": PASSWORD})
    assert person.address == f"/ho-so/{scene.ids['case']}"


@pytest.mark.parametrize("login", ["khong.co.ai", "ket.thuc", "danhgia.minhhoa", "quantri.tinh"])
def test_a_refusal_never_says_whether_there_is_such_an_account(scene: Scene, login: str) -> None:
    client, other = scene.app.test_client(), scene.app.test_client()
    refused, unknown = sign_in(client, login, "sai mật khẩu"), sign_in(other, "xyz", "sai mật khẩu")
    assert refused.status_code == unknown.status_code == 422
    assert said(refused).replace(login, "") == said(unknown).replace("xyz", "")


def test_an_unknown_login_takes_the_same_work_as_a_known_one(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted in hashes computed and their parameters, not in time."""
    passwords = scene.container.sign_in._passwords
    counting = Counting(passwords._hasher)
    monkeypatch.setattr(passwords, "_hasher", counting)
    numbers = []
    for login in ("khong.co.ai", "danhgia.minhhoa", "ket.thuc"):
        before = len(counting.asked)
        sign_in(scene.app.test_client(), login, "sai mật khẩu")
        numbers.append(len(counting.asked) - before)
    assert len(set(numbers)) == 1
    assert numbers[0] in (1, 2), "as it was typed, and as it is composed where that is another text"
    assert len({stored.split("$")[3] for stored in counting.asked}) == 1


def test_guessing_is_slowed_down_and_the_page_says_how_long_to_wait(scene: Scene) -> None:
    client = scene.app.test_client()
    answers = [sign_in(client, "donvi.minhhoa", f"sai {number}") for number in range(7)]
    assert [one.status_code for one in answers] == [422] * 5 + [429] * 2
    assert "1" in said(answers[-1])
    assert sign_in(client, "donvi.minhhoa").status_code == 429  # the right one too


def test_who_signs_in_gets_another_session_and_the_old_one_is_worth_nothing(scene: Scene) -> None:
    client, _token = scene.browser("unit")
    before = scene.browsers["unit"][0]
    token = document(client.get("/tai-khoan/mat-khau")).xpath('//main//input[@name="csrf_token"]/@value')[0]
    data = {"csrf_token": token, "login": "danhgia.minhhoa", "password": PASSWORD}
    assert client.post("/dang-nhap", data=data).status_code == 303
    after = client.get_cookie(COOKIE)
    assert after is not None
    assert after.value != before
    thief = scene.app.test_client()
    thief.set_cookie(COOKIE, before)
    assert thief.get("/tai-khoan").headers["Location"].startswith("/dang-nhap")


def test_a_session_that_a_stranger_planted_is_not_the_one_that_is_signed_in(scene: Scene) -> None:
    client = scene.app.test_client()
    client.get("/dang-nhap")
    planted = client.get_cookie(COOKIE)
    assert planted is not None
    assert sign_in(client, "donvi.minhhoa").status_code == 303
    stranger = scene.app.test_client()
    stranger.set_cookie(COOKIE, planted.value)
    assert stranger.get("/tai-khoan").headers["Location"].startswith("/dang-nhap")


def test_signing_out_ends_the_session_in_every_copy_of_the_cookie(scene: Scene) -> None:
    client, token = scene.browser("unit")
    client.post("/dang-xuat", data={"csrf_token": token})
    copy, _token = scene.browser("unit")
    assert copy.get("/tai-khoan").headers["Location"].startswith("/dang-nhap")


def test_a_new_password_ends_the_sessions_of_other_browsers(scene: Scene) -> None:
    client, token = scene.browser("unit")
    new = "Một câu dài dễ nhớ 1"
    data = {"csrf_token": token, "old": PASSWORD, "new": new, "again": new}
    assert client.post("/tai-khoan/mat-khau", data=data).status_code == 303
    assert client.get("/tai-khoan").status_code == 200
    other, _token = scene.browser("unit")
    assert other.get("/tai-khoan").headers["Location"].startswith("/dang-nhap")


@pytest.mark.parametrize("tampered", ["", "x", "eyJfdXNlcl9pZCI6ICJ4In0.aaaa.bbbb"])
def test_a_made_up_cookie_is_nobody(scene: Scene, tampered: str) -> None:
    client = scene.app.test_client()
    client.set_cookie(COOKIE, tampered)
    assert client.get("/tai-khoan").headers["Location"].startswith("/dang-nhap")


def test_an_administrator_without_a_second_factor_gets_no_further_than_setting_it_up(scene: Scene) -> None:
    with scene.container.units() as uow:
        user = uow.accounts.get(scene.house.users["quantri.tinh"])
        uow.accounts.save(replace(user, totp_last_step=None, totp_secret=None))
        uow.commit()
    client, _token = scene.browser("admin")
    for address in ("/", "/quan-tri/", "/quan-tri/tai-khoan/", "/quy-trinh/", "/tai-khoan"):
        assert client.get(address).headers["Location"] == "/tai-khoan/ma-xac-thuc"
