"""Setting up the second factor in a browser, with the codes that an authenticator app would show."""

import pyotp
from playwright.sync_api import expect

from tests.support.chromium import Visitor, assert_accessible
from tests.support.office import Office, heading


def enrolled(office: Office, login: str) -> Visitor:
    """A made-up person whose role needs a second factor has signed in with the code that a demonstration shows."""
    return office.person(login)


def newly_enrolled(office: Office, login: str) -> Visitor:
    """Somebody real whose role needs a second factor signs in for the first time and sets it up."""
    person = office.person(login)
    page = person.page
    heading(person, "Thiết lập xác thực hai bước")
    assert_accessible(page)
    secret = page.locator("code").inner_text().replace(" ", "")
    page.get_by_label("Mã", exact=True).fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Xác nhận").click()
    expect(page.get_by_text("Đã thiết lập xác thực hai bước.")).to_be_visible()
    person.check()
    return person
