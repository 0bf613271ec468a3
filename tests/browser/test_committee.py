"""The inspection team and the committee: findings beside each other, a session with a quorum, a vote, the decision."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.chromium import Visitor
from tests.support.house import CASTS, COMMUNE_UNIT
from tests.support.office import OfficeAt, heading
from tests.support.pictures import picture
from tests.support.reviewing import answer, begin, claim_and_begin, submit, to_the_check
from workflow.demo.player import pdf

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

CAST = CASTS[COMMUNE_UNIT]
COMMITTEE = ("Đỗ Minh Họa Ba", "Ngô Minh Họa Ba", "Lê Minh Họa Bốn", "Trần Minh Họa Bốn", "Nguyễn Minh Họa Bốn")


def choose(page: Page, question: str, *people: str) -> None:
    for person in people:
        answer(page, question, person)


def attach(person: Visitor, folder: Path) -> None:
    file = folder / "bien-ban.pdf"
    file.write_bytes(pdf("Bien ban minh hoa"))
    section = person.page.locator("section", has=person.page.get_by_role("heading", name="Biên bản phiên họp"))
    section.locator("input[type=file]").set_input_files(file)
    section.get_by_role("button", name="Đính kèm tệp").click()
    expect(section.get_by_text("Đã đính kèm")).to_be_visible()


def test_the_leader_concludes_beside_what_every_member_found(office_at: OfficeAt) -> None:
    office = office_at("conclusion")
    leader = office.person(CAST.inspectors[0])
    page = leader.open("/nhiem-vu?tab=mine")
    page.get_by_role("row", name="Trưởng đoàn kết luận").get_by_role("button", name="Bắt đầu").click()
    page.get_by_role("link", name="I.29", exact=True).click()
    pane = page.get_by_role("region", name="I.29 Minh chứng và căn cứ")

    for level in ("Lê Minh Họa Ba", "Trần Minh Họa Ba", "Nguyễn Minh Họa Ba", "Đặng Minh Họa", "Phạm Minh Họa Hai"):
        expect(pane.locator(".by", has_text=level)).to_have_count(1)
    leader.check()


def test_a_committee_meets_votes_and_recognises(office_at: OfficeAt, tmp_path: Path) -> None:
    office = office_at("session")
    house = office.house
    clerk = office.person(CAST.standing)
    page = claim_and_begin(clerk, "Triệu tập phiên họp")
    page.get_by_label("Ngày họp").fill("31/2/2023")
    page.get_by_label("Địa điểm").fill("Phòng họp minh họa")
    choose(page, "Thành phần Ban Chỉ đạo", *COMMITTEE)
    page.get_by_role("button", name="Tiếp tục: kiểm tra trước khi gửi").click()
    expect(page.get_by_role("alert")).to_be_focused()
    clerk.check()
    page.get_by_label("Ngày họp").fill("21/12/2023")
    to_the_check(clerk)
    submit(clerk)

    house.move_to(12, 21)
    clerk = office.person(CAST.standing)
    page = claim_and_begin(clerk, "Khai mạc, điểm danh")
    choose(page, "Thành phần Ban Chỉ đạo", *COMMITTEE)
    choose(page, "Thành viên có mặt", *COMMITTEE[:2])
    answer(page, "Kết quả xử lý", "Đủ thành phần, tiến hành họp")
    to_the_check(clerk)
    expect(page.get_by_role("main")).to_contain_text("Chưa đủ hai phần ba thành viên có mặt và được biểu quyết")
    expect(page.get_by_role("button", name="Gửi", exact=True)).to_have_count(0)
    page.get_by_role("link", name="Về nhiệm vụ").click()
    choose(page, "Thành viên có mặt", *COMMITTEE)
    choose(page, "Thành viên không tham gia xét", COMMITTEE[-1])
    why = re.compile(f"Lý do không tham gia xét của từng người.*{re.escape(COMMITTEE[-1])}")
    page.get_by_label(why).fill("Minh họa: có người thân công tác tại đơn vị.")
    to_the_check(clerk)
    submit(clerk)

    member = office.person(CAST.committee[1])
    page = begin(member, "Biểu quyết")
    answer(page, "Kết quả xử lý", "Đồng ý công nhận")
    to_the_check(member)
    submit(member)
    for login in (CAST.committee[0], *CAST.committee[2:-1]):
        house.do(COMMUNE_UNIT, login, "vote", "agree")

    house.move_to(12, 28)
    chair = office.person(CAST.committee[0])
    page = claim_and_begin(chair, "Quyết định công nhận")
    page.get_by_label("Số quyết định").fill("Minh họa 03/QĐ-BCĐ")
    page.get_by_label("Ngày quyết định").fill("28/12/2023")
    answer(page, "Kết quả xử lý", "Công nhận")
    attach(chair, tmp_path)
    expect(page.get_by_label("Số quyết định")).to_have_value("Minh họa 03/QĐ-BCĐ")
    to_the_check(chair)
    submit(chair)
    house.settle()
    page.get_by_role("link", name="Xem hồ sơ").click()
    expect(page.get_by_role("main")).to_contain_text("Quyết định số Minh họa 03/QĐ-BCĐ ngày 28/12/2023")
    chair.check()
    picture(page, "case", height=1000)

    assert house.case().outcome == "recognised"
    record_can_be_printed(chair)
    house.verify()


def record_can_be_printed(person: Visitor) -> None:
    page = person.page
    page.get_by_role("link", name="Bảng tổng hợp hồ sơ (để in)").click()
    heading(person, "Bảng tổng hợp hồ sơ")
    expect(page.get_by_role("button", name="In", exact=True)).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="In", exact=True)).to_be_hidden()
    expect(page.get_by_role("navigation", name="Điều hướng chính")).to_be_hidden()
    expect(page.get_by_text("Minh họa 03/QĐ-BCĐ").first).to_be_visible()
