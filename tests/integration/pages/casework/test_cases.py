"""The case's page, its list, its record, and what a manager may do with it."""

import unicodedata
from urllib.parse import quote

from tests.support.casework import KEY, OFFICE, REGISTERED, UNIT, Casework
from tests.support.incidents import move_to_vote
from tests.support.web import Person
from workflow.ids import new_id
from workflow.store.casework import CaseFilter
from workflow.store.people.comments import CommentRecord
from workflow.store.rows import Page

MANAGER = "quanly.tinh"


def test_a_case_shows_its_stages_who_has_it_and_what_was_done(work: Casework) -> None:
    work.submit(work.begin(UNIT, "Đăng ký"), REGISTERED)
    person = work.sign_in(UNIT).open("/ho-so").follow(KEY)
    assert person.heading == "Xã Minh Họa (đơn vị minh họa)"
    assert person.page.xpath("//li[@aria-current='step' and contains(., 'Đăng ký')]")
    assert "Đưa vào danh sách điểm" in person.text
    assert "Gửi đăng ký" in person.text
    assert "Dữ liệu minh họa" in person.page.text_content()


def test_the_list_is_bounded_to_what_one_may_see(work: Casework) -> None:
    assert "1 mục" in work.sign_in(UNIT).open("/ho-so").text
    assert KEY not in work.sign_in("donvi.langgieng").open("/ho-so").text
    assert "8 mục" in work.sign_in(MANAGER).open("/ho-so").text


def test_the_list_is_filtered_by_the_address(work: Casework) -> None:
    manager = work.sign_in(MANAGER)
    assert "1 mục" in manager.open("/ho-so?text=Minh+Họa+%28đơn").text or KEY in manager.text
    assert "Không có hồ sơ nào khớp bộ lọc" in manager.open("/ho-so?status=withdrawn").text
    manager.open("/ho-so?year=abc&page=-1&status='")


def test_the_list_is_searched_by_words_however_they_are_spelt(work: Casework) -> None:
    manager = work.sign_in(MANAGER)
    with_marks = quote(unicodedata.normalize("NFD", "Minh Họa"))
    for text in ("minh+hoa", "HOA++minh", with_marks, quote("MINH HỌA")):
        assert KEY in manager.open(f"/ho-so?text={text}").text, text
    for nonsense in ('"', "%25", "*", "%CC%81", "x" * 300, "a+" * 2000, quote("minh OR hoa"), "%ED%A0%80"):
        assert KEY not in manager.open(f"/ho-so?text={nonsense}").text, nonsense
    assert KEY in manager.open("/ho-so?text=%00").text, "nothing is left to seek"


def test_a_limit_counts_a_line_end_once(work: Casework) -> None:
    work.submit(work.begin(UNIT, "Đăng ký"), REGISTERED)
    unit = work.sign_in(UNIT).open("/ho-so").follow(KEY)
    unit.send("/y-kien", {"text": "ab\r\n" * 1665 + "ab"})
    with work.container.units.reading() as uow:
        (case,) = uow.unit_cases.search(CaseFilter(text=KEY), Page())[0]
        assert [one.text for one in uow.comments.of_case(case.id)] == ["ab\n" * 1665 + "ab"]
    unit.send("/y-kien", {"text": "a" * 5001}, status=422)


def test_a_neighbour_finds_no_case(work: Casework) -> None:
    address = work.sign_in(UNIT).open("/ho-so").follow(KEY).address
    other = work.sign_in("donvi.langgieng")
    for path in ("", "/bien-ban", "/buoc/withdraw", "/di-chuyen"):
        other.open(address + path, status=404)


def test_a_comment_is_written_and_read_by_the_other_side(work: Casework) -> None:
    work.submit(work.begin(UNIT, "Đăng ký"), REGISTERED)
    unit = work.sign_in(UNIT).open("/ho-so").follow(KEY)
    unit.send("/y-kien", {"text": "  "}, status=422)
    unit.send("/y-kien", {"text": "Xin gửi bản gốc sau.\nTrân trọng"})
    assert "Xin gửi bản gốc sau." in work.find(OFFICE, "Đưa vào danh sách").text


def test_earlier_comments_are_a_page_further(work: Casework) -> None:
    unit = work.sign_in(UNIT).open("/ho-so").follow(KEY)
    case = unit.address
    _remark(work, case, "Lời đầu.")
    for number in range(19):
        _remark(work, case, f"Lời thứ {number}.")
    assert "Lời đầu." in unit.open(case).text
    assert "trước đó" not in unit.text

    unit.send("/y-kien", {"text": "Lời cuối."})

    assert "Lời cuối." in unit.text
    assert "Lời đầu." not in unit.text
    assert "21 ý kiến" in unit.text
    assert "Lời đầu." in unit.follow("Xem ý kiến trước đó").text
    assert "Lời cuối." not in unit.text
    assert "Lời cuối." in unit.follow("Xem ý kiến sau đó").text
    assert "Lời cuối." in unit.open(f"{case}?remarks=-3").text
    assert "Chưa có ý kiến" not in unit.open(f"{case}?remarks=99").text


def _remark(work: Casework, case: str, text: str) -> None:
    """Put a remark into the case, without the bound of so many a minute."""
    author, now = new_id(), work.container.clock.now()
    with work.container.units() as uow:
        uow.comments.add(
            CommentRecord(id=new_id(), case_id=case.rpartition("/")[2], author_id=author, at=now, text=text)
        )
        uow.commit()


def test_a_manager_suspends_with_a_reason_and_resumes(work: Casework) -> None:
    manager = work.sign_in(MANAGER).open("/ho-so").follow(KEY)
    case = manager.address
    manager.open(f"{case}/buoc/suspend").send("/buoc/suspend", status=409)
    assert "lý do" in manager.text
    manager.send("/buoc/suspend", {"reason": "Chờ hướng dẫn"})
    assert "Tạm dừng" in manager.text
    assert "Chờ nhận 0" in work.sign_in(UNIT).open("/nhiem-vu?tab=group").text
    manager.open(f"{case}/buoc/resume").send("/buoc/resume")
    assert "Chờ nhận 1" in work.sign_in(UNIT).open("/nhiem-vu?tab=group").text


def test_only_the_unit_withdraws_its_case(work: Casework) -> None:
    manager = work.sign_in(MANAGER).open("/ho-so").follow(KEY)
    assert "Chỉ đơn vị" in manager.open(f"{manager.address}/buoc/withdraw").text
    unit = work.sign_in(UNIT).open("/ho-so").follow(KEY)
    unit.open(f"{unit.address}/buoc/withdraw").send("/buoc/withdraw", {"reason": "Không đủ điều kiện"})
    assert "Hồ sơ đã được rút" in unit.text


def test_the_record_tells_what_was_entered_by_stage(work: Casework) -> None:
    work.register()
    person = work.sign_in(UNIT).open("/ho-so").follow(KEY).follow("Bảng tổng hợp")
    assert "Đăng ký xây dựng đơn vị điển hình: Gửi đăng ký" in person.text
    assert "Đặng Minh Họa" in person.text
    assert "Điểm cấp huyện" in person.text


def test_a_manager_moves_a_token_and_must_say_why(work: Casework) -> None:
    work.register()
    manager = work.sign_in(MANAGER).open("/ho-so").follow(KEY)
    case = manager.address
    manager.open(f"{case}/di-chuyen")
    options = manager.page.xpath("//select[@name='target']/option")
    target = next(one.get("value") for one in options if "Đưa vào danh sách điểm" in one.text_content())
    manager.send("/di-chuyen", {"target": target}, status=422)
    assert "lý do" in manager.text
    manager.send("/di-chuyen", {"target": target, "reason": "Danh sách sai"})
    manager.open(case)
    assert "Danh sách sai" in manager.text
    assert "chuyển hồ sơ sang bước khác" in manager.text


def test_incidents_are_for_managers(work: Casework) -> None:
    assert "Không có hồ sơ nào bị mắc" in work.sign_in(MANAGER).open("/su-co").text
    unit = work.sign_in(UNIT)
    assert not unit.page.xpath("//nav//a[contains(@href, '/su-co')]")
    unit.open("/ho-so").follow(KEY)
    unit.open(f"{unit.address}/di-chuyen", status=403)


def test_a_stuck_case_is_resolved_from_the_list_of_incidents(work: Casework) -> None:
    """The case stands at a vote: who should vote is nowhere to be read."""
    manager = work.sign_in(MANAGER).open("/ho-so").follow(KEY)
    case_id = manager.address.rstrip("/").rpartition("/")[2]
    with work.container.units.reading() as uow:
        (task,) = uow.tasks.open_of_case(case_id)
    move_to_vote(work.container, case_id, task.activity_id)
    work.settle()
    manager.open("/su-co")
    assert KEY in manager.text
    manager.follow("Xử lý")
    manager.send(manager.address, {"how": "variables", "variables": "[]", "reason": "x"}, status=422)
    manager.send(manager.address, {"how": "retry", "reason": ""}, status=422)
    assert "lý do" in manager.text
    corrected = {"how": "variables", "variables": '{"open_session": {"quorum": {"voters": []}}}', "reason": "Sửa"}
    manager.send(manager.address, corrected, status=422)
    assert "do người có thẩm quyền quyết định" in manager.text
    corrected["variables"] = '{"note": "đã kiểm tra"}'
    manager.send(manager.address, corrected)
    assert "Hồ sơ được xử lý tiếp" in manager.text


def _move(manager: Person, step: str, reason: str) -> None:
    options = manager.page.xpath("//select[@name='target']/option")
    target = next(one.get("value") for one in options if f"đến “{step}”" in one.text_content())
    manager.send("/di-chuyen", {"target": target, "reason": reason})
