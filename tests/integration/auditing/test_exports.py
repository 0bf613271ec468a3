"""What auditors take out: whole, bounded, on the record, and with no formula in it that a user has smuggled in."""

import csv
import hashlib
import io
import json
from collections.abc import Sequence
from datetime import timedelta

import openpyxl
import pytest

from tests.integration.auditing.support import UNIT, Court
from tests.support.sealed import opened, table_in
from tests.support.signs import ALL_STORABLE
from workflow.errors import InvalidInput
from workflow.services.auditing import exports
from workflow.services.auditing.trail import EventQuery
from workflow.services.casework.comments import AddComment
from workflow.services.ground.exports import BOM, Export, Format, neutralised, table
from workflow.services.ground.language import translated
from workflow.store.auditing import EventFilter
from workflow.store.casework import CaseFilter

EVIL = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", '=HYPERLINK("http://example.org";"x")']


def read(export: Export, format: Format) -> list[list[str]]:
    return rows_of(table_in(b"".join(export.chunks)), format)


def rows_of(content: bytes, format: Format) -> list[list[str]]:
    if format == "csv":
        text = content.decode()
        assert text.startswith(BOM)
        return list(csv.reader(io.StringIO(text[1:], newline="")))
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d", "inlineStr"}
    return [["" if value is None else str(value) for value in row] for row in sheet.iter_rows(values_only=True)]


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_no_text_becomes_a_formula(format: Format) -> None:
    rows: list[Sequence[str]] = [[text, "plain"] for text in EVIL]
    _, *read_back = rows_of(b"".join(table(format, ["Text", "Other"], rows)), format)

    if format == "csv":
        assert [row[0] for row in read_back] == [f"'{text}" for text in EVIL]
    else:
        assert [row[0] for row in read_back] == EVIL
    assert {row[1] for row in read_back} == {"plain"}


def test_a_harmless_text_stays_as_it_is() -> None:
    assert [neutralised(text) for text in ("", "Đạt", "a=b", "1-2")] == ["", "Đạt", "a=b", "1-2"]


def test_control_characters_do_not_break_a_spreadsheet() -> None:
    (_, row) = rows_of(b"".join(table("xlsx", ["Text"], [["a\x00\x08b" + "x" * 40_000]])), "xlsx")

    assert row[0].startswith("a\ufffd\ufffdbx")
    assert len(row[0]) < 32_767


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_events_come_out_as_they_are_found(court: Court, format: Format) -> None:
    court.assess()
    query = EventQuery(unit=UNIT, type="CriterionAssessed")
    export = court.app.audit.export_events(court.auditor, query, format, "vi")

    header, *rows = read(export, format)
    assert header == [translated("vi", title) for title in exports.EVENTS]
    assert header[0] == "Thời gian"
    assert len(rows) == export.rows == 2
    assert export.filename.endswith(f"-{format}.zip")
    assert [row[exports.EVENTS.index("Changes")] for row in rows][1] == "Kết quả: Chưa đạt → Đạt"
    assert {row[exports.EVENTS.index("Case")] for row in rows} == {"DH-2023-0001"}
    assert [row[exports.EVENTS.index("Hash")] for row in rows] == [
        event.hash for event in court.world.events(court.stream) if event.type == "CriterionAssessed"
    ]


def test_cases_come_out_within_the_jurisdiction(court: Court) -> None:
    header, row = read(court.app.audit.export_cases(court.auditor, CaseFilter(), "csv", "en"), "csv")
    assert row[header.index("Case")] == "DH-2023-0001"
    assert row[header.index("Unit")] == "Minh Họa Commune (made up)"

    (only_header,) = read(court.app.audit.export_cases(court.neighbour, CaseFilter(), "csv", "en"), "csv")
    assert only_header == header


def test_taking_data_out_is_recorded(court: Court) -> None:
    court.app.audit.export_events(court.auditor, EventQuery(text="abc"), "csv")
    court.app.audit.export_cases(court.auditor, CaseFilter(), "xlsx")

    first, second = court.world.events("audit")
    assert (first.type, first.actor, first.payload["query"]) == (
        "EventsExported",
        court.auditor.user_id,
        {"text": "abc"},
    )
    assert (second.type, second.payload["rows"]) == ("CasesExported", 1)


def test_more_rows_than_the_bound_are_refused_with_their_number(court: Court, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "MAX_ROWS", 10)

    with pytest.raises(InvalidInput) as refusal:
        court.app.audit.export_events(court.auditor, EventQuery(), "csv")
    assert refusal.value.params["limit"] == 10
    assert court.world.events("audit") == []


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_a_comment_with_signs_that_no_spreadsheet_takes_comes_out(court: Court, format: Format) -> None:
    court.app.comments.add(court.officer, AddComment(case_id=court.case_id, text=ALL_STORABLE))

    header, row = read(court.app.audit.export_events(court.auditor, EventQuery(type="CommentAdded"), format), format)
    assert "\ufffd" in row[header.index(translated("vi", "Description"))]


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_what_the_clock_says_bounds_no_export(court: Court, format: Format) -> None:
    court.assess()
    with court.world.units.reading() as uow:
        recorded = len(list(uow.events.each(EventFilter())))
    court.clock.advance(-timedelta(days=2))

    export = court.app.audit.export_events(court.auditor, EventQuery(), format)

    _, *rows = read(export, format)
    assert len(rows) == export.rows == recorded
    assert court.world.events("audit")[-1].payload["rows"] == recorded


def test_what_is_recorded_is_what_was_written(court: Court) -> None:
    export = court.app.audit.export_events(court.auditor, EventQuery(type="CaseOpened"), "csv")

    data = b"".join(export.chunks)
    manifest = opened(data)["manifest.json"]
    told = json.loads(manifest)["about"]
    (recorded,) = court.world.events("audit")
    assert recorded.payload["manifest"] == hashlib.sha256(manifest).hexdigest()
    assert (told["rows"], told["query"], told["actor"]) == (1, {"type": "CaseOpened"}, court.auditor.user_id)


def test_an_export_that_fails_reaches_nobody_and_is_not_recorded(court: Court, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "_PAGE", None)  # the query breaks half-way

    with pytest.raises(TypeError):
        court.app.audit.export_cases(court.auditor, CaseFilter(), "csv")
    assert court.world.events("audit") == []


def test_a_cell_that_is_cut_says_so_and_csv_holds_all(court: Court) -> None:
    text = "chữ " * 20_000
    (_, row) = rows_of(b"".join(table("xlsx", ["Text"], [[text]], "vi")), "xlsx")
    assert "bị cắt" in row[0][-100:]
    (_, whole) = rows_of(b"".join(table("csv", ["Text"], [[text]], "vi")), "csv")
    assert whole[0] == text


def test_a_reading_is_recorded_anew_after_the_clock_was_put_back(court: Court) -> None:
    assert court.app.audit.record_reading(court.auditor, court.case_id)
    court.clock.advance(-timedelta(days=2))
    assert court.app.audit.record_reading(court.auditor, court.case_id)
    assert not court.app.audit.record_reading(court.auditor, court.case_id)


def test_a_case_as_it_stood_is_whole_although_the_clock_was_put_back(court: Court) -> None:
    before = court.clock.now()
    court.clock.advance(-timedelta(days=2))
    court.assess()
    then = court.clock.now()
    court.clock.advance(timedelta(days=4))

    with court.world.units.reading() as uow:
        numbers = [event.seq for event in uow.events.of_stream(court.stream, then)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert court.app.audit.case_at(court.auditor, court.case_id, then).status == "active"
    assert court.app.audit.case_at(court.auditor, court.case_id, before).status == "active"
