"""Every page that can be reached, for each kind of person and in both languages: accessible, narrow, by keyboard, on paper."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, ViewportSize, expect

from tests.support.chromium import Visitor, assert_accessible, assert_fits, assert_looks
from tests.support.office import Office, give_password, heading, opened_office
from tests.support.pages import NO_PAGES, PEOPLE, addresses, endpoints_of_pages, prepare
from tests.support.pictures import picture
from tests.support.second_factor import enrolled
from tests.support.stages import Stages
from tests.support.web import choose_language

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("every page"), pytest.mark.timeout(300)]

WIDE: ViewportSize = {"width": 1100, "height": 800}
NARROW: ViewportSize = {"width": 320, "height": 640}


@pytest.fixture(scope="module")
def office(browser: Browser, stages: Stages, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One office for the whole module: its tests only read."""
    with opened_office(stages.at("evaluation"), tmp_path_factory.mktemp("pages") / "data", browser) as office:
        prepare(office.house)
        yield office


@pytest.fixture(scope="module")
def visitors(office: Office) -> dict[str, Visitor]:
    signed_in = {role: office.person(login) for role, login in PEOPLE.items() if role != "administrator"}
    return {**signed_in, "administrator": enrolled(office, PEOPLE["administrator"])}


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("role", PEOPLE)
def test_every_page_is_accessible_and_fits(
    office: Office, visitors: dict[str, Visitor], role: str, language: str
) -> None:
    visitor = visitors[role]
    page = visitor.page
    choose_language(visitor.open("/tai-khoan"), language)
    faults = []

    for address in addresses(office.house, role):
        page.set_viewport_size(WIDE if language == "vi" else NARROW)
        visitor.open(address)
        try:
            assert page.locator("html").get_attribute("lang") == language
            assert_accessible(page, contrast=language == "vi")  # the colours are the same in both
            if language == "vi":
                assert_looks(page)
            assert_fits(page)
        except AssertionError as error:
            faults.append(str(error))

    assert not faults, "\n\n".join(faults)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_pages_before_the_sign_in(office: Office, language: str) -> None:
    visitor = office.stranger()
    page = visitor.open("/dang-nhap")
    choose_language(page, language)

    if language == "vi":
        picture(page, "sign-in", height=600)
    assert_accessible(page)
    assert_fits(page)
    page.get_by_role("button", name={"vi": "Đăng nhập", "en": "Sign in"}[language]).click()
    expect(page.get_by_role("alert")).to_be_focused()
    visitor.check()
    assert_accessible(page)


def test_the_page_that_asks_for_the_code(office: Office, visitors: dict[str, Visitor]) -> None:
    administrator = office.stranger()
    page = give_password(administrator, PEOPLE["administrator"])

    heading(administrator, "Nhập mã xác thực")
    assert_accessible(page)
    assert_fits(page)
    page.get_by_label("Mã", exact=True).fill("000000")
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_role("alert")).to_be_focused()
    administrator.check()


def test_no_page_is_left_out(office: Office) -> None:
    """A route that shows a page is in the list of some person, so that a new page cannot go unseen."""
    seen = {endpoint for role in PEOPLE for endpoint in endpoints_of_pages(office.app, addresses(office.house, role))}

    assert pages_of(office.app) - seen == set()


def pages_of(app: Flask) -> set[str]:
    """The endpoints that answer GET with a page of their own."""
    return {str(rule.endpoint) for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())} - NO_PAGES


def test_the_keyboard_alone_reaches_what_is_to_be_done(office: Office, visitors: dict[str, Visitor]) -> None:
    visitor = visitors["reviewer"]
    page = visitor.page
    page.set_viewport_size(WIDE)
    choose_language(visitor.open("/tai-khoan"), "vi")
    visitor.open("/nhiem-vu")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Đến nội dung chính")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    press_until(visitor, page.locator("th").get_by_role("link", name="Xã Minh Họa"))
    page.keyboard.press("Enter")
    heading(visitor, "Ban Chỉ đạo đánh giá")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    press_until(visitor, page.get_by_role("link", name="Mở bảng tiêu chí"))
    page.keyboard.press("Enter")
    expect(page.locator("[data-matrix]")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    press_until(visitor, page.locator("[data-row]").first.get_by_role("link", name="I.1", exact=True))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="I.1 ")).to_be_visible()


def press_until(visitor: Visitor, target: Locator, presses: int = 30) -> None:
    """Tab on until the target has the focus; what has it must be visible all the way."""
    for _ in range(presses):
        visitor.page.keyboard.press("Tab")
        focused = visitor.page.evaluate_handle(
            "document.activeElement"
        ).as_element()  # not :focus: a date's parts have it
        assert focused is not None
        assert focused.is_visible(), "the focus is on something that cannot be seen"
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{target} was not reached with {presses} presses")


def test_on_paper_a_case_is_its_content(office: Office, visitors: dict[str, Visitor]) -> None:
    visitor = visitors["auditor"]
    page = visitor.open(f"/ho-so/{office.house.case().id}")

    page.emulate_media(media="print")

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".site-tools")).to_be_hidden()
    assert page.pdf()[:5] == b"%PDF-"
    page.emulate_media(media="screen")
