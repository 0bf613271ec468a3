"""Criteria: results, figures that explain themselves, evidence, two windows at one criterion."""

from io import BytesIO
from urllib.parse import unquote

import pytest
from lxml import html

from tests.support.casework import BOARD, UNIT, Casework, pdf
from tests.support.web import Person
from workflow.demo import player

ORIGINAL = "//a[contains(@href, '/minh-chung/') and not(contains(@href, '/xem'))]"


def opened(person: Person) -> str:
    """The row that is open beside the table."""
    return str(person.page.xpath("string(//*[@aria-current='true'][ancestor::tbody[@data-row]])"))


def test_all_criteria_are_listed_by_group_with_progress(assessing: Person) -> None:
    assert "0 / 34" in assessing.text
    person = assessing.open(f"{assessing.address}/tieu-chi")
    assert "0 / 34" in person.text
    assert len(person.page.xpath("//tbody[@data-row]//th[@scope='row']/a")) == 34


def test_figures_are_computed_and_say_how(assessing: Person) -> None:
    task = assessing.address
    person = assessing.open(f"{task}/tieu-chi/I.18")
    names = person.page.xpath("//input[starts-with(@name, 'I.18-figure-')]/@name")

    person.send("/I.18", dict(zip(names, ("1.200", "900"), strict=True)) | {"I.18-result": "met"}, button="Lưu")

    person.open(f"{task}/tieu-chi/I.18")
    assert "giảm 25% (yêu cầu ≥ 5%)" in person.text
    assert "năm trước 1.200" in person.text


def test_a_result_that_the_figures_deny_stays_to_be_corrected(assessing: Person) -> None:
    person = assessing.open(f"{assessing.address}/tieu-chi/I.18")
    names = person.page.xpath("//input[starts-with(@name, 'I.18-figure-')]/@name")
    person.send("/I.18", dict(zip(names, ("10", "12"), strict=True)) | {"I.18-result": "met"}, button="tiêu chí sau")
    assert opened(person) == "I.18"
    assert "Cần xem lại" in person.text


def test_what_is_no_number_is_refused_and_kept_in_its_field(assessing: Person) -> None:
    person = assessing.open(f"{assessing.address}/tieu-chi/I.18")
    name = person.page.xpath("//input[starts-with(@name, 'I.18-figure-')]/@name")[0]
    person.send("/I.18", {name: "mười hai"}, button="Lưu", status=422)
    assert person.value(name) == "mười hai"
    assert person.page.xpath("//input[@name=$name and @aria-invalid='true']", name=name)


def test_saving_goes_on_to_the_next_criterion(assessing: Person) -> None:
    person = assessing.open(f"{assessing.address}/tieu-chi/I.1")
    person.send("/I.1", {"I.1-result": "met", "I.1-statement": "Đã quán triệt"}, button="tiêu chí sau")
    assert opened(person) == "I.2"


def test_a_row_is_saved_from_the_table_itself(assessing: Person) -> None:
    person = assessing.open(f"{assessing.address}/tieu-chi")
    assert len(person.page.xpath("//form[@data-autosave]")) == 34
    person.send("/I.2", {"I.2-result": "met"}, button="Lưu")
    assert opened(person) == "I.2"
    assert person.page.xpath("//input[@name='I.2-result' and @value='met' and @checked]")


def test_two_windows_at_one_criterion_show_both_and_lose_nothing(assessing: Person) -> None:
    address = f"{assessing.address}/tieu-chi/I.1"
    first, second = assessing.open(address), assessing.another_window().open(address)
    first.send("/I.1", {"I.1-result": "met", "I.1-statement": "của cửa sổ một"}, button="Lưu")

    second.send("/I.1", {"I.1-statement": "của cửa sổ hai"}, button="Lưu", status=409)

    assert "của cửa sổ một" in second.text
    assert "Bạn vừa lưu tiêu chí này ở một cửa sổ khác" in second.text
    assert "tải lại trang" not in second.text.lower()
    assert second.value("I.1-statement") == "của cửa sổ hai"
    second.send("/I.1", button="Lưu")
    assert second.open(address).value("I.1-statement") == "của cửa sổ hai"


def test_what_was_typed_survives_that_the_task_was_put_back(assessing: Person) -> None:
    task = assessing.address
    second = assessing.another_window().open(f"{task}/tieu-chi/I.1")
    assessing.open(f"{task}/tra-lai").send("/tra-lai")
    second.send("/I.1", {"I.1-statement": "gõ quá muộn"}, button="Lưu", status=409)
    assert "gõ quá muộn" in second.text


def test_a_file_sent_twice_by_one_form_is_there_once(assessing: Person) -> None:
    address = f"{assessing.address}/tieu-chi/I.1"
    form = next(one for one in assessing.open(address).page.forms if str(one.action).endswith("/minh-chung"))
    for _click in range(2):
        assessing.post(form.action, assessing.filled(form, {"file": pdf()}))
    assert len(assessing.open(address).page.xpath(ORIGINAL)) == 1


def test_each_of_two_files_that_stand_elsewhere_already_is_asked_about(assessing: Person) -> None:
    """Given two files at one criterion, when both are sent for another one with a third, then that is in, and one question follows the other."""
    one, other, third = (player.pdf(name) for name in ("mot", "hai", "ba"))

    task = assessing.address

    def send(criterion: str, **files: bytes) -> Person:
        address = f"{task}/tieu-chi/{criterion}"
        form = next(
            one for one in assessing.open(address).page.forms if str(one.action).endswith(f"/{criterion}/minh-chung")
        )
        sent = [(BytesIO(content), f"{name}.pdf") for name, content in files.items()]
        return assessing.post(form.action, assessing.filled(form, {"file": sent}))

    send("I.1", mot=one, hai=other)
    asked = send("I.2", mot=one, hai=other, ba=third)

    assert "“mot.pdf”" in asked.text
    assert "Sau tệp này còn 1 tệp nữa cần hỏi." in asked.text
    asked.send("/minh-chung", button="Dùng")
    assert "“hai.pdf”" in asked.text
    assert "cần hỏi" not in asked.text
    done = asked.follow("Chọn tệp khác")
    assert "Lưu I.2 Các tệp: ba.pdf, mot.pdf I.3" in done.text


def test_typing_saves_a_criterion_again_and_again(assessing: Person) -> None:
    address = f"{assessing.address}/tieu-chi/I.1"
    form = assessing.open(address).page.xpath("//form[@data-autosave]")[0]
    data = assessing.filled(form, {"I.1-statement": "một"})
    script = {"X-Autosave": "1"}
    first = assessing.client.post(form.get("data-autosave"), data=data, headers=script)
    again = data | {"I.1-statement": "một hai", "I.1-revision": first.headers["X-Revision"]}
    assert assessing.client.post(form.get("data-autosave"), data=again, headers=script).status_code == 200
    assert (
        assessing.client.post(
            form.get("data-autosave"), data=data | {"I.1-statement": "cũ"}, headers=script
        ).status_code
        == 409
    )
    assert assessing.open(address).value("I.1-statement") == "một hai"


def test_a_file_is_given_out_as_an_attachment_only(assessing: Person) -> None:
    person = assessing.open(f"{assessing.address}/tieu-chi/I.1")
    person.send("/minh-chung", {"file": pdf("Kế hoạch của Đội đã ký.pdf")})
    assert "Kế hoạch của Đội đã ký.pdf" in person.text

    response = person.client.get(person.page.xpath(ORIGINAL)[0].get("href"))

    disposition = response.headers["Content-Disposition"]
    assert disposition.startswith("attachment; filename=\"Ke hoach cua Doi da ky.pdf\"; filename*=UTF-8''")
    assert unquote(disposition.rpartition("'")[2]) == "Kế hoạch của Đội đã ký.pdf"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"<script>alert(1)</script>", "trang.pdf"), (b"MZ\x90\x00", "chay.exe"), (b"", "rong.pdf"), (b"x", "khong-duoi")],
)
def test_a_file_that_is_not_what_it_says_is_refused(assessing: Person, content: bytes, name: str) -> None:
    person = assessing.open(f"{assessing.address}/tieu-chi/I.1")
    person.send("/minh-chung", {"file": (BytesIO(content), name)}, status=422)
    assert person.page.xpath("//*[@id='file-error']")


def test_a_withdrawn_file_is_gone_and_the_page_says_how_to_get_it_back(assessing: Person) -> None:
    person = assessing.open(f"{assessing.address}/tieu-chi/I.1")
    person.send("/minh-chung", {"file": pdf()}).send("/rut")
    assert "hãy tải lên lần nữa" in person.text
    assert not person.page.xpath("//a[contains(@href, '/minh-chung/')]")


def test_evidence_is_hidden_from_the_neighbour(assessing: Person, work: Casework) -> None:
    person = assessing.open(f"{assessing.address}/tieu-chi/I.1").send("/minh-chung", {"file": pdf()})
    address = person.page.xpath("//a[contains(@href, '/minh-chung/')]/@href")[0]
    assert work.sign_in("donvi.langgieng").client.get(address).status_code == 404


def test_what_is_missing_is_listed_with_links_before_submitting(assessing: Person) -> None:
    task = assessing.address
    person = assessing.send(task, button="Tiếp tục")
    assert person.address == f"{task}/kiem-tra"
    assert "Còn thiếu hoặc phải sửa 37 mục" in person.text
    assert person.page.xpath("//a[contains(@href, '/tieu-chi/I.1')]")
    assert person.page.xpath("//a[contains(@href, '#paper-report')]")
    assert not [form for form in person.page.forms if str(form.action).endswith("/gui")]


def test_a_differing_result_needs_a_reason_and_stands_beside_the_former(work: Casework) -> None:
    work.self_assess()
    board = work.begin(BOARD, "Ban Chỉ đạo đánh giá")
    task = board.address
    board.open(f"{task}/tieu-chi/I.1?sua=1")
    assert "Tự đánh giá theo bộ tiêu chí" in board.text
    board.send("/I.1", {"I.1-result": "not_met"}, button="tiêu chí sau")
    assert "Kết quả của bạn khác với cấp trước" in board.text
    assert opened(board) == "I.1"
    board.send("/I.1", {"I.1-result": "not_met", "I.1-reason": "Thiếu văn bản"}, button="tiêu chí sau")
    assert opened(board) == "I.2"


def test_a_return_names_criteria_and_the_unit_reads_why(work: Casework) -> None:
    work.self_assess()
    board = work.begin(BOARD, "Ban Chỉ đạo đánh giá")
    task = board.address
    board.send(task, {"outcome": "return", "reason": "Bổ sung"}, button="Tiếp tục")
    assert "ít nhất một tiêu chí" in board.text
    work.submit(
        board.open(task), {"outcome": "return", "reason": "Bổ sung", "criterion-I.5": "Thiếu ảnh bảng niêm yết"}
    )
    unit = work.begin(UNIT, "Tự đánh giá")
    assert "Thiếu ảnh bảng niêm yết" in unit.text
    assert "33 / 34" in unit.text  # the former results stay, but for the one that is to be corrected
    unit.open(f"{unit.address}/tieu-chi/I.5").send(
        "/I.5", {"I.5-result": "met", "I.5-statement": "Đã bổ sung ảnh"}, button="Lưu"
    )
    assert "Đã lưu tiêu chí I.5" in unit.text


def test_what_is_saved_while_somebody_types_is_counted_among_the_rows_that_came_back(work: Casework) -> None:
    work.self_assess()
    board = work.begin(BOARD, "Ban Chỉ đạo đánh giá")
    why = {"outcome": "return", "reason": "Bổ sung", "criterion-I.1": "Thiếu ảnh", "criterion-I.2": "Nêu rõ"}
    work.submit(board, why)
    unit = work.begin(UNIT, "Tự đánh giá")
    table = f"{unit.address}/tieu-chi/I.1"
    assert "sửa 0, không đổi 2" in unit.open(table).text
    lacking = unit.page.xpath("string(//*[@data-part='lack-I.1'])")
    assert lacking.strip() == "Sửa, hoặc nêu lý do giữ nguyên"

    (form,) = unit.page.xpath("//form[@data-autosave and contains(@action, '/I.1')]")
    data = unit.filled(form, {"I.1-statement": "Nay đã có ảnh"})
    answer = html.fromstring(unit.client.post(form.get("data-autosave"), data=data, headers={"X-Autosave": "1"}).text)

    told = {name: " ".join(answer.xpath(f"string(//*[@data-part='{name}'])").split()) for name in PARTS}
    assert "sửa 1, không đổi 1" in told["kept"]
    assert "Nay đã có ảnh" in told["turns-I.1"]
    assert "Chưa sửa" not in told["turns-I.1"]
    assert told["lack-I.1"] == ""
    assert set(PARTS) <= set(unit.open(table).page.xpath("//@data-part")), "which the page has, to be changed"


PARTS = ("kept", "turns-I.1", "lack-I.1")


def test_an_outcome_that_is_not_possible_says_so_in_both_languages(work: Casework) -> None:
    work.self_assess()
    board = work.begin(BOARD, "Ban Chỉ đạo đánh giá")
    task = board.address
    work.assess(BOARD, task.rpartition("/")[2])
    board.send(task, {"outcome": "reject", "reason": "Không"}, button="Tiếp tục")
    assert "Đơn vị đạt đủ tiêu chí thì không được kết thúc xét ở bước này." in board.text
    board.open(f"{task}/kiem-tra").in_language("en")
    assert "A unit that meets every criterion cannot be ended at this step." in board.text


def test_the_first_level_is_asked_for_a_reason_only_where_there_are_figures(assessing: Person, work: Casework) -> None:
    task_id = assessing.address.rpartition("/")[2]
    with work.container.units.reading() as uow:
        user = uow.accounts.by_login(UNIT)
    assert user is not None
    sheet = work.container.task_views.view(work.container.accounts.actor_of(user.id), task_id).sheet
    assert sheet is not None
    figures = {bool(one.criterion.figures): key for key, one in sheet.criteria.items()}
    task = assessing.address
    for with_figures, key in figures.items():
        assessing.open(f"{task}/tieu-chi/{key}")
        assert bool(assessing.page.xpath("//textarea[@name=$name]", name=f"{key}-reason")) == with_figures
    work.assess(UNIT, task_id)
    assessing.open(f"{task}/tieu-chi/{figures[False]}").send(
        f"/{figures[False]}", {f"{figures[False]}-statement": "Xong"}
    )
    assert assessing.open(f"{task}/tieu-chi/{figures[False]}").value(f"{figures[False]}-statement") == "Xong"


SAVED = {
    "done": ({"result": "met"}, "Đã lưu; tiêu chí này đã xong.", "1 / 34", ""),
    "no result": ({"statement": "Đã làm"}, "Đã lưu; tiêu chí này chưa có kết quả.", "0 / 34", ""),
    "nothing behind it": ({"result": "met", "statement": ""}, "Đã lưu; còn thiếu", "0 / 34", "Chưa đủ"),
}


@pytest.mark.parametrize(("entered", "says", "count", "tag"), SAVED.values(), ids=SAVED)
def test_what_saves_itself_brings_count_and_state_up_to_date(
    assessing: Person, entered: dict[str, str], says: str, count: str, tag: str
) -> None:
    person = assessing.open(f"{assessing.address}/tieu-chi/I.1")
    form = next(one for one in person.page.xpath("//form[@data-autosave]") if "/I.1/" in one.get("data-autosave"))
    shown = set(person.page.xpath("//*[@data-part]/@data-part"))
    statement = {} if "statement" in entered else {"I.1-statement": "Đã quán triệt"}
    typed = {f"I.1-{name}": value for name, value in entered.items()}

    answer = html.fromstring(
        person.client.post(form.get("data-autosave"), data=person.filled(form, statement | typed)).text
    )

    assert answer.xpath("//*[@data-autosave-say]")[0].text_content().startswith(says)
    parts = {part.get("data-part"): part.text_content() for part in answer.xpath("//*[@data-part]")}
    assert {"standing-I.1", "computation-I.1", "lack-I.1", "next", "filters"} <= shown & parts.keys()
    assert count in parts["filters"]
    assert parts["lack-I.1"].strip() == tag
    assert count in person.open(person.address).text


def test_a_compulsory_reason_that_is_missing_is_said_at_once(work: Casework) -> None:
    work.self_assess()
    person = work.begin(BOARD, "đánh giá")
    address = f"{person.address}/tieu-chi"
    assert not person.open(address).page.xpath("//form[@data-autosave]"), "nothing is decided before it was seen"
    (form,) = person.open(f"{address}/I.1?sua=1").page.xpath("//form[@data-autosave]")

    answer = person.client.post(form.get("data-autosave"), data=person.filled(form, {"I.1-result": "not_met"}))

    assert "Đã lưu, nhưng còn thiếu lý do bắt buộc." in answer.text
    assert "0 / 34" in answer.text
    assert "0 / 34" in person.open(address).text


def test_a_file_that_stands_for_something_else_is_asked_about_and_need_not_be_sent_again(assessing: Person) -> None:
    address = f"{assessing.address}/tieu-chi"
    assessing.open(f"{address}/I.1").send("/I.1/minh-chung", {"file": pdf("một.pdf")})
    person = assessing.open(f"{address}/I.2")

    person.send("/I.2/minh-chung", {"file": pdf("một.pdf")})

    assert person.open(person.response.request.full_path).heading == "Tệp này đã có trong hồ sơ", (
        "it lies at an address"
    )
    assert "Tiêu chí I.1" in person.text
    assert not assessing.another_window().open(f"{address}/I.2").page.xpath("//a[contains(@href, '/minh-chung/')]")
    person.send("/minh-chung", button="cả ở đây")
    assert person.open(f"{address}/I.2").page.xpath("//a[contains(@href, '/minh-chung/')]")
