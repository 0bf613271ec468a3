"""Cells of exports are what their values are: dates, numbers, texts; a text that is cut says so and where the rest is."""

import io
from datetime import UTC, date, datetime

import pytest
from openpyxl import load_workbook

from workflow.services.ground.exports import table

AT = datetime(2023, 3, 20, 1, 0, 7, tzinfo=UTC)
ROW = ("=1+1", 7, date(2023, 12, 8), AT, None, "0012")


def sheet(row: tuple[object, ...]) -> list[object]:
    made = b"".join(table("xlsx", ["x"] * len(row), [row]))  # type: ignore[arg-type] # any cells
    return [cell.value for cell in list(load_workbook(io.BytesIO(made)).active.iter_rows())[1]]  # type: ignore[union-attr] # there is one


def test_a_spreadsheet_has_dates_and_numbers_as_such_and_texts_as_texts() -> None:
    text, number, day, instant, nothing, digits = sheet(ROW)

    assert (text, number, nothing, digits) == ("=1+1", 7, None, "0012")
    assert str(day) == "2023-12-08 00:00:00"
    assert str(instant) == "2023-03-20 08:00:07", "as clocks in Việt Nam show it"


def test_a_csv_file_has_the_same_as_text() -> None:
    made = b"".join(table("csv", ["x"] * len(ROW), [ROW])).decode("utf-8-sig").splitlines()

    assert made[1] == "'=1+1,7,2023-12-08,2023-03-20 08:00:07+07:00,,0012"


@pytest.mark.parametrize("old", [date(1850, 1, 1), datetime(1850, 1, 1, tzinfo=UTC)])
def test_a_day_before_spreadsheets_count_is_a_text(old: object) -> None:
    assert str(sheet((old,))[0]).startswith("1850-01-01")


def test_a_text_that_is_cut_says_how_much_is_missing_and_where_it_is() -> None:
    (text,) = sheet(("x" * 40_000,))

    assert len(str(text)) <= 32_767
    assert "CSV" in str(text)[-90:]
