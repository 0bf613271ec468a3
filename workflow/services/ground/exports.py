"""Tables for spreadsheets: CSV and XLSX in which no text of a user can become a formula."""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import IO, Any, Literal, cast

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from workflow.alphabets import cell as in_a_cell, csv as neutralised
from workflow.calendar.zone import ZONE
from workflow.errors import N_
from workflow.services.ground.language import translated

Format = Literal["csv", "xlsx"]
MAX_ROWS = 100_000
MEDIA_TYPES: dict[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
BOM = "\ufeff"
CUT = N_("… [cut here, %s more characters: the CSV export holds all of it]")
_FLUSH = 64 * 1024
IN_MEMORY = 4 << 20
"""What is larger is written to a temporary file."""

Cell = str | int | float | date | datetime | None
"""A value as what it is: spreadsheets sort and count dates and numbers, which they do not with texts that look like them."""
Row = Sequence[Cell]
_OLDEST = date(1900, 3, 1)
"""What lies before, spreadsheets count differently or not at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A file to be downloaded. It was written as a whole before anybody gets a byte of it, so that no fault can cut it unnoticed."""

    filename: str
    media_type: str
    rows: int
    file: IO[bytes]

    @property
    def chunks(self) -> Iterator[bytes]:
        """The file, piece by piece, from its beginning."""
        self.file.seek(0)
        while chunk := self.file.read(_FLUSH):
            yield chunk


def _text(value: Cell) -> str:
    if isinstance(value, datetime):
        return value.astimezone(ZONE).isoformat(sep=" ", timespec="seconds")
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


def _cell(sheet: Any, value: Cell, cut: str) -> Any:
    """Instants stand in a spreadsheet as clocks here show them: it knows no zones."""
    day = value.astimezone(ZONE).date() if isinstance(value, datetime) else value
    if isinstance(day, date) and day < _OLDEST:
        value = _text(value)
    if isinstance(value, datetime):
        cell = WriteOnlyCell(sheet, value=value.astimezone(ZONE).replace(tzinfo=None, microsecond=0))
        cell.number_format = "dd/mm/yyyy hh:mm:ss"
    elif isinstance(value, date):
        cell = WriteOnlyCell(sheet, value=datetime.combine(value, time()))
        cell.number_format = "dd/mm/yyyy"
    elif isinstance(value, int | float):
        cell = WriteOnlyCell(sheet, value=value)
    else:
        cell = WriteOnlyCell(sheet, value=in_a_cell(value or "", cut))
        cell.data_type = "s"  # a text that begins with = would otherwise be a formula
    return cell


def table(format: Format, header: Row, rows: Iterable[Row], locale: str = "vi") -> Iterator[bytes]:
    """The table as a file, piece by piece."""
    return _csv(header, rows) if format == "csv" else _xlsx(header, rows, translated(locale, CUT))


def _csv(header: Row, rows: Iterable[Row]) -> Iterator[bytes]:
    """UTF-8 with a byte order mark, without which Excel takes it for the machine's old code page."""
    buffer = io.StringIO(newline="")
    buffer.write(BOM)
    writer = csv.writer(buffer)
    writer.writerow(header)
    for row in rows:
        writer.writerow([neutralised(_text(cell)) for cell in row])
        if buffer.tell() >= _FLUSH:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def _xlsx(header: Row, rows: Iterable[Row], cut: str) -> Iterator[bytes]:
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        _write(file, [Sheet("1", header, rows)], cut)
        while chunk := file.read(_FLUSH):
            yield chunk


@dataclass(frozen=True, slots=True)
class Sheet:
    """One of a spreadsheet's. `title`: our own words, at most 31 signs."""

    title: str
    header: Row
    rows: Iterable[Row]


def workbook(name: str, sheets: Sequence[Sheet], locale: str) -> Export:
    """A spreadsheet of several sheets, written as a whole; `name` is the file's, without its ending."""
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - whoever sends it closes it
    rows = _write(file, sheets, translated(locale, CUT))
    return Export(filename=f"{name}.xlsx", media_type=MEDIA_TYPES["xlsx"], rows=rows, file=cast(IO[bytes], file))


def _write(file: Any, sheets: Sequence[Sheet], cut: str) -> int:
    """Write a spreadsheet, go to its beginning, and return how many rows it has."""
    book, written = Workbook(write_only=True), 0
    for one in sheets:
        sheet = book.create_sheet(one.title)
        sheet.append(list(one.header))
        for row in one.rows:
            sheet.append([_cell(sheet, value, cut) for value in row])
            written += 1
    book.save(file)
    file.seek(0)
    return written
