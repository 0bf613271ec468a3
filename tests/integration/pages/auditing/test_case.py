"""One case for the auditor: its timeline, its diagram, its past; that it was read stands on its record."""

import pytest

from tests.integration.pages.auditing.conftest import AUDITOR, Site
from tests.support.web import Person
from workflow.services.casework.operations import OperateCase


def rows_of(person: Person) -> list[list[str]]:
    """The first two cells of every row of every table."""
    return [[cell.text_content().strip() for cell in row.xpath("th|td")[:2]] for row in person.page.xpath("//tbody/tr")]


def test_reading_a_case_is_recorded_once_an_hour_and_the_page_says_so(site: Site, auditor: Person) -> None:
    first = auditor.open(f"/kiem-toan/ho-so/{site.case_id}")
    assert "That you read this case is on its record." in first.text

    for part in ("", "/so-do", "/tai-thoi-diem", "/goi"):
        again = auditor.open(f"/kiem-toan/ho-so/{site.case_id}{part}")
        assert "on its record already" in again.text

    (read,) = site.house.events("xa-minh-hoa", "CaseRead")
    assert read.actor == site.house.users[AUDITOR]
    assert read.role == "auditor"


def test_the_timeline_tells_who_in_which_role_and_why(site: Site, auditor: Person) -> None:
    auditor.open(f"/kiem-toan/ho-so/{site.case_id}?unfold=1")

    said = auditor.text
    assert "Every step was taken under Recognition of model units" in said
    assert "version 1 (2023)" in said
    assert "eligibility.eligible = true" in said, "the gateway's condition"
    assert "Row 3 of the rule applied" in said, "the row of the decision table"
    assert "Standing office officer" in said
    assert "before: Waiting → after: Claimed" in said


def test_one_command_is_one_step_with_the_systems_entries_below(site: Site, auditor: Person) -> None:
    page = auditor.open(f"/kiem-toan/ho-so/{site.case_id}?unfold=1").page

    (step,) = [one for one in page.xpath("//ol[@class='timeline']/li") if "opened the case" in one.text_content()]
    assert "more entries of the system" in step.text_content()
    assert "The task “Register as a model-unit candidate” was opened" in " ".join(step.text_content().split())


def test_for_printing_everything_can_be_unfolded(site: Site, auditor: Person) -> None:
    unfolded = auditor.open(f"/kiem-toan/ho-so/{site.case_id}?unfold=1").page

    assert unfolded.xpath("//ol[@class='timeline']//details")
    assert not unfolded.xpath("//ol[@class='timeline']//details[not(@open)]")


def test_it_starts_with_what_was_decided_and_one_event_stands_beside(site: Site, auditor: Person) -> None:
    newest = auditor.open(f"/kiem-toan/ho-so/{site.case_id}").page
    everything = auditor.open(f"/kiem-toan/ho-so/{site.case_id}?group=all").page
    rows = everything.xpath("//tbody/tr[th[@scope='row']]")
    assert 0 < len(newest.xpath("//tbody/tr[th[@scope='row']]")) < len(rows)

    oldest = rows[-1].xpath("string(td[1])").strip()
    there = auditor.open(f"/kiem-toan/ho-so/{site.case_id}?group=all&su-kien={oldest}").page

    assert there.xpath("string(//section[@id='pane']/header/h2)") == f"Event {oldest}"
    (chosen,) = there.xpath("//tr[@class='is-selected']")
    assert chosen.xpath("string(th/a)") == there.xpath("string(//section[@id='pane']//strong)")
    assert "more entries of the system" in there.xpath("string(//section[@id='pane'])")
    assert auditor.open(f"/kiem-toan/ho-so/{site.case_id}?su-kien=999999").page.xpath("//section[@id='pane']")


def test_the_diagram_comes_with_marks_and_the_same_in_words(site: Site, auditor: Person) -> None:
    page = auditor.open(f"/kiem-toan/ho-so/{site.case_id}/so-do")

    assert "Steering committee evaluates" in page.text
    assert "Here now" in page.text
    viewer = page.page.xpath("//*[@data-bpmn-viewer]")[0]
    xml = auditor.client.get(viewer.get("data-xml"))
    assert xml.mimetype == "application/xml"
    assert b"bpmn:definitions" in xml.data
    marks = auditor.client.get(viewer.get("data-marks")).get_json()
    assert marks["active"] == ["evaluation"]
    assert "registration__routing_rule" in marks["visited"]


def test_the_case_is_shown_as_it_stood(site: Site, auditor: Person) -> None:
    registered = site.house.events("xa-minh-hoa", "TaskCompleted")[0].at
    day, time = registered.strftime("%Y-%m-%d"), "08:00"

    before = auditor.open(f"/kiem-toan/ho-so/{site.case_id}/tai-thoi-diem?date=2023-03-19&time={time}")
    assert "had not been opened yet" in before.text

    at = registered.isoformat(timespec="microseconds")
    then = auditor.open(f"/kiem-toan/ho-so/{site.case_id}/tai-thoi-diem?at={at.replace('+', '%2B')}")
    assert ["Enter in the list of pilots", "nobody yet"] in rows_of(then)
    assert "Results of criteria None." in then.text
    assert then.value("date") == day
    marks = auditor.client.get(then.page.xpath("//*[@data-bpmn-viewer]")[0].get("data-marks")).get_json()
    assert marks["active"] == ["pilot_list"]

    now = auditor.open(f"/kiem-toan/ho-so/{site.case_id}/tai-thoi-diem?date=2030-01-01")
    assert "Self-assessment by the criteria" in now.text
    assert "Met: 34" in now.text
    assert ["Steering committee evaluates", "nobody yet"] in rows_of(now)


@pytest.mark.parametrize("query", ["date=soon", "date=2023-03-20&time=25:00", "date=9999-12-31", "date=0001-01-01"])
def test_a_date_that_is_none_is_refused_on_the_form(site: Site, auditor: Person, query: str) -> None:
    page = auditor.open(f"/kiem-toan/ho-so/{site.case_id}/tai-thoi-diem?{query}", status=422)

    assert "Not a valid" in page.text


@pytest.mark.parametrize("query", ["at=x", "at=2023-03-20", "at=0001-01-01T00:00%2B07:00", "at=9999-12-31T23:59-07:00"])
def test_an_extreme_instant_is_no_failure(site: Site, auditor: Person, query: str) -> None:
    page = auditor.open(f"/kiem-toan/ho-so/{site.case_id}/tai-thoi-diem?{query}")

    asked, _about, _rest = page.text.partition(" About the case")
    assert asked.endswith("Show the case at that time"), "nothing but the question for a moment"


def test_pages_speak_vietnamese(site: Site) -> None:
    auditor = site.enter(AUDITOR, language="vi")

    page = auditor.open(f"/kiem-toan/ho-so/{site.case_id}")

    assert "Việc bạn đọc hồ sơ này đã được ghi" in page.text
    assert "Tự đánh giá theo bộ tiêu chí" in page.text


def test_values_are_told_in_the_words_of_the_forms(site: Site) -> None:
    auditor = site.enter(AUDITOR, language="vi")

    timeline = auditor.open(f"/kiem-toan/ho-so/{site.case_id}?unfold=1").text
    past = auditor.open(f"/kiem-toan/ho-so/{site.case_id}/tai-thoi-diem?date=2030-01-01").text

    for said in (timeline, past):
        assert "Kết quả phân loại phong trào năm liền kề trước:" in said
        assert "Tờ trình" in said
    assert "Tại “" in timeline
    assert "hạn là" not in timeline
    assert "→ Lý do" in timeline
    assert "→ reason_en" not in timeline


def test_rules_give_the_reason_of_the_pages_language(site: Site, auditor: Person) -> None:
    said = auditor.open(f"/kiem-toan/ho-so/{site.case_id}?unfold=1").text

    assert "→ Reason" in said
    assert "added the file “report.pdf” to Report by the provisional criteria" in said


def test_moving_a_case_is_told_with_its_reason(site: Site) -> None:
    site.house.person("quanly.tinh", ("manager", "cong-an-thanh-hoa"))
    with site.house.container.units.reading() as uow:
        (task,) = uow.tasks.open_of_case(site.case_id)
    site.house.container.operations.operate(
        site.house.actor("quanly.tinh"),
        OperateCase(
            case_id=site.case_id,
            reason="Nộp nhầm hồ sơ",
            activity_id=task.activity_id,
            target_node="self_assessment",
        ),
    )

    said = site.enter(AUDITOR, language="vi").open(f"/kiem-toan/ho-so/{site.case_id}?unfold=1").text

    assert "đã chuyển hồ sơ sang bước khác. Lý do: Nộp nhầm hồ sơ" in said
    assert "(hồ sơ được chuyển sang bước khác)" in said
    assert "(MoveToken)" not in said
    assert "(moved)" not in said


def test_the_timeline_can_be_narrowed_to_one_kind_of_event(site: Site, auditor: Person) -> None:
    page = auditor.open(f"/kiem-toan/ho-so/{site.case_id}?group=decisions")

    assert "completed the task" in page.text
    assert "took the task" not in page.text
    assert "There is nothing of this kind." in auditor.open(f"/kiem-toan/ho-so/{site.case_id}?group=procedures").text
