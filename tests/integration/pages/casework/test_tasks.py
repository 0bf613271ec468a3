"""A task from claiming to the confirmation; what two people or two windows do at once."""

import pytest

from tests.support.casework import OFFICE, REGISTERED, UNIT, Casework
from tests.support.web import Person
from workflow.ids import new_id


def test_a_task_goes_from_claim_to_confirmation(work: Casework) -> None:
    person = work.begin(UNIT, "Đăng ký")
    address = person.address

    person.send(address, REGISTERED, button="Tiếp tục")
    assert "Khá" in person.text
    person.send("/gui")

    assert person.address == f"{address}/xong"
    assert "DH-2023-0008" in person.text
    assert "Công an huyện Thường Xuân" in person.text  # who has it now
    assert "Dữ liệu minh họa" in person.page.text_content()


def test_what_is_compulsory_is_asked_for_at_its_field(work: Casework) -> None:
    person = work.begin(UNIT, "Đăng ký")
    person.send(person.address, {"field-pilot": "district"}, button="Tiếp tục")
    assert "chọn Kết quả phân loại phong trào" in person.text
    assert person.page.xpath("//a[@href='#field-previous_class-0' or contains(@href, 'field-previous_class')]")
    assert person.page.xpath("//input[@name='field-pilot' and @value='district' and @checked]")


def test_loading_the_page_with_the_faults_again_sends_nothing(work: Casework) -> None:
    person = work.begin(UNIT, "Đăng ký")
    person.send(person.address, {"field-pilot": "district"}, button="Tiếp tục")
    assert person.response is not None
    assert person.response.request.method == "GET"
    person.open(f"{person.address}?kiem-tra=1")
    assert "chọn Kết quả phân loại phong trào" in person.text
    person.send(person.address, REGISTERED, button="Tiếp tục")
    assert person.address.endswith("/kiem-tra")


def test_a_draft_is_kept_without_being_complete(work: Casework) -> None:
    person = work.begin(UNIT, "Đăng ký")
    person.send(person.address, {"field-safety_decision": "12/QĐ-UBND"}, button="Lưu bản nháp")
    assert person.value("field-safety_decision") == "12/QĐ-UBND"


def test_typing_saves_the_draft_and_hands_back_the_new_revision(work: Casework) -> None:
    person = work.begin(UNIT, "Đăng ký")
    address, form = person.address, person.page.get_element_by_id("main").xpath(".//form[@data-autosave]")[0]
    data = person.filled(form, {"field-safety_decision": "7/QĐ"})

    response = person.client.post(form.get("data-autosave"), data=data)

    assert response.status_code == 204
    assert int(response.headers["X-Revision"]) > int(data["revision"][0])
    assert person.open(address).value("field-safety_decision") == "7/QĐ"
    stale = person.client.post(
        form.get("data-autosave"), data={**data, "field-safety_decision": "8/QĐ"}, headers={"X-Autosave": "1"}
    )
    assert stale.status_code == 409


def test_two_windows_second_save_shows_both_and_loses_nothing(work: Casework) -> None:
    first = work.begin(UNIT, "Đăng ký")
    address = first.address
    second = first.another_window().open(address)
    first.send(address, {"field-safety_decision": "của cửa sổ một"}, button="Lưu")

    second.send(address, {"field-safety_decision": "của cửa sổ hai"}, button="Lưu", status=409)

    assert "của cửa sổ một" in second.text
    assert "Bạn vừa lưu bản nháp này ở một cửa sổ khác" in second.text
    assert "tải lại trang" not in second.text.lower()
    assert second.value("field-safety_decision") == "của cửa sổ hai"
    second.send(address, button="Lưu")
    assert second.value("field-safety_decision") == "của cửa sổ hai"


def test_two_windows_submit_ends_in_one_result(work: Casework) -> None:
    first = work.begin(UNIT, "Đăng ký")
    address = first.address
    first.send(address, REGISTERED, button="Tiếp tục")
    second = first.another_window().open(f"{address}/kiem-tra")
    first.send("/gui")
    second.send("/gui")
    assert second.address == first.address == f"{address}/xong"


def test_what_was_typed_survives_that_another_window_has_submitted(work: Casework) -> None:
    first = work.begin(UNIT, "Đăng ký")
    address = first.address
    second = first.another_window().open(address)
    work.submit(first, REGISTERED)
    second.send(address, {"field-safety_decision": "gõ quá muộn"}, button="Lưu", status=409)
    assert "gõ quá muộn" in second.text


@pytest.mark.parametrize("revision", ["0", "", "x"])
def test_what_is_not_handed_in_yet_is_shown_to_nobody_else(work: Casework, revision: str) -> None:
    person = work.begin(UNIT, "Đăng ký")
    address = person.address
    person.send(address, {"field-safety_decision": "chưa gửi đi"}, button="Lưu bản nháp")
    other = work.sign_in(OFFICE).open(address)
    token = other.page.xpath("string(//input[@name='csrf_token']/@value)")

    other.post(f"{address}/gui", {"csrf_token": token, "revision": revision, "command_id": new_id()}, status=409)

    assert "chưa gửi đi" not in other.text


def test_submitting_what_another_window_changed_must_be_checked_again(work: Casework) -> None:
    first = work.begin(UNIT, "Đăng ký")
    address = first.address
    first.send(address, REGISTERED, button="Tiếp tục")
    second = first.another_window().open(address)
    second.send(address, {"field-previous_class": "yeu"}, button="Lưu")
    first.send("/gui", status=409)
    assert "Yếu" in first.text
    assert "tải lại trang" not in first.text.lower()
    first.send("/gui")
    assert first.address.endswith("/xong")


def test_the_second_of_two_people_is_told_who_has_the_task(work: Casework) -> None:
    work.submit(work.begin(UNIT, "Đăng ký"), REGISTERED)
    first = work.find(OFFICE, "Đưa vào danh sách")
    address = first.address
    manager = work.sign_in("quanly.tinh").open(address)
    first.send("/nhan")
    manager.post(f"{address}/nhan", _command(manager), status=409)
    assert "Ngô Minh Họa Hai" in manager.text


def test_a_claim_clicked_twice_is_one_claim(work: Casework) -> None:
    person = work.find(UNIT, "Đăng ký")
    form = next(one for one in person.page.forms if str(one.action).endswith("/nhan"))
    data = dict(form.form_values())
    person.post(form.action, data)
    person.post(form.action, data)
    assert person.status == 200


def test_who_may_not_act_reads_who_could(work: Casework) -> None:
    work.submit(work.begin(UNIT, "Đăng ký"), REGISTERED)
    officer = work.find(OFFICE, "Đưa vào danh sách")
    unit = work.sign_in(UNIT).open(officer.address)
    assert "Ngô Minh Họa Hai (Cán bộ Cơ quan Thường trực, Công an huyện Thường Xuân)" in unit.text
    assert not [form for form in unit.page.forms if str(form.action).endswith("/nhan")]


def test_a_task_of_a_case_one_may_not_see_does_not_exist(work: Casework) -> None:
    person = work.find(UNIT, "Đăng ký")
    other = work.sign_in("donvi.langgieng")
    for path in ("", "/kiem-tra", "/tieu-chi", "/tra-lai", "/chuyen-giao", "/xong"):
        other.open(person.address + path, status=404)


def test_an_outcome_that_needs_a_reason_asks_for_it(work: Casework) -> None:
    work.submit(work.begin(UNIT, "Đăng ký"), REGISTERED)
    officer = work.begin(OFFICE, "Đưa vào danh sách")
    officer.send(officer.address, {"outcome": "return"}, button="Tiếp tục")
    assert "lý do" in officer.page.xpath("string(//*[@id='reason-error'])").lower()


def test_a_returned_case_shows_why_and_what_was_entered_before(work: Casework) -> None:
    work.submit(work.begin(UNIT, "Đăng ký"), REGISTERED | {"field-safety_decision": "12/QĐ"})
    work.submit(work.begin(OFFICE, "Đưa vào danh sách"), {"outcome": "return", "reason": "Thiếu ngày quyết định"})
    unit = work.begin(UNIT, "Đăng ký")
    assert "Thiếu ngày quyết định" in unit.text
    assert unit.value("field-safety_decision") == "12/QĐ"
    assert unit.page.xpath("//input[@name='field-pilot' and @value='district' and @checked]")


def test_a_task_is_put_back_and_keeps_its_draft(work: Casework) -> None:
    person = work.begin(UNIT, "Đăng ký")
    address = person.address
    person.send(address, {"field-safety_decision": "giữ lại"}, button="Lưu")
    person.open(f"{address}/tra-lai").send("/tra-lai")
    assert work.begin(UNIT, "Đăng ký").value("field-safety_decision") == "giữ lại"


def test_a_manager_gives_a_task_to_a_candidate_only_with_a_reason(work: Casework) -> None:
    person = work.find(UNIT, "Đăng ký")
    manager = work.sign_in("quanly.tinh").open(f"{person.address}/giao-lai")
    choice = manager.page.xpath("//input[@name='user_id']/@value")[0]
    assert not manager.page.xpath("//input[@name='user_id'][@checked]"), "nobody is chosen beforehand"
    manager.send("/giao-lai", {"user_id": choice}, status=422)
    assert "Hãy nêu lý do." in manager.text
    assert manager.page.xpath("//input[@name='user_id'][@checked]/@value") == [choice], "the choice is kept"
    manager.send("/giao-lai", {"user_id": choice, "reason": "Người cũ nghỉ"})
    assert "Đặng Minh Họa – Cán bộ đơn vị, Xã Minh Họa" in manager.text, "asked once more, with name and office"
    manager.send("/giao-lai")
    assert "Đặng Minh Họa" in manager.text


def test_whoever_is_to_get_a_task_can_be_searched_for(work: Casework) -> None:
    person = work.find(UNIT, "Đăng ký")
    manager = work.sign_in("quanly.tinh").open(f"{person.address}/giao-lai?tim=cán bộ đơn vị")
    assert len(manager.page.xpath("//input[@name='user_id']")) == 1
    manager.open(f"{person.address}/giao-lai?tim=không có ai")
    assert not manager.page.xpath("//input[@name='user_id']")
    assert "Không có ai" in manager.text


@pytest.mark.parametrize("path", ["/nhan", "/bat-dau", "/gui", "/luu-nhap"])
def test_a_post_without_our_form_is_refused(work: Casework, path: str) -> None:
    person = work.find(UNIT, "Đăng ký")
    assert person.client.post(person.address + path).status_code == 400


def _command(person: Person) -> dict[str, str]:
    return {
        "csrf_token": str(person.page.xpath("string(//meta[@name='csrf-token']/@content)")),
        "command_id": new_id(),
    }


def test_whoever_decides_sees_what_the_unit_entered_and_left_open(work: Casework) -> None:
    work.submit(work.begin(UNIT, "Đăng ký"), REGISTERED)
    officer = work.find(OFFICE, "Đưa vào danh sách")
    for _page in ("before claiming", "while working"):
        basis = _basis(officer)
        assert "Kết quả phân loại phong trào" in basis
        assert "Khá" in basis
        assert "Chưa trả lời" in basis
        assert "Đặng Minh Họa" in basis
        officer = work.begin(OFFICE, "Đưa vào danh sách")
    officer.send(officer.address, {"outcome": "accept"}, button="Tiếp tục")
    assert officer.address.endswith("/kiem-tra")
    assert "Khá" in _basis(officer)


def test_the_first_task_of_a_case_rests_on_nothing(work: Casework) -> None:
    assert "Căn cứ" not in work.begin(UNIT, "Đăng ký").text


def _basis(person: Person) -> str:
    """The section that says what the task rests on, up to the link that ends it."""
    parts = person.page.xpath("//h2[@id='basis']/following-sibling::details")
    return " ".join(" ".join(part.text_content().split()) for part in parts)
