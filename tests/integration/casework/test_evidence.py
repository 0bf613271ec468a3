"""Files of the dossier: checked by their content, stored once by hash, given out to those who may see the case."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace

import pytest
from openpyxl import Workbook

from tests.support.at_once import at_once, raised
from tests.support.house import CASTS, COMMUNE_UNIT, ENTERPRISE_UNIT, House
from workflow.demo.player import pdf
from workflow.errors import InvalidInput, NotFound, PermissionDenied, TransitionRefused
from workflow.ids import new_id
from workflow.services.casework import evidence as module
from workflow.services.casework.evidence import (
    AddEvidence,
    FileUsedAlready,
    WithdrawEvidence,
    checked_type,
    clean_filename,
)
from workflow.services.casework.files.office import MAX_UNPACKED, OPEN_XML
from workflow.services.casework.tasks import TakeTask
from workflow.store.casework import EvidenceRecord

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c626001000000ffff03000006000557bfabd40000000049454e44ae426082"
)
WORD = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}


def archive(files: Mapping[str, bytes], *, stored: bool = False) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as target:
        for name, data in files.items():
            target.writestr(name, data)
    return content.getvalue()


def workbook() -> bytes:
    content = io.BytesIO()
    Workbook().save(content)
    return content.getvalue()


def add(house: House, login: str, filename: str, content: bytes, **where: str) -> EvidenceRecord:
    task = house.task("self_assessment")
    command = AddEvidence(task_id=task.id, filename=filename, content=content, **(where or {"criterion_id": "I.1"}))
    return house.container.evidence.add(house.actor(login), command)


@pytest.mark.parametrize(
    ("filename", "content", "media_type"),
    [
        ("a.pdf", pdf("a"), "application/pdf"),
        ("A.PDF", pdf("a"), "application/pdf"),
        ("a.png", PNG, "image/png"),
        ("a.xlsx", workbook(), OPEN_XML["xl/"]),
        ("a.docx", archive(WORD), OPEN_XML["word/"]),
        (
            "a.odt",
            archive({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<o/>"}, stored=True),
            "application/vnd.oasis.opendocument.text",
        ),
    ],
)
def test_what_is_accepted(filename: str, content: bytes, media_type: str) -> None:
    assert checked_type(filename, content) == media_type


BOMB = {**WORD, "word/media/image1.bmp": bytes(MAX_UNPACKED + 1)}


@pytest.mark.parametrize(
    ("filename", "content"),
    [
        ("a.pdf", b""),
        ("a.pdf", PNG),
        ("a.pdf", b"<script>alert(1)</script>"),
        ("a.png", pdf("a")),
        ("a.html", b"<html></html>"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("a.exe", b"MZ" + bytes(100)),
        ("a.doc", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)),
        ("a.zip", archive({"a.txt": b"a"})),
        ("a.docx", archive({"a.txt": b"a"})),
        ("a.docx", workbook()),
        ("a.docx", archive(WORD)[:-30]),
        ("macro.docx", archive({**WORD, "word/vbaProject.bin": b"x"})),
        (
            "macro.docx",
            archive({**WORD, "[Content_Types].xml": b"application/vnd.ms-word.document.macroEnabled.main+xml"}),
        ),
        (
            "macro.docx",
            archive({**WORD, "[Content_Types].xml": b"<Override ContentType='application/vnd.ms-office.vbaProject'/>"}),
        ),
        (
            "macro.odt",
            archive({"mimetype": b"application/vnd.oasis.opendocument.text", "Basic/Standard/a.xml": b""}, stored=True),
        ),
        ("bomb.docx", archive(BOMB)),
        ("no-ending", pdf("a")),
        (".pdf", pdf("a")),
    ],
)
def test_what_is_refused(filename: str, content: bytes) -> None:
    with pytest.raises(InvalidInput):
        checked_type(clean_filename(filename), content)


def test_a_file_larger_than_the_bound_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_SIZE", 500)
    with pytest.raises(InvalidInput):
        checked_type("a.pdf", pdf("a" * 500))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\An\\tờ trình.pdf", "tờ trình.pdf"),
        ('a"b\r\nSet-Cookie: x.pdf', "a_b__Set-Cookie_ x.pdf"),
        ("bao\u202efdp.exe.pdf", "bao_fdp.exe.pdf"),
        ("To\u0302\u0300 tri\u0300nh.pdf", "Tồ trình.pdf"),
        ("x" * 300 + ".pdf", "x" * 176 + ".pdf"),
    ],
)
def test_names_lose_what_a_path_or_header_could_take_amiss(given: str, kept: str) -> None:
    assert clean_filename(given) == kept


@pytest.mark.stage("to assess")
def test_the_same_content_is_stored_once_and_comes_back_unchanged(house: House) -> None:
    house.take("donvi.minhhoa", "self_assessment")
    folder = house.container.data / "evidence"

    first = add(house, "donvi.minhhoa", "một.pdf", pdf("x"))
    second = add(house, "donvi.minhhoa", "hai.pdf", b"", paper_id="report", same_as=first.id)

    assert first.sha256 == second.sha256
    assert [path.name for path in folder.rglob("*") if path.is_file()] == [first.sha256]
    found = house.container.evidence.download(house.actor("kiemsoat.tinh"), second.id)
    with found.content as content:
        assert content.read() == pdf("x")
    assert found.record.filename == "hai.pdf"
    house.verify()


@pytest.mark.stage("to assess")
def test_a_double_click_adds_one_file(house: House) -> None:
    task = house.take("donvi.minhhoa", "self_assessment")
    click = AddEvidence(task_id=task.id, filename="a.pdf", content=pdf("a"), criterion_id="I.1", command_id=new_id())
    results = at_once(*[lambda: house.container.evidence.add(house.actor("donvi.minhhoa"), click)] * 3)
    assert not raised(results)
    assert len({record.id for record in results}) == 1
    assert len(house.events("xa-minh-hoa", "EvidenceAdded")) == 1


@pytest.mark.stage("to assess")
def test_outsiders_get_no_file_and_cannot_tell_that_it_is_there(house: House) -> None:
    house.take("donvi.minhhoa", "self_assessment")
    record = add(house, "donvi.minhhoa", "a.pdf", pdf("a"))
    for login in ("donvi.langgieng", "danhgia.langgieng", "donvi.congty", "quantri.tinh"):
        with pytest.raises(NotFound):
            house.container.evidence.download(house.actor(login), record.id)


@pytest.mark.stage("to assess")
def test_only_who_has_the_task_adds_files_and_nothing_is_stored_for_others(house: House) -> None:
    house.take("donvi.minhhoa", "self_assessment")
    with pytest.raises(TransitionRefused):
        add(house, "danhgia.minhhoa", "a.pdf", pdf("never stored"))
    with pytest.raises(NotFound):
        add(house, "danhgia.langgieng", "a.pdf", pdf("never stored"))
    assert not any(path.is_file() for path in (house.container.data / "evidence").rglob("*"))


@pytest.mark.stage("to assess")
def test_a_file_is_for_one_criterion_or_one_paper_of_the_task(house: House) -> None:
    house.take("donvi.minhhoa", "self_assessment")
    for where in ({"criterion_id": "II.1"}, {"paper_id": "session_minutes"}):
        with pytest.raises(NotFound):
            add(house, "donvi.minhhoa", "a.pdf", pdf("a"), **where)
    with pytest.raises(InvalidInput):
        add(house, "donvi.minhhoa", "a.pdf", pdf("a"), criterion_id="I.1", paper_id="report")


@pytest.mark.stage("to assess")
def test_a_withdrawn_file_leaves_the_dossier_and_stays_for_the_audit(house: House) -> None:
    house.take("donvi.minhhoa", "self_assessment")
    record = add(house, "donvi.minhhoa", "a.pdf", pdf("a"))

    house.container.evidence.withdraw(house.actor("donvi.minhhoa"), WithdrawEvidence(evidence_id=record.id))

    with house.container.units.reading() as uow:
        assert not uow.evidence.of_case(house.case().id)
    assert house.events("xa-minh-hoa", "EvidenceWithdrawn")[0].payload["evidence_sha256"] == record.sha256
    house.container.evidence.download(house.actor("donvi.minhhoa"), record.id).content.close()
    house.verify()


@pytest.mark.stage("to assess")
def test_another_body_cannot_withdraw_the_units_files(house: House) -> None:
    house.take("donvi.minhhoa", "self_assessment")
    record = add(house, "donvi.minhhoa", "a.pdf", pdf("a"))
    house.do("xa-minh-hoa", "donvi.minhhoa", "self_assessment", "submit")
    house.take("danhgia.minhhoa", "evaluation")
    for login in ("danhgia.minhhoa", "donvi.minhhoa"):
        with pytest.raises(PermissionDenied):
            house.container.evidence.withdraw(house.actor(login), WithdrawEvidence(evidence_id=record.id))


PLACES = {
    "another criterion": {"criterion_id": "I.2"},
    "a paper": {"paper_id": "report"},
}


@pytest.mark.stage("to assess")
@pytest.mark.parametrize("withdrawn", [False, True])
@pytest.mark.parametrize("where", PLACES.values(), ids=PLACES)
def test_the_same_file_for_something_else_is_asked_about(house: House, where: dict[str, str], withdrawn: bool) -> None:
    house.take("donvi.minhhoa", "self_assessment")
    first = add(house, "donvi.minhhoa", "một.pdf", pdf("x"))
    if withdrawn:
        withdraw = WithdrawEvidence(evidence_id=first.id)
        house.container.evidence.withdraw(house.actor("donvi.minhhoa"), withdraw)

    with pytest.raises(FileUsedAlready) as asked:
        add(house, "donvi.minhhoa", "hai.pdf", pdf("x"), **where)
    second = add(house, "donvi.minhhoa", "hai.pdf", b"", same_as=first.id, **where)

    assert [one.id for one in asked.value.files] == [first.id]
    assert (second.sha256, second.size) == (first.sha256, first.size)
    told = [event.payload for event in house.events() if event.type == "EvidenceAdded"]
    assert ["same_as" in payload for payload in told] == [False, True]
    assert told[1]["same_as"] == [first.id]
    house.verify()


@pytest.mark.stage("to inspect")
def test_a_member_of_a_team_is_not_told_that_another_has_the_same_file(house: House) -> None:
    """Given a file in one inspector's sheet, when another sends the same for another criterion, then it is taken and nothing is told."""
    one, other = CASTS[COMMUNE_UNIT].inspectors[:2]
    tasks = {login: house.task("member_findings", login=login).id for login in (one, other)}
    for login, task_id in tasks.items():
        house.container.tasks.take(house.actor(login), TakeTask(task_id=task_id))

    def send(login: str, key: str, **more: str) -> EvidenceRecord:
        content = b"" if more else pdf("x")
        command = AddEvidence(task_id=tasks[login], filename="a.pdf", content=content, criterion_id=key, **more)
        return house.container.evidence.add(house.actor(login), command)

    first = send(one, "I.1")
    second = send(other, "I.2")

    same = house.container.evidence.of_the_same_content(house.actor(other), second.id, second.case_id)
    assert [record.id for record in same] == [second.id]
    with pytest.raises(NotFound):
        send(other, "I.3", same_as=first.id)


@pytest.mark.stage("to assess")
def test_the_same_file_once_more_for_the_same_criterion_is_not_asked_about(house: House) -> None:
    house.take("donvi.minhhoa", "self_assessment")
    for name in ("một.pdf", "hai.pdf"):
        add(house, "donvi.minhhoa", name, pdf("x"))

    told = [event.payload for event in house.events() if event.type == "EvidenceAdded"]
    assert [payload["filename"] for payload in told] == ["một.pdf", "hai.pdf"]


@pytest.mark.stage("to assess")
def test_a_file_of_another_case_cannot_be_used_once_more(house: House) -> None:
    house.take("donvi.minhhoa", "self_assessment")
    mine = add(house, "donvi.minhhoa", "một.pdf", pdf("x"))
    house.until_self_assessment(ENTERPRISE_UNIT)
    theirs = CASTS[ENTERPRISE_UNIT].unit
    task = house.take(theirs, "self_assessment", ENTERPRISE_UNIT)

    command = AddEvidence(task_id=task.id, filename="a.pdf", paper_id="report", same_as=mine.id)
    with pytest.raises(NotFound):
        house.container.evidence.add(house.actor(theirs), command)


@pytest.mark.stage("to assess")
@pytest.mark.parametrize("name", ["a.png", "a", "a.exe"])
def test_the_name_of_a_file_that_is_used_once_more_must_fit_its_content(house: House, name: str) -> None:
    house.take("donvi.minhhoa", "self_assessment")
    first = add(house, "donvi.minhhoa", "một.pdf", pdf("x"))
    with pytest.raises(InvalidInput):
        add(house, "donvi.minhhoa", name, b"", same_as=first.id, paper_id="report")


@pytest.mark.stage("to assess")
def test_one_criterion_takes_a_bounded_number_of_files(house: House) -> None:
    house.take("donvi.minhhoa", "self_assessment")
    first = add(house, "donvi.minhhoa", "a.pdf", pdf("a"))
    with house.container.units() as uow:
        for _ in range(module.MAX_FILES_A_PLACE - 1):
            uow.evidence.add(replace(first, id=new_id()))
        uow.commit()

    with pytest.raises(InvalidInput) as refused:
        add(house, "donvi.minhhoa", "b.pdf", pdf("b"))

    assert refused.value.params == {"number": module.MAX_FILES_A_PLACE}
    add(house, "donvi.minhhoa", "b.pdf", pdf("b"), criterion_id="I.2")
    house.container.evidence.withdraw(house.actor("donvi.minhhoa"), WithdrawEvidence(evidence_id=first.id))
    add(house, "donvi.minhhoa", "c.pdf", pdf("c"))
