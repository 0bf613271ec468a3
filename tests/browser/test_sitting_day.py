"""A committee's day: thirty cases in one sitting, judged from the open queue on; on a narrow screen and by keyboard alone as well."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.chromium import assert_fits
from tests.support.hand import Hand, assert_by_hand
from tests.support.house import Model
from tests.support.many_cases import open_the_votes, put_before_the_committee
from tests.support.office import Office, leave_unsent, opened_office
from tests.support.sittings import BODY, MEMBERS
from workflow.calendar.zone import local_date
from workflow.services.sittings.agenda import Agenda

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]

CASES = 30
BEFORE = (CASES * 6, CASES * 6)
"""What the same took with a page a case: taken from the list, begun, chosen, checked, sent, back to the list."""
ROWS = "[data-agenda] tbody tr"
FIRST_ROW, AT_LEAST = 240, 15


@pytest.fixture(scope="module")
def office(browser: Browser, sqlite_model: Model, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The votes on thirty cases are open; each test is another member's."""
    with opened_office(sqlite_model, tmp_path_factory.mktemp("sitting") / "data", browser) as office:
        put_before_the_committee(office.house, CASES)
        open_the_votes(office.house)
        yield office


def agenda(office: Office, login: str) -> Agenda:
    house = office.house
    return house.container.sittings.agenda(house.actor(login), BODY, local_date(house.clock.now()))


def votes(office: Office, login: str) -> list[str | None]:
    """How this person voted, by the number of the case."""
    me = office.house.users[login]
    with office.house.container.units.reading() as uow:
        tasks = uow.sittings.tasks([one.case_id for one in agenda(office, login).lines])
    cast = {one.case_id: one.outcome for one in tasks if one.completed_by == me and one.node_id == "vote"}
    return [cast.get(one.case_id) for one in agenda(office, login).lines]


def case_pane(page: Page, number: int) -> Locator:
    """The case that stands beside the agenda, once it is that one."""
    pane = page.get_by_role("region", name=f"{number}. ")
    expect(pane.get_by_role("heading", level=2)).to_contain_text(f"{number}. Trường THPT Minh Họa")
    return pane


def whole_rows(page: Page) -> tuple[float, int]:
    """Where the first row begins, and how many can be seen whole."""
    boxes = [box for row in page.locator(ROWS).all() if (box := row.bounding_box())]
    height = (page.viewport_size or {"height": 0})["height"]
    return boxes[0]["y"], sum(1 for box in boxes if box["y"] + box["height"] <= height)


def test_a_member_judges_thirty_cases_in_one_go(office: Office) -> None:
    page = office.person(MEMBERS[0], viewport={"width": 1366, "height": 768}).open("/nhiem-vu")
    hand = Hand(page)

    hand.click(page.get_by_role("row", name="PH-2023-0001").get_by_role("link", name="Phiên họp"))
    hand.click(page.get_by_role("button", name="Mở hồ sơ 1"))
    for number in range(1, CASES + 1):
        pane = case_pane(page, number)
        expect(pane.get_by_role("group", name="Phiếu của tôi").get_by_role("radio", checked=True)).to_have_count(0)
        if number in (1, 11, 21):
            hand.press("1")
            expect(page.get_by_role("img", name="Trang 1 của tệp")).to_be_visible()
        if number == 7:
            hand.press("d")
            hand.write(pane.get_by_label("Lý do"), "Minh họa: số liệu năm trước chưa khớp")
            hand.click(pane.get_by_role("button", name="Bỏ phiếu và sang hồ sơ 8"))
        elif number < CASES:
            hand.press("j")
    first, rows = whole_rows(page)
    hand.click(page.get_by_role("link", name="Đồng ý 29 hồ sơ đã mở"))
    expect(page.locator("main tbody tr")).to_have_count(29)
    hand.click(page.get_by_role("button", name="Đồng ý 29 hồ sơ này"))
    expect(page.get_by_role("status").first).to_contain_text("tôi đã bỏ 30, đã mở 0")

    hand.say("sitting of 30 cases", BEFORE)
    print(f"sitting: first row at {first}, {rows} rows whole at 1366×768")
    assert hand.acts <= 45
    assert first <= FIRST_ROW
    assert rows >= AT_LEAST
    assert votes(office, MEMBERS[0]) == ["agree"] * 6 + ["disagree"] + ["agree"] * 23


def test_a_notice_takes_nothing_of_the_agendas_place(office: Office) -> None:
    member = office.person(MEMBERS[3], viewport={"width": 1366, "height": 768})
    page = member.page
    page.get_by_role("navigation", name="Điều hướng chính").get_by_role("link", name="Phiên họp").click()
    page.get_by_role("row").get_by_role("link").first.click()
    expect(page.locator(ROWS)).to_have_count(CASES)
    leave_unsent(member, f"/ho-so/{agenda(office, MEMBERS[3]).lines[0].case_id}/y-kien")

    first, rows = whole_rows(page)
    assert first <= FIRST_ROW
    assert rows >= AT_LEAST


def test_a_member_votes_on_a_narrow_screen(office: Office) -> None:
    member = office.person(MEMBERS[1], viewport={"width": 320, "height": 640})
    page = member.open("/phien-hop/")
    page.get_by_role("row").get_by_role("link").first.click()
    expect(page.locator(ROWS)).to_have_count(CASES)
    assert_fits(page)
    page.get_by_role("row", name="PH-2023-0002").get_by_role("button").click()
    pane = case_pane(page, 2)
    assert_fits(page)
    expect(page.locator(ROWS).first).to_be_hidden()
    pane.get_by_role("button", name="Tờ trình đề nghị công nhận").click()
    expect(page.get_by_role("img", name="Trang 1 của tệp")).to_be_visible()
    assert_fits(page)
    pane.get_by_label("Không có ý kiến").check()
    pane.get_by_role("button", name="Bỏ phiếu và sang hồ sơ 3").click()
    case_pane(page, 3)
    member.check()

    assert votes(office, MEMBERS[1])[:3] == [None, "abstain", None]


def test_a_member_votes_by_keyboard_alone(office: Office) -> None:
    page = office.person(MEMBERS[2], viewport={"width": 1366, "height": 768}).open("/nhiem-vu")
    keys = page.keyboard

    tab_to(page, page.get_by_role("row", name="PH-2023-0001").get_by_role("link", name="Phiên họp"))
    keys.press("Enter")
    tab_to(page, page.get_by_role("button", name="Mở hồ sơ 1"))
    keys.press("Enter")
    pane = case_pane(page, 1)
    keys.press("a")
    expect(pane.get_by_label("Đồng ý công nhận")).to_be_focused()
    keys.press("Enter")
    case_pane(page, 2)
    keys.press("d")
    keys.press("Tab")
    keys.type("Minh họa: chưa rõ số liệu của trường")
    keys.press("Tab")
    keys.press("Enter")
    case_pane(page, 3)
    keys.press("k")

    expect(page.get_by_role("row", name="PH-2023-0002")).to_contain_text("Đã bỏ phiếu")
    assert votes(office, MEMBERS[2])[:3] == ["agree", "disagree", None]


def tab_to(page: Page, target: Locator, presses: int = 60) -> None:
    """Tab on until the target has the focus."""
    expect(target).to_be_visible()
    for _press in range(presses):
        page.keyboard.press("Tab")
        if target.and_(page.locator(":focus")).count():
            return
    raise AssertionError(f"{target} was not reached with {presses} presses")


def test_no_act_of_these_walks_goes_round_a_persons_hands() -> None:
    assert_by_hand(__file__, walks=3)
