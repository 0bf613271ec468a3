"""What people at work on tasks do in their browsers, step by step, each waiting for the page that it leads to."""

import re

from playwright.sync_api import Page, expect

from tests.support.chromium import Visitor
from tests.support.office import heading


def claim_and_begin(person: Visitor, task: str) -> Page:
    """From the list of what is to be done, as one does on a morning: taking a task and beginning it are one act."""
    page = person.open("/nhiem-vu")
    page.get_by_role("row", name=task).get_by_role("button", name="Nhận và làm").click()
    heading(person, task)
    to_the_form(person)
    expect(page.get_by_role("button", name="Lưu bản nháp")).to_be_visible()
    person.check()
    return page


FORM = "Biểu mẫu, văn bản và các bước"


def to_the_form(person: Visitor) -> None:
    """From the table of criteria, where a task with criteria begins, to its form and papers."""
    link = person.page.get_by_role("link", name=FORM)
    if link.count():
        person.check()
        link.click()
        expect(link).to_have_count(0)


def to_the_check(person: Visitor) -> Page:
    """Go on to the page that shows what will be submitted."""
    person.page.get_by_role("button", name="Tiếp tục: kiểm tra trước khi gửi").click()
    heading(person, "Kiểm tra trước khi gửi")
    return person.page


def submit(person: Visitor) -> Page:
    """Submit what the check showed; the confirmation follows."""
    person.page.get_by_role("button", name="Gửi", exact=True).click()
    heading(person, "Đã gửi")
    return person.page


def answer(page: Page, question: str, choice: str) -> None:
    """Choose one of a question's answers; a person is offered with office and organisation behind the name."""
    page.get_by_role("group", name=question).get_by_label(re.compile(rf"^\s*{re.escape(choice)}( – .*)?$")).check()


def begin(person: Visitor, task: str) -> Page:
    """From the tab with one's own tasks: what has been assigned to the person."""
    page = person.open("/nhiem-vu?tab=mine")
    page.get_by_role("row", name=task).get_by_role("button", name="Bắt đầu").click()
    heading(person, task)
    to_the_form(person)
    expect(page.get_by_role("button", name="Lưu bản nháp")).to_be_visible()
    person.check()
    return page
