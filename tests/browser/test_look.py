"""The queue as it is seen: how much of it without scrolling, by whom it is read aloud, in which order the keyboard walks it."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.support.chromium import assert_accessible, assert_fits
from tests.support.house import House
from tests.support.office import Office
from workflow.ids import new_id

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

STANDING, UNITS = "thuongtruc.tinh", ("tho-thanh", "rung-thong", "dien-bien", "dai-hoc-hong-duc")
ROWS = "tbody tr:not(.group)"
FIRST_ROW, AT_LEAST = 240, {768: 14, 650: 11}
"""Pixels above the first row; height of the window → rows that it shows whole, with the demonstration's strip."""


def many_wait(house: House) -> None:
    """Twenty-eight tasks wait for the standing office, due on three days."""
    for unit in UNITS:
        house.register(unit)
    with house.container.units() as uow:
        for unit in UNITS:
            (task,) = house.open_tasks(unit)
            assert task.due_at is not None
            for number in range(6):
                due = task.due_at + timedelta(days=number % 3)
                uow.tasks.add(
                    [replace(task, id=new_id(), activity_id=f"{task.activity_id}-{number}", due_at=due, due_sort=due)]
                )
        uow.commit()


def test_the_queue_shows_its_work_at_once(office: Office) -> None:
    many_wait(office.house)
    page = office.person(STANDING).open("/nhiem-vu")
    for height, least in AT_LEAST.items():
        page.set_viewport_size({"width": 1366, "height": height})
        boxes = [row.bounding_box() for row in page.locator(ROWS).all()]
        whole = [box for box in boxes if box and box["y"] + box["height"] <= height]
        first = boxes[0]
        assert first is not None
        assert first["y"] <= FIRST_ROW
        assert len(whole) >= least, f"{len(whole)} rows at 1366×{height}"
    page.set_viewport_size({"width": 1366, "height": 768})
    assert_accessible(page)
    assert_fits(page)


def test_the_units_of_the_queue_can_be_read_in_every_window(office: Office) -> None:
    page = office.person(STANDING).page
    office.house.register("tho-thanh")
    page.goto("/nhiem-vu")
    for width in (1280, 1240, 1110, 1000, 800, 620):
        page.set_viewport_size({"width": width, "height": 768})
        cut = page.get_by_role("rowheader", name="Xã Thọ Thanh").evaluate("(one) => one.scrollWidth - one.clientWidth")
        assert cut <= 0, f"at {width}"

    page.set_viewport_size({"width": 1366, "height": 768})
    unit = page.get_by_role("rowheader", name="Xã Thọ Thanh")
    before = (unit.bounding_box() or {"width": 0})["width"]
    page.goto("/nhiem-vu?bo-cot=ma.thu-ly")
    after = (unit.bounding_box() or {"width": 0})["width"]
    assert after >= before + 200, "the room of columns that were taken out"


def test_the_queue_is_read_aloud_by_its_days(office: Office) -> None:
    many_wait(office.house)
    page = office.person(STANDING).open("/nhiem-vu")

    told = page.get_by_role("main").aria_snapshot()

    for part in (
        '- navigation "Các danh sách nhiệm vụ"',
        '- link "Phải làm 28"',
        '- heading "Việc của tôi" [level=1]',
        '- search "Bộ lọc"',
        '- table "Phải làm"',
        '- rowheader "Thứ Ba 04/04 12 còn 11 ngày làm việc"',
        '- rowheader "Xã Thọ Thanh"',
        'button "Nhận và làm : Xã Thọ Thanh"',
    ):
        assert part in told, f"{part} is not in:\n{told[:3000]}"
    assert told.index("Việc của tôi") < told.index('- rowheader "Thứ Ba 04/04'), "the heading stands before the rows"


def test_the_keyboard_walks_from_the_frame_to_the_work(office: Office) -> None:
    many_wait(office.house)
    page = office.person(STANDING).open("/nhiem-vu")

    walked = [next_stop(page) for _stop in range(39)]

    assert walked[:5] == ["Đến nội dung chính", "Công nhận", "Trang đầu", "Việc của tôi 28", "Phiên họp"]
    order = ["Phải làm", "Nhận và làm: Xã Thọ Thanh", "Mã hồ sơ hoặc tên đơn vị", "Lọc", "Hạn xử lý ▲", "Xã Thọ Thanh"]
    places = [next((i for i, name in enumerate(walked) if name.startswith(one)), -1) for one in order]
    assert -1 not in places, walked
    assert places == sorted(places), walked


def test_a_key_leads_to_the_search_also_where_it_stands_in_the_menu(office: Office) -> None:
    page = office.person(STANDING).open("/nhiem-vu?text=%2F")
    search = page.get_by_role("searchbox", name="Tìm hồ sơ hoặc đơn vị")
    page.keyboard.press("/")
    expect(search).to_be_focused()
    page.keyboard.type("a/b")
    expect(search).to_have_value("a/b")

    page.set_viewport_size({"width": 320, "height": 640})
    page.reload()
    expect(search).to_have_count(0)
    page.locator("summary", has_text=office.house.actor(STANDING).name).click()
    expect(search).to_be_visible()
    expect(page.get_by_role("button", name="English")).to_be_visible()
    assert_accessible(page)
    assert_fits(page)
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    search.fill("Thọ Thanh")
    search.press("Enter")
    expect(page).to_have_url(re.compile(r"/ho-so\?text="))


def next_stop(page: Page) -> str:
    """Press Tab and say what has the focus now, as it would be read."""
    page.keyboard.press("Tab")
    text = page.evaluate(
        "() => { const one = document.activeElement;"
        " return one.getAttribute('aria-label') || one.labels?.[0]?.textContent || one.textContent || ''; }"
    )
    return " ".join(str(text).split())
