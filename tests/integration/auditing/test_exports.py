"""What auditors take out: whole, bounded, on the record, and with no formula in it that a user has smuggled in."""

import csv
import io
from collections.abc import Sequence

import openpyxl
import pytest

from tests.integration.auditing.support import UNIT, Court
from workflow.errors import InvalidInput
from workflow.services.auditing import exports
from workflow.services.auditing.trail import EventQuery
from workflow.services.ground.exports import BOM, Export, Format, neutralised, table
from workflow.services.ground.language import translated
from workflow.store.casework import CaseFilter

EVIL = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", '=HYPERLINK("http://example.org";"x")']


def read(export: Export, format: Format) -> list[list[str]]:
    return rows_of(b"".join(export.chunks), format)


def rows_of(content: bytes, format: Format) -> list[list[str]]:
    if format == "csv":
        text = content.decode()
        assert text.startswith(BOM)
        return list(csv.reader(io.StringIO(text[1:], newline="")))
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
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

    assert row[0].startswith("abx")
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
    assert export.filename.endswith(f".{format}")
    assert [row[exports.EVENTS.index("Changes")] for row in rows][1] == "result: not_met → met"
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
