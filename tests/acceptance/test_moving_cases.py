"""Moving running cases on the administrator's pages: chosen, mapped, tried, started, followed, taken back; and what is refused."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.acceptance.scene import Scene
from tests.support.versions import Files, relabelled, renamed
from tests.support.world import shipped_package
from workflow.ids import new_id
from workflow.services.recorder import SYSTEM, Provenance

WAITING_UNIT = "xa-lang-gieng"


@dataclass(kw_only=True)
class Desk:
    """The administrator's browser, and a second version of the procedure."""

    scene: Scene
    client: FlaskClient
    token: str
    old: str
    new: str

    def get(self, path: str) -> TestResponse:
        return self.client.get(f"/chuyen-ho-so/{path}")

    def post(self, path: str, **fields: "str | list[str]") -> TestResponse:
        form = {"csrf_token": self.token, "target": self.new, **{name.replace("__", ":"): one for name, one in fields.items()}}
        return self.client.post(f"/chuyen-ho-so/{path}", data=form)

    def step(self, name: str, **fields: "str | list[str]") -> TestResponse:
        return self.post(f"{self.old}/{name}", **fields)

    def start(self, **fields: "str | list[str]") -> TestResponse:
        return self.step("bat-dau", **{"reason": "Sửa lỗi quy trình", "command_id": new_id(), **fields})

    def moved(self, **fields: "str | list[str]") -> str:
        """Start a move and let the worker do it; the address of its page."""
        address = self.start(**fields).headers["Location"]
        self.scene.house.settle()
        return str(address).removeprefix("/chuyen-ho-so/")

    def case(self, unit: str) -> str:
        return self.scene.house.case(unit).id


def text(response: TestResponse) -> str:
    """What a person reads, in one line."""
    body = re.sub(r"<[^>]+>", " ", response.get_data(as_text=True).partition("<main")[2])
    return re.sub(r"\s+", " ", body)


@pytest.fixture
def desk(scene: Scene) -> Callable[[Callable[[Files], Files]], Desk]:
    def publish(change: Callable[[Files], Files]) -> Desk:
        by = Provenance(actor=SYSTEM, at=scene.house.clock.now())
        new = scene.container.publishing.install(change(shipped_package()), by)
        client, token = scene.browser("admin")
        return Desk(scene=scene, client=client, token=token, old=scene.ids["published"], new=new)

    return publish


To = Callable[[Callable[[Files], Files]], Desk]


def test_the_preview_says_what_becomes_of_each_step(desk: To) -> None:
    page = desk(relabelled).step("xem-truoc", scope="all")
    print(text(page))
    assert page.status_code == 200


def test_a_renamed_step_is_asked_for(desk: To) -> None:
    one = desk(renamed)
    page = one.step("xem-truoc", scope="all")
    print(text(page))
    page = one.step("chay-thu", scope="all")
    print(page.status_code, text(page))
    page = one.step("chay-thu", scope="all", map__registration="sign_up")
    print(page.status_code, text(page))
    page = one.start(map__registration="sign_up")
    print(page.status_code, text(page))
    print(page.headers)
    page = one.client.get(page.headers["Location"])
    print(page.status_code, text(page))
    page = one.get("")
    print(page.status_code, text(page))
    assert 0
