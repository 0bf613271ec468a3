"""The table of criteria: one row at a time, several at once, by clicks alone or with a script that swaps rows."""

import pytest
from lxml import html

from tests.support.casework import BOARD, KEY, UNIT, Casework, paper
from tests.support.web import Person
from workflow.store.casework import CaseFilter
from workflow.store.rows import Page

PREFETCHED = {"Sec-Purpose": "prefetch"}
FROM_ELSEWHERE = {"Sec-Fetch-Site": "cross-site"}


@pytest.fixture
def reviewing(work: Casework) -> Person:
    """The commune's board before the unit's sheet, one file in it."""
    board = work.begin(BOARD, "Ban Chỉ đạo đánh giá")
    return board.open(f"{board.address}/tieu-chi")


def state(person: Person, key: str) -> str:
    """The state of a row, as its class says."""
    (row,) = person.page.xpath("//tbody[@data-row=$key]", key=key)
    return str(row.get("class")).removeprefix("state-")


def keys_in_order(person: Person) -> list[str]:
    return [str(key) for key in person.page.xpath("//tbody/@data-row")]


def primary(person: Person) -> str:
    (found,) = person.page.xpath("//*[contains(concat(' ', @class, ' '), ' btn-primary ')]")
    return " ".join(found.text_content().split())


def test_what_was_not_opened_is_unseen_whatever_a_browser_fetched_beforehand(reviewing: Person) -> None:
    table = reviewing.address
    for headers in (PREFETCHED, FROM_ELSEWHERE):
        reviewing.client.get(f"{table}/I.1", headers=headers)
    reviewing.open(table)
    assert {state(reviewing, key) for key in keys_in_order(reviewing)} == {"unseen"}
    assert not reviewing.page.xpath("//button[contains(@formaction, '/dong-y')]")
    assert primary(reviewing) == "Tiêu chí chưa xem (34)"

    reviewing.open(f"{table}/I.1")
    assert state(reviewing, "I.1") == "seen"
    assert primary(reviewing) == "Tiêu chí chưa xem (33)"


def test_agreeing_is_one_press_and_goes_on(reviewing: Person) -> None:
    table = reviewing.address
    reviewing.open(f"{table}/I.1").press("/I.1/dong-y")
    assert (state(reviewing, "I.1"), state(reviewing, "I.2")) == ("agreed", "seen")
    assert reviewing.address == f"{table}/I.2"
    reviewing.open(f"{table}/I.1").press("/I.1/xet-lai")
    assert state(reviewing, "I.1") == "seen"


def test_a_whole_file_is_agreed_to_row_by_row_and_sent(reviewing: Person, work: Casework) -> None:
    table = reviewing.address
    keys = keys_in_order(reviewing)
    for key in ("I.2", "I.1"):  # opening the original counts, too, whether it can be shown here or not
        original = reviewing.open(f"{table}/{key}").page.xpath("//a[contains(@href, 'task=')]/@href")[0]
        assert reviewing.client.get(original).status_code == 200
    for key in keys:
        reviewing.press(f"/{key}/dong-y")
    assert primary(reviewing) == "Kiểm tra và gửi"

    check = reviewing.follow("Kiểm tra và gửi")
    approve = check.page.xpath("//input[@name='outcome']/@value")[0]
    assert not check.page.xpath("//input[@name='outcome' and @checked]"), "nothing is chosen for a person"
    check.send("/gui", {"outcome": approve})
    assert check.heading.startswith("Đã gửi")

    with work.container.units.reading() as uow:
        case = next(one for one in uow.unit_cases.search(CaseFilter(), Page(limit=100))[0] if one.business_key == KEY)
        (event,) = uow.events.of_type(f"case:{case.id}", "TaskCompleted", 1)
    told = event.payload["results"]
    assert {one["state"] for one in told.values()} == {"agreed"}
    assert all(told[key]["opened"] == told[key]["evidence"] != [] for key in ("I.1", "I.2"))


def test_a_section_is_agreed_to_from_a_list_and_undone(reviewing: Person) -> None:
    table = reviewing.address
    for key in ("I.1", "I.2", "I.3"):
        reviewing.open(f"{table}/{key}")
    reviewing.open(f"{table}/I.3?sua=1").send("/I.3", {"I.3-result": "not_met", "I.3-reason": "Thiếu"}, button="sau")

    listed = reviewing.open(table).follow("Đồng ý cả mục (")
    assert listed.page.xpath("//input[@name='criterion']/@value") == ["I.1", "I.2", "I.4"]
    listed.send("dong-y-ca-muc/" + listed.address.rpartition("/")[2], button="Đồng ý")
    assert [state(listed, key) for key in ("I.1", "I.2", "I.3", "I.4", "I.5")] == [
        "agreed",
        "agreed",
        "differs",
        "agreed",
        "unseen",
    ]

    listed.press(
        "/hoan-tac/"
        + listed.page.xpath("//button[contains(@formaction, '/hoan-tac/')]/@formaction")[0].rpartition("/")[2]
    )
    assert [state(listed, key) for key in ("I.1", "I.2", "I.3", "I.4")] == ["seen", "seen", "differs", "seen"]


def test_a_script_gets_the_rows_that_it_names_and_no_page(reviewing: Person) -> None:
    address = f"{reviewing.address}/I.2"
    parts = html.fromstring(reviewing.client.get(address, headers={"X-Rows": "I.1"}).text)
    named = {str(name) for name in parts.xpath("//@data-part")}
    assert {"row-I.1", "row-I.2", "pane", "filters", "next"} <= named
    assert "row-I.3" not in named
    assert not parts.xpath("//header[@class='site-header']")
    assert parts.xpath("//@data-address")[0].startswith(f"{reviewing.address}/I.2")


def test_filters_lead_to_the_rows_that_they_count(reviewing: Person) -> None:
    table = reviewing.address
    reviewing.open(f"{table}/I.7")
    reviewing.open(f"{table}?loc=seen")
    assert keys_in_order(reviewing) == ["I.7"]
    assert reviewing.open(f"{table}?loc=nonsense").page.xpath("count(//tbody[@data-row])") == 34


def test_keys_are_switched_off_for_the_person_in_every_browser(work: Casework, reviewing: Person) -> None:
    """Given keys switched off beside the table, when the person signs in elsewhere, then they are off there; the account's page turns them on."""
    assert reviewing.page.xpath("//*[@data-matrix]/@data-keys") == ["on"]
    reviewing.send("/phim-tat", button="Tắt")
    assert reviewing.page.xpath("//*[@data-matrix]/@data-keys") == ["off"]

    elsewhere = work.sign_in(BOARD)
    assert elsewhere.open(reviewing.address).page.xpath("//*[@data-matrix]/@data-keys") == ["off"]
    assert elsewhere.open("/tai-khoan").page.xpath("//input[@name='keys'][@checked]/@value") == ["off"]
    elsewhere.send("/tai-khoan/phim-tat", {"keys": "on"})
    assert reviewing.open(reviewing.address).page.xpath("//*[@data-matrix]/@data-keys") == ["on"]


def test_several_files_come_in_at_once(assessing: Person) -> None:
    address = f"{assessing.address}/tieu-chi/I.1"
    form = next(one for one in assessing.open(address).page.forms if str(one.action).endswith("/minh-chung"))
    data = assessing.filled(form, {}) | {"file": [paper("một.pdf"), paper("hai.pdf")]}
    assessing.client.post(form.action, data=data)
    names = [
        " ".join(one.text_content().split())
        for one in assessing.open(address).page.xpath("//ul[@class='file-tabs']//a")
    ]
    assert names == ["một.pdf", "hai.pdf"]


def test_the_table_stays_small(reviewing: Person) -> None:
    page = reviewing.client.get(f"{reviewing.address}/I.1")
    assert len(page.data) <= 150_000


def test_what_lacks_a_file_counts_as_incomplete_not_as_done(assessing: Person) -> None:
    """Given a result without its evidence, when the unit looks at its table, then chip, heading and next act say the same."""
    address = f"{assessing.address}/tieu-chi"
    assessing.open(f"{address}/I.1").send("/I.1", {"I.1-result": "met"})
    table = assessing.open(address)

    assert [chip.text_content().split() for chip in table.page.xpath("//nav[@aria-label='Lọc tiêu chí']//a")] == [
        ["Tất", "cả", "34"],
        ["Chưa", "xong", "33"],
        ["Chưa", "đủ", "1"],
    ]
    assert primary(table) == "Tiêu chí chưa xong (34)"


def test_whoever_only_reads_gets_nothing_of_a_sheet_that_has_not_been_sent(reviewing: Person, work: Casework) -> None:
    table = reviewing.address
    reviewing.open(f"{table}/I.3?sua=1").send("/I.3", {"I.3-result": "not_met", "I.3-reason": "Lý do riêng"}, "sau")
    auditor = work.sign_in("thanhtra.tinh").open(table)
    assert "Chưa xem" in auditor.text, "whoever reads all has drawn the rows before"
    unit = work.sign_in(UNIT)

    for address in (table, f"{table}/I.3"):
        page = unit.open(address)
        assert "đang làm phiếu này. Nội dung đọc được khi phiếu đã gửi." in page.text
        assert "Lý do riêng" not in page.text
        assert {row.text_content().strip() for row in page.page.xpath("//td[@class='row-acts']")} == {"Chưa gửi"}
        assert "Kết luận của tôi" not in page.text, "it is not the reader's"
        assert "34 chưa xem" not in page.text
    parts = unit.client.get(f"{table}/I.3", headers={"X-Rows": "I.3"}).text
    assert "Lý do riêng" not in parts
    assert "Lý do riêng" not in unit.open(table.removesuffix("/tieu-chi")).text
