"""The web application at work: an installation of its own on a real server, and people who sign in with their browsers."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.support.chromium import Visitor
from tests.support.house import PASSWORD, House, Model
from tests.support.live_server import serving
from tests.support.stages import house_of
from webui.app import create_app
from webui.settings import WebSettings

PATIENCE = 20_000
"""Milliseconds that a page may take on a busy machine."""
WINDOW = {"width": 1280, "height": 800}


@dataclass(kw_only=True)
class Office:
    """`house` plays cases forward without a browser; `person` and `stranger` open browsers."""

    house: House
    app: Flask
    address: str
    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)

    def stranger(self, **options: Any) -> Visitor:
        """Somebody with a browser of their own who has not signed in. `options` are Playwright's for a context."""
        context = self.browser.new_context(**{"viewport": WINDOW, "base_url": self.address, **options})
        context.set_default_timeout(PATIENCE)
        self.contexts.append(context)
        return Visitor(page=context.new_page(), base_url=self.address)

    def person(self, login: str, **options: Any) -> Visitor:
        """Somebody who has signed in."""
        visitor = self.stranger(**options)
        sign_in(visitor, login)
        return visitor

    def close(self) -> None:
        """Close every browser window."""
        for context in self.contexts:
            context.close()


OfficeAt = Callable[[str], Office]
"""Stage of `tests.support.stages` → an office in which the made-up commune's case has come to it."""


@contextmanager
def opened_office(model: Model, data: Path, browser: Browser) -> Iterator[Office]:
    """A copy of the model at `data`, served."""
    expect.set_options(timeout=PATIENCE)
    settings = WebSettings(secret_key="k" * 40, demonstration=True)
    with house_of(model, data) as house:
        app = create_app(house.container, settings)
        with serving(app, threads=6) as address:
            office = Office(house=house, app=app, address=address, browser=browser)
            yield office
            office.close()


def sign_in(visitor: Visitor, login: str, password: str = PASSWORD) -> Page:
    """Sign in from the sign-in page, with the code that a demonstration shows, and wait for the page that follows."""
    page = give_password(visitor, login, password)
    if "/dang-nhap/ma" in page.url:
        page.get_by_label("Mã", exact=True).fill(page.locator("#demonstration-code").inner_text())
        page.get_by_role("button", name="Tiếp tục").click()
        expect(page).not_to_have_url(re.compile("/dang-nhap/ma"))
    visitor.check()
    return page


def give_password(visitor: Visitor, login: str, password: str = PASSWORD) -> Page:
    """The first half of a sign-in: whoever needs a second factor then stands before it."""
    page = visitor.open("/dang-nhap")
    page.get_by_label("Tên đăng nhập").fill(login)
    page.get_by_label("Mật khẩu", exact=True).fill(password)
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page).not_to_have_url(visitor.base_url + "/dang-nhap")
    visitor.check()
    return page


def leave_unsent(visitor: Visitor, address: str, words: str = "Đang viết dở") -> None:
    """Something is typed for that address and left without being sent, as the pages' script keeps it; the next page says so."""
    token = visitor.page.locator("meta[name=csrf-token]").get_attribute("content") or ""
    fields = {"address": address, "fields": json.dumps([["text", words]])}
    kept = visitor.page.request.post("/giu-lai/", form=fields, headers={"X-CSRFToken": token, "X-Autosave": "1"})
    assert kept.ok, kept.status
    visitor.page.reload()
    expect(visitor.page.get_by_text("Có nội dung bạn đã nhập mà chưa được gửi.")).to_be_visible()


def heading(visitor: Visitor, text: str) -> None:
    """Wait for the page with that main heading, and check the page."""
    expect(visitor.page.get_by_role("heading", level=1)).to_contain_text(text)
    visitor.check()
