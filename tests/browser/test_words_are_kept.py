"""Why something could not be sent is told apart, and what was typed stays: offline, no server, no session, a locked database."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.chromium import Visitor
from tests.support.house import PASSWORD, House
from tests.support.live_server import listening
from tests.support.office import PATIENCE, sign_in
from tests.support.stages import Stages, house_of
from webui.app import create_app
from webui.bodies import BodyBounds
from webui.settings import WebSettings

REVIEWER = "danhgia.minhhoa"
WORDS = "Đề nghị bổ sung biên bản"
BACK = "Máy chủ đã trả lời. Hãy bấm nút một lần nữa."


class Desk:
    """A reviewer at the page of a case, with the server and the database within reach."""

    def __init__(self, house: House, app: Flask, data: Path, browser: Browser) -> None:
        self.house, self._app, self._data = house, app, data
        self._served, self._port = ExitStack(), 0
        self.start()
        self._context = browser.new_context(base_url=f"http://127.0.0.1:{self._port}")
        self._context.set_default_timeout(PATIENCE)
        self.page = self._context.new_page()
        sign_in(Visitor(page=self.page, base_url=f"http://127.0.0.1:{self._port}"), REVIEWER)

    def start(self) -> None:
        server = listening(self._app, port=self._port, bounds=BodyBounds(self._app), threads=6)
        self._port = self._served.enter_context(server).port

    def stop(self) -> None:
        self._served.close()

    def network(self, *, there: bool) -> None:
        self._context.set_offline(not there)

    def end_session(self) -> None:
        with self.house.container.units() as uow:
            uow.sign_ins.revoke_all(self.house.users[REVIEWER], self.house.clock.now())
            uow.commit()

    def lock(self) -> sqlite3.Connection:
        """Somebody writes and does not end."""
        writer = sqlite3.connect(self._data / "congnhan.sqlite3", isolation_level=None)
        writer.execute("BEGIN IMMEDIATE")
        return writer

    def write_comment(self, words: str) -> Page:
        self.page.goto(f"/ho-so/{self.house.case().id}")
        self.page.get_by_text("Thêm ý kiến", exact=True).click()
        self.page.locator("textarea[name=text]").fill(words)
        return self.page

    def comments(self) -> list[str]:
        with self.house.container.units.reading() as uow:
            return [comment.text for comment in uow.comments.of_case(self.house.case().id)]

    def close(self) -> None:
        self._context.close()
        self._served.close()


@pytest.fixture(scope="module")
def desk(browser: Browser, stages: Stages, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One for the module: each test leaves it as it was."""
    expect.set_options(timeout=PATIENCE)
    data = tmp_path_factory.mktemp("words") / "data"
    with house_of(stages.at("evaluation"), data) as house:
        app = create_app(house.container, WebSettings(secret_key="k" * 40, demonstration=True))
        desk = Desk(house, app, data, browser)
        yield desk
        desk.close()


def send(page: Page) -> None:
    page.get_by_role("button", name="Gửi ý kiến").click()


def said(page: Page) -> Locator:
    return page.locator("[data-connection-status]")


def arrives(desk: Desk, words: str) -> None:
    expect(desk.page.locator(".keep-lines", has_text=words)).to_be_visible()
    assert words in desk.comments()


def test_offline(desk: Desk) -> None:
    page = desk.write_comment(f"{WORDS} 1")
    desk.network(there=False)

    send(page)

    expect(said(page)).to_contain_text("Máy này đang mất mạng")
    expect(page.locator("textarea[name=text]")).to_have_value(f"{WORDS} 1")
    desk.network(there=True)
    expect(said(page)).to_have_text(BACK)
    send(page)
    arrives(desk, f"{WORDS} 1")


def test_no_server(desk: Desk) -> None:
    page = desk.write_comment(f"{WORDS} 2")
    desk.stop()

    send(page)

    expect(said(page)).to_contain_text("Máy chủ không trả lời")
    expect(page.locator("textarea[name=text]")).to_have_value(f"{WORDS} 2")
    desk.start()
    expect(said(page)).to_have_text(BACK)
    send(page)
    arrives(desk, f"{WORDS} 2")


def test_no_session(desk: Desk) -> None:
    page = desk.write_comment(f"{WORDS} 3")
    desk.end_session()

    send(page)

    expect(said(page)).to_contain_text("Phiên làm việc đã kết thúc")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Đăng nhập trong thẻ mới").click()
    tab = opened.value
    tab.get_by_label("Tên đăng nhập").fill(REVIEWER)
    tab.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    tab.get_by_role("button", name="Đăng nhập").click()
    expect(tab).not_to_have_url(re.compile("dang-nhap"))
    tab.close()
    expect(said(page)).to_have_text(BACK)
    expect(page.locator("textarea[name=text]")).to_have_value(f"{WORDS} 3")
    send(page)
    arrives(desk, f"{WORDS} 3")


def test_a_locked_database(desk: Desk) -> None:
    """It is sent by itself once the lock is gone."""
    page = desk.write_comment(f"{WORDS} 4")
    writer = desk.lock()

    send(page)

    expect(said(page)).to_contain_text("sẽ tự gửi lại")
    expect(page.locator("textarea[name=text]")).to_have_value(f"{WORDS} 4")
    writer.execute("ROLLBACK")
    writer.close()
    arrives(desk, f"{WORDS} 4")


def test_a_draft_is_saved_once_the_network_is_back(desk: Desk) -> None:
    task = desk.house.take(REVIEWER, "evaluation")
    page = desk.page
    page.goto(f"/nhiem-vu/{task.id}/tieu-chi/I.18?sua=1")
    desk.network(there=False)

    page.locator("textarea[name$=statement]").fill(WORDS)

    status = page.locator("[data-editor] [data-autosave-status]")
    expect(status).to_contain_text("Máy này đang mất mạng")
    desk.network(there=True)
    expect(status).to_contain_text("Đã lưu")
    page.reload()
    expect(page.locator("textarea[name$=statement]")).to_have_value(WORDS)


def test_another_language_keeps_what_stands_in_a_form(desk: Desk) -> None:
    page = desk.write_comment(f"{WORDS} 5")

    page.locator("header button[lang=en]:visible").click()

    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("textarea[name=text]")).to_have_value(f"{WORDS} 5")
    assert f"{WORDS} 5" not in desk.comments()
