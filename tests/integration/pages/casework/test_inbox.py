"""The inbox: what waits, what is mine, filters in the address, due dates in words."""

from datetime import UTC, datetime, timedelta

from tests.support.casework import KEY, OFFICE, UNIT, Casework
from tests.support.clock import FixedClock


def test_a_task_of_the_group_is_claimed_straight_from_its_row(work: Casework) -> None:
    person = work.sign_in(UNIT).open("/nhiem-vu?tab=group")
    assert "Chờ nhận 1" in person.text

    person.send("/lam")

    assert "Lưu bản nháp" in person.text  # it is begun: one act, one page
    person.open("/nhiem-vu")
    assert "Tôi đang giữ 1" in person.text
    assert "Chờ nhận 0" in person.text
    assert "Làm tiếp: Xã Minh Họa" in person.text


def test_time_left_is_told_in_working_days_with_the_day(work: Casework) -> None:
    person = work.sign_in(UNIT).open("/nhiem-vu?tab=group")
    assert "Thứ Năm 30/03 1 còn 8 ngày làm việc" in person.text


def test_an_overdue_task_is_told_so_and_found_by_the_filter(work: Casework, clock: FixedClock) -> None:
    clock.set(datetime(2023, 4, 5, 2, 0, tzinfo=UTC))
    person = work.sign_in(UNIT).open("/nhiem-vu?tab=group")
    assert "30/03 quá 4 ngày" in person.text
    person.follow("Quá hạn 1")
    assert KEY in person.text


def test_tasks_are_filtered_by_a_last_day_that_stands_in_the_address(work: Casework) -> None:
    """It is 20 March 2023, a Monday; the task is due on Thursday, 30 March."""
    person = work.sign_in(UNIT)
    for query, found in (
        ("due=today", False),
        ("due=week", False),
        ("due=soon", False),
        ("until=2023-03-29", False),
        ("until=2023-03-30", True),
        ("due=today&until=2023-03-30", True),
    ):
        assert (KEY in person.open(f"/nhiem-vu?tab=group&{query}").text) == found, query
    assert [link for link in person.page.xpath("//nav//a/@href") if "until=2023-03-30" in link]
    person.open("/nhiem-vu?tab=group&until=31-02")


def test_a_column_is_taken_out_for_this_and_the_next_visits(work: Casework) -> None:
    person = work.sign_in(UNIT).open("/nhiem-vu?tab=group")
    person.follow("Bỏ cột “Mã hồ sơ”").follow("Bỏ cột “Người thụ lý”")

    assert person.page.xpath("//*[contains(@class, 'queue without-key without-who')]")
    headed = person.page.xpath("//tr[@class='group']/th/@colspan | //tr[@class='group']/td/@class")
    assert headed == ["5", "c-key", "c-progress", "c-state", "c-who"], (
        "each column that is missing takes its cell with it"
    )
    person.open("/nhiem-vu?bo-cot=khong-co.thu-ly").open("/nhiem-vu?tab=group")
    assert person.page.xpath("//*[contains(@class, 'queue without-who')]")
    person.follow("Hiện cột “Người thụ lý”").open("/nhiem-vu?tab=group")
    assert not person.page.xpath("//*[contains(@class, 'without-')]")


def test_only_the_page_itself_is_marked_in_the_menus(work: Casework) -> None:
    person = work.sign_in(UNIT)
    for address, label in (("/nhiem-vu", "Việc của tôi"), ("/thong-bao", "Thông báo")):
        person.open(address)
        marked = person.page.xpath("//header//a[@aria-current]")
        assert [" ".join(one.xpath("string(text()[1])").split()) for one in marked] == [label]


def test_the_list_that_is_shown_is_marked(work: Casework) -> None:
    for address, label in (("/nhiem-vu", "Phải làm"), ("/nhiem-vu?tab=group", "Chờ nhận")):
        person = work.sign_in(UNIT).open(address)
        (marked,) = person.page.xpath("//nav[@class='rail']//a[@aria-current]")
        assert label in marked.text_content()


def test_what_one_has_and_what_waits_stand_in_one_list_by_its_days(work: Casework) -> None:
    person = work.sign_in(UNIT).open("/nhiem-vu")
    assert "Phải làm 1" in person.text
    assert KEY in person.text


def test_how_close_the_rows_stand_is_kept(work: Casework) -> None:
    person = work.sign_in(UNIT).open("/nhiem-vu?mat-do=vua")
    assert person.page.xpath("//body[contains(@class, 'density-normal')]")
    person.open("/nhiem-vu")
    assert person.page.xpath("//body[contains(@class, 'density-normal')]")


def test_the_last_day_is_told_as_today(work: Casework, clock: FixedClock) -> None:
    clock.advance(timedelta(days=10))
    assert "Hôm nay, thứ Năm 30/03" in work.sign_in(UNIT).open("/nhiem-vu?tab=group").text


def test_filters_stand_in_the_address_and_hold_for_all_tabs(work: Casework) -> None:
    person = work.sign_in(UNIT).open("/nhiem-vu?tab=group&stage=decision")
    assert "Không có nhiệm vụ nào khớp bộ lọc" in person.text
    assert "Chờ nhận 0" in person.text
    assert [link for link in person.page.xpath("//nav//a/@href") if "tab=mine" in link and "stage=decision" in link]


def test_nonsense_in_the_address_is_no_error(work: Casework) -> None:
    person = work.sign_in(UNIT)
    for query, said in (
        ("tab=x&sort=y&page=-3", KEY),
        ("page=99999999999", "Trang này không có gì: danh sách đã ngắn lại. Về trang đầu"),
        ("procedure=%00&unit='", "Không có nhiệm vụ nào khớp bộ lọc"),
        ("due=never&stage=<b>", "Không có nhiệm vụ nào khớp bộ lọc"),
    ):
        assert said in person.open(f"/nhiem-vu?{query}").text


def test_nobody_sees_the_tasks_of_another_unit(work: Casework) -> None:
    person = work.sign_in("donvi.langgieng").open("/nhiem-vu?tab=group")
    assert KEY not in person.text
    assert "Không có việc nào chờ bạn" in person.text


def test_the_group_is_told_when_a_case_reaches_it(work: Casework) -> None:
    work.register()
    person = work.sign_in(UNIT).open("/thong-bao")
    if person.page.xpath("//main//li"):
        person.send("/thong-bao/da-doc")
    assert "Mới" not in person.text


def test_an_english_reader_finds_no_vietnamese_words_of_ours(work: Casework) -> None:
    person = work.sign_in(OFFICE).open("/nhiem-vu?tab=group").in_language("en")
    assert person.heading == "My tasks"
    assert "Case number or name of the unit" in person.text
