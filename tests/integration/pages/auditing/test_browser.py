"""The audit pages in a real browser: accessible, narrow enough, and the diagram marks the way that the case took."""

from playwright.sync_api import Browser

from tests.integration.pages.auditing.conftest import AUDITOR, Site
from tests.support.chromium import Visitor, assert_accessible, assert_fits
from tests.support.live_server import serving
from tests.support.office import sign_in
from tests.support.web import choose_language


def test_what_a_page_shows_in_rare_states_is_accessible_and_fits(site: Site, browser: Browser) -> None:
    case = f"/kiem-toan/ho-so/{site.case_id}"
    with serving(site.app) as url, browser.new_context() as context:
        visitor = Visitor(page=context.new_page(), base_url=url)
        sign_in_as_auditor(visitor, "vi")
        for address in (
            "/kiem-toan/?text=x",
            "/kiem-toan/su-kien?since=2023-04-02&until=2023-04-01",
            f"{case}/tai-thoi-diem?date=2030-01-01&unfold=1",
        ):
            page = visitor.open(address)
            page.set_viewport_size({"width": 1280, "height": 900})
            assert_accessible(page)
            assert_fits(page)


def test_the_diagram_marks_the_way_and_where_the_case_stands(site: Site, browser: Browser) -> None:
    with serving(site.app) as url, browser.new_context() as context:
        visitor = Visitor(page=context.new_page(), base_url=url)
        sign_in_as_auditor(visitor, "vi")
        page = visitor.open(f"/kiem-toan/ho-so/{site.case_id}/so-do")
        page.wait_for_selector("[data-bpmn-viewer][data-ready]")

        assert page.locator("[data-element-id=evaluation].is-active").count() == 1
        flow = page.locator("[data-element-id=registration__routing_rule].is-visited .djs-visual > path").first
        assert flow.evaluate("line => getComputedStyle(line).stroke") == "rgb(31, 107, 69)", "flows are marked too"
        assert_accessible(page)
        visitor.check()


def sign_in_as_auditor(visitor: Visitor, language: str) -> None:
    page = sign_in(visitor, AUDITOR)
    choose_language(page, language)
