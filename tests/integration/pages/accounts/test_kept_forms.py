"""What was typed and not carried out is kept for who typed it, shown to nobody else, and gone once it has been sent."""

from datetime import timedelta
from io import BytesIO

import pytest

from tests.support.casework import BOARD, PASSWORD, PDF, UNIT, Casework
from tests.support.clock import FixedClock
from tests.support.web import Person
from workflow.services.accounts.kept_forms import MOST

TEXT = "Đề nghị bổ sung minh chứng:\nảnh chụp và biên bản ngày 02/11."
LINES = TEXT.splitlines()


@pytest.fixture
def officer(work: Casework) -> Person:
    """At the page of their case."""
    person = work.sign_in(UNIT).open("/ho-so")
    return person.open(person.page.xpath("string(//td/a/@href | //th/a[contains(@href, '/ho-so/')]/@href)"))


def comment(person: Person, text: str = TEXT) -> Person:
    return person.send("/y-kien", {"text": text})


def remarks(person: Person) -> str:
    return " ".join(person.page.xpath("//p[@class='keep-lines']//text()"))


def test_what_is_sent_after_the_session_has_ended_is_shown_after_the_sign_in(
    officer: Person, clock: FixedClock
) -> None:
    case = officer.address
    clock.advance(timedelta(hours=1))

    comment(officer)

    assert officer.address == "/dang-nhap"
    assert "Không mất gì" in officer.text
    officer.send("/dang-nhap", {"login": UNIT, "password": PASSWORD})
    assert officer.value("text") == TEXT
    assert "chưa được gửi" in officer.text
    assert not officer.open(case).page.xpath("//*[@id='comments']//*[contains(., $line)]", line=LINES[0])


def test_it_is_sent_from_there_and_then_kept_no_more(officer: Person, clock: FixedClock) -> None:
    clock.advance(timedelta(hours=1))
    comment(officer).send("/dang-nhap", {"login": UNIT, "password": PASSWORD})
    kept = officer.address

    officer.send("/y-kien")

    assert LINES[0] in officer.text
    assert "Đã thêm ý kiến của bạn" in officer.text
    assert "không giữ nội dung nào" in officer.open(kept).text
    assert LINES[0] not in officer.open("/giu-lai/").text


def test_nobody_else_who_signs_in_there_sees_it(officer: Person, clock: FixedClock) -> None:
    clock.advance(timedelta(hours=1))
    comment(officer)
    kept = str(officer.page.xpath("string(//input[@name='then']/@value)"))

    officer.send("/dang-nhap", {"login": BOARD, "password": PASSWORD})

    assert officer.address == "/trang-dau", "nothing waits for the other one"
    for address in (kept, "/giu-lai/", "/", "/ho-so"):
        officer.open(address)
        assert LINES[0] not in officer.page.text_content()


def test_it_waits_for_who_typed_it_in_whatever_browser(officer: Person, work: Casework, clock: FixedClock) -> None:
    clock.advance(timedelta(hours=1))
    comment(officer)

    elsewhere = work.sign_in(UNIT)

    assert "chưa được gửi" in elsewhere.text
    elsewhere.follow("Xem")
    assert LINES[0] in elsewhere.text
    elsewhere.follow("Xem")
    assert elsewhere.value("text") == TEXT


def test_a_sign_in_in_another_window_loses_nothing(officer: Person) -> None:
    """The form is of the former session: it is shown again as one of this session, to be sent."""
    window = officer.another_window()
    window.open("/tai-khoan").send("/dang-xuat")
    window.sign_in(UNIT, PASSWORD)

    comment(officer)

    assert officer.value("text") == TEXT
    officer.send("/y-kien")
    assert LINES[0] in remarks(officer)


def test_another_persons_sign_in_in_another_window_neither_sends_nor_shows_it(officer: Person, work: Casework) -> None:
    window = officer.another_window()
    window.open("/tai-khoan").send("/dang-xuat")
    window.sign_in(BOARD, PASSWORD)
    form = next(form for form in officer.page.forms if form.action.endswith("/y-kien"))

    officer.post(form.action, officer.filled(form, {"text": TEXT}), status=400)

    assert LINES[0] not in officer.text
    assert "người khác" in officer.text
    writer = work.sign_in(UNIT).open("/giu-lai/")
    assert LINES[0] in writer.text


def test_signed_out_in_another_window_it_is_shown_after_the_sign_in(officer: Person) -> None:
    officer.another_window().open("/tai-khoan").send("/dang-xuat")

    comment(officer)

    assert officer.address == "/dang-nhap"
    officer.send("/dang-nhap", {"login": UNIT, "password": PASSWORD})
    assert officer.value("text") == TEXT


def test_a_refused_form_lies_at_an_address_that_opens_again_in_either_language(officer: Person) -> None:
    too_long = "dài quá " * 2_000

    officer.send("/y-kien", {"text": too_long}, status=422)

    kept = officer.address
    assert kept.startswith("/giu-lai/")
    assert officer.open(kept, status=422).value("text") == too_long
    vietnamese = officer.page.xpath("string(//*[@data-error-summary])")
    officer.in_language("en", status=422)
    assert officer.address == kept
    assert officer.value("text") == too_long
    assert officer.page.xpath("string(//*[@data-error-summary])") not in ("", vietnamese)


def test_a_refused_file_is_named_with_why_and_has_to_be_chosen_again(work: Casework) -> None:
    work.register()
    person = work.begin(UNIT, "Tự đánh giá")
    person.open(f"{person.address}/tieu-chi/I.18")

    person.send("/minh-chung", {"file": (BytesIO(b"MZ"), "a.exe")}, status=422)

    refused = person.page.xpath("string(//*[@data-error-summary])")
    assert person.address.startswith("/giu-lai/")
    assert "a.exe" in person.text
    assert "chọn lại" in person.text
    person.open(person.address, status=422)
    assert person.page.xpath("string(//*[@data-error-summary])") == refused
    person.in_language("en", status=422)
    assert person.page.get("lang") == "en"
    assert "chosen again" in person.text


def test_looking_at_it_carries_nothing_out(officer: Person, work: Casework, clock: FixedClock) -> None:
    case = officer.address
    clock.advance(timedelta(hours=1))
    comment(officer).send("/dang-nhap", {"login": UNIT, "password": PASSWORD})
    with work.container.units.reading() as uow:
        before = uow.events.heads()

    for _ in range(2):
        officer.open(officer.address)

    with work.container.units.reading() as uow:
        assert uow.events.heads() == before
    assert LINES[0] not in remarks(officer.open(case))


def test_it_can_be_thrown_away(officer: Person, clock: FixedClock) -> None:
    clock.advance(timedelta(hours=1))
    comment(officer).send("/dang-nhap", {"login": UNIT, "password": PASSWORD})

    officer.send("/bo")

    assert officer.address == "/giu-lai/"
    assert LINES[0] not in officer.text


def test_after_a_week_it_is_gone(officer: Person, work: Casework, clock: FixedClock) -> None:
    clock.advance(timedelta(hours=1))
    comment(officer).send("/dang-nhap", {"login": UNIT, "password": PASSWORD})
    kept = officer.address

    clock.advance(timedelta(days=7, minutes=1))
    work.container.kept_forms.forget_old()

    assert LINES[0] not in work.sign_in(UNIT).open(kept).page.text_content()


def test_passwords_are_never_kept(officer: Person, work: Casework, clock: FixedClock) -> None:
    officer.open("/tai-khoan/mat-khau")
    clock.advance(timedelta(hours=1))

    officer.send("/tai-khoan/mat-khau", {"old": PASSWORD, "new": "Một câu dài dễ nhớ", "again": "khác"})

    assert officer.address == "/dang-nhap"
    work.sign_in(UNIT).open("/giu-lai/")
    with work.container.units.reading() as uow:
        user = uow.accounts.by_login(UNIT)
        assert user is not None
        assert uow.kept_forms.of(user.id) == []


def refuse_files(person: Person, criteria: list[str]) -> None:
    """Send a file that cannot be taken to each criterion."""
    task = person.address
    for criterion in criteria:
        person.open(f"{task}/tieu-chi/{criterion}")
        person.send(f"/{criterion}/minh-chung", {"file": (BytesIO(b"MZ"), "a.exe")}, status=422)


def test_refused_files_never_push_out_what_somebody_typed_and_take_one_place_an_address(work: Casework) -> None:
    work.register()
    person = work.begin(UNIT, "Tự đánh giá")
    task = person.address
    person.open("/ho-so")
    person.open(person.page.xpath("string(//td/a/@href | //th/a[contains(@href, '/ho-so/')]/@href)"))
    person.send("/y-kien", {"text": f"{LINES[0]} " + "dài quá " * 2_000}, status=422)

    refuse_files(person.open(task), ["I.18"] * (MOST + 1))

    person.open("/giu-lai/")
    assert LINES[0] in person.text
    titles = [str(one.text_content()) for one in person.page.xpath("//main//h2")]
    assert [title for title in titles if "a.exe" in title] == titles[:1]


def test_a_kept_form_is_called_by_its_case_task_criterion_and_files_never_by_an_address(work: Casework) -> None:
    work.register()
    person = work.begin(UNIT, "Tự đánh giá")
    refuse_files(person, ["I.18"])

    person.open("/giu-lai/")

    (title,) = [str(one.text_content()) for one in person.page.xpath("//main//h2")]
    assert title.startswith("Minh chứng · Hồ sơ DH-")
    assert title.endswith("Tiêu chí I.18 · a.exe")
    assert "/nhiem-vu/" not in person.page.xpath("string(//main)")


def test_a_file_that_is_taken_clears_the_refusals_of_its_place(work: Casework) -> None:
    work.register()
    person = work.begin(UNIT, "Tự đánh giá")
    task = person.address
    refuse_files(person, ["I.18"])

    person.open(f"{task}/tieu-chi/I.18").send("/I.18/minh-chung", {"file": (BytesIO(PDF), "bien-ban.pdf")})

    assert "a.exe" not in person.open("/giu-lai/").text
