"""A reviewer asks the unit to explain single rows, with days of their own, while the dossier stays where it is."""

from datetime import UTC, datetime

import pytest

from tests.support.house import CASTS, COMMUNE_UNIT, PASSWORD, House
from tests.support.versions import Move, unasked
from tests.support.web import Person
from tests.support.world import shipped_package
from webui.app import create_app
from webui.settings import WebSettings
from workflow.demo.player import pdf
from workflow.demo.stories import day
from workflow.errors import AssessmentIncomplete, InvalidInput, NotFound, RowRefused, TransitionRefused
from workflow.ids import new_id
from workflow.runtime.recorder import SYSTEM, Provenance
from workflow.services.casework.cases import CaseCommand
from workflow.services.casework.criteria.inquiries import AnswerInquiry, AskUnit, RecallInquiry, SentFile
from workflow.services.casework.criteria.judgements import AgreeCriterion
from workflow.services.casework.criteria.sheet_view import CriterionView
from workflow.services.casework.tasks import CompleteTask, TakeTask
from workflow.store.criteria.inquiries import InquiryRecord
from workflow.store.inbox import InboxFilter
from workflow.store.rows import Page

CAST = CASTS[COMMUNE_UNIT]
UNIT, BOARD = CAST.unit, str(CAST.evaluator)
ASKED = "Cho biết ai đã ký biên bản."

pytestmark = pytest.mark.stage("evaluation")


class Desk:
    """The commune's board works on the sheet; one row has been asked about."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.task_id = house.take(BOARD, "evaluation").id
        house.look(house.actor(BOARD), self.task_id, "I.1", "I.2")
        self.id = self.ask("I.1")

    def ask(self, key: str, days: int | None = None, login: str = BOARD, text: str = ASKED) -> str:
        wish = AskUnit(task_id=self.task_id, criterion_id=key, text=text, days=days)
        return self.house.container.inquiries.ask(self.house.actor(login), wish)

    def answer(self, login: str = UNIT, text: str = "Chủ tịch xã ký.", **more: tuple[SentFile, ...]) -> None:
        said = AnswerInquiry(inquiry_id=self.id, text=text, **more)
        self.house.container.inquiries.answer(self.house.actor(login), said)
        self.house.settle()

    def row(self, key: str = "I.1") -> CriterionView:
        sheet = self.house.container.task_views.view(self.house.actor(BOARD), self.task_id).sheet
        assert sheet is not None
        return sheet.criteria[key]

    def told(self, login: str) -> list[str]:
        """What somebody was told about what is asked, newest first."""
        with self.house.container.units.reading() as uow:
            found = uow.notifications.of_user(self.house.users[login], Page(limit=50))
        return [one.template for one in found if one.about == "inquiry"]

    def due_at(self) -> datetime:
        with self.house.container.units.reading() as uow:
            due_at = uow.inquiries.get(self.id).due_at
        assert due_at is not None
        return due_at


def waiting(house: House, login: str = UNIT) -> list[str]:
    """What stands in somebody's list of what they have to do."""
    found = house.container.inbox.page(house.actor(login), InboxFilter(tab="todo"), Page(limit=40))
    return [one.inquiry.id for one in found.inquiries]


def move(house: House, trigger: str) -> None:
    command = CaseCommand(case_id=house.case().id, trigger=trigger, reason="Chờ văn bản (minh họa)")
    house.container.cases.move(house.actor("quanly.tinh"), command)


def test_a_row_that_waits_for_an_answer_can_neither_be_decided_nor_sent(house: House) -> None:
    desk = Desk(house)
    assert desk.row().mine.state == "asked"
    for refused in (lambda: desk.ask("I.1"), lambda: desk.ask("I.3")):  # it waits already; it was never opened
        with pytest.raises(RowRefused):
            refused()
    with pytest.raises(RowRefused):
        house.container.judgements.agree(house.actor(BOARD), AgreeCriterion(task_id=desk.task_id, criterion_id="I.1"))
    with pytest.raises(RowRefused):
        desk.ask("I.2", text=" ​ ")
    for days in (0, 31):
        with pytest.raises(InvalidInput):
            desk.ask("I.2", days=days)
    house.settle()

    assert desk.due_at() == day(11, 14, 17).astimezone(UTC), "three working days after Thursday the 9th"
    assert len(desk.told(UNIT)) == 1
    assert waiting(house) == [desk.id]
    assert not waiting(house, BOARD)
    sheet = house.container.task_views.view(house.actor(BOARD), desk.task_id).sheet
    assert sheet is not None
    rest = [key for key in sheet.criteria if key != "I.1"]
    house.look(house.actor(BOARD), desk.task_id, *rest)
    for key in rest:
        house.container.judgements.agree(house.actor(BOARD), AgreeCriterion(task_id=desk.task_id, criterion_id=key))
    with pytest.raises(AssessmentIncomplete) as missing:
        house.container.tasks.complete(house.actor(BOARD), CompleteTask(task_id=desk.task_id, outcome="approve"))
    assert missing.value.params["missing"] == "I.1"


def test_the_units_answer_with_words_and_files_makes_the_row_seen_again(house: House) -> None:
    desk = Desk(house)
    with pytest.raises(TransitionRefused):
        desk.answer(text="  ")
    with pytest.raises(InvalidInput):
        desk.answer(files=(SentFile(filename="a.exe", content=b"MZ"),))
    desk.answer(files=(SentFile(filename="biên bản.pdf", content=pdf("bien ban")),))

    row = desk.row()
    assert row.mine.state == "seen"
    (inquiry,) = row.inquiries
    assert (inquiry.state, inquiry.answer) == ("answered", "Chủ tịch xã ký.")
    assert [one.filename for one in row.evidence if one.id in inquiry.files] == ["biên bản.pdf"]
    assert len(desk.told(BOARD)) == 1
    assert not waiting(house)
    with pytest.raises(TransitionRefused):
        desk.answer(text="Còn nữa")
    house.move_to(11, 20)
    assert not house.events(COMMUNE_UNIT, "InquiryLapsed"), "its days no longer run"
    house.container.judgements.agree(house.actor(BOARD), AgreeCriterion(task_id=desk.task_id, criterion_id="I.1"))
    house.verify()


def test_only_the_units_own_people_answer_and_only_who_works_there_asks(house: House) -> None:
    desk = Desk(house)
    with pytest.raises(TransitionRefused) as refused:
        desk.answer(BOARD)
    assert refused.value.who_can_act, "it says who could"
    with pytest.raises(TransitionRefused):
        desk.answer("quanly.tinh")
    stranger = house.person("nguoi.la", ("unit-officer", "xa-lang-gieng"))
    for act in (
        lambda: house.container.inquiries.answer(stranger, AnswerInquiry(inquiry_id=desk.id, text="Tôi")),
        lambda: house.container.inquiries.view(stranger, desk.id),
    ):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(TransitionRefused):
        desk.ask("I.2", login=CAST.standing)
    with pytest.raises(TransitionRefused):
        house.container.inquiries.recall(house.actor(UNIT), RecallInquiry(inquiry_id=desk.id))
    house.container.inquiries.recall(house.actor(BOARD), RecallInquiry(inquiry_id=desk.id))
    assert desk.row().mine.state == "seen"


def test_the_end_of_the_days_makes_the_row_seen_again(house: House) -> None:
    desk = Desk(house)
    house.move_to(11, 14, 16)
    assert desk.row().mine.state == "asked"
    house.move_to(11, 14, 18)
    assert (desk.row().mine.state, desk.row().inquiries[0].state) == ("seen", "lapsed")
    assert len(desk.told(BOARD)) == 1
    assert len(desk.told(UNIT)) == 2
    with pytest.raises(TransitionRefused):
        desk.answer()
    house.verify()


def test_a_suspension_stops_the_days_and_its_end_lets_them_go_on(house: House) -> None:
    desk = Desk(house)
    before = desk.due_at()
    move(house, "suspend")
    assert [one.kind for one in house.container.case_views.standstill(house.actor(BOARD), house.case().id).dates].count(
        "answer"
    ) == 1
    with pytest.raises(TransitionRefused):
        desk.answer()
    house.clock.move_to(day(11, 16, 9))  # not minute by minute: as often would be looked whether the case goes on
    house.settle()
    assert desk.row().mine.state == "asked", "the last day of before has gone by, but the case stood still"
    move(house, "resume")
    house.settle()

    assert desk.due_at() > before
    (told,) = [one for one in house.events(COMMUNE_UNIT, "ClockMoved") if one.payload["kind"] == "answer"]
    assert datetime.fromisoformat(told.payload["to"]) == desk.due_at()
    assert desk.row().mine.state == "asked"
    house.move_to(11, 24)
    assert desk.row().inquiries[0].state == "lapsed"


def test_returning_the_whole_dossier_ends_what_single_rows_asked(house: House) -> None:
    desk = Desk(house)
    back = CompleteTask(
        task_id=desk.task_id, outcome="return", reason="Bổ sung", criterion_reasons={"I.2": "Thiếu biên bản"}
    )
    house.container.tasks.complete(house.actor(BOARD), back)
    house.settle()
    with house.container.units.reading() as uow:
        states = {one.criterion_id: one.state for one in uow.inquiries.of_case(house.case().id, 10)}
    assert states == {"I.1": "recalled", "I.2": "returned"}
    assert not waiting(house)
    with pytest.raises(TransitionRefused):
        desk.answer()


def test_a_question_is_recalled_however_often_the_case_came_back_since(house: House) -> None:
    """Given a question that waits, and more reasons of returns after it than anybody looks through, when the task is sent, then it is asked no longer."""
    desk = Desk(house)
    case_id, task_id = house.case().id, desk.task_id
    later = house.clock.now()
    reasons = [
        InquiryRecord(
            id=new_id(),
            case_id=case_id,
            task_id=task_id,
            criterion_id="I.2",
            state="returned",
            text="Minh họa",
            asked_at=later,
            asked_by=house.users[BOARD],
        )
        for _ in range(600)
    ]
    with house.container.units() as uow:
        uow.inquiries.add(reasons)
        uow.commit()

    back = CompleteTask(
        task_id=task_id, outcome="return", reason="Bổ sung", criterion_reasons={"I.2": "Thiếu biên bản"}
    )
    house.container.tasks.complete(house.actor(BOARD), back)

    with house.container.units.reading() as uow:
        assert [one.state for one in uow.inquiries.asked_of_unit(case_id, 10)] == ["recalled"]
        assert not uow.inquiries.open_of_case(case_id)


@pytest.mark.stage("inspection")
def test_an_inspectors_question_reaches_the_unit_while_the_teams_sheets_stay_closed_to_it(house: House) -> None:
    one, other = CAST.inspectors[:2]
    task = house.task("member_findings", login=one)
    actor, unit, inquiries = house.actor(one), house.actor(UNIT), house.container.inquiries
    house.container.tasks.take(actor, TakeTask(task_id=task.id))
    house.look(actor, task.id, "I.1")
    asked = inquiries.ask(actor, AskUnit(task_id=task.id, criterion_id="I.1", text=ASKED, days=2))
    house.settle()

    assert waiting(house) == [asked]
    assert inquiries.view(unit, asked).may_answer
    assert house.container.task_views.view(unit, task.id).withheld, "the sheet itself stays closed"
    with pytest.raises(NotFound):
        inquiries.view(house.actor(other), asked)
    mine = house.container.task_views.view(house.actor(other), house.task("member_findings", login=other).id).sheet
    assert mine is not None
    assert not mine.criteria["I.1"].inquiries
    inquiries.answer(
        unit, AnswerInquiry(inquiry_id=asked, text="Đã ký.", files=(SentFile(filename="a.pdf", content=pdf("a")),))
    )
    sheet = house.container.task_views.view(actor, task.id).sheet
    assert sheet is not None
    assert sheet.criteria["I.1"].mine.state == "seen"
    assert [file.filename for file in sheet.criteria["I.1"].evidence][-1:] == ["a.pdf"]
    house.verify()


def test_a_definition_can_have_nobody_ask_at_a_task(house: House) -> None:
    """Given a version that says so, when its case is judged, then nothing is offered and a question is refused; in the version before it is taken."""
    by = Provenance(actor=SYSTEM, at=house.clock.now())
    new = house.container.publishing.install(unasked(shipped_package()), by)
    Move(house=house, old=house.case().version_id, new=new).ask(COMMUNE_UNIT)
    house.settle()
    assert house.case().version_id == new
    task_id = house.take(BOARD, "evaluation").id
    board = house.actor(BOARD)
    house.look(board, task_id, "I.1")

    with pytest.raises(InvalidInput, match="asked nothing"):
        house.container.inquiries.ask(board, AskUnit(task_id=task_id, criterion_id="I.1", text=ASKED, days=3))
    person = Person.at(create_app(house.container, WebSettings(secret_key="k" * 40, demonstration=True), testing=True))
    page = person.sign_in(BOARD, PASSWORD).open(f"/nhiem-vu/{task_id}/tieu-chi/I.1")
    assert "Yêu cầu giải trình…" not in page.text
    assert "I.1" in page.text


def test_questions_and_answers_stand_on_the_printed_record_and_on_the_printed_sheet(house: House) -> None:
    """Given one row that was answered with a file and one that waits, when the record and the sheet are printed, then both are on them."""
    desk = Desk(house)
    desk.ask("I.2", text="Bao nhiêu hộ?")
    desk.answer(files=(SentFile(filename="xac-nhan.pdf", content=pdf("xac nhan")),))
    person = Person.at(create_app(house.container, WebSettings(secret_key="k" * 40, demonstration=True), testing=True))
    person.sign_in(BOARD, PASSWORD)

    person.open(f"/ho-so/{house.case().id}/bien-ban")
    rows = [
        " ".join(row.text_content().split())
        for row in person.page.xpath("//h2[contains(., 'giải trình')]/following::tbody[1]/tr")
    ]
    assert len(rows) == 2
    for said in ("I.1", ASKED, "Chủ tịch xã ký.", "xac-nhan.pdf", house.actor(UNIT).name):
        assert said in rows[0]
    assert "Bao nhiêu hộ?" in rows[1]
    assert "17:00 14/11/2023" in rows[1]

    person.open(f"/nhiem-vu/{desk.task_id}/tieu-chi")
    under = [" ".join(row.text_content().split()) for row in person.page.xpath("//tr[@class='printed-words']")]
    assert any(ASKED in row and "Chủ tịch xã ký. (1 tệp)" in row for row in under)
    assert any("Bao nhiêu hộ?" in row and "17:00 14/11/2023" in row for row in under)


def test_both_sides_see_in_their_lists_that_an_explanation_is_waited_for(house: House) -> None:
    """Given a question and no task of the unit's, when both open their lists, then it is the unit's to do, and the board's row waits for it."""
    desk = Desk(house)
    unit, board = house.actor(UNIT), house.actor(BOARD)
    app = create_app(house.container, WebSettings(secret_key="k" * 40, demonstration=True), testing=True)

    todo = house.container.home.read(unit).todo
    assert todo is not None
    assert ([one.inquiry.id for one in todo.inquiries], todo.entries, todo.count.number) == ([desk.id], [], 1)
    person = Person.at(app).sign_in(UNIT, PASSWORD)
    assert person.address == "/nhiem-vu", "there is something to do"
    assert "Phải làm 1" in person.text
    assert "Ngoài phần giải trình ở trên, không có việc nào chờ bạn" in person.text
    assert "Phải làm 1" in person.open("/nhiem-vu?tab=sent").text
    assert _in_navigation(person.open("/thong-bao")) == "Việc của tôi 1"
    assert "Phải giải trình tiêu chí I.1" in person.open("/trang-dau").text
    assert "Không có việc nào chờ bạn" not in person.text

    clerk = Person.at(app).sign_in(BOARD, PASSWORD).open("/nhiem-vu?tab=asked")
    assert "Chờ giải trình 1" in clerk.text
    assert "Chờ giải trình" in clerk.page.xpath("string(//tbody)")
    desk.answer()
    assert _in_navigation(person.open("/thong-bao")) == "Việc của tôi"
    assert house.container.inbox.page(board, InboxFilter(tab="asked"), Page(limit=40)).entries == []
    assert "Chờ giải trình" not in clerk.open("/nhiem-vu").page.xpath("string(//tbody)")


def _in_navigation(person: Person) -> str:
    return " ".join(person.page.xpath("string(//header//a[@href='http://localhost/nhiem-vu'])").split())
