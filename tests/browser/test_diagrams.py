"""Viewer and modeler in a real browser, under the same content security policy as every page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from lxml import etree
from playwright.sync_api import Browser, Page, expect

from tests.support.chromium import Visitor, assert_accessible, assert_fits
from tests.support.gallery import gallery_app
from tests.support.live_server import serving
from tests.support.world import shipped_folders

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

OURS = "{urn:congnhan:bpmn:1}"
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
DEFAULTS = {"cancelActivity": "true", "isInterrupting": "true", "isSequential": "false", "triggeredByEvent": "false"}
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


@pytest.fixture
def app() -> Flask:
    return gallery_app()


@pytest.fixture
def visitor(browser: Browser, app: Flask) -> Iterator[Visitor]:
    context = browser.new_context(viewport={"width": 1300, "height": 900})
    with serving(app) as address:
        yield Visitor(page=context.new_page(), base_url=address)
        context.close()


def open_modeler(visitor: Visitor) -> Page:
    page = visitor.open("/gallery/modeler")
    page.locator("[data-bpmn-modeler][data-ready]").wait_for()
    return page


def save(visitor: Visitor, app: Flask) -> etree._Element:
    visitor.page.get_by_role("button", name="Lưu bản nháp").click()
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Đã gửi hồ sơ")
    visitor.check()
    return etree.fromstring(app.extensions["diagram"].encode())


def choose_task(page: Page, identity: str = "review") -> None:
    page.get_by_label("Đến nhiệm vụ").select_option(identity)


def test_the_viewer_marks_where_a_case_stands(visitor: Visitor) -> None:
    page = visitor.open("/gallery/viewer")
    page.locator("[data-bpmn-viewer][data-ready]").wait_for()

    assert page.locator("[data-element-id=review].is-active").count() == 1
    assert page.locator("[data-element-id=start].is-visited").count() == 1
    visitor.check()
    assert_accessible(page)
    assert_fits(page)


def test_the_modeler_opens_without_breaking_the_policy(visitor: Visitor) -> None:
    page = open_modeler(visitor)

    choose_task(page)
    page.locator(".djs-context-pad [data-action=replace]").first.click()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+A")

    visitor.check()
    assert page.get_by_role("link", name="Powered by bpmn.io").is_visible()
    assert_accessible(page)
    assert_fits(page)


def test_what_the_panel_changes_is_saved(visitor: Visitor, app: Flask) -> None:
    page = open_modeler(visitor)
    choose_task(page)
    expect(page.get_by_label("Vai trò", exact=True)).to_have_value("commune-board")
    expect(page.get_by_label("Mỗi tiêu chí cần")).to_have_value("evidence")

    page.get_by_label("Vai trò", exact=True).fill("committee-member")
    page.get_by_label("Hạn xử lý").fill("WT5D")
    page.get_by_label("Phạm vi quản lý").fill("committee@district")
    page.get_by_label("Tách nhiệm vụ").fill("registration")
    page.get_by_label("Bộ tiêu chí").fill("commune")
    page.get_by_label("Mỗi tiêu chí cần").select_option("result")
    page.get_by_role("button", name="Thêm kết quả").click()
    second = page.get_by_role("group", name="Kết quả xử lý 2")
    second.get_by_label("Khóa").fill("return")
    second.get_by_label("Nội dung tiếng Việt").fill("Trả lại")
    second.get_by_label("Lý do", exact=True).select_option("required")
    second.get_by_label("Lý do", exact=True).press("Tab")
    saved = save(visitor, app)

    task = saved.find(f".//{BPMN}userTask")
    assert task is not None
    assert task.get(f"{CAMUNDA}candidateGroups") == "committee-member"
    assert task.get(f"{CAMUNDA}dueDate") == "WT5D"
    ours = task.find(f".//{OURS}task")
    assert ours is not None
    assert {str(key): value for key, value in ours.attrib.items()} == {
        "jurisdiction": "committee@district",
        "completeness": "result",
        "separateFrom": "registration",
        "criteriaSet": "commune",
    }
    outcomes = [{str(key): value for key, value in outcome.attrib.items()} for outcome in task.iter(f"{OURS}outcome")]
    assert outcomes[0] == {"id": "approve", "label": "Đạt", "labelEn": "Approve", "reason": "none"}
    assert outcomes[1] == {"id": "return", "label": "Trả lại", "reason": "required"}
    assert task.find(f".//{OURS}choice") is not None
    assert task.find(f".//{OURS}paper") is not None


def test_an_outcome_can_be_removed(visitor: Visitor, app: Flask) -> None:
    page = open_modeler(visitor)
    choose_task(page)

    page.get_by_role("button", name="Bỏ kết quả này").click()
    saved = save(visitor, app)

    assert not list(saved.iter(f"{OURS}outcome"))
    assert len(list(saved.iter(f"{OURS}field"))) == 1


def test_a_finding_leads_to_its_element(visitor: Visitor) -> None:
    page = open_modeler(visitor)

    page.get_by_role("button", name="Thiếu vai trò").click()

    expect(page.get_by_label("Tên", exact=True)).to_have_value("Xét duyệt")
    expect(page.locator(".finding-marker")).to_have_text("1")
    visitor.check()


@pytest.mark.parametrize(
    "path", [one.path / one.manifest.process for one in shipped_folders()], ids=lambda path: "-".join(path.parts[-3:-1])
)
def test_saving_loses_nothing_of_a_real_procedure(visitor: Visitor, app: Flask, path: Path) -> None:
    app.extensions["diagram"] = path.read_text(encoding="utf-8")
    open_modeler(visitor)

    saved = save(visitor, app)

    assert meaning(saved) == meaning(etree.fromstring(path.read_bytes()))


def meaning(tree: etree._Element) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Every element that is not drawing, with its text and attributes; order, layout and written-out defaults do not matter."""
    return sorted(
        (str(element.tag), (element.text or "").strip(), attributes(element))
        for element in tree.iter()
        if isinstance(element.tag, str) and element.tag.startswith((BPMN, OURS, CAMUNDA))
        if element.tag != f"{BPMN}definitions"
    )


def attributes(element: etree._Element) -> list[tuple[str, str]]:
    pairs = ((str(key), str(value)) for key, value in element.attrib.items())
    return sorted((key, value) for key, value in pairs if DEFAULTS.get(key) != value)
